//! Cutting a text into documents, as kubectl cuts its input before any YAML is parsed.
//!
//! `apimachinery:pkg/util/yaml/decoder.go`: a line that begins with `---` separates, wherever it stands, and only blanks
//! or a comment may follow; a stream that begins with `{` may be JSON objects one after the other.

use std::ops::Range;

use super::source::{BOM, Span};

/// One document's part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Its bytes: what follows the separator's line, up to the next separator.
    pub span: Span,
    /// Which one of the text it is, from 0; chunks without content count.
    pub ordinal: usize,
    /// The separator before it, if kubectl refuses the stream there: something other than a comment follows the `---`.
    /// The chunk then starts right behind the `---`.
    pub bad_separator: Option<Span>,
}

/// Cuts a text at its separators. There is always at least one chunk; chunks may be empty or hold nothing but comments.
pub fn split(text: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut open = Open { start: 0, bad_separator: None };
    let mut line = 0;
    while let Some(separator) = next_separator(text, line) {
        // What stands before a separator at the very start is no document, not even an empty one.
        if separator.start > 0 {
            open.close(text, separator.start, &mut chunks);
        }
        let rest = separator.start + DASHES.len()..separator.end;
        let follows = text.get(rest.clone()).unwrap_or_default();
        let trimmed = follows.trim_matches(blank);
        let next = line_after(text, separator.end);
        open = if trimmed.is_empty() || trimmed.starts_with('#') {
            Open { start: next, bad_separator: None }
        } else {
            let end = rest.start + follows.trim_end_matches(blank).len();
            Open { start: rest.start, bad_separator: Some(Span::new(separator.start, end)) }
        };
        line = next;
        if line >= text.len() {
            break;
        }
    }
    open.close(text, text.len(), &mut chunks);
    chunks
}

const DASHES: &str = "---";

/// What Go's `strings.TrimSpace` takes off, of what can stand in a line.
fn blank(char: char) -> bool {
    char.is_whitespace()
}

/// The next line from `line` on that begins with `---`, without its line feed.
fn next_separator(text: &str, line: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let starts = |at: usize| bytes.get(at..).is_some_and(|rest| rest.starts_with(DASHES.as_bytes()));
    let mut start = line;
    while !starts(start) {
        let found = memchr::memmem::find(bytes.get(start..)?, b"\n---")?;
        start += found + 1;
    }
    let end = memchr::memchr(b'\n', bytes.get(start..)?).map_or(bytes.len(), |length| start + length);
    Some(start..end)
}

fn line_after(text: &str, end: usize) -> usize {
    (end + 1).min(text.len())
}

/// A chunk whose end is not found yet.
struct Open {
    start: usize,
    bad_separator: Option<Span>,
}

impl Open {
    fn close(self, text: &str, end: usize, chunks: &mut Vec<Chunk>) {
        let body = text.get(self.start..end).unwrap_or_default();
        // kubectl guesses from the first bytes of the whole stream, so JSON further down is YAML to it.
        let objects = if chunks.is_empty() && self.bad_separator.is_none() { json_objects(body) } else { Vec::new() };
        let mut push = |span: Range<usize>| {
            let span = Span::new(self.start + span.start, self.start + span.end);
            chunks.push(Chunk { span, ordinal: chunks.len(), bad_separator: self.bad_separator });
        };
        if objects.len() < 2 {
            push(0..body.len());
        } else {
            objects.into_iter().for_each(push);
        }
    }
}

/// The parts of a text that is nothing but JSON objects one after the other; nothing if it is anything else.
fn json_objects(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let mut at = if text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
    let mut objects = Vec::new();
    loop {
        at += bytes.get(at..).unwrap_or_default().iter().take_while(|&byte| blank(byte)).count();
        match bytes.get(at) {
            None => return objects,
            Some(b'{') => {}
            Some(_) => return Vec::new(),
        }
        let Some(length) = balanced(bytes.get(at..).unwrap_or_default()) else { return Vec::new() };
        objects.push(at..at + length);
        at += length;
    }
}

/// The length of the JSON value that starts here, judged by brackets and quotes alone.
fn balanced(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (index, byte) in bytes.iter().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(index + 1);
                }
            }
            _ => {}
        }
    }
    None
}
