//! The fields that a strategic merge patch changes in an object.
//!
//! Source: kubernetes-sigs/kustomize `kyaml/yaml/merge2`; the keys that items of lists are merged by:
//! kubernetes/api `core/v1/types.go` (`patchMergeKey`).

use super::touch::Touch;
use super::{MAX_TOUCHES, same_scalar};
use crate::yaml::{FieldPath, Node, NodeKind};

/// Adds what a patch changes in a target.
pub(super) fn merge(patch: Node<'_>, target: Node<'_>, touches: &mut Vec<Touch>) {
    let mut merge = Merge { touches };
    if merge.is_replaced(patch) {
        return merge.touch(FieldPath::root());
    }
    for (key, value) in patch.entries() {
        let Some(key) = key.key_text() else { continue };
        match key.as_ref() {
            // Whom it is for, not what it changes.
            "apiVersion" | "kind" => {}
            "metadata" => {
                for (key, value) in value.entries() {
                    let Some(key) = key.key_text() else { continue };
                    if !matches!(key.as_ref(), "name" | "namespace") {
                        let own = target.get("metadata").and_then(|metadata| metadata.get(&key));
                        merge.field(value, own, FieldPath::of("metadata").key(key.into_owned()));
                    }
                }
            }
            _ => merge.field(value, target.get(&key), FieldPath::root().key(key.into_owned())),
        }
    }
}

struct Merge<'t> {
    touches: &'t mut Vec<Touch>,
}

impl Merge<'_> {
    fn touch(&mut self, path: FieldPath) {
        self.touches.push(Touch::unknown(path));
    }

    /// Whether a mapping says of itself that it takes the whole place, or clears it.
    fn is_replaced(&self, patch: Node<'_>) -> bool {
        patch.get("$patch").is_some_and(|node| matches!(node.text(), "replace" | "delete"))
            || patch.get("$retainKeys").is_some()
    }

    fn field(&mut self, patch: Node<'_>, target: Option<Node<'_>>, path: FieldPath) {
        if self.touches.len() > MAX_TOUCHES {
            return;
        }
        match patch.kind() {
            NodeKind::Mapping => self.mapping(patch, target, path),
            NodeKind::Sequence => self.list(patch, target, path),
            // A null removes the field.
            NodeKind::Null if target.is_none_or(|node| node.kind() == NodeKind::Null) => {}
            NodeKind::Null => self.touch(path),
            _ if target.is_some_and(|target| same_scalar(patch, target)) => {}
            _ => self.touches.push(Touch { path, value: Some(patch.text().to_owned()), shared: false }),
        }
    }

    fn mapping(&mut self, patch: Node<'_>, target: Option<Node<'_>>, path: FieldPath) {
        let entries = patch.entries();
        if self.is_replaced(patch) || (entries.is_empty() && target.is_none()) {
            return self.touch(path);
        }
        if target.is_some_and(|node| !matches!(node.kind(), NodeKind::Mapping | NodeKind::Null)) {
            return self.touch(path);
        }
        for (key, value) in entries {
            let Some(key) = key.key_text() else { continue };
            if let Some(list) = key.strip_prefix("$deleteFromPrimitiveList/") {
                self.touch(path.clone().key(list.to_owned()));
            } else if !key.starts_with('$') {
                self.field(value, target.and_then(|node| node.get(&key)), path.clone().key(key.into_owned()));
            }
        }
    }

    fn list(&mut self, patch: Node<'_>, target: Option<Node<'_>>, path: FieldPath) {
        let Some(merge_key) = merge_key(&path) else { return self.touch(path) };
        let own: Vec<Node<'_>> = target.into_iter().flat_map(Node::items).collect();
        for item in patch.items() {
            let directive = item.get("$patch").map(Node::text);
            let Some(named) = item.get(merge_key) else {
                // `- $patch: replace` beside the items, or no item that can be told from others.
                return self.touch(path);
            };
            let found = own.iter().position(|node| node.get(merge_key).is_some_and(|key| key.text() == named.text()));
            match found {
                Some(index) if directive.is_some() => self.touch(path.clone().index(index)),
                Some(index) => self.mapping(item, own.get(index).copied(), path.clone().index(index)),
                None if directive == Some("delete") => {}
                // One more item, whatever its place.
                None => self.touch(path.clone().index(own.len())),
            }
        }
    }
}

/// The field that tells the items of a list apart; `None` for lists that a patch replaces as a whole.
fn merge_key(path: &FieldPath) -> Option<&'static str> {
    let shown = path.to_string();
    let name = shown.rsplit('.').next()?;
    Some(match name {
        "containers" | "initContainers" | "ephemeralContainers" | "env" | "volumes" | "imagePullSecrets" => "name",
        "ports" if shown == "spec.ports" => "port",
        "ports" => "containerPort",
        "volumeMounts" => "mountPath",
        "volumeDevices" => "devicePath",
        "hostAliases" => "ip",
        "topologySpreadConstraints" => "topologyKey",
        _ => return None,
    })
}
