//! Who replaces the Pods of an update.

use super::*;

fact! {
    /// That the system's makers want its Pods replaced by hand: `updateStrategy: OnDelete`.
    Rollout {
        /// Who wants it so, as it reads after "as": "HashiCorp's own chart does".
        shipped_by: String,
        /// What the controller does not know, as a sentence.
        says: String,
        /// Only where any of these holds; always when left out.
        #[serde(default)]
        when: Vec<Condition>,
        /// The order of an update by hand, as comments and commands; filled in as in `restart`.
        runbook: Vec<String>,
    }
}
