//! Ephemeral volumes (`pkg/apis/core/validation/validation.go`, validateEphemeralVolumeSource and
//! ValidateTemplateObjectMeta).

use k8s_openapi::api::core::v1::EphemeralVolumeSource;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::model::admission::claim;
use crate::model::admission::forms::{below, flawed_as};
use crate::model::admission::name::{label_key_flaws, label_value_flaws};
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
fn only_labels(metadata: &ObjectMeta, path: &FieldPath, review: &mut Review<'_>) {
    const LARGEST: usize = 256 * 1024;
    let (labels, annotations) = (below(path, "labels"), below(path, "annotations"));
    let mut size = 0;
    for (key, value) in metadata.annotations.iter().flatten() {
        size += key.len() + value.len();
        let at = annotations.clone().key(key.clone());
        flawed_as(&at, &annotations.to_string(), label_key_flaws(&key.to_lowercase()), review);
    }
    if size > LARGEST {
        review.too_long(annotations, "may not be more than 262144 bytes", "more than 256 KiB together");
    }
    for (key, value) in metadata.labels.iter().flatten() {
        let at = labels.clone().key(key.clone());
        flawed_as(&at, &labels.to_string(), label_key_flaws(key), review);
        flawed_as(&at, &labels.to_string(), label_value_flaws(value), review);
    }
    let is_text = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    let others = [
        ("name", "name", is_text(&metadata.name)),
        ("generateName", "generateName", is_text(&metadata.generate_name)),
        ("namespace", "namespace", is_text(&metadata.namespace)),
        ("selfLink", "selfLink", is_text(&metadata.self_link)),
        ("uid", "uID", is_text(&metadata.uid)),
        ("resourceVersion", "resourceVersion", is_text(&metadata.resource_version)),
        ("generation", "generation", metadata.generation.is_some_and(|generation| generation != 0)),
        ("creationTimestamp", "creationTimestamp", metadata.creation_timestamp.is_some()),
        ("deletionTimestamp", "deletionTimestamp", metadata.deletion_timestamp.is_some()),
        ("deletionGracePeriodSeconds", "deletionGracePeriodSeconds", metadata.deletion_grace_period_seconds.is_some()),
        ("ownerReferences", "ownerReferences", metadata.owner_references.is_some()),
        ("finalizers", "finalizers", metadata.finalizers.is_some()),
        ("managedFields", "managedFields", metadata.managed_fields.is_some()),
    ];
    for (key, named, _) in others.into_iter().filter(|(_, _, is_set)| *is_set) {
        let at = below(path, key);
        review.forbidden(at.clone(), "cannot be set", "a template has labels and annotations only");
        review.named(&at, below(path, named).to_string());
    }
}
