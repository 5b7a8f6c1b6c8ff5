//! A Pod template's spec (`pkg/apis/core/validation/validation.go`, ValidatePodTemplateSpec and ValidatePodSpec).

use k8s_openapi::api::core::v1::PodSpec;

use super::review::Review;
use super::{container, volume};
use crate::yaml::FieldPath;

/// Reviews the Pod spec at `path`; `claims` are the names of the set's claim templates, which are volumes too.
pub(super) fn review(pod: &PodSpec, path: &FieldPath, claims: &[&str], review: &mut Review<'_>) {
    let volumes = volume::review(pod, path, claims, review);
    container::review(pod, path, &volumes, review);
}
