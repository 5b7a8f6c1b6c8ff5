//! One line of a manifest, cut to the room there is, and its label, wrapped to what is left.

use std::ops::Range;

use textwrap::core::display_width;

use super::human::wrap;
use super::visible;

/// Columns of a line shown where the width is not known.
const UNKNOWN_WIDTH: usize = 400;
/// Columns that a label gets at least; a place further right than that moves left.
const LABEL_COLUMNS: usize = 24;
/// Characters looked at for each column: those that take no column are free, but not without end.
const CHARS_A_COLUMN: usize = 4;

/// The room for source text in a frame.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// Columns; `None` when the width is not known.
    pub(super) columns: Option<usize>,
    /// Whether characters beyond ASCII may stand for what is hidden or cut.
    pub(super) unicode: bool,
}

/// A part of a line that must be seen.
pub(super) struct Wanted {
    /// Bytes in the line, on character boundaries.
    pub(super) range: Range<usize>,
    /// Columns of its label.
    pub(super) label: usize,
}

impl Room {
    /// A label as it is where it fits behind the underline, from column `inline` on, else in lines that hang from
    /// column `start`. `inline` is `None` where something else stands there.
    pub(super) fn label(&self, label: &str, inline: Option<usize>, start: usize) -> Vec<String> {
        let width = display_width(label);
        let Some(columns) = self.columns.filter(|columns| inline.is_none_or(|inline| inline + width > *columns)) else {
            return vec![label.to_owned()];
        };
        let below = columns.saturating_sub(start).max(LABEL_COLUMNS);
        match inline {
            None if width <= below => vec![label.to_owned()],
            // A label of one line would be drawn behind the underline, where it does not fit: it becomes two.
            Some(_) if width <= below => wrap(label, Some(width * 2 / 3), ""),
            _ => wrap(label, Some(below), ""),
        }
    }

    /// Whether a whole line fits.
    pub(super) fn fits(&self, line: &str) -> bool {
        let limit = self.limit();
        self.cells(line, limit + 1) <= limit
    }

    /// A line, whole where it fits, else the part around what is wanted, whose ranges come back as ranges of the
    /// shown text. Of a range that is longer than the room the beginning is shown.
    pub(super) fn show(&self, line: &str, wanted: &[Wanted]) -> (String, Vec<Range<usize>>) {
        let part = self.head_only(line, wanted).unwrap_or_else(|| self.window(line, wanted));
        let dots = visible::ellipsis(self.unicode);
        let mut shown = String::new();
        let mut ranges: Vec<Range<usize>> = wanted.iter().map(|_| 0..0).collect();
        if part.start > 0 {
            shown.push_str(dots);
        }
        let mut reach = |offset: usize, at: usize| {
            for (Wanted { range, .. }, out) in wanted.iter().zip(&mut ranges) {
                if range.start == offset {
                    out.start = at;
                }
                if range.start <= offset && offset <= range.end {
                    out.end = at;
                }
            }
        };
        for (offset, c) in line.get(part.clone()).unwrap_or_default().char_indices() {
            reach(part.start + offset, shown.len());
            visible::push(c, self.unicode, &mut shown);
        }
        reach(part.end, shown.len());
        if part.end < line.len() {
            shown.push_str(dots);
        }
        (shown, ranges)
    }

    /// Whether all that is wanted of a line is seen when it is shown once.
    pub(super) fn shows_together(&self, line: &str, wanted: &[Wanted]) -> bool {
        wanted.len() < 2
            || self.head_only(line, wanted).is_some()
            || self.cells(line.get(hull(wanted)).unwrap_or_default(), self.limit()) <= self.limit() / 2
    }

