//! Events into a tree, with everything that is wrong but no syntax: keys set twice, keys that are none, merges of
//! something that is no mapping, aliases that unfold to too much.

use std::borrow::Cow;
use std::collections::HashMap;

use super::document::{Problem, ProblemKind, Problems};
use super::events::{Event, Events, RawTag};
use super::node::ScalarStyle;
use super::scalar::{self, Scalar, Tag};
use super::source::{Source, Span, offset};
use super::tree::{Cell, Content, Flags, Kind, Tree};
use super::{MAX_DEPTH, MAX_UNFOLDED_BYTES, MAX_UNFOLDED_NODES, binary};

/// What came of one text.
pub(super) struct Built {
    /// Empty if the text holds no node or is refused.
    pub(super) tree: Tree,
    pub(super) comments: Vec<Span>,
    /// Why there is nothing to judge in it; the tree is empty then.
    pub(super) refused: Option<Problem>,
    pub(super) problems: Problems,
}

/// Builds the tree of the first document between two offsets of a source.
pub(super) fn build(source: &Source, span: Span) -> Built {
    let text = source.slice(span);
    let mut builder = Builder {
        source: source.text(),
        base: span.start as usize,
        parsed: text,
        tree: Tree { cells: Vec::with_capacity(text.len() / 24), owned: Vec::new() },
        open: Vec::with_capacity(16),
        anchors: Vec::new(),
        unfolded: Size::default(),
        problems: Problems::default(),
        comments: Vec::new(),
    };
    let refused = builder.read(text).err();
    if refused.is_some() {
        builder.tree = Tree::default();
    }
    builder.tree.cells.shrink_to_fit();
    Built { tree: builder.tree, comments: builder.comments, refused, problems: builder.problems }
}

struct Builder<'t> {
    source: &'t str,
    /// Where the parsed text begins in the source.
    base: usize,
    parsed: &'t str,
    tree: Tree,
    open: Vec<Open>,
    /// By the parser's number.
    anchors: Vec<Option<Anchor>>,
    /// What all aliases so far stand for.
    unfolded: Size,
    problems: Problems,
    comments: Vec<Span>,
}

/// A collection whose end is not reached.
struct Open {
    id: u32,
    anchor: usize,
    children: u32,
    last: u32,
    size: Size,
    height: usize,
}

struct Anchor {
    id: u32,
    size: Size,
    height: usize,
    closed: bool,
}

/// How much there is in a node once all aliases in it are followed.
#[derive(Clone, Copy, Default)]
struct Size {
    nodes: u64,
    bytes: u64,
}

