//! Probes that ask for the whole cluster.

use super::*;

fact! {
    /// A probe that fails in every member at once, for what has become of another one.
    ClusterWide {
        /// When it does, as a clause: "any one node is away, since shards have lost a copy then".
        fails_when: String,
        /// The forms it has in manifests.
        is: Vec<Form>,
        /// Only in these modes.
        #[serde(default)]
        modes: Vec<ModeName>,
        /// Only from this version on, the version included.
        from: Option<Bound>,
        /// Only before this version.
        before: Option<Bound>,
        /// Whether the members serve nothing in that state anyway: it weighs less.
        #[serde(default)]
        serves_nothing: bool,
    }
}
