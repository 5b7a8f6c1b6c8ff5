//! Affinities (`pkg/apis/core/validation/validation.go`, validateAffinity).

use k8s_openapi::api::core::v1::{Affinity, NodeAffinity, PodAffinityTerm, WeightedPodAffinityTerm};

use super::spread;
use crate::model::admission::forms::{below, flawed, flawed_as};
use crate::model::admission::name::{label_flaws, label_key_flaws};
use crate::model::admission::node_selector;
use crate::model::admission::review::Review;
use crate::model::admission::selector;
use crate::yaml::FieldPath;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

pub(super) fn review(affinity: &Affinity, path: &FieldPath, review: &mut Review<'_>) {
    if let Some(node) = &affinity.node_affinity {
        of_node(node, &below(path, "nodeAffinity"), review);
    }
    if let Some(pod) = &affinity.pod_affinity {
        let required = pod.required_during_scheduling_ignored_during_execution.as_deref();
        let preferred = pod.preferred_during_scheduling_ignored_during_execution.as_deref();
        of_pods(required, preferred, &below(path, "podAffinity"), review);
    }
    if let Some(pod) = &affinity.pod_anti_affinity {
        let required = pod.required_during_scheduling_ignored_during_execution.as_deref();
        let preferred = pod.preferred_during_scheduling_ignored_during_execution.as_deref();
        of_pods(required, preferred, &below(path, "podAntiAffinity"), review);
    }
}

fn of_pods(
    required: Option<&[PodAffinityTerm]>,
    preferred: Option<&[WeightedPodAffinityTerm]>,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    for (number, term) in required.into_iter().flatten().enumerate() {
        pod_term(term, &below(path, REQUIRED).index(number), review);
    }
    for (number, weighted) in preferred.into_iter().flatten().enumerate() {
        let at = below(path, PREFERRED).index(number);
        weight(weighted.weight, &at, review);
        pod_term(&weighted.pod_affinity_term, &below(&at, "podAffinityTerm"), review);
    }
}

fn weight(weight: i32, path: &FieldPath, review: &mut Review<'_>) {
    if !(1..=100).contains(&weight) {
        review.invalid(below(path, "weight"), "must be in the range 1-100", "not from 1 to 100");
    }
}

/// validatePodAffinityTerm.
fn pod_term(term: &PodAffinityTerm, path: &FieldPath, review: &mut Review<'_>) {
    for (key, labels) in [("labelSelector", &term.label_selector), ("namespaceSelector", &term.namespace_selector)] {
        if let Some(labels) = labels {
            selector::review(labels, &below(path, key), review);
        }
    }
    for (number, name) in term.namespaces.iter().flatten().enumerate() {
        let named = below(path, "namespace").to_string();
        flawed_as(&below(path, "namespaces").index(number), &named, label_flaws(name), review);
    }
    let matched = term.match_label_keys.as_deref().unwrap_or_default();
    let mismatched = term.mismatch_label_keys.as_deref().unwrap_or_default();
    spread::label_keys(matched, mismatched, term.label_selector.as_ref(), path, review);
    let key = below(path, "topologyKey");
    if term.topology_key.is_empty() {
        review.required(key, "can not be empty", "");
    } else {
        flawed(&key, label_key_flaws(&term.topology_key), review);
    }
}

fn of_node(affinity: &NodeAffinity, path: &FieldPath, review: &mut Review<'_>) {
    if let Some(selector) = &affinity.required_during_scheduling_ignored_during_execution {
        node_selector::review(selector, &below(path, REQUIRED), review);
    }
    for (number, term) in affinity.preferred_during_scheduling_ignored_during_execution.iter().flatten().enumerate() {
        let at = below(path, PREFERRED).index(number);
        weight(term.weight, &at, review);
        // A value that no node can have is no fault in a preference.
        node_selector::term(&term.preference, false, &below(&at, "preference"), review);
    }
}
