//! One file from bytes to documents.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use super::chart::{self, Charts};
use super::prefilter::{Prefilter, Verdict};
use super::shape::{Shape, shape};
use super::{Deferred, DocumentInput, NotText, Options, Place, SkipReason, Unread};
use crate::yaml::{Chunk, Document, Node, Problem, ProblemKind, Source, Span, split};

/// What was made of a file.
pub(super) struct Content<T> {
    /// Text and place, where a document was parsed.
    pub(super) source: Option<(Arc<Source>, Arc<Place>)>,
    pub(super) documents: Vec<T>,
    pub(super) deferred: Vec<Deferred>,
    pub(super) unread: Vec<Unread>,
    pub(super) not_text: Option<NotText>,
    pub(super) unwanted_documents: usize,
}

/// Turns files into documents; shared by all threads.
pub(super) struct Reader<'a, T> {
    pub(super) prefilter: Prefilter,
    pub(super) charts: Charts,
    pub(super) convert: &'a (dyn Fn(DocumentInput) -> T + Sync),
}

impl<'a, T> Reader<'a, T> {
    /// A reader of what the options want.
    pub(super) fn new(options: &Options, charts: Charts, convert: &'a (dyn Fn(DocumentInput) -> T + Sync)) -> Self {
        Reader { prefilter: Prefilter::new(options), charts, convert }
    }

    /// Whether a file is worth more than a look at its bytes.
    pub(super) fn is_of_interest(&self, bytes: &[u8], file_name: &OsStr) -> bool {
        is_kustomization(file_name) || self.prefilter.is_of_interest(bytes)
    }

    /// Reads the documents of one file. `name` is shown, `folder` is where it lies on disk.
    pub(super) fn read(&self, bytes: &[u8], name: String, place: Place, folder: &Path) -> Content<T> {
        let mut content = Content {
            source: None,
            documents: Vec::new(),
            deferred: Vec::new(),
            unread: Vec::new(),
            not_text: None,
            unwanted_documents: 0,
        };
        let source = match Source::from_bytes(name.as_str(), bytes.to_vec()) {
            Ok(source) => Arc::new(source),
            Err(error) => {
                content.not_text = Some(not_text(bytes, name, error.offset, error.message));
                return content;
            }
        };
        let take_all = is_kustomization(OsStr::new(&*place.file_name));
        let file = Opened { reader: self, source: source.clone(), place: Arc::new(place), folder };
        let mut misseparated = Vec::new();
        for chunk in split(source.text()) {
            let bytes = source.slice(chunk.span).as_bytes();
            match self.prefilter.verdict(bytes) {
                // Nothing but comments is no document that anybody could miss.
                Verdict::Unwanted if shape(bytes) == Shape::Nothing => {}
                _ if take_all => file.take(Document::parse(&source, &chunk), &mut content),
                Verdict::Wanted => file.take(Document::parse(&source, &chunk), &mut content),
                Verdict::Deferred(kind) => file.defer(chunk, kind, &mut content),
                Verdict::Hidden { wanted } => file.uncover(chunk, wanted, &mut content),
                Verdict::Unwanted => {
                    content.unwanted_documents += 1;
                    misseparated.extend(chunk.bad_separator.is_some().then_some(chunk));
                }
            }
        }
        if !content.documents.is_empty() {
            // kubectl gives the whole file up there, whatever the document behind it is.
            for chunk in misseparated {
                content.unwanted_documents -= 1;
                file.take(Document::parse(&source, &chunk), &mut content);
            }
        }
        if !content.documents.is_empty() {
            content.source = Some((source, file.place));
        }
        content
    }
}

/// kustomize wants no `kind` in its own files.
fn is_kustomization(file_name: &OsStr) -> bool {
    ["kustomization.yaml", "kustomization.yml", "Kustomization"].iter().any(|known| file_name == *known)
}

/// A file whose documents are being sorted.
struct Opened<'r, 'a, T> {
    reader: &'r Reader<'a, T>,
    source: Arc<Source>,
    place: Arc<Place>,
    folder: &'r Path,
}

impl<T> Opened<'_, '_, T> {
    /// Hands a parsed document over, or says why not.
    fn take(&self, mut document: Document, content: &mut Content<T>) {
        if let Some(problem) = json_fault(&document) {
            // What follows is no YAML that is passed over, either.
            document.problems.retain(|other| other.kind != ProblemKind::TrailingContent);
            document.problems.push(problem);
        }
        match self.skip_reason(&document) {
            Some(reason) => {
                let (source, place, span) = (self.source.clone(), self.place.clone(), document.span);
                content.unread.push(Unread { source, place, span, reason });
            }
            None => {
                let input = DocumentInput { document, place: self.place.clone() };
                content.documents.push((self.reader.convert)(input));
            }
        }
    }

    fn defer(&self, chunk: Chunk, kind: &'static str, content: &mut Content<T>) {
        content.deferred.push(Deferred { source: self.source.clone(), place: self.place.clone(), chunk, kind });
    }

