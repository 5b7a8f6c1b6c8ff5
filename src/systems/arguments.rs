//! What the catalogue knows of a system's command line.

use super::Running;
use super::facts::Arguments;

impl<'a> Running<'a> {
    /// What its program takes, where that is known of this version.
    pub fn arguments(&self) -> Option<&'a Arguments> {
        let known = self.system.arguments.as_ref()?;
        self.concerns::<&str>(&[], known.from.as_deref(), known.before.as_deref()).then_some(known)
    }
}
