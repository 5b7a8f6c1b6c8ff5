//! One file from bytes to documents.

use std::path::Path;
use std::sync::Arc;

use super::chart::{self, Charts};
use super::prefilter::{Prefilter, Verdict};
use super::{Deferred, DocumentInput, NotText, Place, SkipReason, Unread};
use crate::yaml::{Document, Node, Source, Span, split};

/// What was made of a file.
pub(super) struct Content<T> {
    /// Text and place, where a document was parsed.
    pub(super) source: Option<(Arc<Source>, Arc<Place>)>,
    pub(super) documents: Vec<T>,
    pub(super) deferred: Vec<Deferred>,
    pub(super) unread: Vec<Unread>,
    pub(super) not_text: Option<NotText>,
    pub(super) unwanted_documents: usize,
    pub(super) bytes: u64,
}

/// Turns files into documents; shared by all threads.
pub(super) struct Reader<'a, T> {
    pub(super) prefilter: Prefilter,
    pub(super) charts: Charts,
    pub(super) convert: &'a (dyn Fn(DocumentInput) -> T + Sync),
}

impl<T> Reader<'_, T> {
    /// Reads the documents of one file. `name` is shown, `folder` is where it lies on disk, if anywhere.
    pub(super) fn read(&self, bytes: &[u8], name: String, place: Place, folder: Option<&Path>) -> Content<T> {
        let mut content = Content {
            source: None,
            documents: Vec::new(),
            deferred: Vec::new(),
            unread: Vec::new(),
            not_text: None,
            unwanted_documents: 0,
            bytes: bytes.len() as u64,
        };
        // kustomize wants no `kind` in its own files.
        let is_kustomization =
            matches!(&*place.file_name, "kustomization.yaml" | "kustomization.yml" | "Kustomization");
        if !is_kustomization && !self.prefilter.is_of_interest(bytes) {
            return content;
        }
        let source = match Source::from_bytes(name.as_str(), bytes.to_vec()) {
            Ok(source) => Arc::new(source),
            Err(error) => {
                content.not_text = Some(not_text(bytes, name, error.offset, error.message));
                return content;
            }
        };
        let place = Arc::new(place);
        for chunk in split(source.text()) {
            let verdict = self.prefilter.verdict(source.slice(chunk.span).as_bytes());
            match verdict {
                Verdict::Unwanted if !is_kustomization => content.unwanted_documents += 1,
                Verdict::Deferred(kind) if !is_kustomization => {
                    content.deferred.push(Deferred { source: source.clone(), place: place.clone(), chunk, kind });
                }
                _ => {
                    let document = Document::parse(&source, &chunk);
                    match self.skip_reason(&document, folder) {
                        Some(reason) => content.unread.push(Unread {
                            source: source.clone(),
                            place: place.clone(),
                            span: chunk.span,
                            reason,
                        }),
                        None => {
                            let input = DocumentInput { document, place: place.clone() };
                            content.documents.push((self.convert)(input));
                        }
                    }
                }
            }
        }
        if !content.documents.is_empty() {
            content.source = Some((source, place));
        }
        content
    }

    fn skip_reason(&self, document: &Document, folder: Option<&Path>) -> Option<SkipReason> {
        if chart::is_template(document) || folder.is_some_and(|folder| self.charts.holds_templates(folder)) {
            return Some(SkipReason::HelmTemplate);
        }
        document.root().is_some_and(is_encrypted).then_some(SkipReason::Sops)
    }
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