    /// Parses a document to learn its kind. Files of other programs end here as well (they speak of kinds, too), so what
    /// is no object of ours is passed over, whatever else is wrong with it.
    fn uncover(&self, chunk: Chunk, may_be_wanted: bool, content: &mut Content<T>) {
        let document = Document::parse(&self.source, &chunk);
        if is_commented_json(self.source.slice(chunk.span)) {
            match may_be_wanted && self.source.slice(chunk.span).contains("\"apiVersion\"") {
                true => self.take(with_comment(document), content),
                // The settings of another program.
                false => content.unwanted_documents += 1,
            }
            return;
        }
        let verdict = match document.root() {
            None => Verdict::Hidden { wanted: may_be_wanted },
            Some(root) => match root.get("kind") {
                None if may_be_wanted && is_kubernetes(root) => return self.take(without_kind(document), content),
                None => Verdict::Unwanted,
                Some(kind) => match kind.as_str() {
                    Some(name) => self.reader.prefilter.verdict_of_kind(name),
                    None => Verdict::Hidden { wanted: may_be_wanted },
                },
            },
        };
        match verdict {
            Verdict::Wanted | Verdict::Hidden { wanted: true } => self.take(document, content),
            Verdict::Deferred(kind) => self.defer(chunk, kind, content),
            Verdict::Unwanted | Verdict::Hidden { wanted: false } => content.unwanted_documents += 1,
        }
    }

    fn skip_reason(&self, document: &Document) -> Option<SkipReason> {
        if self.reader.charts.holds_templates(self.folder) {
            return Some(SkipReason::HelmTemplate);
        }
        if chart::is_other_template(document) {
            return Some(SkipReason::OtherTemplate);
        }
        if chart::is_template(document) {
            return Some(SkipReason::HelmTemplate);
        }
        document.root().is_some_and(is_encrypted).then_some(SkipReason::Sops)
    }
}

/// Whether a document without a kind is meant for Kubernetes by its `apiVersion`.
fn is_kubernetes(root: Node<'_>) -> bool {
    let version = root.get("apiVersion").and_then(Node::as_str);
    version.is_some_and(|version| {
        matches!(version, "v1" | "apps/v1" | "policy/v1" | "autoscaling/v2" | "storage.k8s.io/v1")
    })
}

/// Whether this is JSON behind a comment of JavaScript's.
fn is_commented_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with("//") || text.starts_with("/*")
}

/// What YAML makes of such a document is one long text or a syntax error further down: neither says what is wrong.
fn with_comment(mut document: Document) -> Document {
    let text = document.source.slice(document.span);
    let before = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    let start = document.span.start as usize + before;
    let length = text[before..].lines().next().map_or(0, |line| line.trim_end().len());
    let message = "no comment to YAML, and none to JSON";
    let problem = Problem::new(ProblemKind::CommentInJson, Span::new(start, start + length), message);
    document.problems = vec![problem];
    document
}

fn without_kind(mut document: Document) -> Document {
    let version = document.root().and_then(|root| root.get("apiVersion")).map(|node| node.span());
    if let Some(span) = version {
        let message = "a `kind` belongs beside this, in the same column";
        document.problems.push(Problem::new(ProblemKind::NoKind, span, message));
    }
    document
}

/// What kubectl says of a file that begins with `{`: it reads it as JSON and nothing else
/// (`apimachinery:pkg/util/yaml/decoder.go`, `GuessJSONStream`).
fn json_fault(document: &Document) -> Option<Problem> {
    let (source, span) = (&document.source, document.span);
    let before = source.text().get(..span.start as usize)?;
    let text = source.slice(span);
    if !before.trim_start_matches('\u{feff}').trim().is_empty() || !text.trim_start().starts_with('{') {
        return None;
    }
    document.root()?;
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    let error = match values.next()? {
        Ok(_) => return after_json(document, values.byte_offset()),
        Err(error) => error,
    };
    // What only serde_json refuses: a half of a surrogate pair, deep nesting.
    if ["surrogate", "hex escape", "recursion limit"].iter().any(|only| error.to_string().contains(only)) {
        return None;
    }
    let at = span.start as usize + text.len() - text.trim_start().len();
    let message = "what begins with `{` is read as JSON, and this is YAML in flow style";
    Some(Problem::new(ProblemKind::NotJson, Span::new(at, at + 1), message))
}

/// What stands behind the JSON with which a file begins: a decoder of JSON goes on to the end of the file.
fn after_json(document: &Document, length: usize) -> Option<Problem> {
    let (source, start) = (&document.source, document.span.start as usize + length);
    let rest = source.text().get(start..)?;
    let at = start + rest.len() - rest.trim_start().len();
    let line = source.text().get(at..)?.lines().next()?;
    // A further object is a further document.
    if line.starts_with('{') {
        return None;
    }
    let message = "no JSON";
    Some(Problem::new(ProblemKind::AfterJson, Span::new(at, at + line.trim_end().len()), message))
}

/// Whether sops wrote its own block into the document (getsops/sops `stores/stores.go`).
fn is_encrypted(root: Node<'_>) -> bool {
    let Some(sops) = root.get("sops") else { return false };
    ["mac", "lastmodified", "version"].iter().any(|key| sops.get(key).is_some())
}

fn not_text(bytes: &[u8], name: String, offset: usize, message: String) -> NotText {
    // What stands before the first bad byte is text, unless it is UTF-16, where nothing can be shown.
    let before = bytes.get(..offset).and_then(|before| std::str::from_utf8(before).ok()).unwrap_or_default();
    let source = Arc::new(Source::new(name, before));
    NotText { source, span: Span::new(before.len(), before.len()), message }
}
