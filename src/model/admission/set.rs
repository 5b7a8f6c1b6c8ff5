//! A StatefulSet (`pkg/apis/apps/validation/validation.go`, ValidateStatefulSet).

use k8s_openapi::api::apps::v1::StatefulSet;

use super::name::label_flaws;
use super::review::Review;
use super::{claim, metadata, pod};
use crate::yaml::FieldPath;

pub(super) fn review(set: &StatefulSet, review: &mut Review<'_>) {
    let spec = FieldPath::of("spec");
    metadata::review(&set.metadata, &FieldPath::of("metadata"), label_flaws, review);
    match set.spec.pod_management_policy.as_deref() {
        None | Some("OrderedReady" | "Parallel") => {}
        // An empty text is the default.
        Some("") => {}
        Some(_) => {
            let detail = "must be 'OrderedReady' or 'Parallel'";
            review.invalid(spec.key("podManagementPolicy"), detail, "only `OrderedReady` or `Parallel` will do");
        }
    }
    let templates = set.spec.volume_claim_templates.iter().flatten();
    let claims: Vec<&str> =
        templates.clone().map(|template| template.metadata.name.as_deref().unwrap_or_default()).collect();
    if let Some(template) = &set.spec.template.spec {
        pod::review(template, &FieldPath::of("spec.template.spec"), &claims, review);
    }
    for (number, template) in templates.enumerate() {
        if let Some(spec) = &template.spec {
            let path = FieldPath::of("spec.volumeClaimTemplates").index(number).key("spec");
            claim::review_spec(spec, &path, review);
        }
    }
}
