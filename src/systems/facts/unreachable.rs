//! Where the kubelet cannot ask a member.

use super::*;

fact! {
    /// Why the kubelet cannot ask a member as it is, so that no probe is proposed.
    Unreachable {
        /// Why, as a clause.
        says: String,
        /// Only where any of these holds.
        when: Vec<Condition>,
        /// What to change, and how to ask then, as a clause.
        advice: String,
    }
}
