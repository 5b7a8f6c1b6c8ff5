//! The Pod template of a set (`pkg/apis/apps/validation/validation.go`, ValidatePodTemplateSpecForStatefulSet).

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PodSpec};

use super::super::forms::flawed_as;
use super::super::name::label_flaws;
use super::super::review::Review;
use super::super::{metadata, pod};
use super::template_annotations;
use crate::model::{Labels, Operator, Selector, is_placeholder};
use crate::yaml::{FieldPath, Presence};

const LABELS: &str = "spec.template.metadata.labels";

pub(super) fn review(set: &StatefulSet, review: &mut Review<'_>) {
    review_match(set, review);
    let written = set.spec.template.metadata.as_ref();
    let labels = written.and_then(|written| written.labels.as_ref());
    let annotations = written.and_then(|written| written.annotations.as_ref());
    let nothing = PodSpec::default();
    let pod = set.spec.template.spec.as_ref().unwrap_or(&nothing);
    // What the server says of labels and annotations, it says of every version.
    let before = review.count();
    metadata::labels_named(labels, &FieldPath::of(LABELS), "spec.template.labels", review);
    let path = FieldPath::of("spec.template.metadata.annotations");
    metadata::annotations(annotations, &path, "spec.template.annotations", review);
    template_annotations::review(annotations, pod, &path, review);
    review.of_every_version_since(before);
    let templates = set.spec.volume_claim_templates.as_deref().unwrap_or_default();
    let volumes = review_volumes(templates, review);
    pod::review(pod, &FieldPath::of("spec.template.spec"), &volumes, review);
    template_annotations::review_fields(annotations, pod, &FieldPath::of("spec.template.spec"), review);
}

/// Whether the selector matches the Pods' labels. Nothing is said of a label that is filled in later or that overlays
/// change.
fn review_match(set: &StatefulSet, review: &mut Review<'_>) {
    let (path, place) = (FieldPath::of("spec.selector"), FieldPath::of(LABELS));
    let no_labels = Labels::new();
    let labels = set.spec.template.metadata.as_ref().and_then(|written| written.labels.as_ref()).unwrap_or(&no_labels);
    let detail = "`selector` does not match template `labels`";
    if matches!(review.root.presence(&path), Presence::Absent | Presence::Null) {
        let labels = path.key("matchLabels");
        if review.object.changed_selector(Selector::Nothing, &labels) != Selector::Nothing {
            return;
        }
        // One thing is missing, and the answer says two of it.
        let path = FieldPath::of("spec.selector");
        review.invalid(path.clone(), detail, "required").named(&path, place.to_string());
        return;
    }
    if review.object.is_faulty(&path) || labels.keys().any(|key| is_placeholder(key)) {
        return;
    }
    let written = Selector::of_labels(Some(&set.spec.selector));
    let selector = review.object.changed_selector(written, &path.key("matchLabels"));
    let is_known = |key: &str| {
        let is_later = labels.get(key).is_some_and(|value| is_placeholder(value));
        !is_later && !review.object.is_faulty(&place.clone().key(key.to_owned()))
    };
    let missing = selector.requirements().iter().find(|requirement| {
        !matches!(requirement.operator, Operator::Given { .. } | Operator::Unsure)
            && !requirement.has_placeholder()
            && is_known(&requirement.key)
            && !requirement.matches(labels.get(&requirement.key).map(String::as_str))
    });
    if let Some(requirement) = missing {
        let key = &requirement.key;
        let reason = match (&requirement.operator, labels.get(key)) {
            (Operator::In(_) | Operator::Exists, None) => format!("`{key}` of the selector is missing"),
            _ => format!("`{key}` is another than the selector wants"),
        };
        review.invalid(place.clone(), detail, reason).of_every_version(&place);
    }
}

/// Claim templates are volumes of the Pods: they stand before the volumes of the template, in no order when there are
/// several, one for each name. Gives these names, good or bad.
fn review_volumes<'s>(templates: &'s [PersistentVolumeClaim], review: &mut Review<'_>) -> Vec<&'s str> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut names = Vec::new();
    for (number, template) in templates.iter().enumerate() {
        let name = template.metadata.name.as_deref().unwrap_or_default();
        let place = FieldPath::of("spec.volumeClaimTemplates").index(number).key("metadata").key("name");
        let next = numbers.len();
        let is_again = numbers.contains_key(name);
        let volume = *numbers.entry(name).or_insert(next);
        if is_again {
            continue;
        }
        let volume = format!("spec.template.spec.volumes[{volume}]");
        if name.is_empty() {
            let claim = format!("{volume}.persistentVolumeClaim.claimName");
            review.required(place.clone(), "", "without a name it is no volume").named(&place, claim);
            review.required(place.clone(), "", "").named(&place, format!("{volume}.name"));
        } else {
            flawed_as(&place, &format!("{volume}.name"), label_flaws(name), review);
        }
        names.push(name);
    }
    names
}
