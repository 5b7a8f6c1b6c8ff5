//! A Service (`pkg/apis/core/validation/validation.go`, ValidateService).

use k8s_openapi::api::core::v1::Service;

use super::review::Review;

pub(super) fn review(_service: &Service, _review: &mut Review<'_>) {}
