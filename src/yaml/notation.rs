//! How a scalar's notation spells its text, piece by piece.
//!
//! The parser gives the text only. Here the notation is read once more, next to the text: whatever does not spell
//! exactly this text ends the reading, so a piece is never wrong.

use std::ops::Range;

use super::node::ScalarStyle;

/// A part of a decoded text and the bytes it is written with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) decoded: Range<usize>,
    pub(super) source: Range<usize>,
    pub(super) spelling: Spelling,
}

/// How a piece is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Byte by byte.
    Verbatim,
    /// As an escape.
    Escape,
    /// As a line break, of which a folded text makes a space.
    Break,
}

/// Reads `source[start..]`, a scalar of this style, as the notation of `text`; `None` if it is not that. A block scalar
/// may go on behind `end`, where only blank lines follow.
pub(super) fn read(source: &str, span: Range<usize>, style: ScalarStyle, text: &str) -> Option<Vec<Piece>> {
    let inside = span.start + 1..span.end.saturating_sub(1).max(span.start + 1);
    match style {
        ScalarStyle::Plain => Reader::new(source, text, span).flow(style),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Reader::new(source, text, inside).flow(style),
        ScalarStyle::Literal | ScalarStyle::Folded => block(source, span, style, text),
        ScalarStyle::None => None,
    }
}

struct Reader<'t> {
    source: &'t str,
    text: &'t str,
    /// What is still to be read.
    left: Range<usize>,
    /// How much of the text is found.
    found: usize,
    pieces: Vec<Piece>,
}

impl<'t> Reader<'t> {
    fn new(source: &'t str, text: &'t str, left: Range<usize>) -> Self {
        Self { source, text, left, found: 0, pieces: Vec::new() }
    }

    fn rest(&self) -> &'t str {
        self.source.get(self.left.clone()).unwrap_or_default()
    }

    /// Takes the next bytes of the source as the spelling of this much text.
    fn take(&mut self, bytes: usize, spelled: &str, spelling: Spelling) -> Option<()> {
        self.text.get(self.found..)?.strip_prefix(spelled)?;
        if !spelled.is_empty() {
            let decoded = self.found..self.found + spelled.len();
            let source = self.left.start..self.left.start + bytes;
            self.pieces.push(Piece { decoded, source, spelling });
        }
        self.found += spelled.len();
        self.left.start += bytes;
        Some(())
    }

    /// Reads a scalar that is not a block: line breaks fold.
    fn flow(mut self, style: ScalarStyle) -> Option<Vec<Piece>> {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start_matches(BLANKS).len();
            match rest.get(blanks..)?.chars().next() {
                None => {
                    self.take(blanks, rest, Spelling::Verbatim)?;
                    return (self.found == self.text.len()).then_some(self.pieces);
                }
                Some('\n' | '\r') => {
                    self.left.start += blanks;
                    self.fold(true)?;
                }
                Some(_) if blanks > 0 => self.take(blanks, rest.get(..blanks)?, Spelling::Verbatim)?,
                Some('\'') if style == ScalarStyle::SingleQuoted => self.take(2, "'", Spelling::Escape)?,
                Some('\\') if style == ScalarStyle::DoubleQuoted => self.escape(rest)?,
                Some(first) => {
                    let from = first.len_utf8();
                    let end = rest.get(from..)?.find([' ', '\t', '\n', '\r', '\'', '\\']);
                    let end = end.map_or(rest.len(), |at| from + at);
                    self.take(end, rest.get(..end)?, Spelling::Verbatim)?;
                }
            }
        }
    }

    /// Reads line breaks, blank lines and the indentation of the next line.
    fn fold(&mut self, folds: bool) -> Option<()> {
        let mut breaks = Vec::new();
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start_matches(BLANKS).len();
            let length = break_length(rest.get(blanks..)?);
            self.left.start += blanks;
            if length == 0 {
                break;
            }
            breaks.push(self.left.start..self.left.start + length);
            self.left.start += length;
        }
        let end = self.left.start;
        if let ([only], true) = (breaks.as_slice(), folds) {
            self.left.start = only.start;
            self.take(only.len(), " ", Spelling::Break)?;
        }
        for each in breaks.iter().skip(1) {
            self.left.start = each.start;
            self.take(each.len(), "\n", Spelling::Break)?;
        }
        self.left.start = end;
        Some(())
    }

    fn escape(&mut self, rest: &str) -> Option<()> {
        let mut chars = rest.chars().skip(1);
        let letter = chars.next()?;
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '\n' | '\r' => {
                // An escaped line break is nothing, but blank lines after it are line breaks.
                self.left.start += 1;
                return self.fold(false);
            }
            _ => {
                let spelled = match letter {
                    '0' => '\0',
                    'a' => '\u{7}',
                    'b' => '\u{8}',
                    't' => '\t',
                    'n' => '\n',
                    'v' => '\u{b}',
                    'f' => '\u{c}',
                    'r' => '\r',
                    'e' => '\u{1b}',
                    'N' => '\u{85}',
                    '_' => '\u{a0}',
                    'L' => '\u{2028}',
                    'P' => '\u{2029}',
                    ' ' | '\t' | '"' | '/' | '\\' => letter,
                    _ => return None,
                };
                return self.take(1 + letter.len_utf8(), spelled.encode_utf8(&mut [0; 4]), Spelling::Escape);
            }
        };
        let number = |from: usize| u32::from_str_radix(rest.get(from..from + digits)?, 16).ok();
        let first = number(2)?;
        let (code, length) = match first {
            0xD800..=0xDBFF if rest.get(2 + digits..)?.starts_with("\\u") => {
                let second = number(4 + digits)?.checked_sub(0xDC00)?;
                (0x10000 + ((first - 0xD800) << 10) + second, 4 + 2 * digits)
            }
            _ => (first, 2 + digits),
        };
        self.take(length, char::from_u32(code)?.encode_utf8(&mut [0; 4]), Spelling::Escape)
    }
}

