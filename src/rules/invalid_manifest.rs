//! `invalid-manifest`: what cannot be read, or what no API server can decode.

use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::{DocumentId, Placed};
use crate::yaml::ProblemKind;

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
                "what follows here is never applied",
                "kubectl reads one document between two `---` lines and passes over the rest without a word.",
            ),
            ProblemKind::Limit => {
                ("this document is not read", "a document like this can only be made to exhaust its reader.")
            }
            ProblemKind::Separator => {
                ("kubectl refuses the whole file", "after `---` only blanks or a comment may follow on the line.")
            }
            _ => ("this document cannot be read, and nothing in it was judged", "the rest of the file was read."),
        };
        let message = format!("{}: {consequence}", problem.message);
        let mut finding = Finding::new(Severity::Error, message, Place::text(id, problem.span), "here").note(note);
        if let Some((span, label)) = &problem.related {
            finding = finding.related(Place::text(id, *span), label.clone());
        }
        findings.push(finding);
    }
    for object in context.head.objects_of(id) {
        let about_set = context.head.set(object.id).is_some();
        for error in &object.type_errors {
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
