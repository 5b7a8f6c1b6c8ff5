//! What the catalogue knows of a member's end: how long it takes to stop, and what its disk is worth.

use serde::Deserialize;

use super::condition::{Condition, any_holds};
use super::facts::{Origin, Texts, fact};
use super::running::Running;

fact! {
    /// How long a member is given to stop.
    Shutdown {
        /// What its makers, their charts or operators give it, in seconds, for the whole of `terminationGracePeriodSeconds`.
        seconds: i64,
        /// Who gives it that long: `Percona's operator`, `CockroachDB's own chart`.
        by: String,
        /// What the time is for, as a sentence.
        #[serde(default)]
        says: Option<String>,
        /// Only in these modes.
        #[serde(default)]
        modes: Vec<String>,
        /// Any of these holds; always when empty.
        #[serde(default)]
        when: Vec<Condition>,
    }
}

fact! {
    /// What the data on a member's disk is worth.
    Worth {
        /// Whether it can be had again.
        is: Kept,
        /// What it is, as a plural: `the topics`.
        what: String,
        /// Only in these modes.
        #[serde(default)]
        modes: Vec<String>,
        /// Any of these holds; always when empty.
        #[serde(default)]
        when: Vec<Condition>,
    }
}

/// Whether data can be had again once its volumes are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// It is kept here and nowhere else.
    Data,
    /// It is a copy of what is kept elsewhere.
    Cache,
    /// It is made again by itself.
    Scratch,
}

impl<'a> Running<'a> {
    /// How long a member is given to stop, where its makers say so.
    pub fn shutdown(&self) -> Option<&'a Shutdown> {
        self.system.shutdown.iter().find(|one| self.fits(&one.modes, &one.when))
    }

    /// What the data on a member's disk is worth, where that is known.
    pub fn worth(&self) -> Option<&'a Worth> {
        self.system.worth.iter().find(|one| self.fits(&one.modes, &one.when))
    }

    fn fits(&self, modes: &[String], when: &[Condition]) -> bool {
        self.concerns(modes, None, None) && (when.is_empty() || any_holds(when, &self.settings))
    }
}
