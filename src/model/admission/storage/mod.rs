//! StorageClasses (`pkg/apis/storage/validation/validation.go`, ValidateStorageClass) and volumes.

mod iscsi;
mod source;
mod volume;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use k8s_openapi::api::core::v1::TopologySelectorTerm;
use k8s_openapi::api::storage::v1::StorageClass;

use super::forms::flawed;
use super::metadata;
use super::name::{label_key_flaws, subdomain_flaws};
use super::review::Review;
use crate::model::is_placeholder;
use crate::yaml::FieldPath;

pub(super) use volume::review as review_volume;

/// The most parameters of a class.
const PARAMETERS: usize = 512;
/// The most bytes that keys and values of all parameters have.
const PARAMETER_BYTES: usize = 256 * 1024;

pub(super) fn review_class(class: &StorageClass, review: &mut Review<'_>) {
    metadata::review(&class.metadata, &FieldPath::of("metadata"), subdomain_flaws, review);
    let provisioner = FieldPath::of("provisioner");
    match class.provisioner.as_str() {
        "" => {
            review.required(provisioner, "", "");
        }
        name => flawed(&provisioner, label_key_flaws(&name.to_lowercase()), review),
    }
    parameters(class, review);
    // An absent policy and an empty one are `Delete`.
    const POLICIES: &[&str] = &["Delete", "Retain"];
    if class.reclaim_policy.as_deref().is_some_and(|policy| !policy.is_empty() && !POLICIES.contains(&policy)) {
        review.unsupported(FieldPath::of("reclaimPolicy"), POLICIES);
    }
    const MODES: &[&str] = &["Immediate", "WaitForFirstConsumer"];
    if class.volume_binding_mode.as_deref().is_some_and(|mode| !MODES.contains(&mode)) {
        review.unsupported(FieldPath::of("volumeBindingMode"), MODES);
    }
    topologies(class.allowed_topologies.as_deref().unwrap_or_default(), review);
}

fn parameters(class: &StorageClass, review: &mut Review<'_>) {
    let Some(parameters) = &class.parameters else { return };
    let path = FieldPath::of("parameters");
    if parameters.len() > PARAMETERS {
        let detail = format!("may not be more than {PARAMETERS} bytes");
        review.too_long(path, detail, format!("{PARAMETERS} parameters are the most"));
        return;
    }
    if parameters.contains_key("") {
        let place = path.clone().key("");
        review.invalid(place.clone(), "field can not be empty.", "a parameter without a name");
        review.named(&place, "parameters");
    }
    if parameters.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>() > PARAMETER_BYTES {
        let detail = format!("may not be more than {PARAMETER_BYTES} bytes");
        review.too_long(path, detail, "256 KiB of parameters are the most");
    }
}

fn topologies(terms: &[TopologySelectorTerm], review: &mut Review<'_>) {
    let mut known: HashSet<BTreeMap<&str, BTreeSet<&str>>> = HashSet::new();
    // The server compares with a list that has an empty term in it from the start.
    known.insert(BTreeMap::new());
    for (number, term) in terms.iter().enumerate() {
        let path = FieldPath::of("allowedTopologies").index(number).key("matchLabelExpressions");
        let mut values_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut is_open = review.object.is_faulty(&path);
        for (position, one) in term.match_label_expressions.iter().flatten().enumerate() {
            let place = path.clone().index(position);
            if one.values.is_empty() {
                review.required(place.clone().key("values"), "", "at least one is needed");
            }
            let mut values = BTreeSet::new();
            for (which, value) in one.values.iter().enumerate() {
                is_open |= is_placeholder(value);
                if !values.insert(value.as_str()) {
                    review.duplicate(place.clone().key("values").index(which), "is there already");
                }
            }
            flawed(&place.clone().key("key"), label_key_flaws(&one.key), review);
            is_open |= is_placeholder(&one.key);
            if values_of.insert(&one.key, values).is_some() {
                review.duplicate(place.key("key"), "one key twice in a term");
            }
        }
        let is_empty = values_of.is_empty();
        if !is_open && !known.insert(values_of) {
            review.duplicate(path, if is_empty { "a term needs an expression" } else { "the same as another term" });
        }
    }
}
