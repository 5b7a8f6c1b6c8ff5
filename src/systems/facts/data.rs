//! Where data lies.

use super::*;

fact! {
    /// Where data lies.
    Data {
        /// The directory, unless something sets another one.
        directory: String,
        /// Variables and flags that set it.
        #[serde(default)]
        set_by: Vec<String>,
        /// Only where any of these holds; always when left out.
        #[serde(default)]
        when: Vec<Condition>,
        /// Only from this version on, the version included.
        from: Option<Bound>,
        /// Only before this version.
        before: Option<Bound>,
    }
}
