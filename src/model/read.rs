//! From a parsed document to the objects in it.

use k8s_openapi::api::autoscaling::{v1, v2};
use serde::de::DeserializeOwned;

use super::decoded::decoded;
use super::{Autoscaler, Kustomization, Typed};
use crate::yaml::{Decoded, Document, FieldPath, Node, NodeId, NodeKind, TypeError, UnknownField};

/// The kinds worth parsing a document for; everything else is passed over unparsed.
pub const KINDS: &[&str] = &[
    "StatefulSet",
    "Service",
    "PodDisruptionBudget",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "HorizontalPodAutoscaler",
    "ScaledObject",
    "Kustomization",
    "Component",
    "List",
    "StatefulSetList",
    "ServiceList",
    "PodDisruptionBudgetList",
    "PersistentVolumeClaimList",
    "PersistentVolumeList",
    "StorageClassList",
    "HorizontalPodAutoscalerList",
    "Template",
];

/// Why something that could have been an object is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// A partial object that kustomize lays over another.
    KustomizePatch,
    /// An OpenShift Template: its objects hold parameters.
    OpenShiftTemplate,
    /// A StatefulSet of another API group, such as OpenKruise's.
    OtherApiGroup,
    /// A version that no supported API server serves, such as `apps/v1beta1`.
    UnservedVersion,
}

impl SkipReason {
    /// The words of the summary.
    pub fn as_str(self) -> &'static str {
        match self {
            SkipReason::KustomizePatch => "kustomize patch",
            SkipReason::OpenShiftTemplate => "OpenShift Template",
            SkipReason::OtherApiGroup => "StatefulSet of another API group",
            SkipReason::UnservedVersion => "object of an API version that is no longer served",
        }
    }
}

/// Why an object could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A part without which it joins nothing is missing.
    Incomplete,
}

/// One thing found in a document.
#[derive(Clone, Debug)]
pub enum Item {
    /// An object that is joined and judged.
    Object(Box<ReadObject>),
    /// Recognised, not judged.
    Skipped(SkippedItem),
}

impl Item {
    /// The object, if it is one that is judged.
    pub fn as_object(&self) -> Option<&ReadObject> {
        match self {
            Item::Object(object) => Some(object),
            Item::Skipped(_) => None,
        }
    }
}

/// An object before it has a number and a place.
#[derive(Clone, Debug)]
pub struct ReadObject {
    pub(super) node: NodeId,
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) typed: Typed,
    pub(super) type_errors: Vec<TypeError>,
    pub(super) unknown_fields: Vec<UnknownField>,
}

impl ReadObject {
    /// The same, now that a kustomization lists its file as a patch.
    pub(super) fn into_patch(self) -> SkippedItem {
        SkippedItem {
            node: self.node,
            reason: SkipReason::KustomizePatch,
            with_set: matches!(self.typed, Typed::StatefulSet(_)),
            kind: self.kind,
            name: self.name,
        }
    }
}

/// Something recognised and not judged.
#[derive(Clone, Debug)]
pub struct SkippedItem {
    /// Its root.
    pub node: NodeId,
    /// Why.
    pub reason: SkipReason,
    /// Its kind.
    pub kind: String,
    /// `metadata.name`, if any.
    pub name: String,
    /// Whether a StatefulSet is in it.
    pub with_set: bool,
}

/// Everything in a document that is joined, or recognised and not judged. `file_name` matters for kustomizations,
/// which need no `kind`.
pub fn read(document: &Document, file_name: &str) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(root) = document.root() {
        let is_kustomization_file = matches!(file_name, "kustomization.yaml" | "kustomization.yml" | "Kustomization");
        if is_kustomization_file && root.get("kind").is_none() {
            let typed = Typed::Kustomization(Box::new(Kustomization::read(root)));
            items.push(object(root, text(root, "apiVersion"), "Kustomization", typed, Faults::default()));
        } else {
            read_node(root, &Implied::default(), &mut items, 0);
        }
    }
    items
}

fn text<'d>(node: Node<'d>, key: &str) -> &'d str {
    node.get(key).and_then(Node::as_str).unwrap_or_default()
}

fn metadata<'d>(root: Node<'d>, key: &str) -> &'d str {
    root.get("metadata").map(|metadata| text(metadata, key)).unwrap_or_default()
}

fn object(root: Node<'_>, api_version: &str, kind: &str, typed: Typed, faults: Faults) -> Item {
    let namespace = metadata(root, "namespace");
    Item::Object(Box::new(ReadObject {
        node: root.id(),
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        name: metadata(root, "name").to_owned(),
        namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
        typed,
        type_errors: faults.0,
        unknown_fields: faults.1,
    }))
}