    /// The line up to where the room ends, if that holds all that is wanted.
    fn head_only(&self, line: &str, wanted: &[Wanted]) -> Option<Range<usize>> {
        if !self.has_room_for_labels(line, wanted) {
            return None;
        }
        if self.fits(line) {
            return Some(0..line.len());
        }
        let head = self.forward(line, 0, self.limit().saturating_sub(self.dots()));
        wanted.iter().all(|wanted| wanted.range.end <= head).then_some(0..head)
    }

    /// The part of a line around what is wanted.
    fn window(&self, line: &str, wanted: &[Wanted]) -> Range<usize> {
        let room = self.limit().saturating_sub(2 * self.dots());
        let hull = hull(wanted);
        let last = wanted.iter().map(|wanted| wanted.range.start).max().unwrap_or(hull.start);
        let long = self.cells(line.get(hull.clone()).unwrap_or_default(), room * 2 / 3);
        let to_last = self.cells(line.get(hull.start..last).unwrap_or_default(), room);
        // A third of what is left stands before, the rest behind, unless the last label then lacks its columns.
        let before = ((room - long) / 3).min(room.saturating_sub(to_last + LABEL_COLUMNS));
        let start = self.backward(line, hull.start, before);
        let taken = self.cells(line.get(start..hull.start).unwrap_or_default(), before);
        let mut behind = room - taken;
        // A range that is cut anyway is cut early enough for its label to stand behind it.
        if let [only] = wanted
            && self.cells(line.get(hull.clone()).unwrap_or_default(), room + 1) > behind
            && only.label < behind / 2
        {
            behind -= only.label;
        }
        start..self.forward(line, hull.start, behind)
    }

    fn dots(&self) -> usize {
        display_width(visible::ellipsis(self.unicode))
    }

    /// Whether each label has its columns, behind its range or below it, when the line is shown from its beginning.
    fn has_room_for_labels(&self, line: &str, wanted: &[Wanted]) -> bool {
        let Some(columns) = self.columns else {
            return true;
        };
        let column = |offset: usize| self.cells(line.get(..offset).unwrap_or_default(), columns);
        wanted.iter().all(|Wanted { range, label }| {
            column(range.start) + LABEL_COLUMNS.min(*label) <= columns
                || (wanted.len() == 1 && column(range.end) + 1 + label <= columns)
        })
    }

    fn limit(&self) -> usize {
        self.columns.unwrap_or(UNKNOWN_WIDTH)
    }

    /// Columns of a text, counted no further than `most`.
    pub(super) fn cells(&self, text: &str, most: usize) -> usize {
        let mut cells = 0;
        for (at, c) in text.chars().enumerate() {
            cells += visible::width(c, self.unicode);
            if cells >= most || at >= most * CHARS_A_COLUMN {
                return most;
            }
        }
        cells
    }

    /// Where the `cells` columns from `from` on end.
    fn forward(&self, line: &str, from: usize, cells: usize) -> usize {
        let rest = line.get(from..).unwrap_or_default();
        from + self.walk(rest.char_indices().map(|(at, c)| (at + c.len_utf8(), c)), cells).unwrap_or(0)
    }

    /// Where the `cells` columns before `to` begin.
    fn backward(&self, line: &str, to: usize, cells: usize) -> usize {
        self.walk(line.get(..to).unwrap_or_default().char_indices().rev(), cells).unwrap_or(to)
    }

    /// The last offset that `cells` columns reach.
    fn walk(&self, chars: impl Iterator<Item = (usize, char)>, cells: usize) -> Option<usize> {
        let mut taken = 0;
        chars
            .take(cells * CHARS_A_COLUMN)
            .take_while(|(_, c)| {
                taken += visible::width(*c, self.unicode);
                taken <= cells
            })
            .last()
            .map(|(at, _)| at)
    }
}

/// From the first to the last byte that is wanted.
fn hull(wanted: &[Wanted]) -> Range<usize> {
    let start = wanted.iter().map(|wanted| wanted.range.start).min().unwrap_or(0);
    start..wanted.iter().map(|wanted| wanted.range.end).max().unwrap_or(start)
}
