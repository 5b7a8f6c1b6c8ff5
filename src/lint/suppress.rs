//! Comments that switch findings off: `# stslint: ignore[rule, …] reason`.

use std::collections::HashMap;

use super::locate;
use crate::finding::{Finding, State, Target};
use crate::model::{DocumentId, Inventory, Placed};

/// The comments of all documents that switch something off.
#[derive(Debug, Default)]
pub(super) struct Suppressions(HashMap<DocumentId, Vec<Suppression>>);

#[derive(Debug)]
struct Suppression {
    rules: Vec<String>,
    /// The line that it speaks for: its own, or the first one below that is no comment. `None`: the whole object.
    line: Option<usize>,
}

impl Suppressions {
    pub(super) fn read(inventory: &Inventory) -> Suppressions {
        let mut found = HashMap::new();
        for (id, placed) in inventory.documents() {
            let of_document: Vec<Suppression> = read_document(placed);
            if !of_document.is_empty() {
                found.insert(id, of_document);
            }
        }
        Suppressions(found)
    }

    /// Whether a comment switches this finding off: on the line of its main place, above that line, or above the
    /// object.
    pub(super) fn silences(&self, inventory: &Inventory, rule: &str, finding: &Finding) -> bool {
        if self.0.is_empty() || finding.place.state != State::Head {
            return false;
        }
        let (document, span) = match &finding.place.target {
            Target::Text { document, span } => (*document, Some(*span)),
            Target::Field { object, .. } => {
                (inventory.object(*object).document, locate::span_of(inventory, &finding.place))
            }
        };
        let Some(suppressions) = self.0.get(&document) else { return false };
        let line = span.map(|span| inventory.document(document).document.source.position(span.start as usize).line);
        let speaks = |one: &&Suppression| one.line.is_none() || one.line == line;
        suppressions.iter().filter(speaks).any(|one| one.rules.iter().any(|name| name == rule))
    }
}

fn read_document(placed: &Placed) -> Vec<Suppression> {
    let document = &placed.document;
    let source = &document.source;
    let start = document.root().map(|root| root.span().start);
    let own_lines: Vec<usize> = document
        .comments
        .iter()
        .filter(|comment| comment.own_line)
        .map(|comment| source.position(comment.span.start as usize).line)
        .collect();
    let mut found = Vec::new();
    for comment in &document.comments {
        let Some(rules) = rules_of(source.slice(comment.span)) else { continue };
        let line = source.position(comment.span.start as usize).line;
        let speaks_for = if !comment.own_line {
            Some(line)
        } else if start.is_some_and(|start| comment.span.start < start) {
            None
        } else {
            let mut below = line + 1;
            while own_lines.binary_search(&below).is_ok() {
                below += 1;
            }
            Some(below)
        };
        found.push(Suppression { rules, line: speaks_for });
    }
    found
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
