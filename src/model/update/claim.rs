//! Updates of a PersistentVolumeClaim by `kubectl apply` (`pkg/apis/core/validation/validation.go`,
//! ValidatePersistentVolumeClaimUpdate; `plugin/pkg/admission/storage/persistentvolume/resize/admission.go`).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as ApiQuantity;
use serde_json::{Map, Value};

use super::difference::differences;
use super::stored::{json, quantities_are_valid, stored_claim};
use crate::model::{Quantity, Version};
use crate::yaml::FieldPath;

/// The annotation that named the class before there was a field for it.
pub const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// What only the cluster knows of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimState {
    /// Whether `status.phase` is `Bound`.
    pub bound: bool,
    /// `status.capacity.storage`.
    pub capacity: Option<Quantity>,
    /// The volume it is bound to.
    pub volume_name: Option<String>,
    /// The class that the server filled in where the manifest names none.
    pub class: Option<String>,
    /// Whether its class exists and allows expansion.
    pub expandable: bool,
    /// `status.currentVolumeAttributesClassName`.
    pub attributes_class: Option<String>,
}

/// Something that the server refuses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimAnswer {
    /// These fields of the spec may not change.
    SpecImmutable(Vec<FieldPath>),
    /// The request is smaller than before and not larger than what there is.
    Shrinks,
    /// The class does not let it grow.
    CannotExpand,
    /// The mode is checked a second time, apart from the spec.
    VolumeModeImmutable,
    /// A class of volume attributes cannot be taken away.
    AttributesClassRemoved {
        /// Whether it is written as `""`, not left out.
        written_empty: bool,
    },
    /// The annotation that names the class may not change.
    BetaClassImmutable,
}

impl ClaimAnswer {
    /// What the server says.
    pub fn text(&self, name: &str) -> String {
        match self {
            ClaimAnswer::SpecImmutable(_) => "spec: Forbidden: spec is immutable after creation except \
                 resources.requests and volumeAttributesClassName for bound claims"
                .to_owned(),
            ClaimAnswer::Shrinks => {
                "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity".to_owned()
            }
            ClaimAnswer::CannotExpand => format!(
                "persistentvolumeclaims \"{name}\" is forbidden: only dynamically provisioned pvc can be resized and \
                 the storageclass that provisions the pvc must support resize"
            ),
            ClaimAnswer::VolumeModeImmutable => "volumeMode: Invalid value: …: field is immutable".to_owned(),
            ClaimAnswer::AttributesClassRemoved { written_empty } => format!(
                "spec.volumeAttributesClassName: Forbidden: update to {} is forbidden when \
                 status.currentVolumeAttributesClassName is not nil",
                if *written_empty { "empty string" } else { "nil" }
            ),
            ClaimAnswer::BetaClassImmutable => {
                format!("metadata.annotations.{BETA_CLASS}: Invalid value: …: field is immutable")
            }
        }
    }
}

