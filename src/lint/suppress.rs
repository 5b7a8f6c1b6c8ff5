//! Comments that switch findings off: `# stslint: ignore[rule, …] reason`.

use std::collections::HashMap;
use std::sync::Arc;

use super::locate;
use super::selection::{Selection, nearest_rule};
use crate::finding::{Finding, Location, Means, Place, Severity, State, Target};
use crate::model::{DocumentId, Inventory};
use crate::rules::{self, Check};
use crate::yaml::{Source, Span};

/// What switches a finding off, and why.
#[derive(Debug)]
pub(super) struct Silence {
    pub(super) by: Means,
    /// The user's words; may be empty.
    pub(super) reason: String,
    /// Where it is said.
    pub(super) location: Option<Location>,
}

/// The comments of all files that switch something off, or mean to.
#[derive(Debug, Default)]
pub(super) struct Suppressions {
    /// By the file, which is known by where its text lies.
    by_file: HashMap<*const Source, ByLine>,
}

/// The comments of a file by the line that they speak for: the comment's own, or the first one below that holds anything.
type ByLine = HashMap<usize, Vec<Suppression>>;

#[derive(Debug)]
struct Suppression {
    /// A document of the file, to name the place.
    document: DocumentId,
    comment: Span,
    /// What stands behind the brackets.
    reason: String,
    /// The names in brackets, each with its bytes, and whether it has switched something off.
    rules: Vec<(String, Span, bool)>,
}

impl Suppressions {
    pub(super) fn read(inventory: &Inventory) -> Suppressions {
        let mut found = Suppressions::default();
        // A file of thousands of documents, or of comments, is searched once.
        let mut below: HashMap<*const Source, Option<Vec<usize>>> = HashMap::new();
        for (id, placed) in inventory.documents() {
            let source = &placed.document.source;
            let file = Arc::as_ptr(source);
            let is_first = !below.contains_key(&file);
            let below = below.entry(file).or_insert_with(|| source.text().contains(MARK).then(|| lines_below(source)));
            let Some(below) = below else { continue };
            // What stands above the first document belongs to none.
            let start = placed.document.span.start as usize;
            let head = if is_first { above(source, start) } else { Vec::new() };
            let head = head.into_iter().map(|span| (span, true));
            let own = placed.document.comments.iter().map(|comment| (comment.span, comment.own_line));
            for (span, own_line) in head.chain(own) {
                let Some(suppression) = read(source, id, span) else { continue };
                let line = source.position(span.start as usize).line;
                let line = if own_line { below.get(line).copied().unwrap_or(line + 1) } else { line };
                found.by_file.entry(file).or_default().entry(line).or_default().push(suppression);
            }
        }
        found
    }

    /// The comment that switches this finding off, if one does: at one of its places, above the object that holds the main place, or
    /// above a set that it is about.
    pub(super) fn silences(&mut self, inventory: &Inventory, rule: &str, finding: &Finding) -> Option<Silence> {
        if self.by_file.is_empty() {
            return None;
        }
        let places = std::iter::once(&finding.place).chain(finding.related.iter().map(|(place, _)| place));
        let holder = match &finding.place.target {
            Target::Field { object, .. } => Some(*object),
            Target::Text { document, span } => locate::holder(inventory, *document, *span).map(|object| object.id),
        };
        // All of them are asked, so that each comment that fits counts as used.
        let mut silent = None;
        for place in places.filter(|place| place.state == State::Head) {
            let comment = self.speaks_at(inventory, rule, place);
            silent = silent.or(comment);
        }
        for object in holder.into_iter().chain(finding.sets.iter().copied()) {
            let (document, start) = locate::start(inventory, object);
            let comment = self.speaks(inventory, rule, document, start);
            silent = silent.or(comment);
        }
        silent
    }

    fn speaks_at(&mut self, inventory: &Inventory, rule: &str, place: &Place) -> Option<Silence> {
        let (document, span) = locate::bytes(inventory, place)?;
        self.speaks(inventory, rule, document, span.start)
    }

    fn speaks(&mut self, inventory: &Inventory, rule: &str, document: DocumentId, offset: u32) -> Option<Silence> {
        let source = &inventory.document(document).document.source;
        let suppressions = self.by_file.get_mut(&Arc::as_ptr(source))?;
        let line = source.position(offset as usize).line;
        let mut silent = None;
        for one in suppressions.get_mut(&line).into_iter().flatten() {
            for (_, _, used) in one.rules.iter_mut().filter(|(name, _, _)| name == rule) {
                *used = true;
                silent.get_or_insert_with(|| Silence {
                    by: Means::Comment,
                    reason: one.reason.clone(),
                    location: Some(locate::location(inventory, one.document, one.comment, "")),
                });
            }
        }
        silent
    }

