//! One field that an overlay changes, and which questions that concerns.

use crate::yaml::{FieldPath, Segment};

/// A field of one object that some kustomization in the input changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::model) struct Touch {
    pub(in crate::model) path: FieldPath,
    /// The new value, where it is a scalar that can be read.
    pub(in crate::model) value: Option<String>,
    /// A label that selectors and Pods get alike.
    pub(in crate::model) shared: bool,
}

impl Touch {
    pub(in crate::model) fn unknown(path: FieldPath) -> Touch {
        Touch { path, value: None, shared: false }
    }

    /// Whether what stands at `asked` may be another after this change.
    pub(in crate::model) fn concerns(&self, asked: &FieldPath) -> bool {
        let (own, asked) = (self.path.segments(), asked.segments());
        if asked.len() >= own.len() { asked.starts_with(own) } else { own.starts_with(asked) && !is_holder(asked) }
    }
}

/// Whether a field only holds others that stand on their own: a change of one says nothing of the rest.
pub(in crate::model) fn is_holder(path: &[Segment]) -> bool {
    match path.last() {
        None => true,
        // An item of a list: a container, a port, a claim template.
        Some(Segment::Index(_)) => true,
        Some(Segment::Key(key)) => HOLDERS.contains(&key.as_ref()),
    }
}

const HOLDERS: &[&str] = &[
    "metadata",
    "labels",
    "annotations",
    "spec",
    "template",
    "selector",
    "matchLabels",
    "containers",
    "initContainers",
    "env",
    "volumes",
    "volumeMounts",
    "volumeClaimTemplates",
    "data",
];
