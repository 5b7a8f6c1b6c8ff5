//! `invalid-manifest`: what cannot be read, or what no API server can decode.

use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::{DocumentId, Placed, is_placeholder};
use crate::yaml::{Problem, ProblemKind, Span};

pub(super) const META: RuleMeta = RuleMeta {
    id: "invalid-manifest",
    summary: "A document cannot be read as YAML or JSON, or a field has a value of the wrong type",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Document(check);

fn check(id: DocumentId, placed: &Placed, context: &Context<'_>, findings: &mut Findings) {
    for problem in &placed.document.problems {
        let (consequence, note) = match problem.kind {
            ProblemKind::DuplicateKey => continue,
            ProblemKind::TrailingContent => (
                "what follows the end of this document is never applied",
                "kubectl reads one document between two `---` lines and passes over the rest without a word.",
            ),
            ProblemKind::Limit => (
                "this document is too deep or too large to be read, and nothing in it was judged",
                "limits keep a made-up document from exhausting its reader; no manifest comes near them.",
            ),
            ProblemKind::Separator => (
                "kubectl refuses this file: something stands behind `---`",
                "after `---` only blanks or a comment may follow on the line.",
            ),
            ProblemKind::NotJson => (
                "kubectl refuses this file: it begins with `{` and is no JSON",
                "a comment or `---` in the first line makes it YAML; later documents of a file may be in flow style.",
            ),
            ProblemKind::NoKind => (
                "kubectl refuses this document: it has an `apiVersion` and no `kind`",
                "`kind` may be indented below another key by mistake; a list of objects needs `kind: List`.",
            ),
            _ => (
                "this document cannot be read as YAML, and nothing in it was judged",
                "kubectl refuses it; the other documents of the file were read.",
            ),
        };
        let place = Place::text(id, problem.span);
        let mut finding = Finding::new(Severity::Error, consequence, place, problem.message.clone()).note(note);
        if let Some(span) = glued_dash(placed, problem) {
            finding = finding.related(Place::text(id, span), "a list item needs a blank behind its dash");
        }
        if let Some((span, label)) = &problem.related {
            finding = finding.related(Place::text(id, *span), label.clone());
        }
        findings.push(finding);
    }
    for object in context.head.objects_of(id) {
        let about_set = context.head.set(object.id).is_some();
        for error in object.type_errors.iter().filter(|error| !is_placeholder(placed.document.node(error.node).text()))
        {
            let message = format!(
                "the API server refuses {} `{}`: `{}` has the wrong type",
                object.kind, object.name, error.path
            );
            let place = Place::text(id, placed.document.node(error.node).span());
            let mut finding = Finding::new(Severity::Error, message, place, error.message.clone())
                .note("the server names only one such field at a time; the rest of the object was judged without it.");
            if about_set {
                finding = finding.about(object.id);
            }
            findings.push(finding);
        }
    }
}

/// Where, above a syntax error, a line begins with a dash that a key follows without a blank (`-name: x`): YAML reads
/// that as one long key, and complains further down.
fn glued_dash(placed: &Placed, problem: &Problem) -> Option<Span> {
    if problem.kind != ProblemKind::Syntax {
        return None;
    }
    let start = placed.document.span.start as usize;
    let before = placed.document.source.slice(Span::new(start, problem.span.start as usize));
    let mut offset = start;
    let mut found = None;
    for line in before.split_inclusive('\n') {
        let content = line.trim_start();
        let is_key = |rest: &str| {
            let name = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            name > 0 && rest[name..].starts_with(':')
        };
        if content.strip_prefix('-').is_some_and(is_key) {
            let at = offset + line.len() - content.len();
            found = Some(Span::new(at, at + content.trim_end().len()));
        }
        offset += line.len();
    }
    found
}
