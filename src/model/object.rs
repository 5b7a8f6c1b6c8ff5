//! One object of the input: typed, and tied to the bytes it was read from.

use std::sync::Arc;

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolume, PersistentVolumeClaim, Service};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::storage::v1::StorageClass;

use super::{Autoscaler, Kustomization, Origin};
use crate::yaml::{Document, FieldPath, Node, NodeId, TypeError};

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
    /// Whether the value at this path, or anything below it, has the wrong type: nothing may be concluded from it.
    pub fn is_faulty(&self, path: &FieldPath) -> bool {
        self.type_errors.iter().any(|error| error.path.segments().starts_with(path.segments()))
    }
}

impl Placed {
    /// The root of an object of this document.
    pub fn node(&self, node: NodeId) -> Node<'_> {
        self.document.node(node)
    }
}
