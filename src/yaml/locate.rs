//! From field paths to bytes, and back.

use super::document::Document;
use super::node::{Node, NodeId};
use super::path::{FieldPath, Segment};
use super::source::Span;
use super::tree::Kind;

/// Where a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Located {
    /// The field is there.
    Exact {
        /// Its key; `None` for an item of a list and for the object itself.
        key: Option<Span>,
        /// Its value.
        value: Span,
        /// Its value.
        node: NodeId,
    },
    /// It is not; this is the nearest of its parents that is.
    Nearest {
        /// How many steps of the path lead there.
        depth: usize,
        /// The parent's key.
        key: Option<Span>,
        /// The parent's value.
        value: Span,
        /// The parent's value.
        node: NodeId,
    },
}

impl Document {
    /// Looks up the bytes of a field, by its path from a node.
    pub fn locate(&self, from: NodeId, path: &FieldPath) -> Located {
        let mut node = self.node(from);
        let mut key = None;
        for (depth, segment) in path.segments().iter().enumerate() {
            let next = match segment {
                Segment::Key(name) => node.entry(name).map(|(key, value)| (Some(key.span()), value)),
                Segment::Index(_) => node.step(segment).map(|value| (None, value)),
            };
            match next {
                Some(found) => (key, node) = found,
                None => return Located::Nearest { depth, key, value: node.span(), node: node.id() },
            }
        }
        Located::Exact { key, value: node.span(), node: node.id() }
    }

    /// The way from one node down to another as it is written, without following aliases or `<<`; `None` if the second
    /// is not inside the first, or is a key or has one that is no string above it.
    pub fn path_between(&self, from: NodeId, to: NodeId) -> Option<FieldPath> {
        let mut segments = Vec::new();
        let mut at = from.0;
        while at != to.0 {
            let cell = self.tree.cell(at);
            if to.0 < at || to.0 >= cell.next {
                return None;
            }
            let holds = |id: u32| id <= to.0 && to.0 < self.tree.cell(id).next;
            let (segment, next) = match cell.kind {
                Kind::Sequence => {
                    let (index, item) = self.tree.children(at).enumerate().find(|&(_, item)| holds(item))?;
                    (Segment::Index(index), item)
                }
                Kind::Mapping => {
                    let (key, value) = self.tree.pairs(at).find(|&(_, value)| holds(value))?;
                    (Segment::Key(Node::new(self, key).key_text()?.into_owned().into()), value)
                }
                _ => return None,
            };
            segments.push(segment);
            at = next;
        }
        Some(FieldPath::from(segments))
    }
}
