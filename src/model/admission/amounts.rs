//! Seen and amounts of resources, of containers and of Pods as a whole, and claims of devices
//! (`pkg/apis/core/validation/validation.go`, ValidateContainerResourceName, ValidateResourceQuantityValue,
//! validateResourceClaimNames; `pkg/apis/core/helper/helpers.go`).

use std::collections::{BTreeMap, HashSet};

use k8s_openapi::api::core::v1::{PodSpec, ResourceClaim};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Written;

use super::forms::flawed;
use super::name::{Flaw, label_flaws, label_key_flaws};
use super::review::Review;
use super::seen::Seen;
use crate::model::{Quantity, is_placeholder};
use crate::yaml::FieldPath;

pub(super) const HUGE_PAGES: &str = "hugepages-";
/// What a container can have, huge pages aside.
pub(super) const OF_CONTAINERS: &[&str] = &["cpu", "memory", "ephemeral-storage"];
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

pub(super) type Amounts = BTreeMap<String, Written>;

/// ValidateResourceQuantityValue and validateResourceQuantityHugePageValue.
pub(super) fn amount_flaws(name: &str, amount: &Written) -> Vec<Flaw> {
    let Some(quantity) = Quantity::parse(&amount.0).map(Quantity::stored) else { return Vec::new() };
    let mut flaws = Vec::new();
    if quantity < Quantity::zero() {
        flaws.push(("must be greater than or equal to 0".to_owned(), "an amount below 0".to_owned()));
    }
    if (COUNTED.contains(&name) || is_extended(name)) && whole(&quantity).is_some_and(|(_, is_exact)| !is_exact) {
        flaws.push(("must be an integer".to_owned(), "a whole number".to_owned()));
    }
    if let Some(size) = name.strip_prefix(HUGE_PAGES)
        && !is_divisible(&quantity, size)
    {
        let detail = format!("{} is not positive integer multiple of {name}", amount.0);
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

/// ValidateContainerResourceName.
pub(super) fn container_name_flaws(name: &str) -> Vec<Flaw> {
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
pub(super) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// IsExtendedResourceName.
fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && label_key_flaws(&format!("requests.{name}")).is_empty()
}

/// The names of a Pod's `resourceClaims`; `None` where some are still to come.
pub(super) fn claims_of<'p>(pod: &'p PodSpec, path: &FieldPath, review: &Review<'_>) -> Option<HashSet<&'p str>> {
    let names = || pod.resource_claims.iter().flatten().map(|claim| claim.name.as_str());
    let are_sure = !review.object.is_faulty(&path.clone().key("resourceClaims")) && !names().any(is_placeholder);
    are_sure.then(|| names().filter(|name| !name.is_empty()).collect())
}

/// validateResourceClaimNames; `known` are the names that the Pod has, where they are sure.
pub(super) fn review_claims(
    claims: &[ResourceClaim],
    known: Option<&HashSet<&str>>,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    let mut seen = Seen::default();
    // Claims of which some requests were named.
    let mut parts = Seen::default();
    for (number, claim) in claims.iter().enumerate() {
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
        if known.is_some_and(|claims| !claims.contains(claim.name.as_str())) {
            let reason = "`resourceClaims` of the Pod has no such name";
            review.not_found(place.clone(), reason).named(&place, item.to_string());
        }
    }
}
