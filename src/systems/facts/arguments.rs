//! What a system's program takes on its command line.

use super::*;

fact! {
    /// What a system's program takes on its command line; of what it does not take, it ends at once.
    Arguments {
        /// The program's file name: `etcd` for `/usr/local/bin/etcd`.
        program: String,
        /// Its flags that are followed by a value, without dashes, those of all versions.
        flags: Vec<String>,
        /// Its flags that stand alone, without dashes.
        #[serde(default)]
        switches: Vec<String>,
        /// First words that make it another program, with flags of its own.
        #[serde(default)]
        commands: Vec<String>,
        /// What it prints on meeting another flag; `{}` stands for the flag as it reads it.
        prints: String,
        /// Only from this version on, the version included.
        from: Option<Bound>,
        /// Only before this version, whose flags are not known.
        before: Option<Bound>,
    }
}
