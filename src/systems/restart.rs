//! What the catalogue knows of starting again: after all members have stopped, and one by one in an update.

use super::Running;
use super::condition::any_holds;
use super::facts::{Restart, Rollout};

impl<'a> Running<'a> {
    /// That the cluster does not come back by itself after all members have stopped together.
    pub fn restart(&self) -> Option<&'a Restart> {
        self.mode.restart.as_ref().filter(|fact| !any_holds(&fact.unless, &self.settings))
    }

    /// Whether the image is one of which the fact is certain: what is built in-house may bring scripts along.
    pub fn is_certain_of(&self, fact: &Restart) -> bool {
        self.is_official_image() || self.is_image_of(&fact.makers)
    }

    /// That its makers want its Pods replaced by hand.
    pub fn rollout(&self) -> Option<&'a Rollout> {
        let holds = |fact: &&Rollout| fact.when.is_empty() || any_holds(&fact.when, &self.settings);
        self.mode.rollout.as_ref().filter(holds)
    }
}
