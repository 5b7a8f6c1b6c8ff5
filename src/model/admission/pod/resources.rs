//! Resources of the Pod as a whole (`pkg/apis/core/validation/validation.go`, validatePodResources and validateOverhead).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Written;

use crate::model::Quantity;
use crate::model::admission::amounts::{
    Amounts, HUGE_PAGES, amount_flaws, claims_of, container_name_flaws, is_native, review_claims,
};
use crate::model::admission::forms::{below, flawed_as};
use crate::model::admission::name::{Flaw, label_key_flaws};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

type Totals = BTreeMap<String, i128>;

/// Until 1.33 the field is dropped (the gate PodLevelResources, on from 1.34).
pub(super) fn review(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let at = below(path, "resources");
    let Some(own) = pod.resources.as_ref().filter(|_| review.version.is_at_least(34)) else { return };
    let system = below(path, "os").key("name");
    if pod.os.as_ref().is_some_and(|os| os.name == "windows") && !review.is_unknowable(&system) {
        review.forbidden(at, "may not be set for a windows pod", "not with `os: windows`");
        return;
    }
    if let Some(claims) = &own.claims {
        let detail = "claims may not be set for Resources at pod-level";
        review.forbidden(below(&at, "claims"), detail, "containers alone have claims");
        let known = claims_of(pod, path, review);
        review_claims(claims, known.as_ref(), &below(&at, "claims"), review);
    }
    let (limits, requests) = (own.limits.as_ref(), own.requests.as_ref());
    amounts(limits, requests, (&at, false), of_pod, review);
    within_limits(limits, requests, &at, review);
    totals(pod, path, review);
}

/// The extra that a runtime class takes, which is held against the form of container limits.
pub(super) fn overhead(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let at = below(path, "overhead");
    amounts(pod.overhead.as_ref(), None, (&at, true), container_name_flaws, review);
}

/// Seen and amounts; `is_flat` says that the manifest writes the limits right below the path.
fn amounts(
    limits: Option<&Amounts>,
    requests: Option<&Amounts>,
    (path, is_flat): (&FieldPath, bool),
    flaws_of: fn(&str) -> Vec<Flaw>,
    review: &mut Review<'_>,
) {
    let (mut has_pages, mut has_others) = (false, false);
    for (key, list) in [("limits", limits), ("requests", requests)] {
        for (name, amount) in list.into_iter().flatten() {
            let at = if is_flat { path.clone() } else { below(path, key) }.key(name.clone());
            let named = format!("{}[{name}]", below(path, key));
            flawed_as(&at, &named, flaws_of(name), review);
            flawed_as(&at, &named, amount_flaws(name, amount), review);
            has_pages |= name.starts_with(HUGE_PAGES);
            has_others |= matches!(name.as_str(), "cpu" | "memory");
        }
    }
    let is_open = |key: &'static str, review: &Review<'_>| {
        ["limits", "requests"].into_iter().any(|list| review.is_unknowable(&below(path, list).key(key)))
    };
    if has_pages && !has_others && !is_open("cpu", review) && !is_open("memory", review) {
        review.forbidden(path.clone(), "HugePages require cpu or memory", "huge pages need `cpu` or `memory` too");
    }
}

/// validatePodResourceName.
fn of_pod(name: &str) -> Vec<Flaw> {
    let flaws = label_key_flaws(name);
    if flaws.is_empty() && name != "cpu" && name != "memory" && !name.starts_with(HUGE_PAGES) {
        let detail = "supported values: \"cpu\", \"hugepages-\", \"memory\"".to_owned();
        return vec![(detail, "a Pod as a whole has `cpu`, `memory` and huge pages only".to_owned())];
    }
    flaws
}

/// Requests against limits of the same resource.
fn within_limits(limits: Option<&Amounts>, requests: Option<&Amounts>, path: &FieldPath, review: &mut Review<'_>) {
    for (name, request) in requests.into_iter().flatten() {
        let (at, limit_at) = (below(path, "requests").key(name.clone()), below(path, "limits").key(name.clone()));
        let is_strict = name.starts_with(HUGE_PAGES) || !is_native(name);
        let limit = limits.and_then(|limits| limits.get(name));
        if review.is_unknowable(&limit_at) {
            continue;
        }
        let Some(limit) = limit else {
            if is_strict {
                let detail = "Limit must be set for non overcommitable resources";
                let named = below(path, "limits").to_string();
                review.required(limit_at.clone(), detail, "has to be as large as the request").named(&limit_at, named);
            }
            continue;
        };
        let read = |amount: &Written| Quantity::parse(&amount.0).map(Quantity::stored);
        let (Some(requested), Some(limited)) = (read(request), read(limit)) else { continue };
        let named = below(path, "requests").to_string();
        if is_strict && requested != limited {
            let detail = format!("must be equal to {name} limit of {}", limit.0);
            review.invalid(at.clone(), detail, "differs from the limit").named(&at, named);
        } else if requested > limited {
            let detail = format!("must be less than or equal to {name} limit of {}", limit.0);
            review.invalid(at.clone(), detail, "more than the limit").named(&at, named);
        }
    }
}

