//! Containers (`pkg/apis/core/validation/validation.go`, ValidateContainers, ValidateInitContainers).

use k8s_openapi::api::core::v1::PodSpec;

use super::review::Review;
use crate::yaml::FieldPath;

/// Reviews containers and init containers; `volumes` are the names that mounts may name.
pub(super) fn review(_pod: &PodSpec, _path: &FieldPath, _volumes: &[&str], _review: &mut Review<'_>) {}
