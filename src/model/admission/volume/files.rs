//! Volumes that are files of Kubernetes' own objects (`pkg/apis/core/validation/validation.go`,
//! validateSecretVolumeSource, validateConfigMapVolumeSource, validateDownwardAPIVolumeSource).

use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, DownwardAPIVolumeFile, DownwardAPIVolumeSource, KeyToPath, ResourceFieldSelector,
    SecretVolumeSource,
};

use crate::model::admission::container::{divisor, field_ref};
use crate::model::admission::forms::{below, filled, local_path, mode};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(super) fn secret(source: &SecretVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "secretName", source.secret_name.as_deref().unwrap_or_default(), review);
    mode(path, "defaultMode", source.default_mode, review);
    items(source.items.as_deref(), path, review);
}

pub(super) fn config_map(source: &ConfigMapVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "name", &source.name, review);
    mode(path, "defaultMode", source.default_mode, review);
    items(source.items.as_deref(), path, review);
}

/// Each key with the file it becomes (validateKeyToPath).
pub(super) fn items(items: Option<&[KeyToPath]>, path: &FieldPath, review: &mut Review<'_>) {
    for (number, item) in items.into_iter().flatten().enumerate() {
        let at = below(path, "items").index(number);
        let file = below(&at, "path");
        filled(&at, "key", &item.key, review);
        filled(&at, "path", &item.path, review);
        local_path(&file, &file.to_string(), &item.path, review);
        mode(&at, "mode", item.mode, review);
    }
}

pub(super) fn downward(source: &DownwardAPIVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    mode(path, "defaultMode", source.default_mode, review);
    for (number, file) in source.items.iter().flatten().enumerate() {
        downward_file(file, &below(path, "items").index(number), path, review);
    }
}

/// validateDownwardAPIVolumeFile: the server leaves out which of the `items` it is.
pub(super) fn downward_file(
    file: &DownwardAPIVolumeFile,
    path: &FieldPath,
    source: &FieldPath,
    review: &mut Review<'_>,
) {
    let before = review.count();
    let at = below(path, "path");
    filled(path, "path", &file.path, review);
    local_path(&at, &at.to_string(), &file.path, review);
    mode(path, "mode", file.mode, review);
    let (of_object, of_resource) = (below(path, "fieldRef"), below(path, "resourceFieldRef"));
    match (&file.field_ref, &file.resource_field_ref) {
        (Some(field), resource) => {
            field_ref::review(field, field_ref::FILES, &of_object, review);
            if resource.is_some() && !review.is_unknowable(&of_object) {
                let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
                review
                    .invalid(of_resource.clone(), detail, "not beside `fieldRef`")
                    .named(&of_resource, path.to_string());
            }
        }
        (None, Some(resource)) => resource_field(resource, &of_resource, review),
        (None, None) if !review.is_unknowable(&of_object) && !review.is_unknowable(&of_resource) => {
            let detail = "one of fieldRef and resourceFieldRef is required";
            review.required(of_object.clone(), detail, "`fieldRef` or `resourceFieldRef`");
            review.named(&of_object, path.to_string());
        }
        _ => {}
    }
    review.spelled_since(before, path, &source.to_string());
}

/// validateContainerResourceFieldSelector: a file has to say of which container.
fn resource_field(field: &ResourceFieldSelector, path: &FieldPath, review: &mut Review<'_>) {
    if field.container_name.as_deref().unwrap_or_default().is_empty() {
        review.required(below(path, "containerName"), "", "");
        divisor::review_divisor(field, path, review);
    } else {
        divisor::review(field, path, review);
    }
}
