//! Label selectors (apimachinery `pkg/apis/meta/v1/validation/validation.go`, ValidateLabelSelector).

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

use super::forms::flawed;
use super::metadata;
use super::name::{label_key_flaws, label_value_flaws};
use super::review::Review;
use crate::yaml::FieldPath;

/// Reviews the selector at `path`. Says where its first fault is.
pub(super) fn review(selector: &LabelSelector, path: &FieldPath, review: &mut Review<'_>) -> Option<FieldPath> {
    let before = review.count();
    metadata::labels(selector.match_labels.as_ref(), &path.clone().key("matchLabels"), review);
    for (number, requirement) in selector.match_expressions.iter().flatten().enumerate() {
        review_requirement(requirement, &path.clone().key("matchExpressions").index(number), review);
    }
    review.path_of(before)
}

fn review_requirement(requirement: &LabelSelectorRequirement, path: &FieldPath, review: &mut Review<'_>) {
    let values = requirement.values.as_deref().unwrap_or_default();
    match requirement.operator.as_str() {
        "In" | "NotIn" if values.is_empty() => {
            let detail = "must be specified when `operator` is 'In' or 'NotIn'";
            review.required(path.clone().key("values"), detail, "this operator needs values");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            review.forbidden(path.clone().key("values"), detail, "this operator takes no values");
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        _ => {
            let place = path.clone().key("operator");
            let reason = "only `In`, `NotIn`, `Exists` or `DoesNotExist` will do";
            review.invalid(place.clone(), "not a valid selector operator", reason);
            review.instead(&place, &["In", "NotIn", "Exists", "DoesNotExist"]);
        }
    }
    flawed(&path.clone().key("key"), label_key_flaws(&requirement.key), review);
    for (number, value) in values.iter().enumerate() {
        flawed(&path.clone().key("values").index(number), label_value_flaws(value), review);
    }
}
