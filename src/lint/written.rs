//! From a place in rendered text to the same place in the file that it was rendered from, where both say the same.

use super::locate;
use crate::finding::{Part, Place, Target};
use crate::model::{DocumentId, Inventory, ObjectId};
use crate::yaml::{FieldPath, Located, Node, NodeId, NodeKind, Segment, Span};

/// Nodes of a value that are compared; what rules point at is far smaller.
const MOST_COMPARED: usize = 1_000;

/// Where a field of an object is written.
pub(super) struct Counterpart {
    /// The document of the file.
    pub(super) document: DocumentId,
    /// The field there, or the nearest of its parents where it is missing in both texts.
    pub(super) node: NodeId,
    path: FieldPath,
    object: NodeId,
    rendered: NodeId,
    is_missing: bool,
}

/// The same field in the file that an object was rendered from; `None` where no file is known, or only one of the two
/// has the field.
pub(super) fn counterpart(inventory: &Inventory, object: ObjectId, path: &FieldPath) -> Option<Counterpart> {
    let object = inventory.object(object);
    let (document, root) = inventory.written(object.document)?;
    let text = inventory.document(document);
    let mut pair = (inventory.document(object.document).node(object.node), text.node(root));
    let mut steps = Vec::new();
    let mut is_missing = false;
    for segment in path.segments() {
        let next = match segment {
            Segment::Key(key) => (pair.0.get(key), pair.1.get(key)),
            Segment::Index(index) => items(pair, *index)?,
        };
        match next {
            (Some(rendered), Some(own)) => {
                steps.push(match segment {
                    Segment::Key(_) => segment.clone(),
                    Segment::Index(_) => Segment::Index(pair.1.items().position(|item| item.id() == own.id())?),
                });
                pair = (rendered, own);
            }
            (None, None) if !steps.is_empty() => {
                is_missing = true;
                break;
            }
            _ => return None,
        }
    }
    let (rendered, node) = (pair.0.id(), pair.1.id());
    Some(Counterpart { document, node, path: FieldPath::from(steps), object: root, rendered, is_missing })
}

/// The node, in the file, of a field that holds others.
pub(super) fn holder(inventory: &Inventory, object: ObjectId, path: &FieldPath) -> Option<(DocumentId, NodeId)> {
    counterpart(inventory, object, path).filter(|found| !found.is_missing).map(|found| (found.document, found.node))
}

/// Begins the note that says where a finding was seen whose place is in another text.
const SEEN: &str = "seen in what this renders: ";

/// Builds that a note names.
const MOST_NAMED: usize = 5;

/// The note for a finding that is shown in the file, not in the text that was judged.
pub(super) fn note(inventory: &Inventory, place: &Place) -> Option<String> {
    let Target::Field { object, .. } = &place.target else { return None };
    let document = inventory.object(*object).document;
    let (shown, _) = locate::bytes(inventory, place)?;
    (shown != document).then(|| format!("{SEEN}`{}`", inventory.document(document).document.source.name()))
}

/// Puts the builds that a second finding was seen in beside those of the first.
pub(super) fn join(first: &mut [String], second: &[String]) {
    let Some(note) = first.iter_mut().find(|note| note.starts_with(SEEN)) else { return };
    for build in second.iter().filter_map(|note| note.strip_prefix(SEEN)) {
        match note.matches("`, `").count() + 1 {
            named if named < MOST_NAMED && !note.contains(build) => *note += &format!(", {build}"),
            MOST_NAMED if !note.ends_with('…') && !note.contains(build) => *note += ", …",
            _ => {}
        }
    }
}

/// The bytes in the file of what a place speaks of, where both texts say the same. Of a field that is missing in both, its
/// nearest parent carries the label, and nothing in that is compared.
pub(super) fn span(inventory: &Inventory, place: &Place) -> Option<(DocumentId, Span)> {
    let Target::Field { object, path, part, range } = &place.target else { return None };
    let found = counterpart(inventory, *object, path)?;
    let text = &inventory.document(found.document).document;
    let rendered = inventory.document(inventory.object(*object).document).node(found.rendered);
    let own = text.node(found.node);
    let is_same = || {
        let names = (inventory.object(*object).name.as_str(), text.node(found.object).at(&name_path())?.as_str()?);
        let is_name = *path == name_path() || (range.is_none() && is_renamed_alike(names, (rendered, own)));
        Some(is_name || is_equal(rendered, own, &mut { MOST_COMPARED }))
    };
    if !found.is_missing && (found.path.segments().is_empty() || is_same() != Some(true)) {
        return None;
    }
    let Located::Exact { key, value, node } = text.locate(found.object, &found.path) else { return None };
    let span = match (part, range) {
        (Part::Value, Some(range)) if !found.is_missing => {
            text.scalar_range(node, range.clone()).first().copied().unwrap_or(value)
        }
        (Part::Value, None) if !found.is_missing => value,
        _ => key.unwrap_or_else(|| locate::first_line(text.node(node), value)),
    };
    Some((found.document, span))
}

/// An item of a list, and the one in the other list that is the same: by its name, or where both lists are of one length
/// by its number.
fn items<'d>((rendered, own): (Node<'d>, Node<'d>), index: usize) -> Option<(Option<Node<'d>>, Option<Node<'d>>)> {
    let name = |item: Node<'d>| item.get("name").and_then(Node::as_str);
    let Some(item) = rendered.items().nth(index) else { return Some((None, own.items().nth(index))) };
    if let Some(wanted) = name(item) {
        let mut same = own.items().filter(|other| name(*other) == Some(wanted));
        let first = same.next()?;
        return same.next().is_none().then_some((Some(item), Some(first)));
    }
    (rendered.items().count() == own.items().count()).then(|| (Some(item), own.items().nth(index)))
}

fn name_path() -> FieldPath {
    FieldPath::of("metadata.name")
}

/// Whether a string got what the object's own name got before and behind it: a name that refers to an object of the same
/// kustomization.
fn is_renamed_alike((rendered, own): (&str, &str), (value, own_value): (Node<'_>, Node<'_>)) -> bool {
    let affixes = rendered.split_once(own).filter(|_| !own.is_empty() && rendered.matches(own).count() == 1);
    let (Some((prefix, suffix)), Some(value), Some(own_value)) = (affixes, value.as_str(), own_value.as_str()) else {
        return false;
    };
    value.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix)) == Some(own_value)
}

/// Whether two values mean the same, however they are written. More nodes than `budget` are taken for different.
fn is_equal(a: Node<'_>, b: Node<'_>, budget: &mut usize) -> bool {
    if a.kind() != b.kind() || *budget == 0 {
        return false;
    }
    *budget -= 1;
    match a.kind() {
        NodeKind::Mapping => {
            let (entries, others) = (a.entries(), b.entries());
            entries.len() == others.len()
                && entries.into_iter().all(|(key, value)| {
                    key.key_text().and_then(|key| b.get(&key)).is_some_and(|other| is_equal(value, other, budget))
                })
        }
        NodeKind::Sequence => {
            a.items().count() == b.items().count() && a.items().zip(b.items()).all(|(a, b)| is_equal(a, b, budget))
        }
        NodeKind::Null => true,
        _ => a.text() == b.text(),
    }
}
