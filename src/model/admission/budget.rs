//! A PodDisruptionBudget (`pkg/apis/policy/validation/validation.go`, ValidatePodDisruptionBudgetSpec). Metadata are
//! looked at only where all of that is well, as of any object (apiserver `pkg/registry/rest/create.go`, BeforeCreate).

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::forms::in_spec;
use super::name::path_segment_flaws;
use super::review::Review;
use super::{metadata, selector};
use crate::model::is_placeholder;
use crate::yaml::FieldPath;

pub(super) fn review(budget: &PodDisruptionBudget, review: &mut Review<'_>) {
    let before = review.count();
    if let Some(spec) = &budget.spec {
        review_spec(spec, review);
    }
    if review.count() == before {
        metadata::review_any(&budget.metadata, &FieldPath::of("metadata"), path_segment_flaws, review);
    }
}

fn review_spec(spec: &PodDisruptionBudgetSpec, review: &mut Review<'_>) {
    let limits = [("minAvailable", &spec.min_available), ("maxUnavailable", &spec.max_unavailable)];
    if limits.iter().all(|(key, limit)| limit.is_some() && !review.object.is_patched(&in_spec(key))) {
        let path = in_spec("maxUnavailable");
        review.invalid(
            path.clone(),
            "minAvailable and maxUnavailable cannot be both set",
            "only one of the two may be set",
        );
        review.named(&path, "spec");
    }
    for (key, limit) in limits {
        if let Some((detail, reason)) = limit.as_ref().and_then(limit_flaw) {
            review.invalid(in_spec(key), detail, reason);
        }
    }
    if let Some(chosen) = &spec.selector {
        selector::review(chosen, &in_spec("selector"), review);
    }
    const POLICIES: &[&str] = &["AlwaysAllow", "IfHealthyBudget"];
    if spec.unhealthy_pod_eviction_policy.as_deref().is_some_and(|policy| !POLICIES.contains(&policy)) {
        review.unsupported(in_spec("unhealthyPodEvictionPolicy"), POLICIES);
    }
}

fn limit_flaw(limit: &IntOrString) -> Option<(&'static str, &'static str)> {
    match limit {
        IntOrString::Int(count) if *count < 0 => {
            Some(("must be greater than or equal to 0", "a number of Pods is never negative"))
        }
        IntOrString::Int(_) => None,
        IntOrString::String(text) if is_placeholder(text) => None,
        IntOrString::String(text) => {
            let digits = text.strip_suffix('%').filter(|digits| !digits.is_empty());
            match digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
                None => {
                    let detail = "a valid percent string must be a numeric string followed by an ending '%'";
                    Some((detail, "neither a number without quotes nor a percentage"))
                }
                Some(digits) => {
                    let over = digits.parse::<u32>().map_or(true, |percent| percent > 100);
                    over.then_some(("must not be greater than 100%", "more than all of them"))
                }
            }
        }
    }
}
