//! Resources of a container (validateResourceRequirements).

use k8s_openapi::api::core::v1::ResourceRequirements;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Written;

use super::shared::Shared;
use crate::model::admission::amounts::{
    Amounts, HUGE_PAGES, OF_CONTAINERS, amount_flaws, container_name_flaws, is_native, review_claims,
};
use crate::model::admission::forms::flawed_as;
use crate::model::admission::review::Review;
use crate::model::{Quantity, is_placeholder};
use crate::yaml::FieldPath;

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
    // Until 1.33 they are dropped before they are validated, with the gate DynamicResourceAllocation.
    if review.version.is_at_least(34) {
        let known = shared.resource_claims.as_ref();
        review_claims(resources.claims.as_deref().unwrap_or_default(), known, &path.clone().key("claims"), review);
    }
}

fn review_amounts(amounts: Option<&Amounts>, path: &FieldPath, review: &mut Review<'_>) {
    for (name, amount) in amounts.into_iter().flatten() {
        let place = path.clone().key(name.clone());
        let named = format!("{path}[{name}]");
        for (detail, reason) in container_name_flaws(name) {
            let refused = review.invalid(place.clone(), detail, reason).of_key(&place);
            refused.instead(&place, OF_CONTAINERS);
            review.named(&place, named.clone());
        }
        flawed_as(&place, &named, amount_flaws(name, amount), review);
    }
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
