//! One document: its tree, its comments, and what is wrong with its text.

use std::sync::{Arc, OnceLock};

use super::MAX_FILE_BYTES;
use super::build::{Built, build};
use super::lookup::Lookup;
use super::node::{Node, NodeId};
use super::rendered;
use super::source::{BOM, Source, Span};
use super::split::Chunk;
use super::tree::Tree;

/// One document of a source.
#[derive(Debug)]
pub struct Document {
    /// The text it stands in.
    pub source: Arc<Source>,
    /// Its part of the text.
    pub span: Span,
    /// Which document of the text it is, from 0.
    pub ordinal: usize,
    /// Its comments, in the order of the text.
    pub comments: Vec<Comment>,
    /// What is wrong with its text, in the order of the text.
    pub problems: Vec<Problem>,
    /// What it was rendered from, as the text says: by the `# Source: …` comment of `helm template`. Whoever knows other
    /// ways of saying it may set it. A relative path without surprises; whether there is such a file is not known.
    pub rendered_from: Option<String>,
    /// The same object in the file that it was rendered from; nobody but who had it rendered can know.
    pub written: Option<Written>,
    pub(super) tree: Tree,
    /// Made when first asked for.
    pub(super) lookup: OnceLock<Lookup>,
}

/// An object as it is written in some file.
#[derive(Clone, Debug)]
pub struct Written {
    /// The document that holds it.
    pub document: Arc<Document>,
    /// Its root there.
    pub node: NodeId,
}

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to the end of the line.
    pub span: Span,
    /// Whether it has the line for itself.
    pub own_line: bool,
}

/// Something wrong with a document's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What sort of thing.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// What is true there, in a clause without a full stop.
    pub message: String,
    /// A second place that explains the first.
    pub related: Option<(Span, String)>,
    /// The places between the two: of a key that is set more than twice.
    pub between: Vec<Span>,
}

/// Sorts of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// No YAML; the document has no root.
    Syntax,
    /// A key is set twice or more in one mapping; the last one wins, and is one problem with all before it.
    DuplicateKey,
    /// Something follows the document that kubectl never reads.
    TrailingContent,
    /// kubectl refuses the `---` line before the document.
    Separator,
    /// Nested too deep, unfolding to too much, containing itself, or too long; the document has no root.
    Limit,
    /// `<<` of something that is no mapping; kubectl refuses the document.
    Merge,
    /// A key that is null, a collection or a huge number; kubectl refuses the document.
    Key,
    /// The first document begins with `{` and is no JSON; kubectl refuses the file.
    NotJson,
    /// Something that is not JSON follows a first document that is; kubectl stops there.
    AfterJson,
    /// JSON behind a comment, which JSON has not; kubectl refuses the document.
    CommentInJson,
    /// An object without a `kind`; kubectl refuses the document.
    NoKind,
}

impl Problem {
    /// A problem at one place.
    pub fn new(kind: ProblemKind, span: Span, message: impl Into<String>) -> Self {
        Self { kind, span, message: message.into(), related: None, between: Vec::new() }
    }

    pub(super) fn too_deep(span: Span) -> Self {
        Self::new(ProblemKind::Limit, span, "this is nested deeper than stslint reads")
    }
}

/// Collects problems up to [`MAX_PROBLEMS`](super::MAX_PROBLEMS).
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        if self.0.len() < super::MAX_PROBLEMS {
            self.0.push(problem);
        }
    }
}

