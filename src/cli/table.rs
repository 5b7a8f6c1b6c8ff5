//! A table in plain text: cells wrapped to their columns, readable without colour.

use textwrap::core::display_width;
use textwrap::{Options, WordSplitter};

/// What stands between two columns.
const GAP: usize = 2;
/// Narrower than this no cell is wrapped.
const NARROWEST: usize = 16;

/// Rows below their heads. Where the width is known, the widest cells give way; else each row is one line.
pub(super) fn draw(heads: &[&str], rows: &[Vec<String>], width: Option<usize>) -> String {
    let mut columns: Vec<usize> = heads.iter().map(|head| display_width(head)).collect();
    for row in rows {
        for (column, cell) in columns.iter_mut().zip(row) {
            *column = (*column).max(display_width(cell));
        }
    }
    if let Some(width) = width {
        shrink(&mut columns, width);
    }
    let mut out = String::new();
    line(&mut out, &heads.iter().map(|head| (*head).to_owned()).collect::<Vec<_>>(), &columns);
    for row in rows {
        let cells: Vec<Vec<String>> = row.iter().zip(&columns).map(|(cell, width)| wrap(cell, *width)).collect();
        for index in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let texts: Vec<String> = cells.iter().map(|lines| lines.get(index).cloned().unwrap_or_default()).collect();
            line(&mut out, &texts, &columns);
        }
    }
    out
}

/// Takes from the widest column until all fit.
fn shrink(columns: &mut [usize], width: usize) {
    let mut total = columns.iter().sum::<usize>() + GAP * columns.len().saturating_sub(1);
    while total > width {
        let Some(widest) = columns.iter_mut().max().filter(|widest| **widest > NARROWEST) else { return };
        *widest -= 1;
        total -= 1;
    }
}

fn wrap(cell: &str, width: usize) -> Vec<String> {
    let options = Options::new(width).break_words(false).word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(cell, options).into_iter().map(|line| line.into_owned()).collect()
}

fn line(out: &mut String, cells: &[String], columns: &[usize]) {
    let mut text = String::new();
    for (cell, width) in cells.iter().zip(columns) {
        text.push_str(cell);
        text.push_str(&" ".repeat(width.saturating_sub(display_width(cell)) + GAP));
    }
    out.push_str(text.trim_end());
    out.push('\n');
}
