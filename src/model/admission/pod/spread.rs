//! Topology spread constraints (`pkg/apis/core/validation/validation.go`, validateTopologySpreadConstraints).

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{PodSpec, TopologySpreadConstraint};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::model::admission::forms::{below, flawed, one_of};
use crate::model::admission::name::label_key_flaws;
use crate::model::admission::review::Review;
use crate::model::admission::selector;
use crate::yaml::FieldPath;

pub(super) fn review(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let constraints = pod.topology_spread_constraints.as_deref().unwrap_or_default();
    let path = below(path, "topologySpreadConstraints");
    for (number, constraint) in constraints.iter().enumerate() {
        one(constraint, &path.clone().index(number), review);
    }
    repeated(constraints, &path, review);
}

fn one(constraint: &TopologySpreadConstraint, path: &FieldPath, review: &mut Review<'_>) {
    const ACTIONS: &[&str] = &["DoNotSchedule", "ScheduleAnyway"];
    const POLICIES: &[&str] = &["Honor", "Ignore"];
    const POSITIVE: &str = "must be greater than zero";
    let action = below(path, "whenUnsatisfiable");
    if constraint.max_skew <= 0 {
        review.invalid(below(path, "maxSkew"), POSITIVE, "less than 1");
    }
    if constraint.topology_key.is_empty() {
        review.required(below(path, "topologyKey"), "can not be empty", "");
    }
    one_of(&action, Some(&constraint.when_unsatisfiable), ACTIONS, review);
    if let Some(domains) = constraint.min_domains {
        let at = below(path, "minDomains");
        if domains <= 0 {
            review.invalid(at.clone(), POSITIVE, "less than 1");
        }
        if constraint.when_unsatisfiable != "DoNotSchedule" && !review.is_unknowable(&action) {
            let detail = format!(
                "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {}",
                constraint.when_unsatisfiable
            );
            review.invalid(at, detail, "goes with `DoNotSchedule` only");
        }
    }
    one_of(&below(path, "nodeAffinityPolicy"), constraint.node_affinity_policy.as_deref(), POLICIES, review);
    one_of(&below(path, "nodeTaintsPolicy"), constraint.node_taints_policy.as_deref(), POLICIES, review);
    let keys = constraint.match_label_keys.as_deref().unwrap_or_default();
    // The gate MatchLabelKeysInPodTopologySpreadSelectorMerge, on from 1.34.
    match review.version.is_at_least(34) {
        true => label_keys(keys, &[], constraint.label_selector.as_ref(), path, review),
        false => label_keys_until_1_33(keys, constraint.label_selector.as_ref(), path, review),
    }
    if let Some(labels) = &constraint.label_selector {
        selector::review(labels, &below(path, "labelSelector"), review);
    }
}

/// ValidateSpreadConstraintNotRepeat: the server names the first of two, we point at the second one's key.
fn repeated(constraints: &[TopologySpreadConstraint], path: &FieldPath, review: &mut Review<'_>) {
    let mut below_it = BTreeMap::new();
    let mut pairs = Vec::new();
    for (first, constraint) in constraints.iter().enumerate().rev() {
        let kind = (constraint.topology_key.as_str(), constraint.when_unsatisfiable.as_str());
        pairs.extend(below_it.insert(kind, first).map(|second| (first, second)));
    }
    for (first, second) in pairs.into_iter().rev() {
        let keys = |number: usize| ["topologyKey", "whenUnsatisfiable"].map(|key| path.clone().index(number).key(key));
        if keys(first).iter().chain(&keys(second)).all(|path| !review.is_unknowable(path)) {
            let at = path.clone().index(second).key("topologyKey");
            let named = format!("{}.{{topologyKey, whenUnsatisfiable}}", path.clone().index(first));
            review.duplicate(at.clone(), "with the same `whenUnsatisfiable` as one above").named(&at, named);
        }
    }
}

/// ValidateMatchLabelKeysAndMismatchLabelKeys.
pub(super) fn label_keys(
    matched: &[String],
    mismatched: &[String],
    selector: Option<&LabelSelector>,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    for (key, names) in [("matchLabelKeys", matched), ("mismatchLabelKeys", mismatched)] {
        let at = below(path, key);
        if names.is_empty() {
            continue;
        }
        if selector.is_none() {
            without_selector(&at, path, review);
            continue;
        }
        for (number, name) in names.iter().enumerate() {
            flawed(&at.clone().index(number), label_key_flaws(name), review);
        }
    }
    if let Some(selector) = selector {
        let mut selected: BTreeSet<&str> =
            selector.match_labels.iter().flatten().map(|(key, _)| key.as_str()).collect();
        // Of a key that stands there twice the server counts the last.
        let places: BTreeMap<&str, usize> = matched.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
        for expression in selector.match_expressions.iter().flatten() {
            let is_new = selected.insert(&expression.key);
            if let Some(&number) = places.get(expression.key.as_str()).filter(|_| !is_new) {
                let at = below(path, "matchLabelKeys").index(number);
                let named = path.clone().index(number).to_string();
                review.invalid(at.clone(), IN_BOTH, "`labelSelector` has the key too").named(&at, named);
            }
        }
    }
    let mismatched: BTreeSet<&str> = mismatched.iter().map(String::as_str).collect();
    for (number, key) in matched.iter().enumerate() {
        if mismatched.contains(key.as_str()) {
            let detail = "exists in both matchLabelKeys and mismatchLabelKeys";
            let at = below(path, "matchLabelKeys").index(number);
            review.invalid(at, detail, "`mismatchLabelKeys` has the key too");
        }
    }
}

const IN_BOTH: &str = "exists in both matchLabelKeys and labelSelector";

/// ValidateMatchLabelKeysInTopologySpread.
fn label_keys_until_1_33(keys: &[String], selector: Option<&LabelSelector>, path: &FieldPath, review: &mut Review<'_>) {
    let at = below(path, "matchLabelKeys");
    if keys.is_empty() {
        return;
    }
    let mut selected = BTreeSet::new();
    match selector {
        None => without_selector(&at, path, review),
        Some(selector) => {
            selected.extend(selector.match_labels.iter().flatten().map(|(key, _)| key.as_str()));
            selected.extend(selector.match_expressions.iter().flatten().map(|expression| expression.key.as_str()));
        }
    }
    for (number, key) in keys.iter().enumerate() {
        let at = at.clone().index(number);
        flawed(&at, label_key_flaws(key), review);
        if selected.contains(key.as_str()) {
            review.invalid(at, IN_BOTH, "`labelSelector` has the key too");
        }
    }
}

fn without_selector(at: &FieldPath, path: &FieldPath, review: &mut Review<'_>) {
    if !review.is_unknowable(&below(path, "labelSelector")) {
        review.forbidden(at.clone(), "must not be specified when labelSelector is not set", "needs a `labelSelector`");
    }
}
