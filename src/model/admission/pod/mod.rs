//! A Pod template's spec (`pkg/apis/core/validation/validation.go`, ValidatePodTemplateSpec and ValidatePodSpec).
//!
//! Not here: `restartPolicy` and `activeDeadlineSeconds`, of which a set takes one value and none (`set`), and
//! `hostname` and `subdomain`, which the controller writes over, so that the server does not look at them.

mod affinity;
mod dns;
mod host;
mod os;
mod resources;
mod security;
mod spread;
mod tolerations;

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::PodSpec;

use super::forms::{below, filled, flawed, flawed_as, given, one_of};
use super::name::{label_flaws, label_key_flaws, subdomain_flaws};
use super::review::Review;
use super::{container, metadata, volume};
use crate::yaml::FieldPath;

/// Reviews the Pod spec at `path`; `claims` are the names of the set's claim templates, which are volumes too.
pub(super) fn review(pod: &PodSpec, path: &FieldPath, claims: &[&str], review: &mut Review<'_>) {
    let volumes = volume::review(pod, path, claims, review);
    resource_claims(pod, path, review);
    container::review(pod, path, &volumes, review);
    resources::review(pod, path, review);
    one_of(&below(path, "dnsPolicy"), given(&pod.dns_policy), DNS_POLICIES, review);
    node_selector(pod, path, review);
    security::review(pod, path, review);
    if let Some(affinity) = &pod.affinity {
        affinity::review(affinity, &below(path, "affinity"), review);
    }
    dns::review(pod, path, review);
    gates(pod, path, review);
    spread::review(pod, path, review);
    host::review(pod, path, review);
    names(pod, path, review);
    tolerations::review(pod.tolerations.as_deref().unwrap_or_default(), &below(path, "tolerations"), review);
    preemption(pod, path, review);
    resources::overhead(pod, path, review);
    os::review(pod, path, review);
    if pod.ephemeral_containers.as_ref().is_some_and(|containers| !containers.is_empty()) {
        let detail = "ephemeral containers not allowed in pod template";
        review.forbidden(below(path, "ephemeralContainers"), detail, "not in a Pod template");
    }
}

const DNS_POLICIES: &[&str] = &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

/// validatePodResourceClaims; until 1.33 the field is dropped (the gate DynamicResourceAllocation, on from 1.34).
fn resource_claims(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    if !review.version.is_at_least(34) {
        return;
    }
    let mut seen = BTreeSet::new();
    for (number, claim) in pod.resource_claims.iter().flatten().enumerate() {
        let at = below(path, "resourceClaims").index(number);
        let name = below(&at, "name");
        if claim.name.is_empty() {
            review.required(name, "", "");
        } else if seen.contains(claim.name.as_str()) {
            review.duplicate(name, "the name is taken by a claim above");
        } else {
            flawed(&name, label_flaws(&claim.name), review);
            seen.extend(Some(claim.name.as_str()).filter(|_| !review.is_unknowable(&name)));
        }
        let (own, template) = (below(&at, "resourceClaimName"), below(&at, "resourceClaimTemplateName"));
        match (&claim.resource_claim_name, &claim.resource_claim_template_name) {
            (Some(_), Some(_)) if !review.is_unknowable(&own) => {
                let detail = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
                review.invalid(template.clone(), detail, "a second source").named(&template, at.to_string());
            }
            (None, None) if !review.is_unknowable(&own) && !review.is_unknowable(&template) => {
                let detail = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
                review.invalid(at.clone(), detail, "names neither a claim nor a template");
            }
            _ => {}
        }
        for (path, name) in [(own, &claim.resource_claim_name), (template, &claim.resource_claim_template_name)] {
            if let Some(name) = name {
                flawed(&path, subdomain_flaws(name), review);
            }
        }
    }
}

fn node_selector(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let selector = below(path, "nodeSelector");
    metadata::labels(pod.node_selector.as_ref(), &selector, review);
}

/// validateReadinessGates and validateSchedulingGates.
fn gates(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    for (number, gate) in pod.readiness_gates.iter().flatten().enumerate() {
        let at = below(path, "readinessGates").index(number).key("conditionType");
        flawed(&at, label_key_flaws(&gate.condition_type), review);
    }
    let mut seen = BTreeSet::new();
    for (number, gate) in pod.scheduling_gates.iter().flatten().enumerate() {
        let item = below(path, "schedulingGates").index(number);
        let (at, named) = (below(&item, "name"), item.to_string());
        flawed_as(&at, &named, label_key_flaws(&gate.name), review);
        if !review.is_unknowable(&at) && !seen.insert(gate.name.as_str()) {
            review.duplicate(at.clone(), "the gate stands there already").named(&at, named);
        }
    }
}

/// Seen of things outside the Pod.
fn names(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let account = below(path, "serviceAccountName");
    match (given(&pod.service_account_name), given(&pod.service_account)) {
        (Some(name), _) => flawed(&account, subdomain_flaws(name), review),
        // The old name of the field stands in for the new one.
        (None, Some(name)) if !review.is_unknowable(&account) => {
            flawed_as(&below(path, "serviceAccount"), &account.to_string(), subdomain_flaws(name), review);
        }
        _ => {}
    }
    for (key, name) in [("nodeName", &pod.node_name), ("priorityClassName", &pod.priority_class_name)] {
        if let Some(name) = given(name) {
            flawed(&below(path, key), subdomain_flaws(name), review);
        }
    }
    if let Some(name) = &pod.runtime_class_name {
        flawed(&below(path, "runtimeClassName"), subdomain_flaws(name), review);
    }
}

fn preemption(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    const POLICIES: &[&str] = &["PreemptLowerPriority", "Never"];
    match pod.preemption_policy.as_deref() {
        Some("") => filled(path, "preemptionPolicy", "", review),
        policy => one_of(&below(path, "preemptionPolicy"), policy, POLICIES, review),
    }
}
