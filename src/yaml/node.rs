//! A value in a document, as Kubernetes sees it.

use super::document::Document;
use super::path::{FieldPath, Segment};
use super::scalar::{self, Scalar};
use super::source::Span;
use super::tree::{Flags, Kind};

/// Names a node of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

/// A value, by the rules of go-yaml v2, which kubectl reads manifests with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites, unquoted.
    Bool,
    /// `3`, `0755`, `0x1F`, `1_000`, `1e3`, `.inf`, unquoted.
    Number,
    /// Every other scalar: what is quoted, dates, `12:30`.
    String,
    /// A list.
    Sequence,
    /// A mapping.
    Mapping,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// Not a scalar.
    None,
}

/// Whether a field is there. Typed objects do not tell: a selector that is missing and one that is empty look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Not written, nor is one of its parents.
    Absent,
    /// `null`, which Kubernetes treats as not written.
    Null,
    /// `""`, `{}` or `[]`.
    Empty,
    /// With a value.
    Present,
}

/// A value in a document. An alias is the value it stands for, except for where it is written.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    document: &'d Document,
    id: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node").field("id", &self.id).field("kind", &self.kind()).field("span", &self.span()).finish()
    }
}

impl<'d> Node<'d> {
    pub(super) fn new(document: &'d Document, id: u32) -> Self {
        Self { document, id }
    }

    /// Its name in the document; an alias has its own.
    pub fn id(self) -> NodeId {
        NodeId(self.id)
    }

    /// The document it belongs to.
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// Where it is written: a scalar with its quotes or from the `|`, without anchor and tag; a block collection from its
    /// first key or dash to the end of its last value; an alias as `*name`; nothing at all as an empty span.
    pub fn span(self) -> Span {
        self.document.tree.cell(self.id).span
    }

    /// What it is.
    pub fn kind(self) -> NodeKind {
        match self.resolved_kind() {
            Kind::Null | Kind::Alias => NodeKind::Null,
            Kind::Bool => NodeKind::Bool,
            Kind::Whole | Kind::Float => NodeKind::Number,
            Kind::Text => NodeKind::String,
            Kind::Sequence => NodeKind::Sequence,
            Kind::Mapping => NodeKind::Mapping,
        }
    }

    fn resolved_kind(self) -> Kind {
        let tree = &self.document.tree;
        tree.cell(tree.resolve(self.id)).kind
    }

    /// Whether it is written as `*name`.
    pub fn is_alias(self) -> bool {
        self.document.tree.cell(self.id).kind == Kind::Alias
    }

    /// The decoded text of a scalar of any kind, `0755` as `0755`; empty for a collection.
    pub fn text(self) -> &'d str {
        self.document.tree.text(self.document.source.text(), self.id)
    }

    pub(super) fn scalar(self) -> Option<Scalar<'d>> {
        self.document.tree.scalar(self.document.source.text(), self.id)
    }

    /// The text of a string; of nothing else.
    pub fn as_str(self) -> Option<&'d str> {
        (self.kind() == NodeKind::String).then(|| self.text())
    }

    /// The value of a boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.scalar() {
            Some(Scalar::Bool(value)) => Some(value),
            _ => None,
        }
    }

    /// The value of a whole number; `3.0` and `1e2` are whole, as they are to the API server.
    pub fn as_i64(self) -> Option<i64> {
        match self.scalar() {
            Some(Scalar::Int(value)) => Some(value),
            Some(Scalar::Float(value)) => integral(value),
            _ => None,
        }
    }

    /// The value of any number.
    pub fn as_f64(self) -> Option<f64> {
        match self.scalar() {
            Some(Scalar::Int(value)) => Some(value as f64),
            Some(Scalar::Uint(value)) => Some(value as f64),
            Some(Scalar::Float(value)) => Some(value),
            _ => None,
        }
    }

    /// The value of a mapping's key, keys compared as JSON strings (`on:` is `true`). The last of several wins, and what
    /// `<<` brings in counts where the `<<` stands.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// As [`Node::get`], with the key.
    pub fn entry(self, key: &str) -> Option<(Node<'d>, Node<'d>)> {
        let (key, value) = self.document.find(self.id, key)?;
        Some((Node::new(self.document, key), Node::new(self.document, value)))
    }

    /// The value at a path from here.
    pub fn at(self, path: &FieldPath) -> Option<Node<'d>> {
        path.segments().iter().try_fold(self, |node, segment| node.step(segment))
    }

    pub(super) fn step(self, segment: &Segment) -> Option<Node<'d>> {
        match segment {
            Segment::Key(key) => self.get(key),
            Segment::Index(index) => self.document.item(self.id, *index).map(|id| Node::new(self.document, id)),
        }
    }

    /// The items of a list; nothing for anything else.
    pub fn items(self) -> impl Iterator<Item = Node<'d>> {
        let document = self.document;
        let list = (self.kind() == NodeKind::Sequence).then(|| document.tree.children(self.id));
        list.into_iter().flatten().map(move |id| Node::new(document, id))
    }

    /// The entries of a mapping that count, key and value, `<<` applied; nothing for anything else. In source order,
    /// what `<<` brings in where the `<<` stands.
    pub fn entries(self) -> Vec<(Node<'d>, Node<'d>)> {
        let node = |id| Node::new(self.document, id);
        self.document.entries(self.id).map(|(key, value)| (node(key), node(value))).collect()
    }

    /// The string that this node is as a key, `true` for `on`; `None` for what can be none.
    pub fn key_text(self) -> Option<std::borrow::Cow<'d, str>> {
        self.scalar().and_then(scalar::key)
    }

    /// Whether the field at a path from here is there.
    pub fn presence(self, path: &FieldPath) -> Presence {
        let Some(node) = self.at(path) else { return Presence::Absent };
        match node.kind() {
            NodeKind::Null => Presence::Null,
            NodeKind::String if node.text().is_empty() => Presence::Empty,
            NodeKind::Sequence if node.items().next().is_none() => Presence::Empty,
            NodeKind::Mapping if node.document.entries(node.id).next().is_none() => Presence::Empty,
            _ => Presence::Present,
        }
    }

    /// How it is written.
    pub fn style(self) -> ScalarStyle {
        let tree = &self.document.tree;
        tree.cell(tree.resolve(self.id)).style
    }

    /// Whether it is a collection in brackets.
    pub fn is_flow(self) -> bool {
        let tree = &self.document.tree;
        tree.cell(tree.resolve(self.id)).flags.has(Flags::FLOW)
    }
}

/// A float as the whole number that it is in JSON, which is written with the fewest digits that name the float.
pub(super) fn integral(value: f64) -> Option<i64> {
    // Up to here every whole float is written out exactly.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() != 0.0 {
        None
    } else if value.abs() <= EXACT {
        Some(value as i64)
    } else {
        value.to_string().parse().ok()
    }
}