/// validatePodResourceConsistency: what containers have together, held against what the Pod has.
fn totals(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let Some(own) = &pod.resources else { return };
    let init = pod.init_containers.as_deref().unwrap_or_default();
    let lists = [("initContainers", init.len()), ("containers", pod.containers.len())];
    let mut places = lists.iter().flat_map(|(key, length)| {
        (0..*length).flat_map(|number| {
            let at = below(path, key).index(number);
            [below(&at, "resources"), below(&at, "restartPolicy")]
        })
    });
    if places.any(|at| review.is_unknowable(&at)) {
        return;
    }
    let at = below(path, "resources");
    let requests = |one: &'_ Container| one.resources.clone().and_then(|own| own.requests);
    let limits = |one: &'_ Container| one.resources.clone().and_then(|own| own.limits);
    let lists = [
        ("requests", own.requests.as_ref(), total(pod, requests)),
        ("limits", own.limits.as_ref(), total(pod, limits)),
    ];
    for (key, amounts, totals) in lists {
        for (name, total) in totals {
            let amount = amounts.and_then(|amounts| amounts.get(&name));
            let amount = amount.and_then(|amount| Quantity::parse(&amount.0)?.stored().nanos());
            let counts = key == "requests" || name.starts_with(HUGE_PAGES);
            if counts && amount.is_some_and(|amount| total > amount) {
                let at = below(&at, key).key(name.clone());
                let named = format!("{}.{key}[{name}]", below(path, "resources"));
                let detail = format!("must be greater than or equal to aggregate container {key}");
                review.invalid(at.clone(), detail, "less than the containers have together").named(&at, named);
            }
        }
    }
    for (number, container) in pod.containers.iter().enumerate() {
        let limits = container.resources.as_ref().and_then(|own| own.limits.as_ref());
        for (name, limit) in limits.into_iter().flatten() {
            let most = own.limits.as_ref().and_then(|limits| limits.get(name));
            let most = most.filter(|_| !review.is_unknowable(&below(&at, "limits").key(name.clone())));
            let read = |amount: &Written| Quantity::parse(&amount.0).map(Quantity::stored);
            if most.and_then(read).zip(read(limit)).is_some_and(|(most, limit)| limit > most) {
                let written = below(path, "containers").index(number).key("resources").key("limits").key(name.clone());
                let named = format!("{}.containers[{number}][{name}].limits", below(path, "resources"));
                let detail = "must be less than or equal to pod limits";
                review.invalid(written.clone(), detail, "more than the Pod's limit").named(&written, named);
            }
        }
    }
}

/// AggregateContainerRequests: containers and sidecars together, and at least what the neediest init container has with
/// the sidecars that were started before it.
fn total(pod: &PodSpec, amounts: impl Fn(&Container) -> Option<Amounts>) -> Totals {
    let read = |container: &Container| -> Totals {
        let list = amounts(container).into_iter().flatten();
        list.filter_map(|(name, amount)| Some((name, Quantity::parse(&amount.0)?.stored().nanos()?))).collect()
    };
    let add = |to: &mut Totals, from: &Totals| {
        for (name, amount) in from {
            let sum = to.entry(name.clone()).or_default();
            *sum = sum.saturating_add(*amount);
        }
    };
    let (mut running, mut sidecars, mut starting) = (Totals::new(), Totals::new(), Totals::new());
    for container in &pod.containers {
        add(&mut running, &read(container));
    }
    for container in pod.init_containers.iter().flatten() {
        let mut own = read(container);
        if container.restart_policy.as_deref() == Some("Always") {
            add(&mut running, &own);
            add(&mut sidecars, &own);
            own = sidecars.clone();
        } else {
            add(&mut own, &sidecars);
        }
        for (name, amount) in own {
            let most = starting.entry(name).or_insert(amount);
            *most = (*most).max(amount);
        }
    }
    for (name, amount) in starting {
        let most = running.entry(name).or_insert(amount);
        *most = (*most).max(amount);
    }
    running
}
