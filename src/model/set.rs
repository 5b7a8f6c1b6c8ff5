//! A StatefulSet as rules ask about it.

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::{Container, PodSpec};

use super::overlay::Touch;
use super::{Class, Inventory, Labels, Object, ObjectId, Pick, Typed};
use crate::yaml::{FieldPath, Node, Presence, Segment};

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

    /// An annotation of the set, else of its Pod template, with its path; `None` where it is of a wrong type.
    pub fn annotation(self, name: &'static str) -> Option<(&'a str, FieldPath)> {
        let own = self.set.metadata.annotations.as_ref();
        let pods = self.spec().template.metadata.as_ref().and_then(|metadata| metadata.annotations.as_ref());
        let places = [("metadata.annotations", own), ("spec.template.metadata.annotations", pods)];
        places.into_iter().find_map(|(path, annotations)| {
            let path = FieldPath::of(path).key(name);
            let value = annotations?.get(name)?;
            (!self.object.is_faulty(&path)).then_some((value.as_str(), path))
        })
    }

    /// Whether a container mounts one of the set's claim templates.
    pub fn mounts_claim(self, container: &Container) -> bool {
        let templates = self.spec().volume_claim_templates.as_ref();
        let names = || templates.into_iter().flatten().filter_map(|claim| claim.metadata.name.as_deref());
        container.volume_mounts.iter().flatten().any(|mount| names().any(|name| name == mount.name))
    }

    /// `spec.ordinals.start`, 0 by default.
    pub fn first_ordinal(self) -> i64 {
        let ordinals = self.spec().ordinals.as_ref();
        ordinals.and_then(|ordinals| ordinals.start).unwrap_or(0).into()
    }

    /// What the manifest itself says of `replicas`, the API server's default of 1 included.
    pub fn written_replicas(self) -> Option<i64> {
        let path = FieldPath::of("spec.replicas");
        if self.object.has_wrong_type(&path) {
            return None;
        }
        Some(self.spec().replicas.unwrap_or(1).into())
    }

    /// Whether there is more than one Pod wherever the set is built: where overlays change the number, by every one of
    /// them that can be read.
    pub fn has_several_pods(self) -> bool {
        let path = FieldPath::of("spec.replicas");
        let changes = || self.object.touches.iter().filter(|touch| touch.concerns(&path));
        match self.replicas() {
            Replicas::Unknown if changes().next().is_some() => {
                let several = |touch: &Touch| touch.path == path && number(touch).is_some_and(|count| count > 1);
                self.written_replicas().is_some_and(|count| count > 1) && changes().all(several)
            }
            known => known.may_exceed_one(),
        }
    }

    /// Whether an overlay changes what the containers are told: variables, arguments, ConfigMaps. What is then missing
    /// among them proves nothing.
    pub fn settings_are_patched(self) -> bool {
        let is_key = |segment: Option<&Segment>, keys: &[&str]| match segment {
            Some(Segment::Key(key)) => keys.contains(&key.as_ref()),
            _ => false,
        };
        let pods = FieldPath::of("spec.template.spec");
        let tells = |touch: &Touch| {
            let Some(below) = touch.path.segments().strip_prefix(pods.segments()) else {
                return touch.concerns(&pods);
            };
            match below {
                [list] => is_key(Some(list), &["containers", "initContainers"]),
                [list, _, field, ..] => {
                    is_key(Some(list), &["containers", "initContainers"]) && is_key(Some(field), SETTINGS)
                }
                _ => false,
            }
        };
        self.object.touches.iter().any(tells)
            || self.config_maps().0.iter().any(|one| one.object.touches.iter().any(|touch| !touch.shared))
    }

    /// How many Pods there are, autoscalers and kustomizations considered.
    pub fn replicas(self) -> Replicas {
        match self.inventory.autoscaler_of(self) {
            Pick::One(by) => {
                let object = self.inventory.object(by);
                if let Typed::Autoscaler(autoscaler) = &object.typed {
                    let spec = FieldPath::of("spec");
                    if object.is_patched(&spec.clone().key("scaleTargetRef")) {
                        return Replicas::Unknown;
                    }
                    let changed = |key: &'static str| object.is_patched(&spec.clone().key(key));
                    let min = autoscaler.min.filter(|_| !object.is_patched(&autoscaler.min_path));
                    let max = autoscaler.max.filter(|_| !changed("maxReplicas") && !changed("maxReplicaCount"));
                    return Replicas::Scaled { min, max, by };
                }
            }
            // Two that differ: nobody knows which of them counts.
            Pick::Unsure(_) => return Replicas::Unknown,
            Pick::None if self.inventory.autoscaler_may_be_unread(self.id()) => return Replicas::Unknown,
            Pick::None => {}
        }
        let path = FieldPath::of("spec.replicas");
        let mut changes = self.object.touches.iter().filter(|touch| touch.concerns(&path));
        match (changes.next(), changes.next()) {
            (None, _) => self.written_replicas().map_or(Replicas::Unknown, Replicas::Fixed),
            // One change, in the only overlay: it counts.
            (Some(one), None) if self.object.built_once && one.path == path => {
                number(one).map_or(Replicas::Unknown, Replicas::Fixed)
            }
            _ => Replicas::Unknown,
        }
    }
}

/// The fields of a container that tell its program what to do.
const SETTINGS: &[&str] = &["env", "envFrom", "command", "args"];

/// The number that a change sets.
fn number(touch: &Touch) -> Option<i64> {
    touch.value.as_deref()?.parse().ok()
}

impl Inventory {
    /// The autoscaler that targets this set.
    pub fn autoscaler_of(&self, set: SetView<'_>) -> Pick {
        self.nearest(set.id(), Class::Autoscaler, set.name(), |_, _| true)
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
