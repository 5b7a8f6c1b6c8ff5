//! Updates of a StatefulSet (`pkg/apis/apps/validation/validation.go`, ValidateStatefulSetUpdate).

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use serde_json::Value;

use super::difference::differences;
use super::stored::{json, quantities_are_valid, stored_claim, stored_selector};
use crate::model::{Object, SetView, Version};
use crate::yaml::{FieldPath, Presence};

/// A field of a set's spec that cannot be updated. In the order in which 1.37 names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixedField {
    /// `selector`.
    Selector,
    /// `volumeClaimTemplates`.
    VolumeClaimTemplates,
    /// `serviceName`.
    ServiceName,
    /// `podManagementPolicy`.
    PodManagementPolicy,
    /// `revisionHistoryLimit`, up to 1.32.
    RevisionHistoryLimit,
}

/// One difference between two lists of claim templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateChange {
    /// An entry of the same name differs.
    Changed {
        /// Its name.
        name: String,
        /// Its number before.
        before: usize,
        /// Its number now.
        after: usize,
        /// Where it differs, from the entry on.
        paths: Vec<FieldPath>,
    },
    /// An entry with the same content, or in the same place, has another name.
    Renamed {
        /// Its name before.
        from: String,
        /// Its name now.
        to: String,
        /// Its number before.
        before: usize,
        /// Its number now.
        after: usize,
    },
    /// An entry is new.
    Added {
        /// Its name.
        name: String,
        /// Its number now.
        after: usize,
    },
    /// An entry is gone.
    Removed {
        /// Its name.
        name: String,
        /// Its number before.
        before: usize,
    },
    /// The same entries in another order.
    Reordered,
}

/// What the API server refuses of an update.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetUpdate {
    /// The fields that may not change and do.
    pub fields: Vec<FixedField>,
    /// How the claim templates differ.
    pub templates: Vec<TemplateChange>,
}

impl FixedField {
    /// Its name below `spec`.
    pub fn name(self) -> &'static str {
        match self {
            FixedField::Selector => "selector",
            FixedField::VolumeClaimTemplates => "volumeClaimTemplates",
            FixedField::ServiceName => "serviceName",
            FixedField::PodManagementPolicy => "podManagementPolicy",
            FixedField::RevisionHistoryLimit => "revisionHistoryLimit",
        }
    }

    /// Its path.
    pub fn path(self) -> FieldPath {
        FieldPath::of("spec").key(self.name())
    }

    fn all(version: Version) -> impl Iterator<Item = FixedField> {
        let fields = [
            FixedField::Selector,
            FixedField::VolumeClaimTemplates,
            FixedField::ServiceName,
            FixedField::PodManagementPolicy,
            FixedField::RevisionHistoryLimit,
        ];
        // Mutable since 1.33 (kubernetes/kubernetes#129017; 1.32.13 refuses, 1.33.13 accepts).
        fields.into_iter().filter(move |field| *field != FixedField::RevisionHistoryLimit || !version.is_at_least(33))
    }

    /// Its value as the server compares it.
    fn stored(self, set: SetView<'_>) -> Value {
        let spec = set.spec();
        match self {
            // A missing selector decodes like an empty one; the server tells them apart.
            FixedField::Selector => match set.presence(&self.path()) {
                Presence::Absent | Presence::Null => Value::Null,
                _ => stored_selector(&spec.selector),
            },
            FixedField::VolumeClaimTemplates => templates(set).iter().map(stored_claim).collect(),
            FixedField::ServiceName => spec.service_name.as_deref().unwrap_or_default().into(),
            FixedField::PodManagementPolicy => {
                let policy = spec.pod_management_policy.as_deref().filter(|policy| !policy.is_empty());
                policy.unwrap_or("OrderedReady").into()
            }
            FixedField::RevisionHistoryLimit => spec.revision_history_limit.unwrap_or(10).into(),
        }
    }
}

fn templates(set: SetView<'_>) -> &[PersistentVolumeClaim] {
    set.spec().volume_claim_templates.as_deref().unwrap_or_default()
}

