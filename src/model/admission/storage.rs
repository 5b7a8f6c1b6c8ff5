//! StorageClasses and volumes (`pkg/apis/storage/validation/validation.go`, ValidateStorageClass;
//! `pkg/apis/core/validation/validation.go`, ValidatePersistentVolume).

use k8s_openapi::api::core::v1::PersistentVolume;
use k8s_openapi::api::storage::v1::StorageClass;

use super::review::Review;

pub(super) fn review_class(_class: &StorageClass, _review: &mut Review<'_>) {}

pub(super) fn review_volume(_volume: &PersistentVolume, _review: &mut Review<'_>) {}
