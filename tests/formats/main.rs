//! Formats for CI systems through the built program: what is written where, and how files are called.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../common/mod.rs"]
mod common;

mod automation;
mod base;
mod files;
mod names;
mod sarif;
mod step_summary;
