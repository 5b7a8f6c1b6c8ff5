//! Volumes (`pkg/apis/core/validation/validation.go`, ValidateVolumes).

use k8s_openapi::api::core::v1::PodSpec;

use super::review::Review;
use crate::yaml::FieldPath;

/// Reviews the volumes, and returns the names that mounts may name.
pub(super) fn review<'p>(
    pod: &'p PodSpec,
    _path: &FieldPath,
    claims: &[&'p str],
    _review: &mut Review<'_>,
) -> Vec<&'p str> {
    let own = pod.volumes.iter().flatten().map(|volume| volume.name.as_str());
    claims.iter().copied().chain(own).collect()
}
