//! Volumes that are files of Kubernetes' own objects (`pkg/apis/core/validation/validation.go`,
//! validateSecretVolumeSource, validateConfigMapVolumeSource, validateDownwardAPIVolumeSource).

use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, DownwardAPIVolumeFile, DownwardAPIVolumeSource, KeyToPath, ObjectFieldSelector,
    ResourceFieldSelector, SecretVolumeSource,
};

use crate::model::Quantity;
use crate::model::admission::forms::{below, filled, flawed_as, local_path, mode};
use crate::model::admission::name::label_key_flaws;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(super) fn secret(source: &SecretVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "secretName", source.secret_name.as_deref().unwrap_or_default(), review);
    mode(path, "defaultMode", source.default_mode, review);
    items(source.items.as_deref(), path, review);
}

pub(super) fn config_map(source: &ConfigMapVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "name", &source.name, review);
    mode(path, "defaultMode", source.default_mode, review);
    items(source.items.as_deref(), path, review);
}

/// Each key with the file it becomes (validateKeyToPath).
pub(super) fn items(items: Option<&[KeyToPath]>, path: &FieldPath, review: &mut Review<'_>) {
    for (number, item) in items.into_iter().flatten().enumerate() {
        let at = below(path, "items").index(number);
        let file = below(&at, "path");
        filled(&at, "key", &item.key, review);
        filled(&at, "path", &item.path, review);
        local_path(&file, &file.to_string(), &item.path, review);
        mode(&at, "mode", item.mode, review);
    }
}

pub(super) fn downward(source: &DownwardAPIVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    mode(path, "defaultMode", source.default_mode, review);
    for (number, file) in source.items.iter().flatten().enumerate() {
        downward_file(file, &below(path, "items").index(number), path, review);
    }
}

/// validateDownwardAPIVolumeFile: the server leaves out which of the `items` it is.
pub(super) fn downward_file(
    file: &DownwardAPIVolumeFile,
    path: &FieldPath,
    source: &FieldPath,
    review: &mut Review<'_>,
) {
    let before = review.count();
    let at = below(path, "path");
    filled(path, "path", &file.path, review);
    local_path(&at, &at.to_string(), &file.path, review);
    mode(path, "mode", file.mode, review);
    let (of_object, of_resource) = (below(path, "fieldRef"), below(path, "resourceFieldRef"));
    match (&file.field_ref, &file.resource_field_ref) {
        (Some(field), resource) => {
            object_field(field, &of_object, review);
            if resource.is_some() && !review.is_unknowable(&of_object) {
                let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
                review
                    .invalid(of_resource.clone(), detail, "not beside `fieldRef`")
                    .named(&of_resource, path.to_string());
            }
        }
        (None, Some(resource)) => resource_field(resource, &of_resource, review),
        (None, None) if !review.is_unknowable(&of_object) && !review.is_unknowable(&of_resource) => {
            let detail = "one of fieldRef and resourceFieldRef is required";
            review.required(of_object.clone(), detail, "`fieldRef` or `resourceFieldRef`");
            review.named(&of_object, path.to_string());
        }
        _ => {}
    }
    review.spelled_since(before, path, &source.to_string());
}

