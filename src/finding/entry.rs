//! A finding as a rule makes it.

use super::{Help, Place, Proposal, Severity};
use crate::model::ObjectId;

/// What a rule says, with places still by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// The headline: who, what, so what (voice: names in backticks, no full stop).
    pub message: String,
    /// Where, and what is true there.
    pub place: Place,
    /// What is true at the main place.
    pub label: String,
    /// Further places that explain it.
    pub related: Vec<(Place, String)>,
    /// What to do now.
    pub help: Vec<Help>,
    /// The mechanism, and when it is fine to ignore.
    pub notes: Vec<String>,
    /// The StatefulSets it is about.
    pub sets: Vec<ObjectId>,
}

impl Finding {
    /// A finding at a place; everything else is added to it.
    pub fn new(severity: Severity, message: impl Into<String>, place: Place, label: impl Into<String>) -> Finding {
        Finding {
            severity,
            message: message.into(),
            place,
            label: label.into(),
            related: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
            sets: Vec::new(),
        }
    }

    /// Adds a set that it is about.
    #[must_use]
    pub fn about(mut self, set: ObjectId) -> Finding {
        self.sets.push(set);
        self
    }

    /// Adds a place that explains it.
    #[must_use]
    pub fn related(mut self, place: Place, label: impl Into<String>) -> Finding {
        self.related.push((place, label.into()));
        self
    }

    /// Adds advice that only the reader can carry out.
    #[must_use]
    pub fn advise(mut self, lead: impl Into<String>) -> Finding {
        self.help.push(Help { lead: lead.into(), proposals: Vec::new() });
        self
    }

    /// Adds advice with the change it proposes.
    #[must_use]
    pub fn propose(self, lead: impl Into<String>, proposal: Proposal) -> Finding {
        self.propose_all(lead, vec![proposal])
    }

    /// Adds advice with several changes that belong together.
    #[must_use]
    pub fn propose_all(mut self, lead: impl Into<String>, proposals: Vec<Proposal>) -> Finding {
        self.help.push(Help { lead: lead.into(), proposals });
        self
    }

    /// Adds the mechanism.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Finding {
        self.notes.push(note.into());
        self
    }
}
