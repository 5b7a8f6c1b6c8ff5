//! Comments that switch findings off: `# stslint: ignore[rule, …] reason`.

use std::collections::HashMap;

use super::locate;
use crate::finding::{Finding, Place, State, Target};
use crate::model::{DocumentId, Inventory, Placed};
use crate::yaml::{Comment, Source};

/// The comments of all documents that switch something off.
#[derive(Debug, Default)]
pub(super) struct Suppressions(HashMap<DocumentId, Vec<Suppression>>);

#[derive(Debug)]
struct Suppression {
    rules: Vec<String>,
    /// The line that it speaks for: its own, or the first one below that is no comment.
    line: usize,
}

impl Suppressions {
    pub(super) fn read(inventory: &Inventory) -> Suppressions {
        let mut found = HashMap::new();
        for (id, placed) in inventory.documents() {
            let of_document = read_document(placed);
            if !of_document.is_empty() {
                found.insert(id, of_document);
            }
        }
        Suppressions(found)
    }

    /// Whether a comment switches this finding off: at one of its places, above the object that holds the main place, or
    /// above a set that it is about.
    pub(super) fn silences(&self, inventory: &Inventory, rule: &str, finding: &Finding) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let places = std::iter::once(&finding.place).chain(finding.related.iter().map(|(place, _)| place));
        let mut places = places.filter(|place| place.state == State::Head);
        let holder = match &finding.place.target {
            Target::Field { object, .. } => Some(*object),
            Target::Text { document, span } => locate::holder(inventory, *document, *span).map(|object| object.id),
        };
        let mut objects = holder.into_iter().chain(finding.sets.iter().copied());
        places.any(|place| self.speaks_at(inventory, rule, place))
            || objects.any(|object| {
                let object = inventory.object(object);
                let start = inventory.document(object.document).node(object.node).span().start;
                self.speaks(inventory, rule, object.document, start)
            })
    }

    fn speaks_at(&self, inventory: &Inventory, rule: &str, place: &Place) -> bool {
        let (document, span) = match &place.target {
            Target::Text { document, span } => (*document, Some(*span)),
            Target::Field { object, .. } => (inventory.object(*object).document, locate::span_of(inventory, place)),
        };
        span.is_some_and(|span| self.speaks(inventory, rule, document, span.start))
    }

    fn speaks(&self, inventory: &Inventory, rule: &str, document: DocumentId, offset: u32) -> bool {
        let Some(suppressions) = self.0.get(&document) else { return false };
        let line = inventory.document(document).document.source.position(offset as usize).line;
        let here = suppressions.iter().filter(|one| one.line == line);
        here.into_iter().any(|one| one.rules.iter().any(|name| name == rule))
    }
}

fn read_document(placed: &Placed) -> Vec<Suppression> {
    let document = &placed.document;
    let source = &document.source;
    if !source.slice(document.span).contains("stslint:") {
        return Vec::new();
    }
    let line = |comment: &Comment| source.position(comment.span.start as usize).line;
    let own_lines: Vec<usize> = document.comments.iter().filter(|comment| comment.own_line).map(line).collect();
    let below = lines_below(source, &own_lines);
    let mut found = Vec::new();
    for comment in &document.comments {
        let Some(rules) = rules_of(source.slice(comment.span)) else { continue };
        let mut speaks_for = line(comment);
        if comment.own_line {
            speaks_for = below.get(&speaks_for).copied().unwrap_or(speaks_for + 1);
        }
        found.push(Suppression { rules, line: speaks_for });
    }
    found
}

/// For every line that is a comment as a whole: the first line below it that is neither comment nor blank.
fn lines_below(source: &Source, own_lines: &[usize]) -> HashMap<usize, usize> {
    let mut below: HashMap<usize, usize> = HashMap::new();
    for &line in own_lines.iter().rev() {
        let mut next = line + 1;
        while next < source.line_count() && source.slice(source.line_span(next)).trim().is_empty() {
            next += 1;
        }
        below.insert(line, below.get(&next).copied().unwrap_or(next));
    }
    below
}

/// The rules that a comment switches off; `None` when it says something else.
fn rules_of(comment: &str) -> Option<Vec<String>> {
    let text = comment.trim_start_matches('#').trim_start();
    let list = text.strip_prefix("stslint:")?.trim_start().strip_prefix("ignore[")?;
    let (list, _reason) = list.split_once(']')?;
    Some(list.split(',').map(|rule| rule.trim().to_owned()).filter(|rule| !rule.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::rules_of;

    #[test]
    fn reads_rules_and_passes_over_other_comments() {
        let both = Some(vec!["a".to_owned(), "b-c".to_owned()]);
        assert_eq!(rules_of("# stslint: ignore[a, b-c] because"), both);
        assert_eq!(rules_of("#stslint:ignore[a,b-c]"), both);
        assert_eq!(rules_of("# ignore[a]"), None);
        assert_eq!(rules_of("# stslint: ignore a"), None);
    }
}
