//! The nodes of a document in one array.
//!
//! Nodes stand in the order in which they begin, so a node's first child follows it and its next sibling stands where its
//! last descendant ends: no list of children is kept. A scalar whose text is written out in the source refers to it.

use super::node::ScalarStyle;
use super::scalar::{self, Scalar, Tag};
use super::source::Span;

/// What a node is, before aliases are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    /// A number without a fraction part in its notation.
    Whole,
    Float,
    Text,
    Sequence,
    Mapping,
    Alias,
}

/// Where a scalar's decoded text is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content {
    /// In the source.
    Written(Span),
    /// In [`Tree::owned`], because the notation differs from the value.
    Owned(u32),
    /// The target of an alias; never an alias itself.
    Target(u32),
    /// A collection: how many children it has; a mapping has two for each entry.
    Children(u32),
}

/// One node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) span: Span,
    /// The node behind this one's last descendant.
    pub(super) next: u32,
    pub(super) content: Content,
    pub(super) kind: Kind,
    pub(super) style: ScalarStyle,
    pub(super) flags: Flags,
}

/// What else is known of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl Flags {
    /// A collection in brackets.
    pub(super) const FLOW: Flags = Flags(1);
    /// A key `<<` that merges.
    pub(super) const MERGE: Flags = Flags(2);
    /// A key that is no string to Kubernetes; its entry is left out.
    pub(super) const NO_KEY: Flags = Flags(4);
    /// A key that is set again further down in its mapping.
    pub(super) const SHADOWED: Flags = Flags(8);
    /// A mapping with at least one merging key.
    pub(super) const MERGES: Flags = Flags(16);
    /// `!!float` before a whole number.
    pub(super) const AS_FLOAT: Flags = Flags(32);

    pub(super) fn has(self, flag: Flags) -> bool {
        self.0 & flag.0 != 0
    }

    pub(super) fn set(&mut self, flag: Flags) {
        self.0 |= flag.0;
    }
}

/// A document's nodes.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) cells: Vec<Cell>,
    pub(super) owned: Vec<Box<str>>,
}

/// Stands for a node that is none of this tree's.
static NOTHING: Cell = Cell {
    span: Span { start: 0, end: 0 },
    next: u32::MAX,
    content: Content::Written(Span { start: 0, end: 0 }),
    kind: Kind::Null,
    style: ScalarStyle::Plain,
    flags: Flags(0),
};

impl Tree {
    /// A node as it is written.
    pub(super) fn cell(&self, id: u32) -> &Cell {
        self.cells.get(id as usize).unwrap_or(&NOTHING)
    }

    /// The node that an alias stands for; any other node itself.
    pub(super) fn resolve(&self, id: u32) -> u32 {
        match self.cell(id).content {
            Content::Target(target) => target,
            _ => id,
        }
    }

    /// The decoded text of a scalar, through an alias; empty for a collection.
    pub(super) fn text<'t>(&'t self, source: &'t str, id: u32) -> &'t str {
        match self.cell(self.resolve(id)).content {
            Content::Written(span) => source.get(span.range()).unwrap_or_default(),
            Content::Owned(index) => self.owned.get(index as usize).map_or("", |text| text),
            Content::Target(_) | Content::Children(_) => "",
        }
    }

    /// A scalar's value, through an alias; `None` for a collection.
    pub(super) fn scalar<'t>(&'t self, source: &'t str, id: u32) -> Option<Scalar<'t>> {
        let id = self.resolve(id);
        let cell = self.cell(id);
        let text = self.text(source, id);
        match cell.kind {
            Kind::Null => Some(Scalar::Null),
            Kind::Text => Some(Scalar::Text(text)),
            Kind::Bool | Kind::Whole => Some(scalar::implicit(text)),
            Kind::Float if cell.flags.has(Flags::AS_FLOAT) => scalar::resolve(text, true, Tag::Float),
            Kind::Float => Some(scalar::implicit(text)),
            Kind::Sequence | Kind::Mapping | Kind::Alias => None,
        }
    }

    /// The children of a collection, through an alias; a mapping's are key, value, key, value.
    pub(super) fn children(&self, id: u32) -> Children<'_> {
        let id = self.resolve(id);
        Children { tree: self, next: id.saturating_add(1), left: self.count(id) }
    }

    /// How many children a collection has, no alias; a mapping has two for each entry.
    pub(super) fn count(&self, id: u32) -> u32 {
        match self.cell(id).content {
            Content::Children(count) => count,
            _ => 0,
        }
    }

    /// The entries of a mapping as they are written, through an alias: with merging keys and all others.
    pub(super) fn pairs(&self, id: u32) -> impl Iterator<Item = (u32, u32)> {
        let mut children = self.children(id);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }
}

/// Iterates the children of a collection.
#[derive(Clone, Debug)]
pub(super) struct Children<'t> {
    tree: &'t Tree,
    next: u32,
    left: u32,
}

impl Iterator for Children<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        let id = self.next;
        self.next = self.tree.cell(id).next;
        Some(id)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Children<'_> {}