/// What the server of this version refuses when `head` is applied where `base` is stored, in this state.
///
/// `kubectl apply` sends the difference between the two manifests, so what neither writes stays as the cluster has it.
/// Nothing where a quantity cannot be read: the server then answers 400 and looks no further.
pub fn answer_claim(
    base: &PersistentVolumeClaim,
    head: &PersistentVolumeClaim,
    state: &ClaimState,
    version: Version,
) -> Vec<ClaimAnswer> {
    if !quantities_are_valid(&json(head)) {
        return Vec::new();
    }
    let (base_spec, head_spec) = (spec(base), spec(head));
    let mut old = base_spec.clone();
    prepare(&mut old, None, version);
    fill_in(&mut old, CLASS, state.class.as_deref());
    fill_in(&mut old, "volumeName", state.volume_name.as_deref());
    let mut new = merge(&base_spec, &head_spec, &old);
    // An empty name is a name to kubectl: what writes it, or stops writing it, takes the volume's name away.
    let written = |claim: &PersistentVolumeClaim| claim.spec.as_ref().and_then(|spec| spec.volume_name.clone());
    if written(head).map_or(written(base).is_some(), |name| name.is_empty()) {
        new.remove("volumeName");
    }
    prepare(&mut new, Some(&old), version);

    let mut answers = Vec::new();
    let mut sent = new.clone();
    if !old.contains_key("volumeName") {
        sent.remove("volumeName");
    }
    let (old_class, new_class) = (Class::of(base, &old), Class::of(head, &new));
    let named_late = new_class.field.is_some() && old_class.field.is_none();
    if named_late && old_class.annotation == new_class.field && new_class.keeps_annotation(&old_class) {
        sent.remove(CLASS);
    } else {
        if old_class.annotation.unwrap_or_default() != new_class.annotation.unwrap_or_default() {
            answers.push(ClaimAnswer::BetaClassImmutable);
        }
        if named_late && (old_class.annotation.is_none() || old_class.annotation == new_class.field) {
            sent.remove(CLASS);
        }
    }
    if state.bound {
        // Without any requests there is nothing to put the old one into.
        if requests(head).is_some() || requests(base).is_none() {
            copy_request(&old, &mut sent);
        }
        copy(&old, &mut sent, ATTRIBUTES_CLASS);
    }
    let paths = differences(&Value::Object(old.clone()), &Value::Object(sent));
    if !paths.is_empty() {
        let below_spec = |path: FieldPath| FieldPath::of("spec").join(&path);
        answers.push(ClaimAnswer::SpecImmutable(paths.into_iter().map(below_spec).collect()));
    }
    let (old_size, new_size) = (size(base), size(head));
    if new_size < old_size && new_size <= state.capacity.clone().unwrap_or_else(Quantity::zero) {
        answers.push(ClaimAnswer::Shrinks);
    }
    if old.get(VOLUME_MODE) != new.get(VOLUME_MODE) {
        answers.push(ClaimAnswer::VolumeModeImmutable);
    }
    let attributes = text(&new, ATTRIBUTES_CLASS);
    let differs = text(&old, ATTRIBUTES_CLASS) != attributes;
    if differs && state.attributes_class.is_some() && attributes.is_none_or(str::is_empty) {
        answers.push(ClaimAnswer::AttributesClassRemoved { written_empty: attributes.is_some() });
    }
    // Admission comes last: it is asked only about what is valid.
    let class = old_class.effective();
    let same_class = !class.is_empty() && class == new_class.effective();
    if answers.is_empty() && new_size > old_size && !(same_class && state.expandable) {
        answers.push(ClaimAnswer::CannotExpand);
    }
    answers
}

/// One of the states that a claim may be in, and what the server answers there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    /// The state.
    pub state: ClaimState,
    /// Whether a default class, another than the one now named, was filled in.
    pub has_default_class: bool,
    /// What is refused there.
    pub answers: Vec<ClaimAnswer>,
}

/// The answers in every state that two manifests leave open. `expandable` is whether the class allows expansion, where
/// that is known. A bound claim is taken to have the capacity it asked for.
pub fn possible_claim_answers(
    base: &PersistentVolumeClaim,
    head: &PersistentVolumeClaim,
    expandable: Option<bool>,
    version: Version,
) -> Vec<Possible> {
    let spec = |claim: &PersistentVolumeClaim| claim.spec.clone().unwrap_or_default();
    let names_class = spec(base).storage_class_name.is_some() || annotation(base).is_some();
    let mut found = Vec::new();
    for bound in [false, true] {
        for expandable in expandable.map_or(vec![false, true], |known| vec![known]) {
            for has_default_class in if names_class { vec![false] } else { vec![false, true] } {
                let state = ClaimState {
                    bound,
                    capacity: bound.then(|| size(base)),
                    volume_name: spec(base).volume_name.or_else(|| bound.then(|| "the volume it is bound to".into())),
                    class: has_default_class.then(|| "the default class".to_owned()),
                    expandable,
                    attributes_class: spec(base).volume_attributes_class_name.filter(|_| bound),
                };
                let answers = answer_claim(base, head, &state, version);
                found.push(Possible { state, has_default_class, answers });
            }
        }
    }
    found
}

const CLASS: &str = "storageClassName";
const ATTRIBUTES_CLASS: &str = "volumeAttributesClassName";
const VOLUME_MODE: &str = "volumeMode";

/// How a claim names its class.
struct Class<'a> {
    annotation: Option<&'a str>,
    field: Option<&'a str>,
}

impl<'a> Class<'a> {
    fn of(claim: &'a PersistentVolumeClaim, spec: &'a Map<String, Value>) -> Class<'a> {
        Class { annotation: annotation(claim), field: text(spec, CLASS) }
    }

    /// Whether the annotation stays, or goes because the field takes its place.
    fn keeps_annotation(&self, before: &Class<'_>) -> bool {
        self.annotation.is_none() || self.annotation == before.annotation
    }

    /// The class that counts: the annotation goes first.
    fn effective(&self) -> &'a str {
        self.annotation.or(self.field).unwrap_or_default()
    }
}

fn spec(claim: &PersistentVolumeClaim) -> Map<String, Value> {
    match stored_claim(claim).get_mut("spec").map(Value::take) {
        Some(Value::Object(spec)) => spec,
        _ => Map::new(),
    }
}

