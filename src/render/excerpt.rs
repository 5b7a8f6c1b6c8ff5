//! Cuts what a frame shows out of a file: only the lines that are spoken of, each no longer than fits, with every
//! span mapped into the cut text. A manifest may be one line of a megabyte, or name places thousands of lines apart.

use std::collections::BTreeMap;
use std::ops::Range;

use textwrap::core::display_width;

use super::human::floor;
use super::line::{Room, Wanted};
use super::{Style, visible};
use crate::yaml::{Source, Span};

/// Characters of a label that are shown.
const LABEL_CHARS: usize = 400;
/// Lines of a span drawn with a bracket; of a longer one the first line is shown.
const BRACKET_LINES: usize = 6;
/// Lines between two places that still stand in one excerpt.
const GAP: usize = 100;

/// A place to be shown.
pub(super) struct Mark<'a> {
    /// The bytes in the file.
    pub(super) span: Span,
    /// What is true there.
    pub(super) label: &'a str,
    /// Whether it is the finding's main place.
    pub(super) primary: bool,
}

/// Some lines of a file, cut to the width.
pub(super) struct Excerpt {
    /// The file's number of the first line.
    pub(super) first_line: usize,
    /// The lines, visible and cut; lines nothing is said about are empty.
    pub(super) text: String,
    /// What is said, as ranges in `text`.
    pub(super) annotations: Vec<Annotated>,
    /// Index of the first of the marks that lies in here.
    pub(super) first_mark: usize,
}

impl Excerpt {
    /// The file's number of the last line.
    pub(super) fn last_line(&self) -> usize {
        self.first_line + self.text.matches('\n').count()
    }
}

/// One line of a label under one range; a wrapped label comes as several.
pub(super) struct Annotated {
    pub(super) range: Range<usize>,
    pub(super) label: String,
    pub(super) primary: bool,
}

/// A mark with its place in lines.
struct Located {
    index: usize,
    first: usize,
    last: usize,
    range: Range<usize>,
    label: String,
    primary: bool,
    /// Whether a span over several lines is drawn whole, with a bracket.
    bracket: bool,
}

impl Located {
    /// The label; where only the first of several lines is shown, with the number of the last.
    fn label_on_first_line(&self) -> String {
        match (self.last > self.first, self.label.as_str()) {
            (false, label) => label.to_owned(),
            (true, "") => format!("to line {}", self.last),
            (true, label) => format!("{label} (to line {})", self.last),
        }
    }

    fn last_shown(&self) -> usize {
        if self.bracket { self.last } else { self.first }
    }
}

/// The number of the line on which a span ends.
pub(super) fn last_line(source: &Source, span: Span) -> usize {
    source.position(clamp(source.text(), span).end).line
}

/// Cuts the excerpts that show the marks, the one with the first mark first, the others as they stand in the file.
/// `digits` is the width of the widest line number of the frame.
pub(super) fn cut(source: &Source, marks: &[Mark<'_>], digits: usize, style: &Style) -> Vec<Excerpt> {
    let mut located: Vec<Located> =
        marks.iter().enumerate().map(|(index, mark)| locate(source, index, mark, style)).collect();
    located.sort_by_key(|mark| (mark.range.start, mark.index));
    // ` | ` behind the number, and the two columns in which a bracket runs.
    let bracket = if located.iter().any(|mark| mark.last > mark.first) { 2 } else { 0 };
    let columns = style.columns().map(|columns| columns.saturating_sub(digits + 3 + bracket));
    let page = Page { source, room: Room { columns, unicode: style.unicode } };
    for at in 0..located.len() {
        let bracket = located.get(at).is_some_and(|mark| page.fits_bracket(mark, &located));
        if let Some(mark) = located.get_mut(at) {
            mark.bracket = bracket;
        }
    }

    let mut excerpts: Vec<Excerpt> = Vec::new();
    let mut here: Vec<Located> = Vec::new();
    for mark in located {
        if !here.is_empty() && !page.is_near(&here, &mark) {
            excerpts.push(page.excerpt(&std::mem::take(&mut here)));
        }
        here.push(mark);
    }
    if !here.is_empty() {
        excerpts.push(page.excerpt(&here));
    }
    // The finding's first place leads; the others stay in the order of the file.
    excerpts.sort_by_key(|excerpt| excerpt.first_mark != 0);
    excerpts
}

/// The span inside the text, on character boundaries, without the line breaks that a block mapping ends with.
fn clamp(text: &str, span: Span) -> Range<usize> {
    let range = span.range();
    let start = floor(text, range.start);
    let end = text.ceil_char_boundary(range.end.min(text.len())).max(start);
    start..start + text.get(start..end).map_or(0, |inside| inside.trim_end_matches([' ', '\t', '\r', '\n']).len())
}

fn locate(source: &Source, index: usize, mark: &Mark<'_>, style: &Style) -> Located {
    let range = clamp(source.text(), mark.span);
    let label = visible::line(mark.label.trim(), style.unicode);
    Located {
        index,
        first: source.position(range.start).line,
        last: source.position(range.end).line,
        range,
        label: visible::clip(&label, LABEL_CHARS, style.unicode).into_owned(),
        primary: mark.primary,
        bracket: false,
    }
}

/// The marks as parts of the line whose bytes are `inside`.
fn wanted(marks: &[&Located], inside: &Range<usize>) -> Vec<Wanted> {
    let within = |offset: usize| offset.clamp(inside.start, inside.end) - inside.start;
    marks
        .iter()
        .map(|mark| Wanted {
            range: within(mark.range.start)..within(mark.range.end),
            label: display_width(&mark.label_on_first_line()),
        })
        .collect()
}

/// What every excerpt of one file needs.
struct Page<'a> {
    source: &'a Source,
    room: Room,
}