/// What the server of this version refuses when `head` is sent where `base` is stored.
///
/// Nothing where either cannot be decoded: the server then answers 400 and looks no further.
pub fn answer_set(base: SetView<'_>, head: SetView<'_>, version: Version) -> SetUpdate {
    let decodes = |object: &Object| object.type_errors.is_empty();
    if !decodes(head.object()) || !decodes(base.object()) || !quantities_are_valid(&json(head.spec())) {
        return SetUpdate::default();
    }
    let fields = FixedField::all(version).filter(|field| field.stored(base) != field.stored(head)).collect();
    let mut update = SetUpdate { fields, templates: Vec::new() };
    if update.fields.contains(&FixedField::VolumeClaimTemplates) {
        update.templates = template_changes(templates(base), templates(head));
    }
    update
}

fn template_changes(before: &[PersistentVolumeClaim], after: &[PersistentVolumeClaim]) -> Vec<TemplateChange> {
    let name = |claim: &PersistentVolumeClaim| claim.metadata.name.clone().unwrap_or_default();
    let mut changes = Vec::new();
    let mut new: Vec<usize> = (0..after.len()).collect();
    let mut gone = Vec::new();
    for (number, claim) in before.iter().enumerate() {
        match new.iter().position(|&other| name(&after[other]) == name(claim)) {
            Some(found) => {
                let other = new.remove(found);
                let paths = differences(&stored_claim(claim), &stored_claim(&after[other]));
                if !paths.is_empty() {
                    changes.push(TemplateChange::Changed { name: name(claim), before: number, after: other, paths });
                }
            }
            None => gone.push(number),
        }
    }
    let same_content = |old: usize, new: usize| {
        let content = |claim: &PersistentVolumeClaim| stored_claim(claim).get("spec").cloned();
        content(&before[old]) == content(&after[new])
    };
    for old in gone {
        let alike = new.iter().position(|&other| same_content(old, other));
        let only = || (new.len() == 1 && new[0] == old && before.len() == after.len()).then_some(0);
        match alike.or_else(only) {
            Some(found) => {
                let (from, other) = (name(&before[old]), new.remove(found));
                let to = name(&after[other]);
                changes.push(TemplateChange::Renamed { from, to, before: old, after: other });
            }
            None => changes.push(TemplateChange::Removed { name: name(&before[old]), before: old }),
        }
    }
    changes.extend(new.into_iter().map(|other| TemplateChange::Added { name: name(&after[other]), after: other }));
    if changes.is_empty() {
        changes.push(TemplateChange::Reordered);
    }
    changes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use k8s_openapi::api::core::v1::PersistentVolumeClaim;
    use serde_json::json;

    use super::{TemplateChange, template_changes};

    fn claims(all: &[(&str, &str)]) -> Vec<PersistentVolumeClaim> {
        let claim = |(name, size): &(&str, &str)| {
            let claim = json!({"metadata": {"name": name}, "spec": {"resources": {"requests": {"storage": size}}}});
            serde_json::from_value(claim).unwrap()
        };
        all.iter().map(claim).collect()
    }

    fn words(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
        let word = |change: TemplateChange| match change {
            TemplateChange::Changed { name, paths, .. } => format!("{name}: {}", paths[0]),
            TemplateChange::Renamed { from, to, .. } => format!("{from} is now {to}"),
            TemplateChange::Added { name, .. } => format!("+{name}"),
            TemplateChange::Removed { name, .. } => format!("-{name}"),
            TemplateChange::Reordered => "reordered".to_owned(),
        };
        template_changes(&claims(before), &claims(after)).into_iter().map(word).collect()
    }

    #[test]
    fn templates_meet_by_name_then_by_content() {
        let before = [("data", "1Gi"), ("wal", "2Gi")];
        assert_eq!(words(&before, &[("data", "3Gi"), ("wal", "2Gi")]), ["data: spec.resources.requests.storage"]);
        assert_eq!(words(&before, &[("wal", "2Gi"), ("data", "1Gi")]), ["reordered"]);
        assert_eq!(words(&before, &[("log", "2Gi"), ("data", "1024Mi")]), ["wal is now log"]);
        assert_eq!(words(&before, &[("data", "1Gi"), ("log", "9Gi")]), ["wal is now log"]);
        assert_eq!(words(&before, &[("data", "1Gi")]), ["-wal"]);
        assert_eq!(words(&before, &[("x", "9Gi"), ("data", "1Gi"), ("wal", "2Gi")]), ["+x"]);
        assert_eq!(words(&before, &[("x", "9Gi"), ("y", "8Gi")]), ["-data", "-wal", "+x", "+y"]);
    }
}
