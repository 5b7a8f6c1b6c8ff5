//! At the terminal: completions, manual pages, examples in help texts, readers that leave early.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../common/mod.rs"]
mod common;

mod completions;
mod help;
mod links;
mod live;
mod man;
mod pipes;
mod progress;
mod shell;
mod typos;
mod watch;