impl Size {
    fn add(&mut self, other: Size) {
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

impl<'t> Builder<'t> {
    fn read(&mut self, text: &'t str) -> Result<(), Problem> {
        let mut events = Events::new(text);
        while let Some(event) = events.next() {
            match event {
                Err(error) => {
                    let kind = if error.too_deep { ProblemKind::Limit } else { ProblemKind::Syntax };
                    return Err(Problem::new(kind, self.word(error.offset), error.message));
                }
                Ok(Event::Comment { start, end }) => self.comments.push(self.span(start, end)),
                Ok(Event::Trailing { start }) => {
                    let message = "kubectl never reads this: the document ends above, and no `---` line begins another";
                    self.problems.push(Problem::new(ProblemKind::TrailingContent, self.word(start), message));
                    return Ok(());
                }
                Ok(Event::DocumentEnd) => {}
                Ok(Event::Start { mapping, flow, start, anchor }) => self.start(mapping, flow, start, anchor)?,
                Ok(Event::End { end }) => self.end(end),
                Ok(Event::Alias { start, end, anchor }) => self.alias(self.span(start, end), anchor)?,
                Ok(Event::Scalar { start, end, text, style, tag, anchor }) => {
                    self.scalar(self.span(start, end), text, style, tag, anchor)?;
                }
            }
        }
        Ok(())
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.base + start, self.base + end)
    }

    /// The word at an offset of the parsed text, for a parser that only knows where it stopped.
    fn word(&self, at: usize) -> Span {
        let rest = self.parsed.get(at..).unwrap_or_default();
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        self.span(at, at + length)
    }

    fn push(&mut self, cell: Cell) -> u32 {
        let id = offset(self.tree.cells.len());
        self.tree.cells.push(cell);
        if let Some(parent) = self.open.last_mut() {
            parent.children += 1;
            parent.last = id;
        }
        id
    }

    fn start(&mut self, mapping: bool, flow: bool, start: usize, anchor: usize) -> Result<(), Problem> {
        let span = self.span(start, start);
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::too_deep(span));
        }
        let mut flags = Flags::default();
        if flow {
            flags.set(Flags::FLOW);
        }
        let kind = if mapping { Kind::Mapping } else { Kind::Sequence };
        let content = Content::Children(0);
        let id = self.push(Cell { span, next: 0, content, kind, style: ScalarStyle::None, flags });
        self.define(anchor, Anchor { id, size: Size::default(), height: 0, closed: false });
        self.open.push(Open { id, anchor, children: 0, last: id, size: Size { nodes: 1, bytes: 0 }, height: 1 });
        Ok(())
    }

    fn end(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let next = offset(self.tree.cells.len());
        let last_end = self.tree.cell(open.last).span.end;
        let first_start = if open.children > 0 { self.tree.cell(open.id + 1).span.start } else { u32::MAX };
        let end = offset(self.base + end);
        if let Some(cell) = self.tree.cells.get_mut(open.id as usize) {
            cell.next = next;
            cell.content = Content::Children(open.children);
            if cell.flags.has(Flags::FLOW) {
                cell.span.end = end;
            } else {
                // The parser reports where the next token begins, and the start of a mapping at its first key's anchor.
                cell.span.end = last_end.max(cell.span.start);
                let explicit = self.source.as_bytes().get(cell.span.start as usize) == Some(&b'?');
                if cell.kind == Kind::Mapping && !explicit && first_start <= cell.span.end {
                    cell.span.start = first_start;
                }
            }
        }
        if let Some(Some(anchor)) = self.anchors.get_mut(open.anchor).filter(|_| open.anchor > 0) {
            (anchor.size, anchor.height, anchor.closed) = (open.size, open.height, true);
        }
        if self.tree.cell(open.id).kind == Kind::Mapping {
            self.check_mapping(open.id);
        }
        self.grow(open.size, open.height);
    }

    /// Adds a finished child to the collection around it.
    fn grow(&mut self, size: Size, height: usize) {
        if let Some(parent) = self.open.last_mut() {
            parent.size.add(size);
            parent.height = parent.height.max(height + 1);
        }
    }

    fn define(&mut self, number: usize, anchor: Anchor) {
        if number == 0 {
            return;
        }
        if self.anchors.len() <= number {
            self.anchors.resize_with(number + 1, || None);
        }
        if let Some(place) = self.anchors.get_mut(number) {
            *place = Some(anchor);
        }
    }

    fn scalar(
        &mut self,
        span: Span,
        text: Cow<'t, str>,
        style: ScalarStyle,
        raw_tag: RawTag,
        anchor: usize,
    ) -> Result<(), Problem> {
        let mut flags = Flags::default();
        let (text, tag) = match raw_tag {
            RawTag::Plain(tag) => (text, tag),
            RawTag::Binary => (binary::decode(&text).map_or(text, Cow::Owned), Tag::Str),
            RawTag::Merge => {
                flags.set(Flags::MERGE);
                (text, Tag::Str)
            }
        };
        let plain = style == ScalarStyle::Plain;
        if plain && tag == Tag::None && text == "<<" {
            flags.set(Flags::MERGE);
        }
        let Some(value) = scalar::resolve(&text, plain, tag) else {
            let message = format!("this is no {}, as its tag says", tag.name());
            return Err(Problem::new(ProblemKind::Syntax, span, message));
        };
        let kind = match value {
            Scalar::Null => Kind::Null,
            Scalar::Bool(_) => Kind::Bool,
            Scalar::Int(_) | Scalar::Uint(_) => Kind::Whole,
            Scalar::Float(_) => Kind::Float,
            Scalar::Text(_) => Kind::Text,
        };
        if kind == Kind::Float && tag == Tag::Float {
            flags.set(Flags::AS_FLOAT);
        }
        let size = Size { nodes: 1, bytes: text.len() as u64 };
        let content = self.content(text);
        let next = offset(self.tree.cells.len() + 1);
        let id = self.push(Cell { span, next, content, kind, style, flags });
        self.define(anchor, Anchor { id, size, height: 1, closed: true });
        self.grow(size, 1);
        Ok(())
    }

    fn content(&mut self, text: Cow<'t, str>) -> Content {
        if let Cow::Borrowed(text) = text {
            // The parser lends a part of its input where the notation is the value.
            let at = (text.as_ptr().addr()).wrapping_sub(self.source.as_ptr().addr());
            if self.source.get(at..at.saturating_add(text.len())) == Some(text) {
                return Content::Written(Span::new(at, at + text.len()));
            }
        }
        self.tree.owned.push(text.into());
        Content::Owned(offset(self.tree.owned.len() - 1))
    }

    fn alias(&mut self, span: Span, number: usize) -> Result<(), Problem> {
        let Some(anchor) = self.anchors.get(number).and_then(Option::as_ref) else {
            let message = "no anchor of this name is defined above in this document";
            return Err(Problem::new(ProblemKind::Syntax, span, message));
        };
        let &Anchor { id, size, height, closed } = anchor;
        if !closed {
            return Err(Problem::new(ProblemKind::Limit, span, "this alias stands for something that contains itself"));
        }
        if self.open.len() + height > MAX_DEPTH + 1 {
            return Err(Problem::too_deep(span));
        }
        self.unfolded.add(size);
        if self.unfolded.nodes > MAX_UNFOLDED_NODES || self.unfolded.bytes > MAX_UNFOLDED_BYTES {
            return Err(Problem::new(ProblemKind::Limit, span, "the aliases of this document unfold to too much"));
        }
        let next = offset(self.tree.cells.len() + 1);
        let content = Content::Target(id);
        let (style, flags) = (ScalarStyle::None, Flags::default());
        self.push(Cell { span, next, content, kind: Kind::Alias, style, flags });
        self.grow(size, height);
        Ok(())
    }

    /// Looks at the keys of a mapping that is complete.
    fn check_mapping(&mut self, id: u32) {
        let mut keys = Keys::new(self.tree.children(id).len() / 2);
        let mut flagged = Vec::new();
        for (key, value) in self.tree.pairs(id) {
            // An alias to `<<` is a key like any other.
            if self.tree.cell(key).flags.has(Flags::MERGE) {
                flagged.push((id, Flags::MERGES));
                if let Some(wrong) = not_mergeable(&self.tree, value) {
                    let span = self.tree.cell(wrong).span;
                    let message = "`<<` takes a mapping or a list of mappings, and this is neither";
                    self.problems.push(Problem::new(ProblemKind::Merge, span, message));
                }
                continue;
            }
            let name = self.tree.scalar(self.source, key).and_then(scalar::key);
            let Some(name) = name else {
                flagged.push((key, Flags::NO_KEY));
                let what = match self.tree.cell(self.tree.resolve(key)).kind {
                    Kind::Null => "null",
                    Kind::Mapping => "a mapping",
                    Kind::Sequence => "a list",
                    _ => "this number",
                };
                let message = format!("a key is a string; {what} cannot be one");
                self.problems.push(Problem::new(ProblemKind::Key, self.tree.cell(key).span, message));
                continue;
            };
            if let Some(before) = keys.insert(name, key) {
                let shown = super::quoted(self.tree.text(self.source, key));
                flagged.push((before, Flags::SHADOWED));
                self.problems.push(Problem {
                    kind: ProblemKind::DuplicateKey,
                    span: self.tree.cell(key).span,
                    message: format!("{shown} is already set in this mapping, and the last one wins"),
                    related: Some((self.tree.cell(before).span, format!("{shown} is set here, without effect"))),
                });
            }
        }
        for (cell, flag) in flagged {
            if let Some(cell) = self.tree.cells.get_mut(cell as usize) {
                cell.flags.set(flag);
            }
        }
    }
}

