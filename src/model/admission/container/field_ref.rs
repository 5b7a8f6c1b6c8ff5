//! References to fields of the Pod (validateObjectFieldSelector; `pkg/apis/core/pods/helpers.go`,
//! ConvertDownwardAPIFieldLabel; `pkg/fieldpath/fieldpath.go`, SplitMaybeSubscriptedPath).

use k8s_openapi::api::core::v1::ObjectFieldSelector;

use crate::model::admission::forms::flawed_as;
use crate::model::admission::name::label_key_flaws;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

/// What a variable can be.
pub(super) const VARIABLES: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// What a file can be.
pub(in crate::model::admission) const FILES: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/// Fields that the API knows and that nothing here can be.
const OTHERS: &[&str] = &["spec.restartPolicy", "spec.schedulerName", "status.phase"];

/// Reviews a reference to one of the fields that would do.
pub(in crate::model::admission) fn review(
    field: &ObjectFieldSelector,
    known: &[&'static str],
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    let place = path.clone().key("fieldPath");
    let version = field.api_version.as_deref().filter(|version| !version.is_empty()).unwrap_or("v1");
    let written = field.field_path.as_str();
    // The name that the node once had.
    let node_name = |name| if name == "spec.host" { "spec.nodeName" } else { name };
    if written.is_empty() {
        review.required(place, "", "");
    } else if version != "v1" {
        if !review.is_unknowable(&path.clone().key("apiVersion")) {
            let detail = format!("error converting fieldPath: unsupported pod version: {version}");
            review.invalid(place, detail, "`apiVersion` beside it is not `v1`");
        }
    } else if let Some((field, subscript)) = subscripted(written) {
        let flaws = match field {
            "metadata.annotations" => label_key_flaws(&subscript.to_lowercase()),
            "metadata.labels" => label_key_flaws(subscript),
            _ => {
                let detail = format!("error converting fieldPath: field label does not support subscript: {written}");
                review.invalid(place, detail, "only labels and annotations have keys");
                return;
            }
        };
        flawed_as(&place, &path.to_string(), flaws, review);
    } else if known.contains(&node_name(written)) {
    } else if [VARIABLES, FILES, OTHERS].iter().any(|fields| fields.contains(&node_name(written))) {
        review.unsupported(place, known);
    } else {
        let detail = format!("error converting fieldPath: field label not supported: {written}");
        review.invalid(place, detail, "not a field that can stand here");
    }
}

/// `metadata.labels['app']` as the field and the key.
fn subscripted(text: &str) -> Option<(&str, &str)> {
    let (field, subscript) = text.strip_suffix("']")?.split_once("['")?;
    (!field.is_empty()).then_some((field, subscript))
}