/// validateObjectFieldSelector, for files.
fn object_field(field: &ObjectFieldSelector, path: &FieldPath, review: &mut Review<'_>) {
    const FILES: &[&str] =
        &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];
    const OTHERS: &[&str] = &[
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.serviceAccountName",
        "spec.schedulerName",
        "spec.host",
        "status.phase",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    ];
    let at = below(path, "fieldPath");
    let name = field.field_path.as_str();
    let version = field.api_version.as_deref().unwrap_or_default();
    if name.is_empty() {
        review.required(at, "", "");
    } else if !matches!(version, "" | "v1") {
        // The server says it of the other field.
        let own = below(path, "apiVersion");
        let detail = format!("error converting fieldPath: unsupported pod version: {version}");
        review.invalid(own.clone(), detail, "only `v1` will do").named(&own, at.to_string());
    } else if let Some((field, key)) = subscripted(name) {
        let flaws = match field {
            "metadata.annotations" => label_key_flaws(&key.to_lowercase()),
            "metadata.labels" => label_key_flaws(key),
            _ => {
                let detail = format!("error converting fieldPath: field label does not support subscript: {name}");
                review.invalid(at, detail, "only labels and annotations have keys");
                return;
            }
        };
        flawed_as(&at, &path.to_string(), flaws, review);
    } else if OTHERS.contains(&name) {
        review.unsupported(at, FILES);
    } else if !FILES.contains(&name) {
        let detail = format!("error converting fieldPath: field label not supported: {name}");
        review.invalid(at, detail, "no field that files can have");
    }
}

/// `metadata.labels['key']` (SplitMaybeSubscriptedPath).
fn subscripted(name: &str) -> Option<(&str, &str)> {
    name.strip_suffix("']")?.split_once("['").filter(|(field, _)| !field.is_empty())
}

/// validateContainerResourceFieldSelector, for files.
fn resource_field(field: &ResourceFieldSelector, path: &FieldPath, review: &mut Review<'_>) {
    const KNOWN: &[&str] = &[
        "limits.cpu",
        "limits.ephemeral-storage",
        "limits.memory",
        "requests.cpu",
        "requests.ephemeral-storage",
        "requests.memory",
    ];
    let name = field.resource.as_str();
    let has_pages = ["limits.hugepages-", "requests.hugepages-"].iter().any(|pages| name.starts_with(pages));
    if field.container_name.as_deref().unwrap_or_default().is_empty() {
        review.required(below(path, "containerName"), "", "");
    } else if name.is_empty() {
        review.required(below(path, "resource"), "", "");
    } else if !KNOWN.contains(&name) && !has_pages {
        review.unsupported(below(path, "resource"), KNOWN);
    }
    let Some(divisor) = field.divisor.as_ref().map(|divisor| divisor.0.as_str()) else { return };
    let is_cpu = matches!(name, "limits.cpu" | "requests.cpu");
    let is_counted = KNOWN.contains(&name) || has_pages;
    if is_counted && !is_unit(divisor, is_cpu) {
        let units = if is_cpu { "1m and 1" } else { "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei" };
        let reason = "not one unit: 1 and a suffix";
        review.invalid(below(path, "divisor"), format!("only divisor's values {units} are supported"), reason);
    }
}

/// Whether a quantity is printed by the server as one unit (validateContainerResourceDivisor): it keeps to the kind of
/// suffix that is written, so that `1024` is none and `1024Ki` is. Nothing is as good as no divisor.
fn is_unit(text: &str, is_cpu: bool) -> bool {
    const DECIMAL: &[&str] = &["1k", "1M", "1G", "1T", "1P", "1E"];
    const BINARY: &[&str] = &["1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];
    // A number of so many digits the server does not hold against the list.
    if text.bytes().filter(u8::is_ascii_digit).count() > 18 {
        return true;
    }
    // A quantity that cannot be read is refused before.
    let Some(value) = Quantity::parse(text) else { return true };
    let suffix = text.trim().trim_start_matches(|letter: char| !letter.is_ascii_alphabetic());
    let is_exponent = suffix.len() > 1 && suffix.starts_with(['e', 'E']) && !suffix.ends_with('i');
    let units = match (is_cpu, suffix.ends_with('i'), is_exponent) {
        (true, ..) => &["1m"][..],
        (false, _, true) => &[],
        (false, true, _) => BINARY,
        (false, false, _) => DECIMAL,
    };
    let is = |unit: &&&str| Quantity::parse(unit).is_some_and(|unit| unit == value);
    value == Quantity::zero() || ["1"].iter().chain(units).find(is).is_some()
}
