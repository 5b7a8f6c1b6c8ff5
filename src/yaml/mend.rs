//! Texts that kubectl reads and granit does not.
//!
//! YAML 1.2 wants the lines of a quoted text indented, and no tab before them or before lines in brackets; go-yaml
//! minds neither, and rendered templates are full of such lines. They are parsed in a copy with more spaces, from which
//! every offset is led back.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::syntax::Stricter;

/// A text to parse, and how it differs from what is written.
pub(super) struct Text<'t> {
    written: &'t str,
    parsed: Cow<'t, str>,
    /// By where they begin in the written text.
    edits: BTreeMap<usize, Edit>,
    /// The same, where they end: in the parsed text, and in the written one.
    ends: Vec<(usize, usize)>,
    mended: usize,
}

/// The blanks that a line begins with, replaced.
#[derive(Clone, Copy)]
struct Edit {
    blanks: usize,
    spaces: usize,
}

/// How often a text is mended: each time it is parsed from the start.
const MAX_MENDED: usize = 100;

/// How many bytes may be parsed again, all told.
const MAX_PARSED_AGAIN: usize = 64 << 20;

/// Lines are indented no further than this; nothing real is.
const MAX_INDENT: usize = 500;

impl<'t> Text<'t> {
    pub(super) fn new(written: &'t str) -> Self {
        let parsed = Cow::Borrowed(written);
        Self { written, parsed, edits: BTreeMap::new(), ends: Vec::new(), mended: 0 }
    }

    pub(super) fn parsed(&self) -> &str {
        &self.parsed
    }

    /// The offset in the written text of one in the parsed text.
    pub(super) fn written(&self, parsed: usize) -> usize {
        match self.ends.partition_point(|(end, _)| *end <= parsed).checked_sub(1).and_then(|last| self.ends.get(last)) {
            Some((parsed_end, written_end)) => (parsed - parsed_end + written_end).min(self.written.len()),
            None => parsed,
        }
    }

    /// Mends what the parser stopped at; `false` if that cannot be done.
    pub(super) fn mend(&mut self, stricter: &Stricter) -> bool {
        self.mended += 1;
        let enough = self.mended > MAX_MENDED || self.mended.saturating_mul(self.parsed.len()) > MAX_PARSED_AGAIN;
        if enough {
            return false;
        }
        let before = self.edits.len();
        let _mended = match stricter {
            Stricter::Quoted { from, at } => self.mend_quoted(self.written(*from), self.written(*at)),
            Stricter::Brackets { at } => self.mend_tabs(self.written(*at)),
        };
        self.apply();
        self.edits.len() > before
    }

    fn mend_quoted(&mut self, from: usize, at: usize) -> Option<()> {
        let bytes = self.written.as_bytes();
        let open = opening_quote(bytes, from)?;
        let close = closing_quote(bytes, open)?;
        let line = line_start(bytes, open);
        let indent = (open - line).clamp(1, MAX_INDENT);
        if at > close {
            return None;
        }
        let mut next = open;
        while let Some(length) = memchr::memchr(b'\n', bytes.get(next..close)?) {
            next += length + 1;
            let blanks = blanks(bytes, next);
            if blanks < indent || bytes.get(next..next + blanks)?.contains(&b'\t') {
                self.edits.insert(next, Edit { blanks, spaces: indent });
            }
        }
        Some(())
    }

    /// Replaces the tabs at the start of a line, and of the lines that follow as long as there are any.
    fn mend_tabs(&mut self, at: usize) -> Option<()> {
        let bytes = self.written.as_bytes();
        let mut line = line_start(bytes, at);
        loop {
            let blanks = blanks(bytes, line);
            if !bytes.get(line..line + blanks)?.contains(&b'\t') {
                return Some(());
            }
            self.edits.insert(line, Edit { blanks, spaces: blanks });
            line += memchr::memchr(b'\n', bytes.get(line..)?)? + 1;
        }
    }

    fn apply(&mut self) {
        let mut parsed = String::with_capacity(self.written.len() + 64 * self.edits.len());
        self.ends.clear();
        let mut done = 0;
        for (&line, edit) in &self.edits {
            parsed.push_str(self.written.get(done..line).unwrap_or_default());
            parsed.extend(std::iter::repeat_n(' ', edit.spaces));
            done = line + edit.blanks;
            self.ends.push((parsed.len(), done));
        }
        parsed.push_str(self.written.get(done..).unwrap_or_default());
        self.parsed = Cow::Owned(parsed);
    }
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', bytes.get(..at).unwrap_or(bytes)).map_or(0, |before| before + 1)
}

fn blanks(bytes: &[u8], line: usize) -> usize {
    bytes.get(line..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The quote that the next node begins with.
fn opening_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        match bytes.get(at)? {
            b'\'' | b'"' => return Some(at),
            b'#' => at += memchr::memchr(b'\n', bytes.get(at..)?)?,
            b'&' | b'!' => at += bytes.get(at..)?.iter().position(u8::is_ascii_whitespace)?,
            b' ' | b'\t' | b'\r' | b'\n' | b':' | b'-' | b'?' | b',' | b'[' | b'{' => at += 1,
            _ => return None,
        }
    }
}

fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let quote = *bytes.get(open)?;
    let mut at = open + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            byte if byte == quote => return Some(at),
            _ => at += 1,
        }
    }
}
