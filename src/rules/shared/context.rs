//! All that a rule may see, and where it puts what it finds.

use super::Options;
use crate::finding::Finding;
use crate::model::{Class, Inventory, SetView, Typed, Version};
use crate::systems::{Catalogue, Identified, Running};

/// What a run knows.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What will be applied.
    pub head: &'a Inventory,
    /// What is there before, when two states are compared.
    pub base: Option<&'a Inventory>,
    /// What is known of stateful systems.
    pub catalogue: &'a Catalogue,
    /// What the sets of the head run.
    pub systems: &'a Identified<'a>,
    /// The API server, controllers and kubelet that are meant.
    pub version: Version,
    /// What teams set differently.
    pub options: &'a Options,
}

impl<'a> Context<'a> {
    /// What was compared with the head, by the name that the user gave it.
    pub fn base_name(&self) -> &'a str {
        self.base.and_then(Inventory::revision).unwrap_or("the base")
    }

    /// Whether a StorageClass allows expansion; `None` where it was not among the manifests read, or is read twice and
    /// differently.
    pub fn allows_expansion(&self, class: &str) -> Option<bool> {
        let classes = self.head.of_class(Class::StorageClass).iter().map(|&id| self.head.object(id));
        let mut said = classes.filter(|object| object.name == class).filter_map(|object| match &object.typed {
            Typed::StorageClass(class) => Some(class.allow_volume_expansion.unwrap_or(false)),
            _ => None,
        });
        let first = said.next()?;
        said.all(|other| other == first).then_some(first)
    }

    /// The system that a set runs, where the catalogue knows it.
    pub fn system(&self, set: SetView<'a>) -> Option<Running<'a>> {
        self.systems.of(set)
    }

    /// The containers that may do the set's work, by their positions, the likeliest first: the one that runs a known
    /// system, else those that Kubernetes tells.
    pub fn main_containers(&self, set: SetView<'a>) -> Vec<usize> {
        self.system(set).map_or_else(|| set.main_containers(), |running| vec![running.container()])
    }
}

/// Where a rule puts its findings.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Reports one.
    pub fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// All of them, in the order of reporting.
    pub fn into_vec(self) -> Vec<Finding> {
        self.0
    }
}
