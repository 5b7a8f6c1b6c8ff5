//! The user's file, `.stslint.yaml`: what it may hold, what is wrong with it, and what follows from it.
//!
//! [`Config::read`] decodes the text, looks at every value, and returns either the configuration or everything that is
//! wrong, each fault at its bytes. Nothing here opens a file or asks for the time: the text comes from `load`, the date
//! from `cli`.
//!
//! - [`Policy`] answers what the levels, overrides and `ignore` entries say of one finding. Specific beats general: the
//!   level of a rule that of its group, an override both, a later override an earlier one.
//! - Paths are patterns as in `.gitignore`, relative to the file's folder, wherever stslint is started ([`Anchor`]).
//! - [`schema()`] is generated from the types that the text is decoded into, and from the list of rules.

mod anchor;
mod date;
mod file;
mod ignored;
mod level;
mod names;
mod policy;
mod read;
mod review;
mod schema;

pub use anchor::{Anchor, Paths};
pub use date::Date;
pub use file::FailOn;
pub use ignored::{Hit, Idle, Idleness, Run, Tally};
pub use level::Level;
pub use names::{GROUPS, UnknownRule, is_group, nearest_rule, resolve};
pub use policy::{Policy, Subject};
pub use read::{Config, Surroundings};
pub use schema::{ID as SCHEMA, schema};

/// What the file is called, the usual name first.
pub const NAMES: [&str; 2] = [".stslint.yaml", ".stslint.yml"];