/// What decoding met.
type Faults = (Vec<TypeError>, Vec<UnknownField>);

/// What a typed list says of items that say neither: kubectl fills it in (apimachinery
/// `pkg/apis/meta/v1/unstructured/helpers.go`, `decodeToList`).
#[derive(Default)]
struct Implied<'d> {
    kind: &'d str,
    api_version: &'d str,
}

/// The kind that a misspelt one must mean: one of ours in other letters (`Statefulset`), or a set with a slip.
pub fn meant(kind: &str) -> Option<&'static str> {
    let in_other_letters = KINDS.iter().find(|known| known.eq_ignore_ascii_case(kind));
    in_other_letters.copied().or_else(|| is_slip_of_set(kind).then_some(SET))
}

const SET: &str = "StatefulSet";

/// Whether a word is `StatefulSet` with one or two slips. No kind of Kubernetes itself is so near.
fn is_slip_of_set(word: &str) -> bool {
    (SET.len() - 2..=SET.len() + 2).contains(&word.len())
        && word.starts_with(['S', 's'])
        && strsim::damerau_levenshtein(word, SET) <= 2
}

/// Whether a version is nobody's, like `app/v1`: its group has no dot, and a resource of one's own needs one.
///
/// Source: kubernetes/kubernetes `staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go`.
fn is_slip_of_version(api_version: &str) -> bool {
    !api_version.is_empty() && api_version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-".contains(&byte))
}

fn read_node(root: Node<'_>, implied: &Implied<'_>, items: &mut Vec<Item>, depth: usize) {
    let (written, mut api_version) = (text(root, "kind"), text(root, "apiVersion"));
    let mut kind = meant(written).unwrap_or(written);
    if kind.is_empty() && api_version.is_empty() {
        (kind, api_version) = (implied.kind, implied.api_version);
    }
    // kubectl flattens every list kind (cli-runtime `pkg/resource/visitor.go`); lists in lists end at some depth.
    if kind.ends_with("List") && depth < 8 {
        let implied = Implied { kind: kind.strip_suffix("List").unwrap_or_default(), api_version };
        for item in root.get("items").into_iter().flat_map(Node::items) {
            read_node(item, &implied, items, depth + 1);
        }
        return;
    }
    let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
    let skip = |reason| {
        let with_set = kind == "StatefulSet" || (reason == SkipReason::OpenShiftTemplate && template_has_set(root));
        Item::Skipped(SkippedItem {
            node: root.id(),
            reason,
            kind: kind.to_owned(),
            name: metadata(root, "name").to_owned(),
            with_set,
        })
    };
    let served = match (kind, group) {
        ("StatefulSet", "apps") => api_version == "apps/v1",
        ("StatefulSet", "extensions" | "") => false,
        ("Template", "template.openshift.io" | "") if root.get("objects").is_some() => {
            return items.push(skip(SkipReason::OpenShiftTemplate));
        }
        ("Service" | "PersistentVolumeClaim" | "PersistentVolume" | "ConfigMap", "") => api_version == "v1",
        ("PodDisruptionBudget", "policy") => api_version == "policy/v1",
        ("StorageClass", "storage.k8s.io") => api_version == "storage.k8s.io/v1",
        ("HorizontalPodAutoscaler", "autoscaling") => matches!(api_version, "autoscaling/v1" | "autoscaling/v2"),
        ("StatefulSet" | "PodDisruptionBudget" | "HorizontalPodAutoscaler", _) if is_slip_of_version(api_version) => {
            false
        }
        ("StatefulSet", _) => return items.push(skip(SkipReason::OtherApiGroup)),
        ("ScaledObject", "keda.sh") => true,
        ("Kustomization" | "Component", "kustomize.config.k8s.io") => true,
        // Flux's Kustomization, Knative's Service and the like: other things of the same name.
        _ => return,
    };
    // No server takes a kind without an apiVersion, kustomize does; a set that has everything else is no patch.
    let is_anonymous = api_version.is_empty();
    if is_fragment(root, kind) || (is_anonymous && kind != SET) {
        return items.push(skip(SkipReason::KustomizePatch));
    }
    if !served && !is_anonymous {
        return items.push(skip(SkipReason::UnservedVersion));
    }
    let identity = (api_version, kind);
    match kind {
        "StatefulSet" => typed(root, identity, Typed::StatefulSet, items),
        "Service" => typed(root, identity, Typed::Service, items),
        "PodDisruptionBudget" => typed(root, identity, Typed::Budget, items),
        "PersistentVolumeClaim" => typed(root, identity, Typed::Claim, items),
        "PersistentVolume" => typed(root, identity, Typed::Volume, items),
        "StorageClass" => typed(root, identity, Typed::StorageClass, items),
        "ConfigMap" => typed(root, identity, Typed::ConfigMap, items),
        "HorizontalPodAutoscaler" | "ScaledObject" => {
            if let Ok(autoscaler) = Autoscaler::read(root, kind == "ScaledObject") {
                let faults = match api_version {
                    "autoscaling/v1" => faults(decoded::<v1::HorizontalPodAutoscaler>(root, kind)),
                    "autoscaling/v2" => faults(decoded::<v2::HorizontalPodAutoscaler>(root, kind)),
                    _ => Faults::default(),
                };
                items.push(object(root, api_version, kind, Typed::Autoscaler(autoscaler), faults));
            }
        }
        _ => {
            let kustomization = Typed::Kustomization(Box::new(Kustomization::read(root)));
            items.push(object(root, api_version, kind, kustomization, Faults::default()));
        }
    }
}

