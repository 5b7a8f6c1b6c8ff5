//! `duplicate-key`: a key written twice in one mapping; the last one wins without a word.

use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::{DocumentId, Placed};
use crate::yaml::{Problem, ProblemKind, Span};

pub(super) const META: RuleMeta = RuleMeta {
    id: "duplicate-key",
    summary: "A key is written twice in one mapping: the last one wins, the first is lost without a word",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Document(check);

fn check(id: DocumentId, placed: &Placed, context: &Context<'_>, findings: &mut Findings) {
    for block in blocks(placed) {
        let Some((first, more)) = block.split_first() else { continue };
        let key = placed.document.source.slice(first.1.span);
        let keys = match more.len() {
            0 => format!("`{key}` is"),
            1 => format!("`{key}` and one more key are"),
            count => format!("`{key}` and {count} more keys are"),
        };
        let place = Place::text(id, first.1.span);
        let lost = Place::text(id, first.0);
        let mut finding = if is_second_object(placed, &block) {
            let message = "two objects stand in one document without `---` between them: the first one is lost";
            Finding::new(Severity::Warning, message, place, "the second one begins about here, and wins")
                .related(lost, "of this one, only keys that the second lacks are left")
                .advise("put a line `---` between the two")
        } else if is_repeated(placed, first) {
            let message = format!("{keys} written twice in one mapping, both times the same");
            Finding::new(Severity::Note, message, place, "the second time")
                .related(lost, "the first time")
                .advise("remove one of the two")
        } else {
            let message = format!("{keys} written twice in one mapping: what stands first is lost");
            Finding::new(Severity::Warning, message, place, "this one wins")
                .related(lost, "this one is lost without a word")
                .advise("remove one of the two")
        };
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
            finding.note(
                "kubectl keeps the last one before the API server can see the first, whatever `--validate` says.",
            ),
        );
    }
}

/// Whether the keys are those that begin an object, in the first column: somebody forgot a separator.
fn is_second_object(placed: &Placed, block: &[(Span, &Problem)]) -> bool {
    let source = &placed.document.source;
    let begins = |key: &str| {
        let here = |span: Span| source.slice(span) == key && source.position(span.start as usize).column == 1;
        block.iter().any(|(_, problem)| here(problem.span))
    };
    begins("apiVersion") && begins("kind")
}

/// Whether the lines from the first key to the second stand again, the same, from the second on.
fn is_repeated(placed: &Placed, (lost, problem): &(Span, &Problem)) -> bool {
    let source = &placed.document.source;
    let line = |span: Span| source.position(span.start as usize).line;
    let (first, second) = (line(*lost), line(problem.span));
    let text = |number: usize| source.slice(source.line_span(number)).trim_end();
    let lines = second - first;
    lines > 0 && second + lines <= source.line_count() + 1 && (0..lines).all(|at| text(first + at) == text(second + at))
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
            // A block's keys stand in their order, once before and once behind; a key written three times is no block.
            Some(block)
                if own.is_some()
                    && own == distance
                    && block.last().is_some_and(|(before, last)| {
                        before.start < lost.start
                            && lost.start < block[0].1.span.start
                            && last.span.start < problem.span.start
                    }) =>
            {
                block.push((*lost, problem));
            }
            _ => blocks.push(vec![(*lost, problem)]),
        }
        distance = own;
    }
    blocks
}
