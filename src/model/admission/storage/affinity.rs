//! Which nodes reach a volume (`pkg/apis/core/validation/validation.go`, validateVolumeNodeAffinity).

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, VolumeNodeAffinity};

use crate::model::admission::forms::flawed;
use crate::model::admission::name::{label_key_flaws, label_value_flaws, subdomain_flaws};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const UNKNOWN_OPERATOR: &str = "not a valid selector operator";

pub(super) fn review(affinity: &VolumeNodeAffinity, path: &FieldPath, review: &mut Review<'_>) {
    let path = path.clone().key("required");
    let Some(required) = &affinity.required else {
        review.required(path, "must specify required node constraints", "says no nodes");
        return;
    };
    let path = path.key("nodeSelectorTerms");
    if required.node_selector_terms.is_empty() {
        review.required(path, "must have at least one node selector term", "at least one term is needed");
        return;
    }
    for (number, term) in required.node_selector_terms.iter().enumerate() {
        let path = path.clone().index(number);
        for (number, one) in term.match_expressions.iter().flatten().enumerate() {
            expression(one, &path.clone().key("matchExpressions").index(number), review);
        }
        for (number, one) in term.match_fields.iter().flatten().enumerate() {
            field(one, &path.clone().key("matchFields").index(number), review);
        }
    }
}

/// ValidateNodeSelectorRequirement.
fn expression(one: &NodeSelectorRequirement, path: &FieldPath, review: &mut Review<'_>) {
    let values = one.values.as_deref().unwrap_or_default();
    let place = path.clone().key("values");
    match one.operator.as_str() {
        "In" | "NotIn" if values.is_empty() => {
            let detail = "must be specified when `operator` is 'In' or 'NotIn'";
            review.required(place.clone(), detail, "this operator needs values");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            review.forbidden(place.clone(), detail, "this operator takes no values");
        }
        "Gt" | "Lt" if values.len() != 1 => {
            let detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
            review.required(place.clone(), detail, "this operator takes one value");
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        _ => {
            review.invalid(path.clone().key("operator"), UNKNOWN_OPERATOR, "no such operator");
        }
    }
    flawed(&path.clone().key("key"), label_key_flaws(&one.key), review);
    for (number, value) in values.iter().enumerate() {
        flawed(&place.clone().index(number), label_value_flaws(value), review);
    }
}

/// ValidateNodeFieldSelectorRequirement.
fn field(one: &NodeSelectorRequirement, path: &FieldPath, review: &mut Review<'_>) {
    let values = one.values.as_deref().unwrap_or_default();
    let place = path.clone().key("values");
    match one.operator.as_str() {
        "In" | "NotIn" if values.len() == 1 => {}
        "In" | "NotIn" => {
            let detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
            review.required(place.clone(), detail, "exactly one value");
        }
        _ => {
            review.invalid(path.clone().key("operator"), UNKNOWN_OPERATOR, "only `In` or `NotIn` will do");
        }
    }
    if one.key != "metadata.name" {
        review.invalid(path.clone().key("key"), "not a valid field selector key", "only `metadata.name` will do");
        return;
    }
    for (number, value) in values.iter().enumerate() {
        flawed(&place.clone().index(number), subdomain_flaws(value), review);
    }
}
