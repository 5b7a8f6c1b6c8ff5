//! Ephemeral volumes (`pkg/apis/core/validation/validation.go`, validateEphemeralVolumeSource and
//! ValidateTemplateObjectMeta).

use k8s_openapi::api::core::v1::EphemeralVolumeSource;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::model::admission::claim;
use crate::model::admission::forms::below;
use crate::model::admission::metadata;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(super) fn review(source: &EphemeralVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    let at = below(path, "volumeClaimTemplate");
    let Some(template) = &source.volume_claim_template else {
        review.required(at, "", "");
        return;
    };
    if let Some(metadata) = &template.metadata {
        only_labels(metadata, &below(&at, "metadata"), review);
    }
    claim::review_spec(&template.spec, &below(&at, "spec"), review);
}

/// Labels and annotations, and no other field.
fn only_labels(own: &ObjectMeta, path: &FieldPath, review: &mut Review<'_>) {
    let (labels, annotations) = (below(path, "labels"), below(path, "annotations"));
    metadata::annotations(own.annotations.as_ref(), &annotations, &annotations.to_string(), review);
    metadata::labels(own.labels.as_ref(), &labels, review);
    let is_text = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    let others = [
        ("name", "name", is_text(&own.name)),
        ("generateName", "generateName", is_text(&own.generate_name)),
        ("namespace", "namespace", is_text(&own.namespace)),
        ("selfLink", "selfLink", is_text(&own.self_link)),
        ("uid", "uID", is_text(&own.uid)),
        ("resourceVersion", "resourceVersion", is_text(&own.resource_version)),
        ("generation", "generation", own.generation.is_some_and(|generation| generation != 0)),
        ("creationTimestamp", "creationTimestamp", own.creation_timestamp.is_some()),
        ("deletionTimestamp", "deletionTimestamp", own.deletion_timestamp.is_some()),
        ("deletionGracePeriodSeconds", "deletionGracePeriodSeconds", own.deletion_grace_period_seconds.is_some()),
        ("ownerReferences", "ownerReferences", own.owner_references.is_some()),
        ("finalizers", "finalizers", own.finalizers.is_some()),
        ("managedFields", "managedFields", own.managed_fields.is_some()),
    ];
    for (key, named, _) in others.into_iter().filter(|(_, _, is_set)| *is_set) {
        let at = below(path, key);
        review.forbidden(at.clone(), "cannot be set", "a template has labels and annotations only");
        review.named(&at, below(path, named).to_string());
    }
}
