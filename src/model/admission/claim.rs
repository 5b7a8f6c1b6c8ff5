//! Claims and claim templates (`pkg/apis/core/validation/validation.go`, ValidatePersistentVolumeClaim and
//! ValidatePersistentVolumeClaimSpec).

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec};

use super::metadata;
use super::name::subdomain_flaws;
use super::review::Review;
use crate::yaml::FieldPath;

pub(super) fn review(claim: &PersistentVolumeClaim, review: &mut Review<'_>) {
    metadata::review(&claim.metadata, &FieldPath::of("metadata"), subdomain_flaws, review);
    if let Some(spec) = &claim.spec {
        review_spec(spec, &FieldPath::of("spec"), review);
    }
}

/// What stands below `spec` of a claim or of a claim template.
pub(super) fn review_spec(_spec: &PersistentVolumeClaimSpec, _path: &FieldPath, _review: &mut Review<'_>) {}
