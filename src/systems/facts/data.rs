//! Where data lies, and what its directory has to be.

use super::*;

fact! {
    /// Where data lies.
    Data {
        /// The directory, unless something sets another one; `<major>` stands for the first number of the version.
        directory: String,
        /// Where a volume for it is mounted, if not at the directory itself.
        mount: Option<String>,
        /// Variables and flags that set it.
        #[serde(default)]
        set_by: Vec<String>,
        /// Images of which it is certain besides the official ones and those that `when` names.
        #[serde(default)]
        makers: Vec<String>,
        /// Directories that these images declare as volumes: what no mount covers exactly there goes with the Pod, even
        /// below the mount of a claim.
        #[serde(default)]
        declares: Vec<String>,
        /// What becomes of a volume that is mounted beside it, as a sentence.
        beside: Option<String>,
        /// Only where any of these holds; always when left out.
        #[serde(default)]
        when: Vec<Condition>,
        /// Only from this version on, the version included.
        from: Option<Bound>,
        /// Only before this version.
        before: Option<Bound>,
    }
}

fact! {
    /// What happens where the data directory is the root of a file system that holds `lost+found`.
    LostFound {
        /// What happens, as a clause after the set's name.
        says: String,
        /// Only where any of these holds; always when left out.
        #[serde(default)]
        when: Vec<Condition>,
        /// Only from this version on, the version included.
        from: Option<Bound>,
        /// Only before this version.
        before: Option<Bound>,
    }
}
