//! What the catalogue knows of a member's end: how long it takes to stop, and what its disk is worth.

use super::Running;
use super::condition::{Condition, any_holds};
use super::facts::{Shutdown, Worth};
use super::names::ModeName;

impl<'a> Running<'a> {
    /// How long a member is given to stop, where somebody says so.
    pub fn shutdown(&self) -> Option<&'a Shutdown> {
        self.system.shutdown.iter().find(|one| self.fits(&one.modes, &one.when))
    }

    /// What the data on a member's disk is worth, where that is known.
    pub fn worth(&self) -> Option<&'a Worth> {
        self.system.worth.iter().find(|one| self.fits(&one.modes, &one.when))
    }

    fn fits(&self, modes: &[ModeName], when: &[Condition]) -> bool {
        self.concerns(modes, None, None) && (when.is_empty() || any_holds(when, &self.settings))
    }
}
