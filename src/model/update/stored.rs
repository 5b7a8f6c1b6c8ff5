//! Objects in the form in which the API server compares them: defaults filled in, quantities by their value, and what
//! Go cannot tell from absent left out.

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::Quantity;

/// Fields that are pointers to structs in the API types: `{}` is something else than nothing.
const POINTERS: &[&str] = &["selector", "dataSource", "dataSourceRef", "modifyVolumeStatus", "fieldsV1"];
/// Fields that are pointers to strings: `""` is something else than nothing.
const TEXT_POINTERS: &[&str] =
    &["storageClassName", "volumeAttributesClassName", "currentVolumeAttributesClassName", "apiGroup", "volumeMode"];
/// Fields that hold names of the user's: an empty value is a value.
const MAPS: &[&str] = &["labels", "annotations", "matchLabels", "allocatedResourceStatuses", "fieldsV1"];
/// Fields that hold quantities by resource.
const QUANTITIES: &[&str] = &["requests", "limits", "capacity", "allocatedResources"];

/// A claim, or an entry of `volumeClaimTemplates`, as stored (`pkg/apis/core/v1/defaults.go`,
/// SetDefaults_PersistentVolumeClaim, SetDefaults_PersistentVolumeClaimSpec, SetDefaults_ResourceList).
///
/// `apiVersion` and `kind` are not in it: the server knows them without being told.
pub fn stored_claim(claim: &PersistentVolumeClaim) -> Value {
    let mut value = json(claim);
    if let Some(fields) = value.as_object_mut() {
        fields.remove("apiVersion");
        fields.remove("kind");
        default_text(fields, "status", "phase", "Pending");
        let spec = fields.entry("spec").or_insert_with(|| Value::Object(Map::new()));
        if let Some(spec) = spec.as_object_mut()
            && spec.get("volumeMode").is_none_or(Value::is_null)
        {
            spec.insert("volumeMode".to_owned(), "Filesystem".into());
        }
    }
    prune("", &mut value);
    value
}

/// A label selector as it is compared: expressions and values in their order, nothing evaluated.
pub(super) fn stored_selector(selector: &LabelSelector) -> Value {
    let mut value = json(selector);
    prune("", &mut value);
    value
}

pub(super) fn json<T: Serialize>(value: &T) -> Value {
    // The API types have string keys only, so this does not fail.
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn default_text(fields: &mut Map<String, Value>, holder: &str, key: &str, default: &str) {
    let holder = fields.entry(holder).or_insert_with(|| Value::Object(Map::new()));
    if let Some(holder) = holder.as_object_mut()
        && holder.get(key).is_none_or(|value| value.is_null() || value.as_str() == Some(""))
    {
        holder.insert(key.to_owned(), default.into());
    }
}

/// Leaves out what the server cannot tell from absent, and writes quantities in their one form. `holder` is the name of
/// the field that holds the value.
fn prune(holder: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                if QUANTITIES.contains(&key.as_str()) {
                    canonical(field);
                } else if !MAPS.contains(&key.as_str()) {
                    prune(key, field);
                }
            }
            fields.retain(|key, field| !is_nothing(holder, key, field));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| prune(holder, item)),
        _ => {}
    }
}

fn is_nothing(holder: &str, key: &str, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => {
            let is_pointer = TEXT_POINTERS.contains(&key) || (holder, key) == ("dataSourceRef", "namespace");
            text.is_empty() && !is_pointer
        }
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty() && !POINTERS.contains(&key),
        // The one number that is no pointer.
        Value::Number(number) => key == "generation" && number.as_i64() == Some(0),
        Value::Bool(_) => false,
    }
}

/// Quantities of one value become equal: what is no quantity stays as it is.
fn canonical(resources: &mut Value) {
    for quantity in resources.as_object_mut().into_iter().flat_map(Map::values_mut) {
        if let Some(value) = quantity.as_str().and_then(Quantity::parse) {
            *quantity = Value::String(value.stored().canonical());
        }
    }
}

/// Whether every quantity in an object is one: the server answers anything else with a 400 that names nothing more.
pub(super) fn quantities_are_valid(value: &Value) -> bool {
    are_valid("", value)
}

fn are_valid(holder: &str, value: &Value) -> bool {
    let is_quantity = |value: &Value| value.as_str().is_none_or(|text| Quantity::parse(text).is_some());
    match value {
        Value::Object(fields) => fields.iter().all(|(key, field)| match (key.as_str(), field) {
            ("requests" | "limits" | "capacity" | "allocatedResources" | "overhead", Value::Object(resources)) => {
                resources.values().all(is_quantity)
            }
            ("sizeLimit", field) if holder == "emptyDir" => is_quantity(field),
            ("divisor", field) if holder == "resourceFieldRef" => is_quantity(field),
            (key, field) => are_valid(key, field),
        }),
        Value::Array(items) => items.iter().all(|item| are_valid(holder, item)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::stored_claim;

    fn stored(value: Value) -> Value {
        stored_claim(&serde_json::from_value(value).unwrap())
    }

    #[test]
    fn what_the_server_cannot_tell_apart_is_one() {
        let plain = json!({"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "10Gi"}}}});
        let same = [
            json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "labels": {},
                "annotations": {}, "creationTimestamp": null}, "spec": {"accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "10240Mi"}, "limits": {}}}, "status": {"conditions": []}}),
            json!({"metadata": {"name": "data", "namespace": "", "generation": 0}, "spec": {"volumeMode": "Filesystem",
                "accessModes": ["ReadWriteOnce"], "volumeName": "", "storageClassName": null,
                "resources": {"requests": {"storage": "10737418240"}}}, "status": {"phase": "Pending"}}),
        ];
        for other in same {
            assert_eq!(stored(other), stored(plain.clone()));
        }
    }

    #[test]
    fn what_the_server_tells_apart_is_kept() {
        let plain = || json!({"metadata": {"name": "data"}, "spec": {"accessModes": ["A", "B"]}});
        let with = |path: &str, value: Value| {
            let mut changed = plain();
            *changed.pointer_mut(path.rsplit_once('/').unwrap().0).unwrap() = value;
            changed
        };
        let differ = [
            with("/spec/x", json!({"accessModes": ["B", "A"]})),
            with("/spec/x", json!({"accessModes": ["A", "B"], "storageClassName": ""})),
            with("/spec/x", json!({"accessModes": ["A", "B"], "volumeAttributesClassName": ""})),
            with("/spec/x", json!({"accessModes": ["A", "B"], "selector": {}})),
            with("/spec/x", json!({"accessModes": ["A", "B"], "resources": {"requests": {"storage": "0"}}})),
            with("/metadata/x", json!({"name": "data", "labels": {"a": ""}})),
            with("/metadata/x", json!({"name": "data", "finalizers": ["x"]})),
            with("/metadata/x", json!({"name": "data", "namespace": "web"})),
            with("/metadata/x", json!({"name": "data", "deletionGracePeriodSeconds": 0})),
            with("/metadata/x", json!({"name": "data", "generation": 1})),
        ];
        for other in differ {
            assert_ne!(stored(other.clone()), stored(plain()), "{other}");
        }
        let reference = |namespace: Value| {
            stored(json!({"spec": {"dataSourceRef": {"kind": "A", "name": "a", "namespace": namespace}}}))
        };
        assert_ne!(reference(json!("")), reference(Value::Null));
        let resized = |status: Value| stored(json!({"status": status}));
        assert_ne!(resized(json!({"modifyVolumeStatus": {}})), resized(json!({})));
        assert_ne!(resized(json!({"allocatedResourceStatuses": {"storage": ""}})), resized(json!({})));
    }
}
