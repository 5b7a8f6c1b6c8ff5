//! At the terminal: completions, manual pages, examples in help texts, readers that leave early.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../common/mod.rs"]
mod common;

mod completions;
mod man;
mod pipes;
mod shell;
mod typos;
