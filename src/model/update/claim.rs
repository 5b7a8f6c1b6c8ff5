//! Updates of a PersistentVolumeClaim by `kubectl apply` (`pkg/apis/core/validation/validation.go`,
//! ValidatePersistentVolumeClaimUpdate; `plugin/pkg/admission/storage/persistentvolume/resize/admission.go`).

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use serde_json::{Map, Value};

use super::difference::differences;
use super::stored::{json, quantities_are_valid, stored_claim};
use crate::model::{Quantity, Version};
use crate::yaml::FieldPath;

/// The annotation that named the class before there was a field for it.
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

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
    /// A class of volume attributes cannot be taken away.
    AttributesClassRemoved,
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
            ClaimAnswer::AttributesClassRemoved => "spec.volumeAttributesClassName: Forbidden: update to nil is \
                 forbidden when status.currentVolumeAttributesClassName is not nil"
                .to_owned(),
            ClaimAnswer::BetaClassImmutable => {
                format!("metadata.annotations.{BETA_CLASS}: Invalid value: field is immutable")
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
    let (base_spec, head_spec) = (spec(base, version), spec(head, version));
    let mut old = base_spec.clone();
    fill_in(&mut old, "storageClassName", state.class.as_deref());
    fill_in(&mut old, "volumeName", state.volume_name.as_deref());
    complete_data_source(&mut old);
    let mut new = merge(&base_spec, &head_spec, &old);
    complete_data_source(&mut new);

    let mut answers = Vec::new();
    let (old_size, new_size) = (size(base), merged_size(base, head));
    let mut sent = new.clone();
    if !old.contains_key("volumeName") {
        copy(&old, &mut sent, "volumeName");
    }
    let old_annotation = annotation(base);
    let new_annotation = annotation(head);
    if old.contains_key("storageClassName") || !late_class(old_annotation, new_annotation, text(&new, CLASS)) {
        if old_annotation.unwrap_or_default() != new_annotation.unwrap_or_default() {
            answers.push(ClaimAnswer::BetaClassImmutable);
        }
    } else {
        sent.remove("storageClassName");
    }
    if state.bound {
        copy_request(&old, &mut sent);
        copy(&old, &mut sent, ATTRIBUTES_CLASS);
    }
    let paths = differences(&Value::Object(old.clone()), &Value::Object(sent));
    if !paths.is_empty() {
        let below_spec = |path: FieldPath| FieldPath::of("spec").join(&path);
        answers.push(ClaimAnswer::SpecImmutable(paths.into_iter().map(below_spec).collect()));
    }
    let nothing = || Quantity::parse("0");
    if new_size < old_size && new_size <= state.capacity.clone().or_else(nothing) {
        answers.push(ClaimAnswer::Shrinks);
    }
    let is_taken_away = text(&new, ATTRIBUTES_CLASS).is_none_or(str::is_empty);
    if state.attributes_class.is_some() && text(&old, ATTRIBUTES_CLASS).is_some() && is_taken_away {
        answers.push(ClaimAnswer::AttributesClassRemoved);
    }
    // Admission comes last: it is asked only about what is valid.
    if answers.is_empty() && new_size > old_size && !state.expandable {
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
                    capacity: size(base).filter(|_| bound),
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

fn spec(claim: &PersistentVolumeClaim, version: Version) -> Map<String, Value> {
    let mut stored = stored_claim(claim);
    let mut spec = match stored.get_mut("spec").map(Value::take) {
        Some(Value::Object(spec)) => spec,
        _ => Map::new(),
    };
    // Dropped without a word by 1.32.13 and 1.33.13.
    if !version.is_at_least(34) {
        spec.remove(ATTRIBUTES_CLASS);
    }
    spec
}

fn annotation(claim: &PersistentVolumeClaim) -> Option<&str> {
    claim.metadata.annotations.as_ref()?.get(BETA_CLASS).map(String::as_str)
}

fn text<'a>(spec: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    spec.get(key).and_then(Value::as_str)
}

/// Whether this is a class for a claim that has none yet, which is allowed: from the annotation's name into the field
/// (validateStorageClassUpgradeFromAnnotation), or from nothing (validateStorageClassUpgradeFromNil).
fn late_class(old: Option<&str>, new: Option<&str>, class: Option<&str>) -> bool {
    let from_nothing = old.is_none_or(str::is_empty) && class.is_some();
    let from_annotation = old.is_some() && class == old && new.is_none_or(|new| Some(new) == old);
    from_nothing || from_annotation
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

/// `dataSource` and `dataSourceRef` say the same: the server writes the one that is missing
/// (`pkg/registry/core/persistentvolumeclaim/strategy.go`, NormalizeDataSources), unless another namespace is meant.
fn complete_data_source(spec: &mut Map<String, Value>) {
    let elsewhere = spec.get("dataSourceRef").is_some_and(|source| source.get("namespace").is_some());
    if elsewhere {
        return;
    }
    for (from, to) in [("dataSource", "dataSourceRef"), ("dataSourceRef", "dataSource")] {
        if let Some(source) = spec.get(from).cloned()
            && !spec.contains_key(to)
        {
            spec.insert(to.to_owned(), source);
        }
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

fn size(claim: &PersistentVolumeClaim) -> Option<Quantity> {
    let request = claim.spec.as_ref()?.resources.as_ref()?.requests.as_ref()?.get("storage")?;
    Quantity::parse(&request.0).map(Quantity::stored)
}

/// The size that is sent: none is 0.
fn merged_size(base: &PersistentVolumeClaim, head: &PersistentVolumeClaim) -> Option<Quantity> {
    size(head).or_else(|| size(base).and_then(|_| Quantity::parse("0")))
}