/// What the server makes of a spec before it looks at it (`pkg/registry/core/persistentvolumeclaim/strategy.go`,
/// PrepareForCreate and PrepareForUpdate); `old` is what is stored.
fn prepare(spec: &mut Map<String, Value>, old: Option<&Map<String, Value>>, version: Version) {
    let was_used = |key: &str| old.is_some_and(|old| old.contains_key(key));
    // Dropped without a word by 1.32.13 and 1.33.13.
    if !version.is_at_least(34) {
        spec.remove(ATTRIBUTES_CLASS);
    }
    let elsewhere = |spec: &Map<String, Value>| {
        let namespace = spec.get("dataSourceRef").and_then(|source| source.get("namespace")?.as_str());
        namespace.is_some_and(|namespace| !namespace.is_empty())
    };
    // A source in another namespace is for a gate that is off.
    if elsewhere(spec) && !was_used("dataSourceRef") {
        spec.remove("dataSourceRef");
    }
    // Only claims and snapshots were ever honoured in the older of the two fields.
    let is_known = |source: &Value| {
        let field = |key: &str| source.get(key).and_then(Value::as_str).unwrap_or_default();
        matches!(
            (field("kind"), field("apiGroup")),
            ("PersistentVolumeClaim", "") | ("VolumeSnapshot", "snapshot.storage.k8s.io")
        )
    };
    let was_from_source = was_used("dataSource") || was_used("dataSourceRef");
    if !was_from_source && !spec.contains_key("dataSourceRef") && !spec.get("dataSource").is_some_and(is_known) {
        spec.remove("dataSource");
    }
    // The two say the same: the one that is missing is written. Neither has any other field in common.
    for (from, to) in [("dataSource", "dataSourceRef"), ("dataSourceRef", "dataSource")] {
        if let Some(mut source) = spec.get(from).cloned()
            && !spec.contains_key(to)
            && !elsewhere(spec)
        {
            if let Some(fields) = source.as_object_mut() {
                fields.remove("namespace");
            }
            spec.insert(to.to_owned(), source);
        }
    }
}

fn annotation(claim: &PersistentVolumeClaim) -> Option<&str> {
    claim.metadata.annotations.as_ref()?.get(BETA_CLASS).map(String::as_str)
}

fn text<'a>(spec: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    spec.get(key).and_then(Value::as_str)
}

fn fill_in(spec: &mut Map<String, Value>, key: &str, value: Option<&str>) {
    if let Some(value) = value
        && !spec.contains_key(key)
    {
        spec.insert(key.to_owned(), value.into());
    }
}

fn copy(from: &Map<String, Value>, to: &mut Map<String, Value>, key: &str) {
    match from.get(key) {
        Some(value) => to.insert(key.to_owned(), value.clone()),
        None => to.remove(key),
    };
}

fn copy_request(from: &Map<String, Value>, to: &mut Map<String, Value>) {
    let request = from.get("resources").and_then(|resources| resources.get("requests")?.get("storage")).cloned();
    let nested = |holder: &mut Map<String, Value>, key: &str| -> Map<String, Value> {
        match holder.remove(key) {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        }
    };
    let mut resources = nested(to, "resources");
    let mut requests = nested(&mut resources, "requests");
    requests.remove("storage");
    requests.extend(request.map(|request| ("storage".to_owned(), request)));
    if !requests.is_empty() {
        resources.insert("requests".to_owned(), Value::Object(requests));
    }
    if !resources.is_empty() {
        to.insert("resources".to_owned(), Value::Object(resources));
    }
}

/// What `kubectl apply` makes of three objects: it takes away what only the base has, and sets what the head has.
fn merge(base: &Map<String, Value>, head: &Map<String, Value>, live: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = live.clone();
    merged.retain(|key, _| head.contains_key(key) || !base.contains_key(key));
    let empty = Map::new();
    let fields = |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_else(|| empty.clone());
    for (key, value) in head {
        let merged_value = match (value, live.get(key)) {
            (Value::Object(new), Some(Value::Object(old))) => Value::Object(merge(&fields(base.get(key)), new, old)),
            _ => value.clone(),
        };
        merged.insert(key.clone(), merged_value);
    }
    merged.retain(|key, value| key == "selector" || value.as_object().is_none_or(|fields| !fields.is_empty()));
    merged
}

fn requests(claim: &PersistentVolumeClaim) -> Option<&BTreeMap<String, ApiQuantity>> {
    claim.spec.as_ref()?.resources.as_ref()?.requests.as_ref()
}

/// The size asked for: none is 0.
fn size(claim: &PersistentVolumeClaim) -> Quantity {
    let request = requests(claim).and_then(|requests| requests.get("storage"));
    request.and_then(|request| Quantity::parse(&request.0)).map_or_else(Quantity::zero, Quantity::stored)
}
