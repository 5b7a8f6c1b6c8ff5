//! What all objects have (apimachinery `pkg/api/validation/objectmeta.go`, ValidateObjectMeta).
//!
//! A namespace that cannot be is answered with 404 before anything is validated.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};

use super::forms::{flawed, flawed_as};
use super::name::{Flaw, label_key_flaws, label_value_flaws, mask_trailing_dash};
use super::review::Review;
use crate::model::Typed;
use crate::yaml::FieldPath;

/// The most that keys and values of annotations may have together, in bytes.
const ANNOTATIONS_SIZE: usize = 256 << 10;
/// So much of `generateName` becomes the name; the rest makes room for the random part.
const GENERATED_FROM: usize = 58;
/// Finalizers without a domain.
const STANDARD_FINALIZERS: [&str; 3] = ["kubernetes", ORPHAN, FOREGROUND];
const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

/// Reviews the metadata at `path`; `name_flaws` is the form of names that the kind has.
pub(super) fn review(
    metadata: &ObjectMeta,
    path: &FieldPath,
    name_flaws: fn(&str) -> Vec<Flaw>,
    review: &mut Review<'_>,
) {
    review_any(metadata, path, name_flaws, review);
    kube_finalizers(metadata.finalizers.as_deref().unwrap_or_default(), &path.clone().key("finalizers"), review);
}

/// The same of a kind that has no rules of its own for metadata.
pub(super) fn review_any(
    metadata: &ObjectMeta,
    path: &FieldPath,
    name_flaws: fn(&str) -> Vec<Flaw>,
    review: &mut Review<'_>,
) {
    review_name(metadata, path, name_flaws, review);
    labels(metadata.labels.as_ref(), &path.clone().key("labels"), review);
    let place = path.clone().key("annotations");
    annotations(metadata.annotations.as_ref(), &place, &place.to_string(), review);
    // The server counts the generations of sets itself.
    if metadata.generation.is_some_and(|generation| generation < 0)
        && !matches!(review.object.typed, Typed::StatefulSet(_))
    {
        review.invalid(path.clone().key("generation"), "must be greater than or equal to 0", "less than 0");
    }
    owners(metadata.owner_references.as_deref().unwrap_or_default(), &path.clone().key("ownerReferences"), review);
    finalizers(metadata.finalizers.as_deref().unwrap_or_default(), &path.clone().key("finalizers"), review);
}

/// An overlay that gives another name may mend it.
fn review_name(metadata: &ObjectMeta, path: &FieldPath, name_flaws: fn(&str) -> Vec<Flaw>, review: &mut Review<'_>) {
    let name = metadata.name.as_deref().unwrap_or_default();
    let prefix = metadata.generate_name.as_deref().unwrap_or_default();
    if review.object.renamed {
        return;
    }
    let place = path.clone().key("generateName");
    if !prefix.is_empty() {
        flawed(&place, name_flaws(&mask_trailing_dash(prefix)), review);
    }
    let named = path.clone().key("name");
    if !name.is_empty() {
        flawed(&named, name_flaws(name), review);
    } else if prefix.is_empty() {
        review.required(named, "name or generateName is required", "");
    } else {
        let kept = prefix.char_indices().take_while(|(at, next)| at + next.len_utf8() <= GENERATED_FROM);
        let generated: String = kept.map(|(_, next)| next).chain("2b4c6".chars()).collect();
        flawed_as(&place, &named.to_string(), name_flaws(&generated), review);
    }
}

/// ValidateLabels; the server names the mapping, not the label.
pub(super) fn labels(labels: Option<&BTreeMap<String, String>>, path: &FieldPath, review: &mut Review<'_>) {
    labels_named(labels, path, &path.to_string(), review);
}

/// The same where the server does not spell the mapping as the manifest does.
pub(super) fn labels_named(
    labels: Option<&BTreeMap<String, String>>,
    path: &FieldPath,
    named: &str,
    review: &mut Review<'_>,
) {
    for (key, value) in labels.into_iter().flatten() {
        let place = path.clone().key(key.clone());
        // Overlays may put the same label into selectors and Pods.
        if review.object.given(&place).is_some() {
            continue;
        }
        flawed_as(&place, named, label_key_flaws(key), review);
        flawed_as(&place, named, label_value_flaws(value), review);
    }
}

