//! A system's ports.

use super::*;

fact! {
    /// A port by what it is for.
    Port {
        /// Its usual number; left out where it is only open when configured.
        number: Option<u16>,
        /// Names that container ports give it.
        #[serde(default)]
        names: Vec<String>,
        /// Patterns that find another number in the configuration, in their first group.
        #[serde(default)]
        set_by: Vec<Pattern>,
    }
}