const BLANKS: [char; 2] = [' ', '\t'];

/// The length of the line break that a text begins with.
fn break_length(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

fn block(source: &str, span: Range<usize>, style: ScalarStyle, text: &str) -> Option<Vec<Piece>> {
    let header = source.get(span.start..)?;
    let header = header.get(..header.find(['\n', '\r']).unwrap_or(header.len()))?;
    let body = span.start + header.len();
    let body = body + break_length(source.get(body..)?);
    // How far the first line with a text is indented more than the block tells how far the block is.
    let first = source.get(body..)?.split(['\n', '\r']).find(|line| !line.trim_matches(BLANKS).is_empty());
    let written = first.map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
    let decoded = text.trim_start_matches('\n');
    let indent = written.checked_sub(decoded.len() - decoded.trim_start_matches(' ').len())?;
    let mut reader = Reader::new(source, text, body..source.len());
    match style {
        ScalarStyle::Literal => reader.literal(indent)?,
        _ => reader.folded(indent)?,
    }
    (reader.found == text.len()).then_some(reader.pieces)
}

impl<'t> Reader<'t> {
    fn complete(&self) -> bool {
        self.found == self.text.len()
    }

    /// Reads a line's indentation and says what follows; `None` if the line is not one of the block.
    fn line(&mut self, indent: usize) -> Option<&'t str> {
        let rest = self.rest();
        let line = rest.get(..rest.find(['\n', '\r']).unwrap_or(rest.len()))?;
        let spaces = line.bytes().take(indent).take_while(|&byte| byte == b' ').count();
        let content = line.get(spaces..)?;
        self.left.start += spaces;
        (spaces == indent || content.is_empty()).then_some(content)
    }

    fn literal(&mut self, indent: usize) -> Option<()> {
        while !self.complete() {
            let content = self.line(indent)?;
            self.take(content.len(), content, Spelling::Verbatim)?;
            if !self.complete() {
                self.newline()?;
            }
        }
        Some(())
    }

    fn newline(&mut self) -> Option<()> {
        // The last line may end with the text; its line break is part of the value all the same.
        self.take(break_length(self.rest()), "\n", Spelling::Break)
    }

    fn folded(&mut self, indent: usize) -> Option<()> {
        // Whether a line break before the next line can become a space: not before the first line.
        let mut after_text = false;
        while !self.complete() {
            let mut breaks = Vec::new();
            let content = loop {
                // A line that is not of the block ends it.
                let Some(content) = self.line(indent) else { break "" };
                let length = break_length(self.source.get(self.left.start + content.len()..)?);
                if !content.is_empty() || length == 0 {
                    break content;
                }
                breaks.push(self.left.start..self.left.start + length);
                self.left.start += length;
            };
            let end = self.left.start;
            let is_text = !content.is_empty() && !content.starts_with(BLANKS);
            let folds = after_text && is_text;
            let spelled = if folds && breaks.len() == 1 { " " } else { "\n" };
            for each in breaks.iter().skip(usize::from(folds && breaks.len() > 1)) {
                if self.complete() {
                    return Some(());
                }
                self.left.start = each.start;
                self.take(each.len(), spelled, Spelling::Break)?;
            }
            self.left.start = end;
            if self.complete() {
                return Some(());
            }
            if content.is_empty() {
                return if self.rest().is_empty() { self.newline() } else { None };
            }
            self.take(content.len(), content, Spelling::Verbatim)?;
            after_text = is_text;
        }
        Some(())
    }
}
