//! Resources (validateResourceRequirements with ValidateContainerResourceName, validateResourceClaimNames;
//! `pkg/apis/core/helper/helpers.go`).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ResourceRequirements;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Written;

use super::names::Names;
use super::shared::Shared;
use crate::model::admission::forms::flawed;
use crate::model::admission::name::{Flaw, label_flaws, label_key_flaws};
use crate::model::admission::review::Review;
use crate::model::{Quantity, is_placeholder};
use crate::yaml::FieldPath;

const HUGE_PAGES: &str = "hugepages-";
/// What a container can have, huge pages aside.
const OF_CONTAINERS: &[&str] = &["cpu", "memory", "ephemeral-storage"];
/// What has a name without a domain elsewhere.
const OF_OTHERS: &[&str] = &[
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "requests.storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "services.nodeports",
    "services.loadbalancers",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
];
/// What is counted in whole numbers.
const COUNTED: &[&str] = &[
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

type Amounts = BTreeMap<String, Written>;

pub(super) fn review(resources: &ResourceRequirements, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    let (limits, requests) = (path.clone().key("limits"), path.clone().key("requests"));
    review_amounts(resources.limits.as_ref(), &limits, review);
    review_amounts(resources.requests.as_ref(), &requests, review);
    for (name, request) in resources.requests.iter().flatten() {
        let limit = resources.limits.as_ref().and_then(|limits| limits.get(name));
        review_pair(name, request, limit, path, review);
    }
    let named = |amounts: &Option<Amounts>, is_asked: fn(&str) -> bool| {
        amounts.iter().flatten().any(|(name, _)| is_asked(name))
    };
    let has = |is_asked: fn(&str) -> bool| named(&resources.limits, is_asked) || named(&resources.requests, is_asked);
    if has(|name| name.starts_with(HUGE_PAGES)) && !has(|name| matches!(name, "cpu" | "memory") || is_placeholder(name))
    {
        review.forbidden(path.clone(), "HugePages require cpu or memory", "huge pages without cpu and memory");
    }
    review_claims(resources, &path.clone().key("claims"), shared, review);
}

fn review_amounts(amounts: Option<&Amounts>, path: &FieldPath, review: &mut Review<'_>) {
    for (name, amount) in amounts.into_iter().flatten() {
        let place = path.clone().key(name.clone());
        let named = format!("{path}[{name}]");
        for (detail, reason) in name_flaws(name) {
            let refused = review.invalid(place.clone(), detail, reason).of_key(&place);
            refused.instead(&place, OF_CONTAINERS);
            review.named(&place, named.clone());
        }
        let Some(quantity) = Quantity::parse(&amount.0).map(Quantity::stored) else { continue };
        for (detail, reason) in amount_flaws(name, &quantity) {
            review.invalid(place.clone(), detail, reason).named(&place, named.clone());
        }
    }
}

fn amount_flaws(name: &str, quantity: &Quantity) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if *quantity < Quantity::zero() {
        flaws.push(("must be greater than or equal to 0".to_owned(), "an amount below 0".to_owned()));
    }
    if (COUNTED.contains(&name) || is_extended(name)) && whole(quantity).is_some_and(|(_, is_exact)| !is_exact) {
        flaws.push(("must be an integer".to_owned(), "a whole number".to_owned()));
    }
    if let Some(size) = name.strip_prefix(HUGE_PAGES)
        && !is_divisible(quantity, size)
    {
        let detail = format!("not positive integer multiple of {name}");
        flaws.push((detail, format!("not a multiple of pages of {size}")));
    }
    flaws
}

fn is_divisible(quantity: &Quantity, size: &str) -> bool {
    let Some(size) = Quantity::parse(size).filter(Quantity::is_positive) else { return false };
    match (whole(quantity), whole(&size)) {
        (Some((amount, _)), Some((size, is_exact))) => is_exact && amount.checked_rem(size) == Some(0),
        // Beyond every number that the server counts in.
        _ => true,
    }
}

/// The whole number that is not nearer to 0, and whether it is the same; `None` for what is beyond all counting.
fn whole(quantity: &Quantity) -> Option<(i128, bool)> {
    const ONE: i128 = 1_000_000_000;
    let nanos = quantity.nanos()?;
    let (whole, rest) = (nanos / ONE, nanos % ONE);
    Some((whole + rest.signum(), rest == 0))
}

