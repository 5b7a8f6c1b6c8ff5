//! What the data on a member's disk is worth.

use super::*;

fact! {
    /// What the data on a member's disk is worth.
    Worth {
        /// Whether it can be had again; where it may be either, `cache` is the weaker statement.
        is: Kept,
        /// What it is, in the plural: `the partitions`.
        what: String,
        /// Only in these modes.
        #[serde(default)]
        modes: Vec<ModeName>,
        /// Only where any of these holds; always when left out.
        #[serde(default)]
        when: Vec<Condition>,
    }
}

/// Whether data can be had again once its volumes are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// It is kept here and nowhere else.
    Data,
    /// It is a copy of what is kept elsewhere.
    Cache,
    /// It is made again by itself.
    Scratch,
}

impl Reviewed for Kept {}
