//! `invalid-manifest`: what cannot be read, or what no API server can decode.

use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::admission::refusals;
use crate::model::{DocumentId, Mismatch, Object, Placed, Selector, SetView, is_placeholder};
use crate::yaml::{FieldPath, Node, Problem, ProblemKind, Span};

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
            ProblemKind::AfterJson => (
                "kubectl stops here: a file that begins with `{` is JSON to its end",
                "what stands above is applied, the rest is not.",
            ),
            ProblemKind::CommentInJson => (
                "kubectl refuses this document: JSON has no comments",
                "JSON is YAML too: with `#` in its first line a file is read as YAML, and its comments as comments.",
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
        finding = match problem.kind {
            ProblemKind::CommentInJson => finding.advise("write `#` before each comment"),
            ProblemKind::AfterJson => finding.advise("put `---` into the first line, which makes the file YAML"),
            _ => finding,
        };
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
        if let Some(finding) = identity(object, placed.node(object.node)) {
            findings.push(if about_set { finding.about(object.id) } else { finding });
        }
        if let Some(set) = context.head.set(object.id).filter(|set| is_refused_for_labels(*set, context)) {
            findings.push(selector(set));
        }
        for error in object.type_errors.iter().filter(|error| !is_placeholder(placed.document.node(error.node).text()))
        {
            let fault = if error.message.contains("quantity") { "is no quantity" } else { "has the wrong type" };
            let message = format!("the API server refuses {}: `{}` {fault}", wording::object(object), error.path);
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

/// Whether the selector misses the labels of the template and is no other mistake, which `invalid-set` would say.
fn is_refused_for_labels(set: SetView<'_>, context: &Context<'_>) -> bool {
    let labels = FieldPath::of("spec.template.metadata.labels");
    set.misses_itself()
        && refusals(context.head, set.object(), context.version).iter().any(|refusal| refusal.path == labels)
}

/// What keeps a server from knowing the kind of an object that was judged as what it is meant to be.
fn identity(object: &Object, root: Node<'_>) -> Option<Finding> {
    let name = if object.name.is_empty() { String::new() } else { format!(" `{}`", object.name) };
    if let Some(kind) = root.get("kind").filter(|kind| kind.text() != object.kind) {
        let message = format!("no server knows the kind `{}`:{name} is refused", kind.text());
        let place = Place::value(object.id, FieldPath::of("kind"));
        return Some(
            Finding::new(Severity::Error, message, place, "kinds are compared letter by letter")
                .advise(format!("write `kind: {}`", object.kind))
                .note("the rest was judged as if it said so."),
        );
    }
    if object.api_version.is_empty() && root.get("kind").is_some() {
        let message = format!("kubectl refuses {}{name}: it has no `apiVersion`", object.kind);
        let place = Place::value(object.id, FieldPath::of("kind"));
        return Some(
            Finding::new(Severity::Error, message, place, "of which API group and version?")
                .advise("write `apiVersion: apps/v1` above it")
                .note("only a kustomize patch can do without; a set as whole as this one was judged as a set."),
        );
    }
    None
}

/// A set whose selector does not match the labels of its own Pods.
fn selector(set: SetView<'_>) -> Finding {
    let message =
        format!("the API server refuses {}: its selector misses the labels of its own Pods", wording::set(set));
    let path = FieldPath::of("spec.selector");
    let mismatches = set.mismatches(&Selector::of_labels(Some(&set.spec().selector)));
    let label = match mismatches.first().map(|one| (&one.key, one.wanted.as_slice())) {
        Some((key, [value])) => format!("wants `{key}: {value}`"),
        Some((key, _)) => format!("asks for another `{key}`"),
        None => "selects none of the set's Pods".to_owned(),
    };
    let labels = FieldPath::of("spec.template.metadata.labels");
    let (place, found) = match mismatches.first() {
        Some(Mismatch { key, found: Some(value), .. }) => {
            (Place::value(set.id(), labels.key(key.clone())), format!("the Pods have `{value}`"))
        }
        Some(Mismatch { key, .. }) => (Place::key(set.id(), labels), format!("the Pods have no label `{key}`")),
        None => (Place::key(set.id(), labels), "the labels of the Pods".to_owned()),
    };
    Finding::new(Severity::Error, message, Place::key(set.id(), path), label)
        .about(set.id())
        .related(place, found)
        .advise("write the same labels in both places; for a set that exists change the Pods' labels, since its selector is fixed")
        .note("the server answers that `selector` does not match template `labels`.")
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
