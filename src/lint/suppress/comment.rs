//! Comments that switch findings off: `# stslint: ignore[rule, …] reason`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{DocumentId, Inventory};
use crate::yaml::{Source, Span};

/// What every such comment holds.
const MARK: &str = "stslint:";

/// One comment, or one of several on a line.
#[derive(Debug)]
pub(super) struct Comment {
    /// A document of the file, to name the place.
    pub(super) document: DocumentId,
    /// From its `#` to its end.
    pub(super) span: Span,
    /// The line that it speaks for: its own, or the first one below that holds anything.
    pub(super) line: usize,
    /// The names in brackets, each with its bytes.
    pub(super) rules: Vec<(String, Span)>,
    /// What stands behind the brackets.
    pub(super) reason: String,
}

/// The comments of all files that switch something off, or mean to.
pub(super) fn all(inventory: &Inventory) -> Vec<Comment> {
    let mut files: HashMap<*const Source, Vec<DocumentId>> = HashMap::new();
    let mut order = Vec::new();
    for (id, placed) in inventory.documents() {
        let source = &placed.document.source;
        if source.text().contains(MARK) {
            let documents = files.entry(Arc::as_ptr(source)).or_insert_with(|| {
                order.push(Arc::as_ptr(source));
                Vec::new()
            });
            documents.push(id);
        }
    }
    order.into_iter().filter_map(|file| files.remove(&file)).flat_map(|file| of_file(inventory, file)).collect()
}

fn of_file(inventory: &Inventory, mut documents: Vec<DocumentId>) -> Vec<Comment> {
    documents.sort_by_key(|&id| inventory.document(id).document.span);
    let Some(source) = documents.first().map(|&id| inventory.document(id).document.source.clone()) else {
        return Vec::new();
    };
    // A file of thousands of documents, or of comments, is searched once.
    let below = lines_below(&source);
    let mut found = Vec::new();
    let mut end_of_last = 0;
    for id in documents {
        let document = &inventory.document(id).document;
        // What stands between two documents that were parsed belongs to none of them.
        let above = above(&source, end_of_last, document.span.start as usize);
        end_of_last = end_of_last.max(document.span.end as usize);
        let own = document.comments.iter().map(|comment| (comment.span, comment.own_line));
        for (span, own_line) in above.into_iter().map(|span| (span, true)).chain(own) {
            let said = read(source.slice(span));
            let line = source.position(span.start as usize).line;
            let line = if own_line { below.get(line).copied().unwrap_or(line + 1) } else { line };
            found.extend(said.into_iter().map(|said| said.at(id, span.start as usize, line)));
        }
    }
    found
}

/// For every line of a file, the first one below that is neither comment nor blank nor a mark of YAML's own.
fn lines_below(source: &Source) -> Vec<usize> {
    let mut next = source.line_count() + 1;
    let mut below = vec![next; source.line_count() + 1];
    for line in (1..=source.line_count()).rev() {
        below[line] = next;
        let text = source.slice(source.line_span(line)).trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        // A lone dash: the item begins on a line below.
        let text =
            text.strip_prefix('-').filter(|rest| rest.trim_start().starts_with('#')).map_or(text, str::trim_start);
        if !(text.is_empty() || text.starts_with('#') || text == "-" || is_marker(text)) {
            next = line;
        }
    }
    below
}

/// Whether a line ends or begins a document, or is a directive.
fn is_marker(text: &str) -> bool {
    let rest = text.strip_prefix("---").or_else(|| text.strip_prefix("..."));
    let is_bare = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#');
    rest.is_some_and(is_bare) || text.starts_with("%YAML ") || text.starts_with("%TAG ")
}

/// The comments in lines of their own that stand right above a document, from `end` of the one before.
///
/// Above its `---` is the end of a document that was not parsed, where only what begins its line is a comment for certain.
fn above(source: &Source, end: usize, start: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = start;
    let mut is_across = false;
    let Some(text) = source.text().get(end..start) else { return found };
    for line in text.split_inclusive('\n').rev() {
        at -= line.len();
        let content = line.trim_start_matches(['\u{feff}', ' ', '\t']);
        let trimmed = content.trim_end();
        let indent = line.len() - content.len();
        match trimmed {
            "" => {}
            _ if trimmed.starts_with('#') && (!is_across || indent == 0 || at == 0) => {
                found.push(Span::new(at + indent, at + indent + trimmed.len()));
            }
            _ if is_marker(trimmed) => is_across = true,
            _ => break,
        }
    }
    found.reverse();
    found
}

