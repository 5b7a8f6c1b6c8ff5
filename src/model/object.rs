//! One object of the input: typed, and tied to the bytes it was read from.

use std::sync::{Arc, OnceLock};

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolume, PersistentVolumeClaim, Service};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::storage::v1::StorageClass;

use super::doubt::Doubts;
use super::overlay::Touch;
use super::{Autoscaler, Kustomization, Operator, Origin, Requirement, Selector};
use crate::yaml::{Document, FieldPath, Node, NodeId, Segment, TypeError, UnknownField};

/// An object's number in its inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub(super) u32);

/// A document's number in its inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub(super) u32);

/// An object as it was read.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its number in the inventory.
    pub id: ObjectId,
    /// The document that holds it.
    pub document: DocumentId,
    /// Its root in that document: the document's own root, or an item of a `List`.
    pub node: NodeId,
    /// `apiVersion` as written.
    pub api_version: String,
    /// `kind` as written.
    pub kind: String,
    /// `metadata.name`; empty when the manifest has none.
    pub name: String,
    /// `metadata.namespace`, or the namespace that a kustomization sets; `None` when neither says one.
    pub namespace: Option<String>,
    /// What it is.
    pub typed: Typed,
    /// Fields whose value has the wrong type; they read as absent or empty in [`Object::typed`].
    pub type_errors: Vec<TypeError>,
    /// Fields that its kind does not have; nobody reads them.
    pub unknown_fields: Vec<UnknownField>,
    /// Fields that kustomizations in the input change.
    pub(super) touches: Vec<Touch>,
    /// The names that kustomizations in the input may give it.
    pub(super) built_names: Vec<String>,
    /// Whether exactly one kustomization that nobody includes gathers it.
    pub(super) built_once: bool,
    /// Whether a kustomization in the input gives it another name than the one that is written.
    pub renamed: bool,
    /// Made when first asked for.
    pub(super) doubts: OnceLock<Doubts>,
}

/// The kinds that are joined.
#[derive(Clone, Debug)]
pub enum Typed {
    /// `apps/v1` StatefulSet.
    StatefulSet(Box<StatefulSet>),
    /// `v1` Service.
    Service(Box<Service>),
    /// `policy/v1` PodDisruptionBudget.
    Budget(Box<PodDisruptionBudget>),
    /// `v1` PersistentVolumeClaim.
    Claim(Box<PersistentVolumeClaim>),
    /// `v1` PersistentVolume.
    Volume(Box<PersistentVolume>),
    /// `storage.k8s.io/v1` StorageClass.
    StorageClass(Box<StorageClass>),
    /// HorizontalPodAutoscaler of either version, or KEDA's ScaledObject.
    Autoscaler(Autoscaler),
    /// `v1` ConfigMap.
    ConfigMap(Box<ConfigMap>),
    /// A kustomization.
    Kustomization(Box<Kustomization>),
}

/// A document of the input with its place.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The parsed text.
    pub document: Arc<Document>,
    /// Where the file lies.
    pub origin: Arc<Origin>,
}

impl Object {
    /// Whether a kustomization in the input changes anything but labels and annotations.
    pub fn has_patched_fields(&self) -> bool {
        let is_word = |segment: &Segment| match segment {
            Segment::Key(key) => matches!(&**key, "labels" | "annotations"),
            Segment::Index(_) => false,
        };
        self.touches.iter().any(|touch| !touch.shared && !touch.path.segments().iter().any(is_word))
    }

    /// The labels below a path that overlays set, as far as their values can be read.
    pub(super) fn labels_to_come(&self, labels: &FieldPath) -> impl Iterator<Item = (String, String)> {
        let labels = labels.segments().to_vec();
        self.touches.iter().filter_map(move |touch| match touch.path.segments().strip_prefix(labels.as_slice())? {
            [Segment::Key(key)] => Some((key.to_string(), touch.value.clone()?)),
            _ => None,
        })
    }

    /// The annotations below a path that an overlay adds wherever this object is built, as far as their values can be
    /// read: where it is built more than once, what one build adds is not said of the others.
    pub fn annotations_to_come(&self, annotations: &FieldPath) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        for touch in self.touches.iter().filter(|_| self.built_once) {
            let Some([Segment::Key(key)]) = touch.path.segments().strip_prefix(annotations.segments()) else {
                continue;
            };
            // The outer overlay has the last word.
            found.retain(|(known, _)| **known != **key);
            found.extend(touch.value.clone().map(|value| (key.to_string(), value)));
        }
        found
    }

    /// What overlays put in the place of a label of selectors and Pods alike, and whether it is one value wherever this
    /// object is built; `None` when they leave it, or change it otherwise.
    pub(super) fn given(&self, label: &FieldPath) -> Option<(Vec<String>, bool)> {
        let touches = self.touches.iter().filter(|touch| touch.concerns(label));
        let mut given: Vec<String> =
            touches.map(|touch| touch.value.clone().filter(|_| touch.shared)).collect::<Option<_>>()?;
        given.dedup();
        let always = self.built_once && given.len() == 1;
        (!given.is_empty()).then_some((given, always))
    }

    /// A selector of this object, unsure in what overlays change of it; `labels` is where its equalities stand.
    ///
    /// A label that selectors and Pods get alike takes the place of the one that is written, and gives a selector to a
    /// Service without; where none is written both get it.
    pub(super) fn changed_selector(&self, written: Selector, labels: &FieldPath) -> Selector {
        let unsure = |key: &str| Requirement { key: key.to_owned(), operator: Operator::Unsure };
        let changes = self.touches.iter().filter(|touch| touch.path.segments().starts_with(labels.segments()));
        let mut keys: Vec<&str> = Vec::new();
        for touch in changes.filter(|touch| !touch.shared || written == Selector::Nothing) {
            match touch.path.segments().get(labels.segments().len()) {
                Some(Segment::Key(key)) => keys.push(key),
                _ => return Selector::All(vec![unsure("")]),
            }
        }
        // Above the labels, or beside them.
        if self.is_patched(labels) || self.is_patched(&FieldPath::of("spec.selector.matchExpressions")) {
            return Selector::All(vec![unsure("")]);
        }
        let mut all = match written {
            Selector::Nothing if keys.is_empty() => return Selector::Nothing,
            Selector::Nothing => Vec::new(),
            Selector::All(all) => all,
        };
        all.retain(|requirement| !keys.contains(&requirement.key.as_str()));
        all.extend(keys.into_iter().map(unsure));
        for requirement in &mut all {
            let given = self.given(&labels.clone().key(requirement.key.clone()));
            if let (Operator::In(values), Some((given, always))) = (&mut requirement.operator, given)
                && let [written] = values.as_mut_slice()
            {
                requirement.operator = Operator::Given { written: std::mem::take(written), given, always };
            }
        }
        Selector::All(all)
    }
}

impl Placed {
    /// The root of an object of this document.
    pub fn node(&self, node: NodeId) -> Node<'_> {
        self.document.node(node)
    }
}
