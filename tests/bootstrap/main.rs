//! How members start: every line of what was measured (rules/systems/*.yaml, `measured:`) as a pair of manifests, one
//! that is flagged and one that is not.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

#[path = "../common/mod.rs"]
mod common;
mod consensus;
mod first;
mod manifest;
mod offers;
mod probes;
mod proposals;
mod spellings;
mod stores;
mod variations;
mod vendors;
