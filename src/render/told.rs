//! What the formats for CI systems tell of a finding, before it is escaped for any of them.

use super::{Paths, human, visible};
use crate::finding::{Location, Reported};
use crate::yaml::{Source, Span};

/// Characters of one text that are told; JSON has the rest.
const TEXT_CHARS: usize = 2_000;

/// Where a place lies: lines and columns from 1, the end after the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

/// The region of a place.
pub(super) fn region(location: &Location) -> Region {
    span(&location.source, location.span)
}

/// Bytes of a text in lines and columns.
pub(super) fn span(source: &Source, span: Span) -> Region {
    let range = span.range();
    let start = source.position(human::floor(source.text(), range.start));
    let end = source.position(human::floor(source.text(), range.end.max(range.start)));
    Region { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
}

/// A finding's places as one who sees only the files of today needs them.
pub(super) struct Places<'a> {
    /// The first place that is in a file as it is now; a line of the base, or of what was rendered, would point at
    /// something else.
    pub(super) main: Option<&'a Location>,
    /// All others, in order.
    pub(super) others: Vec<&'a Location>,
    /// The file to name when no place is in a file as it is now; `None` where there is none.
    pub(super) file: Option<&'a str>,
}

impl<'a> Places<'a> {
    pub(super) fn of(finding: &'a Reported, paths: &Paths) -> Places<'a> {
        let mut others: Vec<&Location> = finding.location.iter().chain(&finding.related).collect();
        // What was rendered is mended in its template, not where something else is that has to do with it.
        let template = others.first().and_then(|location| template(location, paths));
        if template.is_some() {
            return Places { main: None, others, file: template };
        }
        let file = others.iter().find_map(|location| file(location, paths));
        let is_now = |location: &&Location| location.revision.is_none() && paths.is_file(location.source.name());
        let main = others.iter().position(is_now).map(|at| others.remove(at));
        Places { main, others, file: main.map_or(file, |main| Some(main.source.name())) }
    }
}

/// The main place where that is in what was rendered: it has no line to show, and its text is where to look.
pub(super) fn rendered<'a>(finding: &'a Reported, paths: &Paths) -> Option<&'a Location> {
    finding.location.as_ref().filter(|location| !paths.is_file(location.source.name()))
}

/// The file that a place is in, or that what it is in was rendered from.
pub(super) fn file<'l>(location: &'l Location, paths: &Paths) -> Option<&'l str> {
    let name = location.source.name();
    if paths.is_file(name) { Some(name) } else { paths.template(location) }
}

fn template<'l>(location: &'l Location, paths: &Paths) -> Option<&'l str> {
    if paths.is_file(location.source.name()) { None } else { paths.template(location) }
}

/// `path:line:column` for people, also in what was rendered; without a line where it is none of today's.
pub(super) fn place(location: &Location, paths: &Paths) -> String {
    let path = paths.path(location.source.name());
    match location.revision {
        Some(_) => path,
        None => {
            let Region { line, column, .. } = region(location);
            format!("{path}:{line}:{column}")
        }
    }
}

/// One line: a headline, a label, a name.
pub(super) fn line(text: &str) -> String {
    visible::clip(&visible::line(text.trim(), true), TEXT_CHARS, true).into_owned()
}

/// Prose of several lines.
pub(super) fn prose(text: &str) -> String {
    visible::clip(&visible::prose(text.trim(), true), TEXT_CHARS, true).into_owned()
}

/// What is pasted; line breaks and tabs stay.
pub(super) fn block(text: &str) -> String {
    visible::block(text.trim_end(), true).into_owned()
}

/// The label of a place, with the revision where that is not the one of today, and the template where there is one:
/// `line 12 at main: was 50Gi (rendered from chart/templates/db.yaml)`.
pub(super) fn label(location: &Location) -> String {
    let mut label = line(&location.label);
    if let Some(revision) = &location.revision {
        label = format!("line {} at {}: {label}", region(location).line, line(revision));
    }
    if let Some(template) = &location.rendered_from {
        label = format!("{label} (rendered from {})", line(template)).trim_start().to_owned();
    }
    label
}

/// Advice and mechanism as plain text, each on its lines: `help: …`, `note: …`.
pub(super) fn advice(finding: &Reported) -> String {
    let mut text = String::new();
    for help in &finding.help {
        text.push_str("help: ");
        text.push_str(&prose(&help.lead));
        text.push('\n');
        if let Some(pasted) = &help.block {
            text.push_str(&block(pasted));
            text.push('\n');
        }
    }
    for note in &finding.notes {
        text.push_str("note: ");
        text.push_str(&prose(note));
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}