/// A request and its limit.
fn review_pair(name: &str, request: &Written, limit: Option<&Written>, path: &FieldPath, review: &mut Review<'_>) {
    let (limits, requests) = (path.clone().key("limits"), path.clone().key("requests"));
    let place = requests.clone().key(name.to_owned());
    let can_differ = is_native(name) && !name.starts_with(HUGE_PAGES);
    let Some(limit) = limit else {
        if !can_differ && !is_placeholder(name) {
            let missing = limits.clone().key(name.to_owned());
            let detail = "Limit must be set for non overcommitable resources";
            let refused = review.required(missing.clone(), detail, "its limit is required too");
            refused.named(&missing, limits.to_string());
        }
        return;
    };
    let quantities = (Quantity::parse(&request.0), Quantity::parse(&limit.0));
    let (Some(asked), Some(most)) = quantities else { return };
    let (asked, most) = (asked.stored(), most.stored());
    if review.is_unknowable(&limits.key(name.to_owned())) {
        return;
    }
    let limit = &limit.0;
    let (detail, reason) = if asked != most && !can_differ {
        (format!("must be equal to {name} limit"), format!("not its limit, {limit}"))
    } else if asked > most {
        (format!("must be less than or equal to {name} limit"), format!("more than its limit, {limit}"))
    } else {
        return;
    };
    review.invalid(place.clone(), detail, reason).named(&place, requests.to_string());
}

/// ValidateContainerResourceName.
fn name_flaws(name: &str) -> Vec<Flaw> {
    let mut flaws = label_key_flaws(name);
    let is_plain = !name.contains('/');
    let of_container = OF_CONTAINERS.contains(&name) || name.starts_with(HUGE_PAGES);
    let is_known = of_container || OF_OTHERS.contains(&name) || name.starts_with("requests.hugepages-");
    if flaws.is_empty() && is_plain && !is_known {
        let detail = "must be a standard resource type or fully qualified";
        flaws.push((detail.to_owned(), "not a resource that Kubernetes knows".to_owned()));
    }
    if is_plain && !of_container {
        let detail = "must be a standard resource for containers";
        flaws.push((detail.to_owned(), "not a resource of containers".to_owned()));
    } else if !is_plain && !is_native(name) && !is_extended(name) {
        let detail = "doesn't follow extended resource name standard";
        flaws.push((detail.to_owned(), "not a name of an extended resource".to_owned()));
    }
    flaws
}

/// IsNativeResource: of Kubernetes itself.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// IsExtendedResourceName.
fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && label_key_flaws(&format!("requests.{name}")).is_empty()
}

/// Claims of devices are dropped before they are validated, until 1.34.
fn review_claims(resources: &ResourceRequirements, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    if !review.version.is_at_least(34) {
        return;
    }
    let mut seen = Names::default();
    // Claims of which some requests were named.
    let mut parts = Names::default();
    for (number, claim) in resources.claims.iter().flatten().enumerate() {
        let item = path.clone().index(number);
        let request = claim.request.as_deref().unwrap_or_default();
        if claim.name.is_empty() {
            review
                .required(item.clone().key("name"), "", "")
                .named(&item.key("name"), path.clone().index(number).to_string());
            continue;
        }
        let place = item.clone().key("name");
        let mut twice = seen.first(&claim.name).is_some_and(|first| !review.is_unknowable(first));
        if seen.first(&claim.name).is_none() {
            let key = if request.is_empty() { claim.name.clone() } else { format!("{}/{request}", claim.name) };
            if !request.is_empty() {
                flawed(&item.clone().key("request"), label_flaws(request), review);
            }
            twice = seen.has_again(&key, &place, review);
            match request {
                "" => twice |= parts.first(&claim.name).is_some_and(|first| !review.is_unknowable(first)),
                _ => _ = parts.has_again(&claim.name, &place, review),
            }
        }
        if twice {
            review.duplicate(place.clone(), "claimed already").named(&place, item.to_string());
        }
        if shared.resource_claims.as_ref().is_some_and(|claims| !claims.contains(claim.name.as_str())) {
            let reason = "`resourceClaims` of the Pod has no such name";
            review.not_found(place.clone(), reason).named(&place, item.to_string());
        }
    }
}
