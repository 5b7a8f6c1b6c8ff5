//! What `commonAnnotations` changes.
//!
//! Source: kubernetes-sigs/kustomize `api/internal/konfig/builtinpluginconsts/commonannotations.go`: every object gets
//! them, and so do the Pods of a set.

use super::same_text;
use super::touch::Touch;
use crate::model::Typed;
use crate::yaml::{FieldPath, Node};

/// Adds what annotations for everything change in an object.
pub(super) fn touches(pairs: &[(String, String)], typed: &Typed, root: Node<'_>, touches: &mut Vec<Touch>) {
    let pods = matches!(typed, Typed::StatefulSet(_)).then_some("spec.template.metadata.annotations");
    for holder in std::iter::once("metadata.annotations").chain(pods) {
        for (key, value) in pairs {
            let path = FieldPath::of(holder).key(key.clone());
            if !root.at(&path).is_some_and(|node| same_text(node, value)) {
                touches.push(Touch { path, value: Some(value.clone()), shared: false });
            }
        }
    }
}
