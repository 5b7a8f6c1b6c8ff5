//! `duplicate-key`: a key written twice or more in one mapping; the last one wins without a word.

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

/// How many places one finding points at besides its own: nobody reads more.
const MOST_PLACES: usize = 9;

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
        let between = &first.1.between;
        let copies = between.len() + 2;
        let times = match copies {
            2 => "twice".to_owned(),
            3 => "three times".to_owned(),
            _ => format!("{copies} times"),
        };
        let leave_one = if copies == 2 { "remove one of the two" } else { "remove all but one" };
        let mut finding = if is_second_object(placed, &block) {
            let (message, wins) = match copies {
                2 => (
                    "two objects stand in one document without `---` between them: the first one is lost".to_owned(),
                    "the second one begins about here, and wins",
                ),
                _ => (
                    format!(
                        "{copies} objects stand in one document without `---` between them: only the last one counts"
                    ),
                    "the last one begins about here, and wins",
                ),
            };
            let (left, split) = match copies {
                2 => ("of this one, only keys that the second lacks are left", "put a line `---` between the two"),
                _ => (
                    "of this one, only keys that the others lack are left",
                    "put a line `---` before each but the first",
                ),
            };
            Finding::new(Severity::Warning, message, place, wins).related(lost, left).advise(split)
        } else if is_repeated(placed, first) {
            let each = if copies == 2 { "both times" } else { "each time" };
            let last = if copies == 2 { "the second time" } else { "the last time" };
            let message = format!("{keys} written {times} in one mapping, {each} the same");
            Finding::new(Severity::Note, message, place, last).related(lost, "the first time").advise(leave_one)
        } else {
            let what = if copies == 2 { "what stands first is lost" } else { "only what stands last counts" };
            let message = format!("{keys} written {times} in one mapping: {what}");
            Finding::new(Severity::Warning, message, place, "this one wins")
                .related(lost, "this one is lost without a word")
                .advise(leave_one)
        };
        let same_key = between.iter().map(|&span| (span, "and this one"));
        let same_block = more.iter().flat_map(|(lost, problem)| [(problem.span, ""), (*lost, "")]);
        for (span, label) in same_key.chain(same_block).take(MOST_PLACES - 1) {
            finding = finding.related(Place::text(id, span), label);
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

/// Whether the lines from each copy of the key to the next stand again, the same, from that one on.
fn is_repeated(placed: &Placed, (lost, problem): &(Span, &Problem)) -> bool {
    let source = &placed.document.source;
    let line = |span: Span| source.position(span.start as usize).line;
    let text = |number: usize| source.slice(source.line_span(number)).trim_end();
    let repeats = |first: usize, second: usize| {
        let lines = second - first;
        let fits = second + lines <= source.line_count() + 1;
        lines > 0 && fits && (0..lines).all(|at| text(first + at) == text(second + at))
    };
    let mut from = line(*lost);
    problem
        .between
        .iter()
        .copied()
        .chain([problem.span])
        .map(line)
        .all(|to| repeats(std::mem::replace(&mut from, to), to))
}

/// The duplicates that win, each with the first key that it overrides. Those that follow each other at one distance in lines come from
/// one block that was pasted twice: one cause, one finding.
fn blocks(placed: &Placed) -> Vec<Vec<(Span, &Problem)>> {
    let line = |span: Span| placed.document.source.position(span.start as usize).line;
    let mut blocks: Vec<Vec<(Span, &Problem)>> = Vec::new();
    let mut distance = None;
    for problem in placed.document.problems.iter().filter(|problem| problem.kind == ProblemKind::DuplicateKey) {
        let Some((lost, _)) = &problem.related else { continue };
        let own = line(problem.span).checked_sub(line(*lost)).filter(|lines| *lines > 0);
        match blocks.last_mut() {
            // A block's keys stand in their order, each as often as the others.
            Some(block)
                if own.is_some()
                    && own == distance
                    && block[0].1.between.len() == problem.between.len()
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
