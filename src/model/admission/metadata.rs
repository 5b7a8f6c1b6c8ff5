//! What all objects have (apimachinery `pkg/api/validation/objectmeta.go`, ValidateObjectMeta).

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::name::Flaw;
use super::review::Review;
use crate::yaml::FieldPath;

/// Reviews the metadata at `path`; `name_flaws` is the form of names that the kind has.
pub(super) fn review(
    metadata: &ObjectMeta,
    path: &FieldPath,
    name_flaws: fn(&str) -> Vec<Flaw>,
    review: &mut Review<'_>,
) {
    let name = metadata.name.as_deref().unwrap_or_default();
    for (detail, reason) in name_flaws(name) {
        review.invalid(path.clone().key("name"), detail, reason);
    }
}
