//! A StatefulSet as rules ask about it.

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::{Container, PodSpec};

use super::{Class, Inventory, Labels, Object, ObjectId, Pick, Typed};
use crate::yaml::{FieldPath, Node, Presence};

/// A StatefulSet with its inventory at hand.
#[derive(Clone, Copy, Debug)]
pub struct SetView<'a> {
    pub(super) inventory: &'a Inventory,
    object: &'a Object,
    set: &'a StatefulSet,
}

/// How many Pods a set has, as far as the input says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replicas {
    /// The manifest says so, or leaves it out and the API server puts 1.
    Fixed(i64),
    /// An autoscaler moves it from its minimum up.
    Scaled {
        /// The fewest, when the autoscaler says it.
        min: Option<i64>,
        /// The most, when the autoscaler says it.
        max: Option<i64>,
        /// The autoscaler.
        by: ObjectId,
    },
    /// Another layer (a kustomize patch) changes it, or the field cannot be read.
    Unknown,
}

impl Replicas {
    /// Whether there is, or can be, more than one Pod.
    pub fn may_exceed_one(self) -> bool {
        match self {
            Replicas::Fixed(count) => count > 1,
            Replicas::Scaled { max, .. } => max.is_none_or(|max| max > 1),
            Replicas::Unknown => true,
        }
    }
}

impl<'a> SetView<'a> {
    pub(super) fn new(inventory: &'a Inventory, id: ObjectId) -> Option<SetView<'a>> {
        let object = inventory.object(id);
        match &object.typed {
            Typed::StatefulSet(set) => Some(SetView { inventory, object, set }),
            _ => None,
        }
    }

    /// Its number in the inventory.
    pub fn id(self) -> ObjectId {
        self.object.id
    }

    /// The object behind it.
    pub fn object(self) -> &'a Object {
        self.object
    }

    /// `metadata.name`.
    pub fn name(self) -> &'a str {
        &self.object.name
    }

    /// The namespace, where one is known.
    pub fn namespace(self) -> Option<&'a str> {
        self.object.namespace.as_deref()
    }

    /// The typed spec; what the manifest leaves out is absent or empty here.
    pub fn spec(self) -> &'a StatefulSetSpec {
        &self.set.spec
    }

    /// The root of the manifest, to ask what is written.
    pub fn root(self) -> Node<'a> {
        self.inventory.document(self.object.document).node(self.object.node)
    }

    /// Whether a field is absent, null, empty or present, as written.
    pub fn presence(self, path: &FieldPath) -> Presence {
        self.root().presence(path)
    }

    /// `spec.serviceName`; `None` when absent, null, empty or of a wrong type.
    pub fn service_name(self) -> Option<&'a str> {
        self.spec().service_name.as_deref().filter(|name| !name.is_empty())
    }

    /// The Pods' spec.
    pub fn pod_spec(self) -> Option<&'a PodSpec> {
        self.spec().template.spec.as_ref()
    }

    /// The containers that run as long as the Pod; init containers and restartable ones among them are not here.
    pub fn containers(self) -> &'a [Container] {
        self.pod_spec().map_or(&[], |spec| &spec.containers)
    }

    /// The labels that the template gives every Pod.
    pub fn template_labels(self) -> &'a Labels {
        static NONE: Labels = Labels::new();
        let metadata = self.spec().template.metadata.as_ref();
        metadata.and_then(|metadata| metadata.labels.as_ref()).unwrap_or(&NONE)
    }

    /// `spec.ordinals.start`, 0 by default.
    pub fn first_ordinal(self) -> i64 {
        let ordinals = self.spec().ordinals.as_ref();
        ordinals.and_then(|ordinals| ordinals.start).unwrap_or(0).into()
    }

    /// What the manifest itself says of `replicas`, the API server's default of 1 included.
    pub fn written_replicas(self) -> Option<i64> {
        let path = FieldPath::of("spec.replicas");
        if self.object.is_faulty(&path) {
            return None;
        }
        Some(self.spec().replicas.unwrap_or(1).into())
    }

    /// How many Pods there are, autoscalers and kustomizations considered.
    pub fn replicas(self) -> Replicas {
        match self.inventory.autoscaler_of(self) {
            Pick::One(by) => {
                if let Typed::Autoscaler(autoscaler) = &self.inventory.object(by).typed {
                    return Replicas::Scaled { min: autoscaler.min, max: autoscaler.max, by };
                }
            }
            // Two that differ: nobody knows which of them counts.
            Pick::Unsure(_) => return Replicas::Unknown,
            Pick::None => {}
        }
        if self.inventory.replicas_are_patched(self) {
            return Replicas::Unknown;
        }
        self.written_replicas().map_or(Replicas::Unknown, Replicas::Fixed)
    }
}

impl Inventory {
    /// The autoscaler that targets this set.
    pub fn autoscaler_of(&self, set: SetView<'_>) -> Pick {
        let targets = |id: &ObjectId| {
            let Typed::Autoscaler(autoscaler) = &self.object(*id).typed else { return false };
            let group = autoscaler.target_api_version.rsplit_once('/').map_or("", |(group, _)| group);
            autoscaler.target_kind == "StatefulSet" && matches!(group, "apps" | "")
        };
        let candidates = self.autoscalers_by_target.get(set.name()).map_or(&[][..], Vec::as_slice);
        self.nearest(set.id(), candidates.iter().copied().filter(targets))
    }

    /// Whether a kustomization, or a patch that lies near, changes this set's `replicas`.
    pub fn replicas_are_patched(&self, set: SetView<'_>) -> bool {
        let origin = self.origin_of(set.id());
        if self.scopes.sets_replicas(origin, set.name()) {
            return true;
        }
        let patches = self.replica_patches.get(set.name()).map_or(&[][..], Vec::as_slice);
        patches.iter().any(|&patch| self.scopes.patch_applies(&self.document(patch).origin, origin))
    }

    /// The sets of this name, in the order of the input.
    pub fn sets_named(&self, name: &str) -> &[ObjectId] {
        self.named(Class::Set, name)
    }

    /// The objects of a class and name, in the order of the input.
    pub fn named(&self, class: Class, name: &str) -> &[ObjectId] {
        self.by_name.get(&(class, name.to_owned())).map_or(&[], Vec::as_slice)
    }
}
