//! What the order of starts means.

use super::*;

fact! {
    /// What the order of starts means here.
    Order {
        /// Which `podManagementPolicy` fits.
        verdict: Verdict,
        /// Who ships `Parallel`, as it reads after "as": `etcd's own manifest does`.
        shipped_by: Option<String>,
        /// Why the order matters, where it does, as a clause.
        says: Option<String>,
    }
}

/// Which `podManagementPolicy` fits; the required ones mean that the other was shown to block or to break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// `OrderedReady`; `Parallel` was shown to block a start or to break something.
    OrderedRequired,
    /// `OrderedReady` is what the makers want.
    OrderedPreferred,
    /// Both work.
    Either,
    /// `Parallel` is what the makers want.
    ParallelPreferred,
    /// `Parallel`; `OrderedReady` was shown to block a start or to break something.
    ParallelRequired,
}

impl Reviewed for Verdict {}

impl Verdict {
    /// The verdict as a sentence without a full stop.
    pub fn in_words(self) -> &'static str {
        match self {
            Verdict::OrderedRequired => {
                "`OrderedReady` is required: `Parallel` was shown to block a start or to break something"
            }
            Verdict::OrderedPreferred => "`OrderedReady` is preferred",
            Verdict::Either => "either policy works",
            Verdict::ParallelPreferred => "`Parallel` is preferred",
            Verdict::ParallelRequired => {
                "`Parallel` is required: `OrderedReady` was shown to block a start or to break something"
            }
        }
    }
}
