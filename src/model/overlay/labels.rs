//! What `commonLabels` and `labels` change.
//!
//! Source: kubernetes-sigs/kustomize `api/internal/konfig/builtinpluginconsts/commonlabels.go`: selectors of Services
//! and sets are created where there are none, those of budgets are not.

use std::collections::BTreeSet;

use super::same_text;
use super::touch::Touch;
use crate::model::Typed;
use crate::yaml::{FieldPath, Node};

/// Labels that a kustomization gives everything it gathers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelChange {
    /// The labels.
    pub pairs: Vec<(String, String)>,
    /// Whether selectors get them too, and Pods with them.
    pub selectors: bool,
    /// Whether Pods get them.
    pub templates: bool,
}

impl LabelChange {
    /// Adds what this changes in an object.
    pub(super) fn touches(&self, typed: &Typed, root: Node<'_>, touches: &mut Vec<Touch>) {
        let selector = match typed {
            Typed::StatefulSet(_) => Some(FieldPath::of("spec.selector.matchLabels")),
            Typed::Service(_) => Some(FieldPath::of("spec.selector")),
            Typed::Budget(_) => {
                let path = FieldPath::of("spec.selector.matchLabels");
                root.at(&path).is_some().then_some(path)
            }
            _ => None,
        };
        let selector = selector.filter(|_| self.selectors);
        let is_set = matches!(typed, Typed::StatefulSet(_));
        let pods =
            (is_set && (self.selectors || self.templates)).then(|| FieldPath::of("spec.template.metadata.labels"));
        for (key, value) in &self.pairs {
            for (path, joins) in [(&selector, true), (&pods, self.selectors)] {
                let Some(path) = path.clone().map(|path| path.key(key.clone())) else { continue };
                if !root.at(&path).is_some_and(|node| same_text(node, value)) {
                    touches.push(Touch { path, value: Some(value.clone()), shared: joins });
                }
            }
        }
    }
}

/// `metadata.labels` as written.
pub(super) fn of(root: Node<'_>) -> BTreeSet<(String, String)> {
    let labels = root.get("metadata").and_then(|metadata| metadata.get("labels"));
    let entries = labels.map(Node::entries).unwrap_or_default().into_iter();
    entries.filter_map(|(key, value)| Some((key.key_text()?.into_owned(), value.text().to_owned()))).collect()
}
