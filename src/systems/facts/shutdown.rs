//! How long a member is given to stop.

use super::*;

fact! {
    /// How long a member is given to stop.
    Shutdown {
        /// For the whole of `terminationGracePeriodSeconds`, as its makers, their charts or operators have it.
        seconds: i64,
        /// Who gives it that long, after "and": `Percona's operator`, `CockroachDB's own chart`.
        by: String,
        /// What the time is for, as a sentence.
        says: Option<String>,
        /// Only in these modes.
        #[serde(default)]
        modes: Vec<ModeName>,
        /// Only where any of these holds; always when left out.
        #[serde(default)]
        when: Vec<Condition>,
    }
}