impl Page<'_> {
    /// Whether a span over several lines gets a bracket: a short one, whole, with nothing else said inside it.
    fn fits_bracket(&self, mark: &Located, all: &[Located]) -> bool {
        mark.last > mark.first
            && mark.last - mark.first < BRACKET_LINES
            && all.iter().all(|other| other.index == mark.index || other.last < mark.first || other.first > mark.last)
            && (mark.first..=mark.last).all(|line| self.room.fits(self.text(&self.line(line))))
            && self.room.columns.is_none_or(|columns| {
                let before = self.text(&(self.line(mark.last).start..mark.range.end));
                self.room.cells(before, columns) + 1 + display_width(&mark.label) <= columns
            })
    }

    /// Whether a mark can stand in one excerpt with those before it.
    fn is_near(&self, before: &[Located], mark: &Located) -> bool {
        let last = before.iter().map(Located::last_shown).max().unwrap_or(mark.first);
        let line: Vec<&Located> =
            before.iter().chain([mark]).filter(|other| !other.bracket && other.first == mark.first).collect();
        let inside = self.line(mark.first);
        mark.first <= last.saturating_add(GAP) && self.room.shows_together(self.text(&inside), &wanted(&line, &inside))
    }

    /// The lines that the marks are on, which are sorted by their place.
    fn excerpt(&self, marks: &[Located]) -> Excerpt {
        let mut lines: BTreeMap<usize, Vec<&Located>> = BTreeMap::new();
        for mark in marks {
            for line in mark.first..=mark.last_shown() {
                lines.entry(line).or_default();
            }
            if !mark.bracket {
                lines.entry(mark.first).or_default().push(mark);
            }
        }
        let first_line = lines.keys().next().copied().unwrap_or(1);
        let mut out = Excerpt {
            first_line,
            text: String::new(),
            annotations: Vec::new(),
            first_mark: marks.iter().map(|mark| mark.index).min().unwrap_or(0),
        };
        let mut starts = BTreeMap::new();
        let mut next = first_line;
        for (line, marks) in &lines {
            // A single line between two that are shown is shown too, as compilers do.
            if *line == next + 1 {
                out.text.push_str(&self.room.show(self.text(&self.line(next)), &[]).0);
                out.text.push('\n');
            } else {
                out.text.extend(std::iter::repeat_n('\n', line - next));
            }
            starts.insert(*line, out.text.len());
            self.annotate(*line, marks, &mut out);
            out.text.push('\n');
            next = line + 1;
        }
        out.text.pop();

        for mark in marks.iter().filter(|mark| mark.bracket) {
            // Lines under a bracket are whole, so what stands before an offset tells where it is shown.
            let at = |line: usize, offset: usize| {
                let inside = self.line(line);
                let before = inside.start..offset.clamp(inside.start, inside.end);
                let shown = self.room.show(self.text(&before), &[]).0;
                starts.get(&line).copied().unwrap_or(0) + shown.len()
            };
            let range = at(mark.first, mark.range.start)..at(mark.last, mark.range.end);
            out.annotations.push(Annotated { range, label: mark.label.clone(), primary: mark.primary });
        }
        out
    }

    /// Appends a line and what is said about it.
    fn annotate(&self, line: usize, marks: &[&Located], out: &mut Excerpt) {
        let inside = self.line(line);
        let text = self.text(&inside);
        let wanted = wanted(marks, &inside);
        let (mut shown, mut ranges) = self.room.show(text, &wanted);
        for range in ranges.iter_mut().filter(|range| range.start == range.end) {
            // Something must stand above the caret, also at the end of a line or file.
            if range.start == shown.len() {
                shown.push(' ');
            }
            let next = shown.get(range.start..).and_then(|rest| rest.chars().next());
            range.end = range.start + next.map_or(0, char::len_utf8);
        }
        let base = out.text.len();
        out.text.push_str(&shown);
        let column = |offset: usize| display_width(shown.get(..offset).unwrap_or_default());
        for (at, (mark, range)) in marks.iter().zip(&ranges).enumerate() {
            // Only the rightmost label stands behind its underline, and only where no other underline runs.
            let free = at + 1 == marks.len() && ranges.iter().take(at).all(|other| other.end <= range.start);
            let inline = free.then(|| column(range.end) + 1);
            let label = mark.label_on_first_line();
            for label in self.room.label(&label, inline, column(range.start)) {
                let range = base + range.start..base + range.end;
                out.annotations.push(Annotated { range, label, primary: mark.primary });
            }
        }
    }

    /// The bytes of a line, without its end and without the byte order mark of a file, which is no text.
    fn line(&self, line: usize) -> Range<usize> {
        if line > self.source.line_count() {
            let end = self.source.text().len();
            return end..end;
        }
        let range = self.source.line_span(line).range();
        if range.start == 0 && self.source.text().starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()..range.end
        } else {
            range
        }
    }

    fn text(&self, range: &Range<usize>) -> &str {
        self.source.text().get(range.clone()).unwrap_or_default()
    }
}
