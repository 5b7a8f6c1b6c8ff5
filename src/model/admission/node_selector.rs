//! Node selectors of Pods and of volumes (`pkg/apis/core/validation/validation.go`, ValidateNodeSelector).

use k8s_openapi::api::core::v1::{NodeSelector, NodeSelectorRequirement, NodeSelectorTerm};

use super::forms::{below, flawed};
use super::name::{label_key_flaws, label_value_flaws, subdomain_flaws};
use super::review::Review;
use crate::yaml::FieldPath;

pub(super) fn review(selector: &NodeSelector, path: &FieldPath, review: &mut Review<'_>) {
    let terms = below(path, "nodeSelectorTerms");
    if selector.node_selector_terms.is_empty() {
        review.required(terms.clone(), "must have at least one node selector term", "at least one is required");
    }
    for (number, one) in selector.node_selector_terms.iter().enumerate() {
        term(one, true, &terms.clone().index(number), review);
    }
}

/// One term; of a preference the server does not look at the values of expressions.
pub(super) fn term(term: &NodeSelectorTerm, looks_at_values: bool, path: &FieldPath, review: &mut Review<'_>) {
    for (number, requirement) in term.match_expressions.iter().flatten().enumerate() {
        expression(requirement, looks_at_values, &below(path, "matchExpressions").index(number), review);
    }
    for (number, requirement) in term.match_fields.iter().flatten().enumerate() {
        field(requirement, &below(path, "matchFields").index(number), review);
    }
}

/// ValidateNodeSelectorRequirement.
fn expression(requirement: &NodeSelectorRequirement, looks_at_values: bool, path: &FieldPath, review: &mut Review<'_>) {
    let values = requirement.values.as_deref().unwrap_or_default();
    let (at_values, at_operator) = (below(path, "values"), below(path, "operator"));
    match requirement.operator.as_str() {
        "In" | "NotIn" if values.is_empty() => {
            let detail = "must be specified when `operator` is 'In' or 'NotIn'";
            review.required(at_values.clone(), detail, "`In` and `NotIn` need values");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            review.forbidden(at_values.clone(), detail, "`Exists` and `DoesNotExist` take none");
        }
        "Gt" | "Lt" if values.len() != 1 => {
            let detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
            review.required(at_values.clone(), detail, "`Lt` and `Gt` need exactly one value");
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        _ => {
            review.invalid(at_operator, "not a valid selector operator", "no operator of node selectors");
        }
    }
    flawed(&below(path, "key"), label_key_flaws(&requirement.key), review);
    for (number, value) in values.iter().enumerate().filter(|_| looks_at_values) {
        flawed(&at_values.clone().index(number), label_value_flaws(value), review);
    }
}

/// ValidateNodeFieldSelectorRequirement.
fn field(requirement: &NodeSelectorRequirement, path: &FieldPath, review: &mut Review<'_>) {
    let values = requirement.values.as_deref().unwrap_or_default();
    let at_values = below(path, "values");
    match requirement.operator.as_str() {
        "In" | "NotIn" if values.len() != 1 => {
            let detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
            review.required(at_values.clone(), detail, "exactly one value is required");
        }
        "In" | "NotIn" => {}
        _ => {
            let reason = "only `In` and `NotIn` will do for fields";
            review.invalid(below(path, "operator"), "not a valid selector operator", reason);
        }
    }
    if requirement.key != "metadata.name" {
        review.invalid(below(path, "key"), "not a valid field selector key", "only `metadata.name` will do");
        return;
    }
    for (number, value) in values.iter().enumerate() {
        flawed(&at_values.clone().index(number), subdomain_flaws(value), review);
    }
}
