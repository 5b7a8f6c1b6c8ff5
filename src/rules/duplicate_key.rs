//! `duplicate-key`: a key written twice in one mapping; the last one wins without a word.

use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::{DocumentId, Placed};
use crate::yaml::ProblemKind;

pub(super) const META: RuleMeta = RuleMeta {
    id: "duplicate-key",
    summary: "A key is written twice in one mapping: the last one wins, the first is lost without a word",
    group: Group::Default,
    severities: &[Severity::Warning],
};

pub(super) const CHECK: Check = Check::Document(check);

fn check(id: DocumentId, placed: &Placed, context: &Context<'_>, findings: &mut Findings) {
    for problem in placed.document.problems.iter().filter(|problem| problem.kind == ProblemKind::DuplicateKey) {
        let key = placed.document.source.slice(problem.span);
        let message = format!("{key} is written twice in one mapping: the first value is lost");
        let mut finding = Finding::new(Severity::Warning, message, Place::text(id, problem.span), "this one wins");
        if let Some((span, _)) = &problem.related {
            finding = finding.related(Place::text(id, *span), "this one is lost without a word");
        }
        for object in context.head.objects_of(id) {
            if context.head.set(object.id).is_some() {
                finding = finding.about(object.id);
            }
        }
        findings.push(
            finding.advise("remove one of the two").note(
                "kubectl keeps the last one before the API server can see the first, whatever `--validate` says.",
            ),
        );
    }
}