/// ValidateAnnotations: keys have the form of labels' in any case, values any form; together they have a size.
pub(super) fn annotations(
    annotations: Option<&BTreeMap<String, String>>,
    path: &FieldPath,
    named: &str,
    review: &mut Review<'_>,
) {
    let mut size = 0;
    for (key, value) in annotations.into_iter().flatten() {
        size += key.len() + value.len();
        let place = path.clone().key(key.clone());
        flawed_as(&place, named, label_key_flaws(&key.to_lowercase()), review);
    }
    if size > ANNOTATIONS_SIZE {
        let detail = format!("may not be more than {ANNOTATIONS_SIZE} bytes");
        let reason = format!("{size} bytes of keys and values, {ANNOTATIONS_SIZE} are the most");
        review.too_long(path.clone(), detail, reason).named(path, named);
    }
}

/// ValidateOwnerReferences; what is written twice is dropped before.
fn owners(owners: &[OwnerReference], path: &FieldPath, review: &mut Review<'_>) {
    let mut seen = BTreeSet::new();
    let mut has_controller = false;
    for (number, owner) in owners.iter().enumerate() {
        let kept = seen.len();
        let content = (&owner.api_version, &owner.kind, &owner.name, &owner.uid);
        if !seen.insert((content, owner.controller, owner.block_owner_deletion)) {
            continue;
        }
        let place = path.clone().index(number);
        // Up to 1.36 the answer does not say which one it is (inferred from answers).
        let named = match review.version.is_at_least(37) {
            true => path.clone().index(kept).to_string(),
            false => path.to_string(),
        };
        review_owner(owner, &place, &named, review);
        if owner.controller == Some(true) {
            if has_controller {
                let detail = "Only one reference can have Controller set to true";
                let place = place.key("controller");
                review.invalid(place.clone(), detail, "the second controller").named(&place, path.to_string());
            }
            has_controller = true;
        }
    }
}

fn review_owner(owner: &OwnerReference, path: &FieldPath, named: &str, review: &mut Review<'_>) {
    let api_version = owner.api_version.as_str();
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    for (key, value) in
        [("apiVersion", &owner.api_version), ("kind", &owner.kind), ("name", &owner.name), ("uid", &owner.uid)]
    {
        let place = path.clone().key(key);
        // Another kind of fault for the same (inferred from answers).
        if value.is_empty() && review.version.is_at_least(37) {
            review.required(place.clone(), "must not be empty", "");
        } else if value.is_empty() {
            review.invalid(place.clone(), "must not be empty", "required");
        } else if key == "apiVersion" && (version.is_empty() || version.contains('/')) {
            let detail = "must be <group>/<version> or <version>";
            review.invalid(place.clone(), detail, "neither a version nor a group and a version");
        } else {
            continue;
        }
        review.named(&place, format!("{named}.{key}"));
    }
    if (group, version, owner.kind.as_str()) == ("", "v1", "Event") {
        let detail = "/v1, Kind=Event is disallowed from being an owner";
        review.invalid(path.clone(), detail, "an Event owns nothing").named(path, named);
    }
}

/// ValidateFinalizers.
fn finalizers(finalizers: &[String], path: &FieldPath, review: &mut Review<'_>) {
    for (number, finalizer) in finalizers.iter().enumerate() {
        flawed_as(&path.clone().index(number), &path.to_string(), label_key_flaws(finalizer), review);
    }
    let both = [ORPHAN, FOREGROUND].map(|one| finalizers.iter().position(|finalizer| finalizer == one));
    if let [Some(orphan), Some(foreground)] = both {
        let place = path.clone().index(orphan.max(foreground));
        let detail = format!("finalizer {ORPHAN} and {FOREGROUND} cannot be both set");
        review.invalid(place.clone(), detail, "contradicts the other one").named(&place, path.to_string());
    }
}

/// validateKubeFinalizerName (kubernetes `pkg/apis/core/validation/validation.go`).
fn kube_finalizers(finalizers: &[String], path: &FieldPath, review: &mut Review<'_>) {
    for (number, finalizer) in finalizers.iter().enumerate() {
        if !finalizer.contains('/') && !STANDARD_FINALIZERS.contains(&finalizer.as_str()) {
            let detail = "name is neither a standard finalizer name nor is it fully qualified";
            review.invalid(path.clone().index(number), detail, "a domain is missing: `example.com/name`");
        }
    }
}
