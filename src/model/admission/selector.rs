//! Label selectors (apimachinery `pkg/apis/meta/v1/validation/validation.go`, ValidateLabelSelector).

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::review::Review;
use crate::yaml::FieldPath;

pub(super) fn review(_selector: &LabelSelector, _path: &FieldPath, _review: &mut Review<'_>) {}
