//! All that a rule may see, and where it puts what it finds.

use crate::finding::Finding;
use crate::model::{Class, Inventory, SetView, Typed, Version};
use crate::systems::{Catalogue, Running};

/// What a run knows.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What will be applied.
    pub head: &'a Inventory,
    /// What is there before, when two states are compared.
    pub base: Option<&'a Inventory>,
    /// What is known of stateful systems.
    pub catalogue: &'a Catalogue,
    /// The API server, controllers and kubelet that are meant.
    pub version: Version,
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
        self.catalogue.identify(set)
    }

    /// The container that does the set's work, by its position: the one that runs a known system, else the one that
    /// `kubectl.kubernetes.io/default-container` names, else the first that mounts a claim template, else the first.
    pub fn main_container(&self, set: SetView<'a>) -> Option<usize> {
        let containers = set.containers();
        if let Some(running) = self.system(set) {
            return Some(running.container());
        }
        let metadata = set.spec().template.metadata.as_ref();
        let annotations = metadata.and_then(|metadata| metadata.annotations.as_ref());
        let default = annotations.and_then(|all| all.get("kubectl.kubernetes.io/default-container"));
        let named = default.and_then(|name| containers.iter().position(|one| one.name == *name));
        let templates = set.spec().volume_claim_templates.as_ref();
        let is_claim = |volume: &str| {
            let names = templates.into_iter().flatten().filter_map(|claim| claim.metadata.name.as_deref());
            names.into_iter().any(|name| name == volume)
        };
        let mounts = |container: &k8s_openapi::api::core::v1::Container| {
            container.volume_mounts.iter().flatten().any(|mount| is_claim(&mount.name))
        };
        let mounting = || containers.iter().position(mounts);
        named.or_else(mounting).or(if containers.is_empty() { None } else { Some(0) })
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