fn typed<T: DeserializeOwned>(
    root: Node<'_>,
    (api_version, kind): (&str, &str),
    wrap: fn(Box<T>) -> Typed,
    items: &mut Vec<Item>,
) {
    let mut decoded = decoded::<T>(root, kind);
    if let Some(value) = decoded.value.take() {
        items.push(object(root, api_version, kind, wrap(Box::new(value)), faults(decoded)));
    }
}

fn faults<T>(decoded: Decoded<T>) -> Faults {
    (decoded.errors, decoded.unknown)
}

/// Whether this can only be a patch: it lacks what every object of its kind must have, or says so itself.
///
/// A set that lacks selector, Pod labels or containers, unless it has labels and an image; a Service with neither ports
/// nor a reason to have none; a claim that says nothing but a size; a class with neither provisioner nor parameters: the
/// API server refuses each of them, kustomize lays them over the real object.
fn is_fragment(root: Node<'_>, kind: &str) -> bool {
    if root.get("$patch").is_some() {
        return true;
    }
    if kind == "StorageClass" {
        return root.get("provisioner").is_none() && root.get("parameters").is_none();
    }
    let Some(spec) = root.get("spec") else {
        return matches!(kind, "StatefulSet" | "Service" | "PersistentVolumeClaim");
    };
    // Something else where a mapping belongs is a mistake, not a part.
    let is_wrong = |path: &'static str| {
        spec.at(&FieldPath::of(path)).is_some_and(|node| node.kind() != NodeKind::Mapping && !node.text().is_empty())
    };
    match kind {
        "StatefulSet" if spec.kind() != NodeKind::Mapping && !spec.text().is_empty() => false,
        "StatefulSet" if ["template", "template.metadata", "template.spec"].into_iter().any(is_wrong) => false,
        "StatefulSet" => {
            let template = spec.get("template");
            let labels = template.and_then(|node| node.get("metadata")).and_then(|node| node.get("labels"));
            let pod = template.and_then(|node| node.get("spec"));
            let has_containers = pod.is_some_and(|node| node.get("containers").is_some());
            let is_whole = spec.get("selector").is_some() && labels.is_some() && has_containers;
            let mut containers = pod.and_then(|node| node.get("containers")).into_iter().flat_map(Node::items);
            let has_image = containers.any(|container| container.get("image").is_some());
            spec.get("$patch").is_some() || !(is_whole || (labels.is_some() && has_image))
        }
        "Service" => {
            let is = |key: &str, value: &str| spec.get(key).is_some_and(|node| node.text() == value);
            let says_whom = spec.get("selector").is_some() && spec.get("type").is_none();
            spec.get("ports").is_none() && !is("clusterIP", "None") && !is("type", "ExternalName") && !says_whom
        }
        "PersistentVolumeClaim" => {
            let says = |key: &Node<'_>| key.key_text().is_some_and(|key| key != "resources");
            spec.get("accessModes").is_none()
                && (spec.get("resources").is_none() || !spec.entries().iter().any(|(key, _)| says(key)))
        }
        _ => false,
    }
}

fn template_has_set(root: Node<'_>) -> bool {
    let mut objects = root.get("objects").into_iter().flat_map(Node::items);
    objects.any(|object| text(object, "kind") == "StatefulSet")
}
