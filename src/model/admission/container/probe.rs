//! Probes (validateLivenessProbe, validateReadinessProbe, validateStartupProbe).

use k8s_openapi::api::core::v1::Probe;

use super::handler::Handler;
use super::shared::Shared;
use super::words::refuse_negative;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

/// A liveness or a startup probe, for which one success is enough.
pub(super) fn review_once(probe: &Probe, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    review_any(probe, path, shared, review);
    // 0 is the default, which is 1.
    if !matches!(probe.success_threshold, None | Some(0 | 1)) {
        review.invalid(path.clone().key("successThreshold"), "must be 1", "only 1 will do here");
    }
}

pub(super) fn review_readiness(probe: &Probe, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    review_any(probe, path, shared, review);
    if probe.termination_grace_period_seconds.is_some() {
        let place = path.clone().key("terminationGracePeriodSeconds");
        review.invalid(place, "must not be set for readinessProbes", "not for a readiness probe");
    }
}

fn review_any(probe: &Probe, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    Handler::from(probe).review(path, shared, review);
    let numbers = [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ];
    for (key, number) in numbers {
        refuse_negative(number, path.clone().key(key), review);
    }
    if probe.termination_grace_period_seconds.is_some_and(|seconds| seconds <= 0) {
        let place = path.clone().key("terminationGracePeriodSeconds");
        review.invalid(place, "must be greater than 0", "greater than 0");
    }
}
