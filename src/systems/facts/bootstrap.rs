//! Who may start the cluster.

use super::*;

fact! {
    /// Who may start the cluster, and whether a member that is alone waits.
    Bootstrap {
        /// Who.
        by: BootstrapBy,
        /// Whether a member with data that is alone, after all have stopped, waits for others before it serves.
        #[serde(default)]
        restart_waits: bool,
        /// What follows for a start of all members at once, as a sentence.
        says: String,
        /// What to change where that is dangerous, as a sentence.
        advice: Option<String>,
    }
}

/// Who may start the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BootstrapBy {
    /// A majority of a fixed list, together: nobody alone, and never two clusters.
    Majority,
    /// Only the first ordinal, or one member that the configuration names.
    OneMember,
    /// Any member that finds nobody else.
    AnyMember,
    /// Every member starts its own.
    EveryMember,
    /// Only members that come after the first ordinal.
    LaterMember,
    /// A person or a Job, once.
    ByHand,
    /// Each member serves by itself; what they share is decided elsewhere (a DCS, ZooKeeper), or not at all.
    Each,
    /// No member and nobody else: none ever starts.
    Nobody,
    /// It depends on what was not read.
    Unknown,
}

impl Reviewed for BootstrapBy {}

impl BootstrapBy {
    /// Whether a member without data that is alone waits for others before it serves.
    pub fn waits_alone(self) -> bool {
        matches!(self, BootstrapBy::Majority | BootstrapBy::ByHand)
    }

    /// Who may start the cluster, as the subject of a sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            BootstrapBy::Majority => "a majority of a fixed list together, nobody alone",
            BootstrapBy::OneMember => "one member only: the first, or the one that the configuration names",
            BootstrapBy::AnyMember => "any member that finds nobody else",
            BootstrapBy::EveryMember => "every member, each its own cluster",
            BootstrapBy::LaterMember => "only members after the first",
            BootstrapBy::ByHand => "a person or a Job, once",
            BootstrapBy::Each => {
                "every member serves by itself; what they share is decided elsewhere, or nothing is shared"
            }
            BootstrapBy::Nobody => "nobody: none ever starts",
            BootstrapBy::Unknown => "depends on what was not read",
        }
    }
}
