//! Who depends on the Pods' own DNS names, and what that makes of a fault in them.

use super::Context;
use crate::finding::{Place, Severity};
use crate::model::SetView;
use crate::systems::{Running, System};

/// Why the Pods' names matter, strongest first.
#[derive(Clone, Debug)]
pub enum Dependence<'a> {
    /// Pod names with the Service's domain are spelled here.
    Spelled(Place),
    /// The members of this system find each other by name.
    Clustered(&'a System),
    /// More than one Pod, and nothing more is known.
    Replicated,
    /// One Pod: many vendors ship it so, and it works.
    Alone,
}

/// What is wrong with the governing Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// It was read, and it cannot do its work.
    Wrong,
    /// It is not named, or was not among the manifests read.
    Missing,
}

impl<'a> Dependence<'a> {
    /// Looks for evidence: spelled names in everything that lies together with the set, then the catalogue, then the
    /// number of Pods.
    pub fn of(set: SetView<'a>, service: Option<&str>, context: &Context<'a>) -> Dependence<'a> {
        if let Some(place) = service.and_then(|service| spelled(set, service, context)) {
            return Dependence::Spelled(place);
        }
        if !set.has_several_pods() {
            return Dependence::Alone;
        }
        let by_name = |running: &Running<'_>| running.peers().is_none_or(|peers| peers.by.may_use_names());
        match context.system(set) {
            // Where Pod names play no part, any Service may lead to the others.
            Some(running) if running.is_clustered() && by_name(&running) => Dependence::Clustered(running.system()),
            _ => Dependence::Replicated,
        }
    }

    /// How much a fault of the governing Service weighs.
    pub fn severity(&self, case: Case) -> Severity {
        match (self, case) {
            (Dependence::Spelled(_) | Dependence::Clustered(_), Case::Wrong) => Severity::Error,
            (Dependence::Spelled(_) | Dependence::Clustered(_) | Dependence::Replicated, _) => Severity::Warning,
            (Dependence::Alone, _) => Severity::Note,
        }
    }
}

fn spelled(set: SetView<'_>, service: &str, context: &Context<'_>) -> Option<Place> {
    context.head.spelled(set, service).map(|(document, span)| Place::text(document, span))
}
