//! A StatefulSet (`pkg/apis/apps/validation/validation.go`, ValidateStatefulSet).

mod strategy;
mod template;
mod template_annotations;

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec};

use super::forms::flawed;
use super::name::label_flaws;
use super::review::Review;
use super::{claim, metadata, selector};
use crate::model::Selector;
use crate::yaml::{FieldPath, Presence};

const NEGATIVE: &str = "must be greater than or equal to 0";

pub(super) fn review(set: &StatefulSet, review: &mut Review<'_>) {
    metadata::review(&set.metadata, &FieldPath::of("metadata"), label_flaws, review);
    strategy::review(&set.spec, review);
    let templates = set.spec.volume_claim_templates.as_deref().unwrap_or_default();
    review_claims(templates, review);
    let ordinals = set.spec.ordinals.as_ref().and_then(|ordinals| ordinals.start);
    for (path, value) in [
        ("spec.replicas", set.spec.replicas),
        ("spec.minReadySeconds", set.spec.min_ready_seconds),
        ("spec.ordinals.start", ordinals),
    ] {
        if value.is_some_and(|value| value < 0) {
            review.invalid(FieldPath::of(path), NEGATIVE, "less than 0");
        }
    }
    let service = set.spec.service_name.as_deref().unwrap_or_default();
    // 1.32 takes any (inferred from answers).
    if review.version.is_at_least(33) && !service.is_empty() {
        flawed(&FieldPath::of("spec.serviceName"), label_flaws(service), review);
    }
    // Whether the template is looked into depends on the selector.
    if review_selector(set, review) {
        template::review(set, review);
    }
    let pod = set.spec.template.spec.as_ref();
    if pod.and_then(|pod| pod.restart_policy.as_deref()).is_some_and(|policy| !matches!(policy, "" | "Always")) {
        let path = FieldPath::of("spec.template.spec.restartPolicy");
        review.unsupported(path.clone(), &["Always"]).of_every_version(&path);
    }
    if pod.is_some_and(|pod| pod.active_deadline_seconds.is_some()) {
        let path = FieldPath::of("spec.template.spec.activeDeadlineSeconds");
        let detail = "activeDeadlineSeconds in StatefulSet is not Supported";
        review.forbidden(path.clone(), detail, "Pods of a set have no deadline").of_every_version(&path);
    }
}

fn review_claims(templates: &[PersistentVolumeClaim], review: &mut Review<'_>) {
    let nothing = PersistentVolumeClaimSpec::default();
    for (number, template) in templates.iter().enumerate() {
        let path = FieldPath::of("spec.volumeClaimTemplates").index(number).key("spec");
        let spec = template.spec.as_ref().unwrap_or(&nothing);
        // Before 1.34 only the claims that are made of it are validated.
        match review.version.is_at_least(34) {
            true => claim::review_spec(spec, &path, review),
            false => claim::review_claim_spec(spec, &path, review),
        }
    }
}

/// Says whether the server can make a selector of it.
fn review_selector(set: &StatefulSet, review: &mut Review<'_>) -> bool {
    let path = FieldPath::of("spec.selector");
    let labels = path.clone().key("matchLabels");
    // Overlays may give labels to a selector that has none.
    let is_to_come = || review.object.changed_selector(Selector::Nothing, &labels) != Selector::Nothing;
    if matches!(review.root.presence(&path), Presence::Absent | Presence::Null) {
        if !is_to_come() {
            review.required(path, "", "");
        }
        // A selector that selects nothing, for all that follows.
        return true;
    }
    let selector = &set.spec.selector;
    let count = selector.match_labels.iter().flatten().count() + selector.match_expressions.iter().flatten().count();
    let is_empty = count == 0 && !is_to_come();
    let fault = selector::review(selector, &path, review);
    if is_empty {
        let reason = "an empty selector would select every Pod";
        review.invalid(path.clone(), "empty selector is invalid for statefulset", reason);
    }
    if let Some(place) = &fault {
        let reason = "no selector can be made of it";
        review.invalid(place.clone(), "", reason).named(place, path.to_string());
    }
    fault.is_none()
}
