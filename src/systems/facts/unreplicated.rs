//! What several Pods are when nothing replicates between them.

use super::*;

fact! {
    /// What several Pods in a mode are where nothing replicates between them.
    Unreplicated {
        /// What they are, in the plural: `unrelated databases`.
        are: String,
        /// What a client meets, as a sentence.
        says: String,
        /// What to do instead, as a clause.
        advice: String,
        /// Whether each may be meant to stand alone, as caches that clients choose from themselves are.
        #[serde(default)]
        may_be_meant: bool,
        /// Images of which it is certain, besides the official ones: `bitnami/postgresql`.
        #[serde(default)]
        makers: Vec<String>,
        /// Any of these holds; without exception when left out.
        #[serde(default)]
        when: Vec<Condition>,
    }
}
