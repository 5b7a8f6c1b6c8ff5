//! Who depends on the Pods' own DNS names, and what that makes of a fault in them.

use super::Context;
use crate::finding::{Place, Severity};
use crate::model::SetView;
use crate::systems::System;

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
        if !set.replicas().may_exceed_one() {
            return Dependence::Alone;
        }
        match context.system(set) {
            Some(running) if running.is_clustered() => Dependence::Clustered(running.system()),
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
