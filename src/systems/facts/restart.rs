//! What a stop of all members leaves behind.

use super::*;

fact! {
    /// That the cluster does not come back by itself after all members have stopped together, their volumes kept.
    Restart {
        /// Under which `podManagementPolicy`.
        under: Under,
        /// What keeps it from coming back, as a clause that begins with "because".
        because: String,
        /// What goes well nevertheless, or who handles it, as a sentence.
        except: Option<String>,
        /// Not where any of these holds: something handles it, or may.
        #[serde(default)]
        unless: Vec<Condition>,
        /// Images of which it is certain, besides the official ones: `bitnami/mariadb-galera`.
        #[serde(default)]
        makers: Vec<String>,
        /// What brings it back, as commands and comments; `{set}`, `{first}`, `{container}` and `{kubectl}` are filled in, a
        /// line with `{pod}` or `{claim}` stands once for each member.
        runbook: Vec<String>,
    }
}

/// Under which `podManagementPolicy` a fact holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Under {
    /// `OrderedReady`.
    Ordered,
    /// Either.
    Either,
}

impl Reviewed for Under {}

impl Under {
    /// The policy, as it reads after "under".
    pub fn in_words(self) -> &'static str {
        match self {
            Under::Ordered => "`OrderedReady`",
            Under::Either => "either policy",
        }
    }
}