/// What one comment says.
#[derive(Debug, PartialEq, Eq)]
struct Said<'t> {
    /// Its bytes in the text that was read.
    start: usize,
    end: usize,
    /// The names in brackets with the byte at which each begins.
    rules: Vec<(&'t str, usize)>,
    reason: &'t str,
}

impl Said<'_> {
    fn at(self, document: DocumentId, offset: usize, line: usize) -> Comment {
        let name = |(name, at): &(&str, usize)| {
            let from = offset + at;
            ((*name).to_owned(), Span::new(from, from + name.len()))
        };
        Comment {
            document,
            span: Span::new(offset + self.start, offset + self.end),
            line,
            rules: self.rules.iter().map(name).collect(),
            reason: self.reason.to_owned(),
        }
    }
}

/// All that a comment switches off. Several on a line each begin with their own `#`; one that says something else first
/// is none of ours.
fn read(comment: &str) -> Vec<Said<'_>> {
    let is_mark = |at: &usize| comment[*at..].trim_start_matches('#').trim_start().starts_with(MARK);
    let hashes = comment.match_indices('#').map(|(at, _)| at).filter(|at| *at == 0 || !comment[..*at].ends_with('#'));
    let starts: Vec<usize> = hashes.filter(is_mark).collect();
    if starts.first() != Some(&0) {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).copied().chain([comment.len()]);
    starts.iter().zip(ends).filter_map(|(&start, end)| read_one(&comment[start..end], start)).collect()
}

/// `None` when it says something else.
fn read_one(text: &str, start: usize) -> Option<Said<'_>> {
    let text = text.trim_end();
    let end = start + text.len();
    let rest = text.trim_start_matches('#').trim_start().strip_prefix(MARK)?.trim_start();
    let word =
        rest.split(|next: char| !(next.is_alphanumeric() || matches!(next, '-' | '_'))).next().unwrap_or_default();
    let behind = &rest[word.len()..];
    if word != "ignore" {
        // Another word before a bracket is a slip; anything else is prose.
        return behind.starts_with('[').then(|| Said { start, end, rules: Vec::new(), reason: "" });
    }
    let Some((list, reason)) = behind.strip_prefix('[').and_then(|list| list.split_once(']')) else {
        return Some(Said { start, end, rules: Vec::new(), reason: "" });
    };
    let offset = |name: &str| start + name.as_ptr() as usize - text.as_ptr() as usize;
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(|name| (name, offset(name)));
    Some(Said { start, end, rules: names.collect(), reason: reason.trim() })
}

#[cfg(test)]
mod tests {
    use super::{Said, read};

    fn one(rules: Vec<(&'static str, usize)>, reason: &'static str, text: &str) -> Vec<Said<'static>> {
        vec![Said { start: 0, end: text.len(), rules, reason }]
    }

    #[test]
    fn reads_rules_and_passes_over_other_comments() {
        let text = "# stslint: ignore[a, b-c] because";
        assert_eq!(read(text), one(vec![("a", 18), ("b-c", 21)], "because", text));
        let text = "##\tstslint:ignore[a,b-c]";
        assert_eq!(read(text), one(vec![("a", 18), ("b-c", 20)], "", text));
        let nothing = [
            "# stslint: ignore",
            "# stslint: ignore a",
            "# stslint: ignore [a]",
            "# stslint: ignore[]",
            "# stslint: ignore[a",
            "# stslint: disable[a] why",
            "# stslint: ignored[a]",
        ];
        for text in nothing {
            assert_eq!(read(text), one(vec![], "", text), "{text}");
        }
        for other in ["# ignore[a]", "# stslint: knows this", "# stslint:", "# see stslint: ignore[a]"] {
            assert_eq!(read(other), [], "{other}");
        }
    }

    #[test]
    fn reads_several_on_a_line() {
        let text = "# stslint: ignore[a] see #12 # stslint: ignore[b] more";
        let second = text.rfind('#').unwrap_or_default();
        let expected = [
            Said { start: 0, end: second - 1, rules: vec![("a", 18)], reason: "see #12" },
            Said { start: second, end: text.len(), rules: vec![("b", second + 18)], reason: "more" },
        ];
        assert_eq!(read(text), expected);
    }
}
