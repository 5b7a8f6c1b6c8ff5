//! Probes that a system refuses as it comes.

use super::*;

fact! {
    /// A probe that this system cannot answer as it comes, or no longer.
    Refused {
        /// What becomes of it, as a clause that begins with its subject: "`ruok` is refused by default".
        says: String,
        /// The forms it has in manifests: what has to succeed for the probe to pass.
        is: Vec<Form>,
        /// Only from this version on, the version included.
        from: Option<Bound>,
        /// Only before this version.
        before: Option<Bound>,
        /// Only where any of these holds; always when left out.
        #[serde(default)]
        when: Vec<Condition>,
        /// Not where any of these holds: it is allowed, or may be.
        #[serde(default)]
        unless: Vec<Condition>,
        /// Images of which it is certain, in place of the official one.
        #[serde(default)]
        makers: Vec<String>,
        /// Whether the program that the probe runs is not there: what is not started neither passes nor fails.
        #[serde(default)]
        missing_program: bool,
        /// What to do instead, as a clause.
        advice: String,
    }
}