/// The node that makes a merge impossible, as go-yaml sees it: it follows an alias to a mapping, but to no list.
fn not_mergeable(tree: &Tree, value: u32) -> Option<u32> {
    let is_mapping = |id: u32| tree.cell(tree.resolve(id)).kind == Kind::Mapping;
    match tree.cell(value).kind {
        Kind::Sequence => tree.children(value).find(|&item| !is_mapping(item)),
        _ => (!is_mapping(value)).then_some(value),
    }
}

/// The keys of one mapping: a list while they are few, which is nearly always.
enum Keys<'k> {
    Few(Vec<(Cow<'k, str>, u32)>),
    Many(HashMap<Cow<'k, str>, u32>),
}

impl<'k> Keys<'k> {
    fn new(expected: usize) -> Self {
        if expected <= 16 {
            Keys::Few(Vec::with_capacity(expected))
        } else {
            Keys::Many(HashMap::with_capacity(expected))
        }
    }

    /// Notes a key; returns the one of the same name that was there.
    fn insert(&mut self, name: Cow<'k, str>, key: u32) -> Option<u32> {
        match self {
            Keys::Many(keys) => keys.insert(name, key),
            Keys::Few(keys) => match keys.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => Some(std::mem::replace(known, key)),
                None => {
                    keys.push((name, key));
                    None
                }
            },
        }
    }
}
