//! What is wrong with something that the user wrote for stslint itself.

use super::Location;

/// A fault in a file that the user wrote for stslint itself; it ends a run before anything is judged.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// Where.
    pub location: Location,
    /// What to do about it, where it can be said.
    pub help: Option<String>,
}
