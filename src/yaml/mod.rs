//! Temporary stand-in.
#![allow(missing_docs)]
mod path;
pub use path::{FieldPath, Segment};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::ops::Range;
use std::sync::Arc;
pub const MAX_FILE_BYTES: u64 = 64 << 20;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}
impl Span {
    pub fn new(s: usize, e: usize) -> Span {
        Span { start: s as u32, end: e as u32 }
    }
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub offset: usize,
    pub line: usize,
    pub column: usize,
}
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
}
#[derive(Debug)]
pub struct NotText {
    pub offset: usize,
    pub message: String,
}
impl Source {
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        Source { name: name.into(), text: text.into() }
    }
    pub fn from_bytes(name: impl Into<String>, b: Vec<u8>) -> Result<Source, NotText> {
        match String::from_utf8(b) {
            Ok(t) => Ok(Source::new(name, t)),
            Err(e) => Err(NotText { offset: e.utf8_error().valid_up_to(), message: "not UTF-8".into() }),
        }
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn text(&self) -> &str {
        &self.text
    }
    pub fn slice(&self, s: Span) -> &str {
        &self.text[s.range()]
    }
    pub fn position(&self, offset: usize) -> Position {
        let b = &self.text[..offset.min(self.text.len())];
        let line = b.matches('\n').count() + 1;
        let col = b.rfind('\n').map_or(b, |i| &b[i + 1..]).chars().filter(|c| *c != '\u{feff}').count() + 1;
        Position { offset, line, column: col }
    }
    pub fn line_span(&self, line: usize) -> Span {
        let mut s = 0;
        for (i, l) in self.text.split('\n').enumerate() {
            if i + 1 == line {
                return Span::new(s, s + l.trim_end_matches('\r').len());
            }
            s += l.len() + 1;
        }
        Span::new(self.text.len(), self.text.len())
    }
    pub fn line_count(&self) -> usize {
        self.text.split('\n').count()
    }
}
#[derive(Clone, Debug)]
pub struct Chunk {
    pub span: Span,
    pub ordinal: usize,
    pub bad_separator: Option<Span>,
}
pub fn split(text: &str) -> Vec<Chunk> {
    let mut out = vec![];
    let mut start = 0;
    let mut pos = 0;
    for l in text.split_inclusive('\n') {
        if l.starts_with("---") {
            out.push(Chunk { span: Span::new(start, pos), ordinal: out.len(), bad_separator: None });
            start = pos + l.len();
        }
        pos += l.len();
    }
    out.push(Chunk { span: Span::new(start, pos), ordinal: out.len(), bad_separator: None });
    out
}
#[derive(Clone, Debug)]
pub struct Comment {
    pub span: Span,
    pub own_line: bool,
}
#[derive(Clone, Debug)]
pub struct Problem {
    pub kind: ProblemKind,
    pub span: Span,
    pub message: String,
    pub related: Option<(Span, String)>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    Syntax,
    DuplicateKey,
    TrailingContent,
    Separator,
    Limit,
    Merge,
    Key,
}
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);
#[derive(Debug, Clone)]
enum Data {
    Scalar(String, bool),
    Seq(Vec<NodeId>),
    Map(Vec<(NodeId, NodeId)>),
    Alias(NodeId),
}
#[derive(Debug)]
struct N {
    span: Span,
    data: Data,
    flow: bool,
}
#[derive(Debug)]
pub struct Document {
    pub source: Arc<Source>,
    pub span: Span,
    pub ordinal: usize,
    pub comments: Vec<Comment>,
    pub problems: Vec<Problem>,
    pub rendered_from: Option<String>,
    nodes: Vec<N>,
    root: Option<NodeId>,
}
#[derive(Copy, Clone)]
pub struct Node<'d> {
    d: &'d Document,
    id: NodeId,
}
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Null,
    Bool,
    Number,
    String,
    Sequence,
    Mapping,
}
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    Absent,
    Null,
    Empty,
    Present,
}
#[derive(Clone, Debug)]
pub enum Located {
    Exact { key: Option<Span>, value: Span, node: NodeId },
    Nearest { depth: usize, key: Option<Span>, value: Span, node: NodeId },
}
#[derive(Debug)]
pub struct Decoded<T> {
    pub value: Option<T>,
    pub errors: Vec<TypeError>,
    pub unknown: Vec<NodeId>,
}
#[derive(Clone, Debug)]
pub struct TypeError {
    pub node: NodeId,
    pub path: FieldPath,
    pub message: String,
}
impl Document {
    pub fn parse(source: &Arc<Source>, c: &Chunk) -> Document {
        use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};
        let base = c.span.start as usize;
        let text = source.slice(c.span);
        let mut d = Document {
            source: source.clone(),
            span: c.span,
            ordinal: c.ordinal,
            comments: vec![],
            problems: vec![],
            rendered_from: None,
            nodes: vec![],
            root: None,
        };
        let mut pos = base;
        for l in text.split_inclusive('\n') {
            if let Some(i) = l.find("# ") {
                d.comments.push(Comment {
                    span: Span::new(pos + i, pos + l.trim_end().len()),
                    own_line: l[..i].trim().is_empty(),
                });
            }
            pos += l.len();
        }
        let mut stack: Vec<(NodeId, Vec<NodeId>)> = vec![];
        let mut anchors = std::collections::HashMap::new();
        let mut root = None;
        for r in Parser::new_from_str_with_options(text, granit_parser::options! { emit_comments: false }) {
            let (ev, sp) = match r {
                Ok(x) => x,
                Err(e) => {
                    let at = base + e.marker().byte_offset().unwrap_or(0).min(text.len());
                    d.problems.push(Problem {
                        kind: ProblemKind::Syntax,
                        span: Span::new(at, at),
                        message: e.to_string(),
                        related: None,
                    });
                    return d;
                }
            };
            let (s, e) = (base + sp.start.byte_offset().unwrap_or(0), base + sp.end.byte_offset().unwrap_or(0));
            let mut done = None;
            match ev {
                Event::Scalar(v, st, a, _) => {
                    let id = NodeId(d.nodes.len() as u32);
                    d.nodes.push(N {
                        span: Span::new(s, e),
                        data: Data::Scalar(v.into_owned(), st == ScalarStyle::Plain),
                        flow: false,
                    });
                    if a != 0 {
                        anchors.insert(a, id);
                    }
                    done = Some(id);
                }
                Event::Alias(a) => {
                    let id = NodeId(d.nodes.len() as u32);
                    let t = anchors[&a];
                    d.nodes.push(N { span: Span::new(s, e), data: Data::Alias(t), flow: false });
                    done = Some(id);
                }
                Event::MappingStart(st, a, _) | Event::SequenceStart(st, a, _)
                    if {
                        let _ = &st;
                        let _ = a;
                        true
                    } =>
                {
                    let id = NodeId(d.nodes.len() as u32);
                    d.nodes.push(N {
                        span: Span::new(s, e.max(s)),
                        data: Data::Map(vec![]),
                        flow: st == StructureStyle::Flow,
                    });
                    if a != 0 {
                        anchors.insert(a, id);
                    }
                    stack.push((id, vec![]));
                }
                Event::MappingEnd => {
                    let (id, k) = stack.pop().unwrap();
                    let end = if d.nodes[id.0 as usize].flow {
                        e as u32
                    } else {
                        k.last().map_or(e as u32, |l| d.nodes[l.0 as usize].span.end)
                    };
                    d.nodes[id.0 as usize].span.end = end;
                    d.nodes[id.0 as usize].data = Data::Map(k.chunks(2).map(|p| (p[0], p[1])).collect());
                    done = Some(id);
                }
                Event::SequenceEnd => {
                    let (id, k) = stack.pop().unwrap();
                    let end = if d.nodes[id.0 as usize].flow {
                        e as u32
                    } else {
                        k.last().map_or(e as u32, |l| d.nodes[l.0 as usize].span.end)
                    };
                    d.nodes[id.0 as usize].span.end = end;
                    d.nodes[id.0 as usize].data = Data::Seq(k);
                    done = Some(id);
                }
                _ => {}
            }
            if let Some(id) = done {
                if let Some((_, k)) = stack.last_mut() {
                    k.push(id);
                } else {
                    root = Some(id);
                }
            }
        }
        d.root = root;
        d
    }
    fn res(&self, mut id: NodeId) -> &N {
        loop {
            let n = &self.nodes[id.0 as usize];
            if let Data::Alias(t) = n.data { id = t } else { return n }
        }
    }
    pub fn root(&self) -> Option<Node<'_>> {
        self.root.map(|id| Node { d: self, id })
    }
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { d: self, id }
    }
    pub fn locate(&self, from: NodeId, path: &FieldPath) -> Located {
        let mut cur = from;
        let mut key = None;
        for (i, s) in path.segments().iter().enumerate() {
            let next = match (s, &self.res(cur).data) {
                (Segment::Key(k), Data::Map(_)) => self
                    .node(cur)
                    .pairs()
                    .into_iter()
                    .rev()
                    .find(|(a, _)| a.text() == k)
                    .map(|(a, b)| (Some(a.span()), b.id)),
                (Segment::Index(n), Data::Seq(v)) => v.get(*n).map(|x| (None, *x)),
                _ => None,
            };
            match next {
                Some((k, n)) => {
                    key = k;
                    cur = n;
                }
                None => return Located::Nearest { depth: i, key, value: self.node(cur).span(), node: cur },
            }
        }
        Located::Exact { key, value: self.node(cur).span(), node: cur }
    }
    pub fn scalar_range(&self, n: NodeId, _r: Range<usize>) -> Vec<Span> {
        vec![self.node(n).span()]
    }
    pub fn to_json(&self, n: NodeId) -> Result<Value, String> {
        Ok(match &self.res(n).data {
            Data::Scalar(s, plain) => {
                if *plain {
                    match s.as_str() {
                        "" | "~" | "null" => Value::Null,
                        "true" | "yes" => Value::Bool(true),
                        "false" | "no" => Value::Bool(false),
                        t => t
                            .parse::<i64>()
                            .map(Value::from)
                            .or_else(|_| t.parse::<f64>().map(Value::from))
                            .unwrap_or_else(|_| Value::from(t)),
                    }
                } else {
                    Value::from(s.as_str())
                }
            }
            Data::Seq(v) => Value::Array(v.iter().map(|x| self.to_json(*x)).collect::<Result<_, _>>()?),
            Data::Map(_) => Value::Object(
                self.node(n)
                    .pairs()
                    .into_iter()
                    .map(|(a, b)| Ok((a.text().to_owned(), self.to_json(b.id)?)))
                    .collect::<Result<_, String>>()?,
            ),
            Data::Alias(_) => Value::Null,
        })
    }
    pub fn decode<T: DeserializeOwned>(&self, n: NodeId) -> Decoded<T> {
        match serde_json::from_value(self.to_json(n).unwrap()) {
            Ok(v) => Decoded { value: Some(v), errors: vec![], unknown: vec![] },
            Err(e) => Decoded {
                value: None,
                errors: vec![TypeError { node: n, path: FieldPath::root(), message: e.to_string() }],
                unknown: vec![],
            },
        }
    }
}
impl<'d> Node<'d> {
    pub fn id(self) -> NodeId {
        self.id
    }
    pub fn document(self) -> &'d Document {
        self.d
    }
    pub fn span(self) -> Span {
        self.d.nodes[self.id.0 as usize].span
    }
    pub fn text(self) -> &'d str {
        match &self.d.res(self.id).data {
            Data::Scalar(s, _) => s,
            _ => "",
        }
    }
    pub fn as_str(self) -> Option<&'d str> {
        match &self.d.res(self.id).data {
            Data::Scalar(s, _) => Some(s),
            _ => None,
        }
    }
    pub fn as_bool(self) -> Option<bool> {
        self.text().parse().ok()
    }
    pub fn as_i64(self) -> Option<i64> {
        self.text().parse().ok()
    }
    fn pairs(self) -> Vec<(Node<'d>, Node<'d>)> {
        match &self.d.res(self.id).data {
            Data::Map(v) => {
                let mut out: Vec<(Node, Node)> = vec![];
                for (a, b) in v {
                    let (a, b) = (self.d.node(*a), self.d.node(*b));
                    if a.text() == "<<" {
                        for p in b.pairs() {
                            out.push(p);
                        }
                    } else {
                        out.retain(|(k, _)| k.text() != a.text());
                        out.push((a, b));
                    }
                }
                out
            }
            _ => vec![],
        }
    }
    pub fn get(self, k: &str) -> Option<Node<'d>> {
        self.pairs().into_iter().rev().find(|(a, _)| a.text() == k).map(|x| x.1)
    }
    pub fn at(self, p: &FieldPath) -> Option<Node<'d>> {
        match self.d.locate(self.id, p) {
            Located::Exact { node, .. } => Some(self.d.node(node)),
            _ => None,
        }
    }
    pub fn items(self) -> impl Iterator<Item = Node<'d>> {
        let v = match &self.d.res(self.id).data {
            Data::Seq(v) => v.clone(),
            _ => vec![],
        };
        v.into_iter().map(move |i| self.d.node(i))
    }
    pub fn entries(self) -> Vec<(Node<'d>, Node<'d>)> {
        self.pairs()
    }
    pub fn presence(self, p: &FieldPath) -> Presence {
        match self.at(p) {
            None => Presence::Absent,
            Some(n) => match &n.d.res(n.id).data {
                Data::Scalar(s, true) if s.is_empty() || s == "null" => Presence::Null,
                Data::Scalar(s, _) if s.is_empty() => Presence::Empty,
                Data::Seq(v) if v.is_empty() => Presence::Empty,
                Data::Map(v) if v.is_empty() => Presence::Empty,
                _ => Presence::Present,
            },
        }
    }
    pub fn kind(self) -> NodeKind {
        match &self.d.res(self.id).data {
            Data::Seq(_) => NodeKind::Sequence,
            Data::Map(_) => NodeKind::Mapping,
            _ => NodeKind::String,
        }
    }
    pub fn is_flow(self) -> bool {
        self.d.res(self.id).flow
    }
}
