//! Who votes.

use super::*;

fact! {
    /// Who votes, and what the loss of members means.
    Votes {
        /// Who votes, in words: `every member`, `controllers`, `nobody`.
        who: String,
        /// How the number of members that may be lost follows from the number there is.
        tolerance: Tolerance,
        /// What happens to a group of two, as a clause: `when one is away, nothing can be written`.
        lost: Option<String>,
        /// Images, besides the system's own, whose containers vote as well: arbiters.
        #[serde(default)]
        others: Vec<String>,
        /// Whether an even number is no mistake: the system itself leaves one out, or members are added for room.
        #[serde(default)]
        even_is_handled: bool,
    }
}

/// How the number of members that may be lost follows from the number there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tolerance {
    /// One consensus group over the whole set: floor((n-1)/2) may be lost.
    Majority,
    /// Sharded data: the replication factor decides, not the number of members; 1 with the usual factor of 3.
    ReplicationFactor,
    /// Votes elsewhere, or not at all.
    None,
}

impl Reviewed for Tolerance {}

impl Tolerance {
    /// What may be lost, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Tolerance::Majority => "floor((n-1)/2) of n members: 1 of 3, 2 of 5, none of 2",
            Tolerance::ReplicationFactor => {
                "1 with 3 copies of the data, however many members there are: the copies decide, not the members"
            }
            Tolerance::None => "not told by the number of members: they vote elsewhere, or not at all",
        }
    }
}
