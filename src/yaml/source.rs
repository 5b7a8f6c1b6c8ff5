//! One file's text, and places in it.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

/// A range of bytes in [`Source::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`. Offsets beyond 4 GiB end up at 4 GiB: no text that is
    /// parsed is as long ([`MAX_FILE_BYTES`](super::MAX_FILE_BYTES)).
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: offset(start), end: offset(end) }
    }

    /// The same bytes as a range for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether there is no byte in it; such a span still points somewhere.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// How many bytes it covers.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }
}

/// A byte offset as spans hold it.
pub(super) fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Where an offset lies, as editors count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Bytes from the start of the text.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode characters. A byte-order mark at the start of the text is no column.
    pub column: usize,
}

/// Why some bytes are no text that Kubernetes tools read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotText {
    /// Offset of the first wrong byte in the file.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.message)
    }
}

impl std::error::Error for NotText {}

/// A file's text under the name it is shown by.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    transcoded: bool,
    /// Where each line starts. Most files never get a finding, so nobody asks.
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// A source of this name (a display path, written with `/`) and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), transcoded: false, lines: OnceLock::new() }
    }

    /// Decodes a file as kubectl does: UTF-8, or UTF-16 that starts with a byte-order mark.
    ///
    /// # Errors
    /// [`NotText`] points at the first byte that is neither.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, NotText> {
        let units: fn([u8; 2]) -> u16 = match bytes.get(..2) {
            Some([0xFF, 0xFE]) => u16::from_le_bytes,
            Some([0xFE, 0xFF]) => u16::from_be_bytes,
            _ => {
                return match String::from_utf8(bytes) {
                    Ok(text) => Ok(Self::new(name, text)),
                    Err(error) => Err(NotText {
                        offset: error.utf8_error().valid_up_to(),
                        message: "this is not UTF-8 text".into(),
                    }),
                };
            }
        };
        let text = from_utf16(bytes.get(2..).unwrap_or_default(), units)?;
        Ok(Self { transcoded: true, ..Self::new(name, text) })
    }

    /// The name it is shown by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text that all spans refer to.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the file is not written in UTF-8, so that offsets in [`Source::text`] are none in the file.
    pub fn is_transcoded(&self) -> bool {
        self.transcoded
    }

    /// The text of a span; empty if the span is not one of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Where a byte offset lies. An offset inside a character counts as that character, one beyond the end as the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines().partition_point(|&start| start as usize <= offset).max(1);
        let start = self.lines().get(line - 1).map_or(0, |&start| start as usize);
        let before = self.text.get(start..offset).unwrap_or_default();
        let before = if start == 0 { before.strip_prefix(BOM).unwrap_or(before) } else { before };
        Position { offset, line, column: before.chars().count() + 1 }
    }

    /// A line, counted from 1, without its line break; an empty span at the end if there is no such line.
    pub fn line_span(&self, line: usize) -> Span {
        let lines = self.lines();
        let Some(&start) = line.checked_sub(1).and_then(|index| lines.get(index)) else {
            return Span::new(self.text.len(), self.text.len());
        };
        let end = lines.get(line).map_or(self.text.len(), |&next| next as usize);
        let text = self.text.get(start as usize..end).unwrap_or_default();
        let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
        Span::new(start as usize, start as usize + text.len())
    }

    /// How many lines there are; what follows the last line break is one too, even if it is empty.
    pub fn line_count(&self) -> usize {
        self.lines().len()
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| offset(at + 1));
            std::iter::once(0).chain(breaks).collect()
        })
    }
}

/// The byte-order mark.
pub(super) const BOM: char = '\u{feff}';

fn from_utf16(bytes: &[u8], units: fn([u8; 2]) -> u16) -> Result<String, NotText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let wrong = |read: usize, message: &str| NotText { offset: 2 + 2 * read, message: message.into() };
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut read = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| units(pair))) {
        let Ok(char) = decoded else {
            return Err(wrong(read, "this is not UTF-16 text: half of a surrogate pair is missing"));
        };
        text.push(char);
        read += char.len_utf16();
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(wrong(read, "this is not UTF-16 text: the last byte is half of a unit"))
    }
}