impl Document {
    /// Parses one chunk of a source. Never fails: what is wrong is in [`Document::problems`], and a document that cannot
    /// be read has no root, so nothing half-read is judged.
    pub fn parse(source: &Arc<Source>, chunk: &Chunk) -> Document {
        let span = without_bom(source, chunk.span);
        if span.len() > MAX_FILE_BYTES {
            let message = format!("this document is longer than the {} MiB that stslint reads", MAX_FILE_BYTES >> 20);
            let start = Span { start: span.start, end: span.start };
            let refused = Some(Problem::new(ProblemKind::Limit, start, message));
            let built = Built { refused, ..Built::default() };
            return Self::assemble(source, chunk, built);
        }
        let build = |span| match forbidden(source.slice(span)) {
            None => build(source, span),
            Some((at, char)) => {
                let start = span.start as usize + at;
                let message = format!("YAML cannot hold the character U+{:04X}", u32::from(char));
                let span = Span::new(start, start + char.len_utf8());
                Built { refused: Some(Problem::new(ProblemKind::Syntax, span, message)), ..Built::default() }
            }
        };
        let Some(separator) = chunk.bad_separator else {
            return Self::assemble(source, chunk, build(span));
        };
        // What follows the dashes may be the document's first line (`--- {a: 1}`) or nothing that belongs to it.
        let mut built = build(span);
        if built.refused.is_some() || !source.slice(span).starts_with([' ', '\t']) {
            let text = source.slice(span);
            let next_line = text.find('\n').map_or(text.len(), |at| at + 1);
            built = build(Span::new(span.start as usize + next_line, span.end as usize));
        }
        let message = "kubectl refuses this line: only blanks or a comment may follow the `---` that begins a document";
        built.problems.push(Problem::new(ProblemKind::Separator, separator, message));
        Self::assemble(source, chunk, built)
    }

    fn assemble(source: &Arc<Source>, chunk: &Chunk, built: Built) -> Document {
        let Built { tree, comments, refused, problems: Problems(mut problems) } = built;
        problems.extend(refused);
        problems.sort_by_key(|problem| (problem.span, problem.kind));
        let mut comments: Vec<Comment> = comments.into_iter().map(|span| comment(source, span)).collect();
        // The parser tells some of them late.
        comments.sort_by_key(|comment| comment.span);
        let first_node = tree.cells.first().map_or(chunk.span.end, |root| root.span.start);
        let rendered_from = comments
            .iter()
            .take_while(|comment| comment.span.start < first_node)
            .find_map(|comment| rendered::template(source.slice(comment.span)))
            .map(str::to_owned);
        let (source, span, ordinal) = (Arc::clone(source), chunk.span, chunk.ordinal);
        Document {
            source,
            span,
            ordinal,
            comments,
            problems,
            rendered_from,
            written: None,
            tree,
            lookup: OnceLock::new(),
        }
    }

    /// The document's value; `None` if there is none, or the document cannot be read.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.tree.cells.is_empty()).then(|| Node::new(self, 0))
    }

    /// A node by its name. A name from another document gives some node or null, never a panic.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node::new(self, id.0)
    }
}

/// The first character that go-yaml takes for binary data, wherever it stands (`goyaml.v2/readerc.go`).
fn forbidden(text: &str) -> Option<(usize, char)> {
    let wrong = |char: &char| match char {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        char => char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}'),
    };
    let bytes = text.as_bytes();
    let ascii = bytes.iter().fold(false, |found, &byte| {
        found | ((byte < b' ') & (byte != b'\t') & (byte != b'\n') & (byte != b'\r')) | (byte == 0x7F)
    });
    // The bytes that all others of them begin with, apart from some harmless characters.
    let others = memchr::memchr2(0xC2, 0xEF, bytes).is_some();
    if ascii || others { text.char_indices().find(|(_, char)| wrong(char)) } else { None }
}

fn without_bom(source: &Source, span: Span) -> Span {
    let bom = if source.slice(span).starts_with(BOM) { BOM.len_utf8() } else { 0 };
    Span::new(span.start as usize + bom, span.end as usize)
}

fn comment(source: &Source, span: Span) -> Comment {
    let before = source.text().get(..span.start as usize).unwrap_or_default();
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let own_line = before.get(line..).unwrap_or_default().trim_matches([' ', '\t', BOM]).is_empty();
    Comment { span, own_line }
}
