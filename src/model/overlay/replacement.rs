//! The fields that `replacements` fill in.
//!
//! Source: kubernetes-sigs/kustomize `api/types/replacement.go`.

use super::target::Target;
use super::touch::Touch;
use crate::yaml::{FieldPath, Node, NodeKind};

/// Where one replacement puts its value.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// The objects.
    pub target: Target,
    /// `spec.template.spec.containers.[name=db].image`.
    pub fields: Vec<String>,
}

impl Replacement {
    /// Reads an entry of `replacements`; one that is in a file of its own has none.
    pub fn read(entry: Node<'_>) -> Vec<Replacement> {
        let targets = entry.get("targets").into_iter().flat_map(Node::items);
        let one = |target: Node<'_>| {
            let paths = target.get("fieldPaths").into_iter().flat_map(Node::items);
            let fields: Vec<String> = paths.filter_map(|path| path.as_str().map(str::to_owned)).collect();
            target.get("select").map(|select| Replacement { target: Target::read(select), fields })
        };
        targets.filter_map(one).collect()
    }

    /// Adds the fields that change in an object.
    pub(super) fn touches(&self, root: Node<'_>, touches: &mut Vec<Touch>) {
        for field in &self.fields {
            let (mut path, mut node) = (FieldPath::root(), Some(root));
            for part in parts(field) {
                let list = node.filter(|node| node.kind() == NodeKind::Sequence);
                let Some(list) = list else {
                    node = node.and_then(|node| node.get(&part));
                    path = path.key(part);
                    continue;
                };
                let Some(index) = index_of(list, &part) else { break };
                path = path.index(index);
                node = list.items().nth(index);
            }
            if path.to_string() != "metadata.name" {
                touches.push(Touch::unknown(path));
            }
        }
    }
}

/// The item that `3` or `[name=db]` means; `None` for `*`, which means all of them.
fn index_of(list: Node<'_>, part: &str) -> Option<usize> {
    let Some((key, value)) = part.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')?.split_once('=')) else {
        return part.parse().ok();
    };
    list.items().position(|item| item.get(key).is_some_and(|node| node.text() == value))
}

/// Splits at dots; `\.` is a dot, and one inside brackets belongs to what stands there.
fn parts(field: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut escaped, mut inside) = (false, false);
    for character in field.chars() {
        inside = (inside || character == '[') && character != ']';
        match character {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '.' if !escaped && !inside => parts.push(String::new()),
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.push(character);
                }
            }
        }
        escaped = false;
    }
    parts
}
