//! From a place in rendered text to the same place in the file that it was rendered from, where both say the same.

use std::sync::Arc;

use crate::finding::Part;
use crate::yaml::{Document, FieldPath, Located, Node, NodeId, NodeKind, Segment, Source, Span};

/// Nodes of a value that are compared; what rules point at is far smaller.
const MOST_COMPARED: usize = 1_000;

/// The bytes, in the file, of what the finding speaks of; `None` where the file is not known, or says something else
/// there. A field that is missing has to be missing in the file from the same place on.
pub(super) fn find(
    document: &Document,
    object: NodeId,
    path: &FieldPath,
    part: Part,
    range: Option<&std::ops::Range<usize>>,
) -> Option<(Arc<Source>, Span)> {
    let written = document.written.as_ref()?;
    let mut pair = (document.node(object), written.document.node(written.node));
    let mut steps = Vec::new();
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
            // Missing in both: the nearest parent carries the label, and nothing in it is compared.
            (None, None) if !steps.is_empty() => {
                return span(&written.document, written.node, FieldPath::from(steps), true, Part::Key, None);
            }
            _ => return None,
        }
    }
    let mut budget = MOST_COMPARED;
    let is_same = !steps.is_empty() && is_equal(pair.0, pair.1, &mut budget);
    is_same.then(|| span(&written.document, written.node, FieldPath::from(steps), false, part, range))?
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

fn span(
    document: &Document,
    object: NodeId,
    path: FieldPath,
    missing: bool,
    part: Part,
    range: Option<&std::ops::Range<usize>>,
) -> Option<(Arc<Source>, Span)> {
    let Located::Exact { key, value, node } = document.locate(object, &path) else { return None };
    let span = match (part, range) {
        (Part::Value, Some(range)) if !missing => {
            document.scalar_range(node, range.clone()).first().copied().unwrap_or(value)
        }
        (Part::Value, None) if !missing => value,
        _ => key.unwrap_or_else(|| super::locate::first_line(document.node(node), value)),
    };
    Some((document.source.clone(), span))
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
