//! Variables (ValidateEnv, validateEnvVarValueFrom, validateFileKeyRefVolumes).

use k8s_openapi::api::core::v1::{Container, EnvVar, EnvVarSource, FileKeySelector};

use super::shared::Shared;
use super::words::{config_key_flaws, variable_flaws};
use super::{divisor, field_ref};
use crate::model::admission::forms::{flawed, no_backsteps};
use crate::model::admission::name::{label_flaws, subdomain_flaws};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(super) fn review(variables: &[EnvVar], path: &FieldPath, review: &mut Review<'_>) {
    for (number, variable) in variables.iter().enumerate() {
        let path = path.clone().index(number);
        if variable.name.is_empty() {
            review.required(path.clone().key("name"), "", "");
        } else {
            flawed(&path.clone().key("name"), variable_flaws(&variable.name), review);
        }
        if let Some(source) = &variable.value_from {
            review_source(variable, source, &path, review);
        }
    }
}

fn review_source(variable: &EnvVar, source: &EnvVarSource, path: &FieldPath, review: &mut Review<'_>) {
    let from = path.clone().key("valueFrom");
    // Dropped before it is validated, until 1.35.
    let file = source.file_key_ref.as_ref().filter(|_| has_files(review));
    if let Some(field) = &source.field_ref {
        field_ref::review(field, field_ref::VARIABLES, &from.clone().key("fieldRef"), review);
    }
    if let Some(resource) = &source.resource_field_ref {
        divisor::review(resource, &from.clone().key("resourceFieldRef"), review);
    }
    if let Some(key) = &source.config_map_key_ref {
        review_key(&key.name, &key.key, &from.clone().key("configMapKeyRef"), review);
    }
    if let Some(key) = &source.secret_key_ref {
        review_key(&key.name, &key.key, &from.clone().key("secretKeyRef"), review);
    }
    if let Some(file) = file {
        review_file(file, &from.clone().key("fileKeyRef"), review);
    }
    let sources = [
        source.field_ref.is_some(),
        source.resource_field_ref.is_some(),
        source.config_map_key_ref.is_some(),
        source.secret_key_ref.is_some(),
        file.is_some(),
    ];
    let count = sources.into_iter().filter(|is_set| *is_set).count();
    let has_value = variable.value.as_deref().is_some_and(|value| !value.is_empty());
    if count == 0 {
        let detail = match has_files(review) {
            true => {
                "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
            }
            false => "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`",
        };
        review.invalid(from, detail, "nothing here says where from");
    } else if has_value {
        if !review.is_unknowable(&path.clone().key("value")) {
            review.invalid(from, "may not be specified when `value` is not empty", "there is a `value` already");
        }
    } else if count > 1 {
        let reason = format!("{count} sources, one is the most");
        review.invalid(from, "may not have more than one field specified at a time", reason);
    }
}

/// The gate EnvFiles, on from 1.35.
fn has_files(review: &Review<'_>) -> bool {
    review.version.is_at_least(35)
}

/// A key of a ConfigMap or of a Secret.
fn review_key(name: &str, key: &str, path: &FieldPath, review: &mut Review<'_>) {
    flawed(&path.clone().key("name"), subdomain_flaws(name), review);
    if key.is_empty() {
        review.required(path.clone().key("key"), "", "");
    } else {
        flawed(&path.clone().key("key"), config_key_flaws(key), review);
    }
}

fn review_file(file: &FileKeySelector, path: &FieldPath, review: &mut Review<'_>) {
    let fields = [("key", &file.key), ("volumeName", &file.volume_name), ("path", &file.path)];
    for (key, text) in fields {
        let place = path.clone().key(key);
        match key {
            _ if text.is_empty() => _ = review.required(place, "", ""),
            "key" => flawed(&place, variable_flaws(text), review),
            "volumeName" => flawed(&place, label_flaws(text), review),
            _ => no_backsteps(&place, &place.to_string(), text, review),
        }
    }
}

/// Variables from a file are read from a volume that begins empty.
pub(super) fn review_files(containers: &[(Container, FieldPath)], shared: &Shared<'_>, review: &mut Review<'_>) {
    if !has_files(review) {
        return;
    }
    for (container, path) in containers {
        for (number, variable) in container.env.iter().flatten().enumerate() {
            let Some(file) = variable.value_from.as_ref().and_then(|from| from.file_key_ref.as_ref()) else { continue };
            let place = path.clone().key("env").index(number).key("valueFrom").key("fileKeyRef").key("volumeName");
            if shared.is_unwritten(&file.volume_name) {
                review.not_found(place, "no volume has this name");
            } else if shared.is_never_empty(&file.volume_name, review) {
                let reason = "not the name of an `emptyDir` volume";
                review.invalid(place, "referenced volume must be of type emptyDir", reason);
            }
        }
    }
}
