//! How a set starts, updates and keeps claims: words of fixed lists.

use k8s_openapi::api::apps::v1::{RollingUpdateStatefulSetStrategy, StatefulSetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::review::Review;
use super::NEGATIVE;
use crate::yaml::FieldPath;

pub(super) fn review(spec: &StatefulSetSpec, review: &mut Review<'_>) {
    // Everywhere here an empty text is the default.
    if !matches!(spec.pod_management_policy.as_deref(), None | Some("" | "OrderedReady" | "Parallel")) {
        let path = FieldPath::of("spec.podManagementPolicy");
        let detail = "must be 'OrderedReady' or 'Parallel'";
        review.invalid(path.clone(), detail, "only `OrderedReady` or `Parallel` will do");
        review.instead(&path, &["OrderedReady", "Parallel"]);
    }
    review_update(spec, review);
    if let Some(policy) = &spec.persistent_volume_claim_retention_policy {
        let path = FieldPath::of("spec.persistentVolumeClaimRetentionPolicy");
        for (key, value) in [("whenDeleted", &policy.when_deleted), ("whenScaled", &policy.when_scaled)] {
            if !matches!(value.as_deref(), None | Some("" | "Retain" | "Delete")) {
                review.unsupported(path.clone().key(key), &["Retain", "Delete"]);
            }
        }
    }
}

fn review_update(spec: &StatefulSetSpec, review: &mut Review<'_>) {
    let Some(strategy) = &spec.update_strategy else { return };
    let path = FieldPath::of("spec.updateStrategy");
    match (strategy.type_.as_deref(), &strategy.rolling_update) {
        (None | Some("" | "RollingUpdate"), Some(rolling)) => {
            review_rolling(rolling, &path.key("rollingUpdate"), review);
        }
        (None | Some("" | "RollingUpdate" | "OnDelete"), None) => {}
        (Some("OnDelete"), Some(_)) => {
            let detail = "only allowed for updateStrategy 'RollingUpdate'";
            review.invalid(path.key("rollingUpdate"), detail, "`OnDelete` takes no `rollingUpdate`");
        }
        (Some(_), _) => {
            let place = path.clone().key("type");
            let reason = "only `RollingUpdate` or `OnDelete` will do";
            review.invalid(place.clone(), "must be 'RollingUpdate' or 'OnDelete'", reason);
            review.named(&place, path.to_string());
            review.instead(&place, &["RollingUpdate", "OnDelete"]);
        }
    }
}

fn review_rolling(rolling: &RollingUpdateStatefulSetStrategy, path: &FieldPath, review: &mut Review<'_>) {
    if rolling.partition.is_some_and(|partition| partition < 0) {
        review.invalid(path.clone().key("partition"), NEGATIVE, "less than 0");
    }
    // Dropped unread before, where the gate MaxUnavailableStatefulSet is as it comes.
    if !review.version.is_at_least(37) {
        return;
    }
    let place = path.clone().key("maxUnavailable");
    let mut refuse = |detail: &str, reason: &str| {
        review.invalid(place.clone(), detail, reason);
    };
    match &rolling.max_unavailable {
        None => {}
        Some(IntOrString::Int(0)) => refuse("cannot be 0", "nothing would ever be updated"),
        Some(IntOrString::Int(count)) if *count < 0 => refuse(NEGATIVE, "less than 0"),
        Some(IntOrString::Int(_)) => {}
        Some(IntOrString::String(text)) => match percent(text) {
            None => {
                let detail = "a valid percent string must be a numeric string followed by an ending '%'";
                refuse(detail, "neither a number without quotes nor a percentage");
                // Atoi makes 0 of what is no number.
                if text.parse::<i64>().unwrap_or_default() == 0 {
                    refuse("cannot be 0", "not a number");
                }
            }
            Some(0) => refuse("cannot be 0", "nothing would ever be updated"),
            Some(percent) if percent > 100 => refuse("must not be greater than 100%", "more than all of them"),
            Some(_) => {}
        },
    }
}

/// IsValidPercent; more than fits is more than all.
fn percent(text: &str) -> Option<u64> {
    let digits = text.strip_suffix('%').filter(|digits| !digits.is_empty())?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().unwrap_or(u64::MAX))
}
