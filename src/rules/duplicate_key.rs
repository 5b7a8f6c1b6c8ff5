//! `duplicate-key`: a key written twice in one mapping; the last one wins without a word.

use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::{DocumentId, Placed};
use crate::yaml::{Problem, ProblemKind, Span};

pub(super) const META: RuleMeta = RuleMeta {
    id: "duplicate-key",
    summary: "A key is written twice in one mapping: the last one wins, the first is lost without a word",
    group: Group::Default,
    severities: &[Severity::Warning],
};

pub(super) const CHECK: Check = Check::Document(check);

fn check(id: DocumentId, placed: &Placed, context: &Context<'_>, findings: &mut Findings) {
    for block in blocks(placed) {
        let Some((first, more)) = block.split_first() else { continue };
        let key = placed.document.source.slice(first.1.span);
        let and_more = match more.len() {
            0 => "is".to_owned(),
            1 => "and one more key are".to_owned(),
            count => format!("and {count} more keys are"),
        };
        let message = format!("`{key}` {and_more} written twice in one mapping: what stands first is lost");
        let mut finding = Finding::new(Severity::Warning, message, Place::text(id, first.1.span), "this one wins")
            .related(Place::text(id, first.0), "this one is lost without a word");
        for (lost, problem) in more {
            finding = finding.related(Place::text(id, problem.span), "").related(Place::text(id, *lost), "");
        }
        for object in context.head.objects_of(id) {
            let own = placed.node(object.node).span();
            if context.head.set(object.id).is_some() && own.start <= first.1.span.start && first.1.span.end <= own.end {
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

/// The duplicates, each with the key that it overrides. Those that follow each other at one distance in lines come from
/// one block that was pasted twice: one cause, one finding.
fn blocks(placed: &Placed) -> Vec<Vec<(Span, &Problem)>> {
    let line = |span: Span| placed.document.source.position(span.start as usize).line;
    let mut blocks: Vec<Vec<(Span, &Problem)>> = Vec::new();
    let mut distance = None;
    for problem in placed.document.problems.iter().filter(|problem| problem.kind == ProblemKind::DuplicateKey) {
        let Some((lost, _)) = &problem.related else { continue };
        let own = line(problem.span).checked_sub(line(*lost)).filter(|lines| *lines > 0);
        match blocks.last_mut() {
            Some(block) if own.is_some() && own == distance => block.push((*lost, problem)),
            _ => blocks.push(vec![(*lost, problem)]),
        }
        distance = own;
    }
    blocks
}
