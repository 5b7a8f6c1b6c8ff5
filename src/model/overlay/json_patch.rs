//! The fields that a JSON6902 patch changes in an object.
//!
//! Sources: RFC 6902 (operations), RFC 6901 (pointers).

use super::touch::Touch;
use super::{MAX_TOUCHES, same_scalar};
use crate::yaml::{FieldPath, Node, NodeKind, Segment};

/// Whether a document is such a patch: a list of operations.
pub(super) fn is_json_patch(root: Node<'_>) -> bool {
    root.kind() == NodeKind::Sequence && root.items().any(|item| item.get("op").is_some() && item.get("path").is_some())
}

/// Adds what a patch changes in a target. Operations are read against the object as it is written: where an earlier one
/// moves an item of a list, the whole list counts as changed.
pub(super) fn apply(patch: Node<'_>, target: Node<'_>, touches: &mut Vec<Touch>) {
    for operation in patch.items() {
        if touches.len() > MAX_TOUCHES {
            return;
        }
        let text = |key: &str| operation.get(key).and_then(Node::as_str);
        let Some(pointer) = text("path") else { continue };
        match text("op").unwrap_or_default() {
            "add" | "copy" => {
                let place = Pointed::find(pointer, target);
                let is_inserted = place.item && place.node.is_some();
                change(place, operation.get("value").filter(|_| !is_inserted), is_inserted, touches);
            }
            "replace" => change(Pointed::find(pointer, target), operation.get("value"), false, touches),
            "remove" => {
                let place = Pointed::find(pointer, target);
                let is_item = place.item;
                change(place, None, is_item, touches);
            }
            "move" => {
                change(Pointed::find(pointer, target), None, false, touches);
                if let Some(from) = text("from") {
                    let place = Pointed::find(from, target);
                    let is_item = place.item;
                    change(place, None, is_item, touches);
                }
            }
            // `test` only looks; anything else is refused.
            _ => {}
        }
    }
}

fn change(place: Pointed<'_>, value: Option<Node<'_>>, shifts: bool, touches: &mut Vec<Touch>) {
    let path = if shifts { place.path.parent().unwrap_or_default() } else { place.path };
    if matches!(path.to_string().as_str(), "metadata.name" | "metadata.namespace") {
        // The object is known by another name then; nothing that is said of its fields rests on it.
        return;
    }
    match value {
        Some(value) if place.node.is_some_and(|node| same_scalar(value, node)) => {}
        Some(value) if !matches!(value.kind(), NodeKind::Mapping | NodeKind::Sequence | NodeKind::Null) => {
            touches.push(Touch { path, value: Some(value.text().to_owned()), shared: false });
        }
        _ => touches.push(Touch::unknown(path)),
    }
}

/// What a pointer leads to.
struct Pointed<'d> {
    path: FieldPath,
    node: Option<Node<'d>>,
    /// Whether it is an item of a list.
    item: bool,
}

impl<'d> Pointed<'d> {
    fn find(pointer: &str, root: Node<'d>) -> Pointed<'d> {
        let mut found = Pointed { path: FieldPath::root(), node: Some(root), item: false };
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            let list = found.node.filter(|node| node.kind() == NodeKind::Sequence);
            found.item = list.is_some();
            let segment = match list {
                Some(list) => Segment::Index(part.parse().unwrap_or_else(|_| list.items().count())),
                None => Segment::Key(part.into()),
            };
            found.node = found.node.and_then(|node| match &segment {
                Segment::Key(key) => node.get(key),
                Segment::Index(index) => node.items().nth(*index),
            });
            let mut segments = found.path.segments().to_vec();
            segments.push(segment);
            found.path = FieldPath::from(segments);
        }
        found
    }
}

/// The new name that a patch gives its target, where it gives one.
pub(super) fn new_name(patch: Node<'_>) -> Option<&str> {
    let renames = |operation: &Node<'_>| {
        operation.get("path").is_some_and(|path| path.text() == "/metadata/name")
            && operation.get("op").is_some_and(|op| matches!(op.text(), "replace" | "add"))
    };
    patch.items().filter(renames).last()?.get("value")?.as_str()
}