    /// What is said of comments that switch nothing off: names of no rule, none at all, and rules that ran and found
    /// nothing there.
    pub(super) fn unused(&self, selection: &Selection, with_base: bool) -> Vec<Finding> {
        let mut found = Vec::new();
        for one in self.by_file.values().flat_map(HashMap::values).flatten() {
            if one.rules.is_empty() {
                let message = "this comment switches nothing off: it names no rule in brackets";
                found.push(
                    Finding::new(
                        Severity::Warning,
                        message,
                        Place::text(one.document, one.comment),
                        "no rule is named",
                    )
                    .advise("name the rule: `# stslint: ignore[RULE] reason`"),
                );
            }
            for (name, span, used) in &one.rules {
                let place = Place::text(one.document, *span);
                match rules::find(name) {
                    None => {
                        let message = format!("this comment switches nothing off: no rule is called `{name}`");
                        let finding = Finding::new(Severity::Warning, message, place, "no rule of this name");
                        found.push(match nearest_rule(name) {
                            Some(nearest) => finding.advise(format!("write `{nearest}`, if that is meant")),
                            None => finding.advise("`stslint rules` lists the names"),
                        });
                    }
                    Some(rule) => {
                        let ran =
                            selection.includes(rule.meta) && (with_base || !matches!(rule.check, Check::Change(_)));
                        if ran && !used {
                            let message = format!("`{name}` finds nothing here that this comment could switch off");
                            let finding = Finding::new(Severity::Note, message, place, "not needed any more");
                            found.push(finding.advise("remove it, so that it hides nothing later"));
                        }
                    }
                }
            }
        }
        found
    }
}

/// What every such comment holds.
const MARK: &str = "stslint:";

/// Reads one comment; `None` when it says something else.
fn read(source: &Source, document: DocumentId, comment: Span) -> Option<Suppression> {
    let (names, reason) = rules_of(source.slice(comment))?;
    let start = comment.start as usize;
    let rules = names.into_iter().map(|(name, at)| {
        let from = start + at;
        (name.to_owned(), Span::new(from, from + name.len()), false)
    });
    Some(Suppression { document, comment, reason: reason.to_owned(), rules: rules.collect() })
}

/// For every line of a file, the first one below that is neither comment nor blank nor a separator.
fn lines_below(source: &Source) -> Vec<usize> {
    let mut next = source.line_count() + 1;
    let mut below = vec![next; source.line_count() + 1];
    for line in (1..=source.line_count()).rev() {
        below[line] = next;
        let text = source.slice(source.line_span(line)).trim();
        if !(text.is_empty() || text.starts_with('#') || text == "---" || text.starts_with("--- #")) {
            next = line;
        }
    }
    below
}

/// The comments that stand in lines of their own before the first document.
fn above(source: &Source, end: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in source.text()[..end].split_inclusive('\n') {
        let text = line.trim_start();
        if text.starts_with('#') {
            let from = start + line.len() - text.len();
            found.push(Span::new(from, from + text.trim_end().len()));
        }
        start += line.len();
    }
    found
}

/// The rules that a comment switches off, each with the byte in the comment at which it begins, and the reason; `None`
/// when it says something else.
fn rules_of(comment: &str) -> Option<(Vec<(&str, usize)>, &str)> {
    let text = comment.trim_start_matches('#').trim_start();
    let rest = text.strip_prefix(MARK)?.trim_start().strip_prefix("ignore")?;
    if rest.starts_with(|next: char| next.is_alphanumeric()) {
        return None;
    }
    let Some((list, reason)) = rest.strip_prefix('[').and_then(|list| list.split_once(']')) else {
        return Some((Vec::new(), ""));
    };
    let offset = |name: &str| name.as_ptr() as usize - comment.as_ptr() as usize;
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(|name| (name, offset(name)));
    Some((names.collect(), reason.trim()))
}

#[cfg(test)]
mod tests {
    use super::rules_of;

    #[test]
    fn reads_rules_and_passes_over_other_comments() {
        assert_eq!(rules_of("# stslint: ignore[a, b-c] because"), Some((vec![("a", 18), ("b-c", 21)], "because")));
        assert_eq!(rules_of("#stslint:ignore[a,b-c]"), Some((vec![("a", 16), ("b-c", 18)], "")));
        for nothing in ["# stslint: ignore", "# stslint: ignore a", "# stslint: ignore[]", "# stslint: ignore[a"] {
            assert_eq!(rules_of(nothing), Some((vec![], "")), "{nothing}");
        }
        for other in ["# ignore[a]", "# stslint: ignored", "# see stslint: ignore[a]"] {
            assert_eq!(rules_of(other), None, "{other}");
        }
    }
}
