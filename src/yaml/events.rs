//! The parser behind the tree: granit's events, with the byte spans that a reader would mark.
//!
//! Nothing else in stslint knows granit, but for its errors in `syntax`. Its spans lack four things that are added here: the header of a block scalar,
//! the first dash of a sequence that is not indented, where an empty value would stand, and ends of block collections
//! (these the tree takes from the last child).

use std::borrow::Cow;

use granit_parser::{Event as Raw, Parser, ScalarStyle as RawStyle, ScanError, StructureStyle};

use super::MAX_DEPTH;
use super::node::ScalarStyle;
use super::scalar::Tag;
use super::syntax::{SyntaxError, anchor_words, name_char, offset};
use super::tabs;

/// What the parser found. Offsets count from the start of the text that is parsed.
pub(super) enum Event<'t> {
    /// A mapping or sequence begins. `flow` means that it is closed by a bracket.
    Start { mapping: bool, flow: bool, start: usize, anchor: usize },
    /// The innermost open collection ends; for a flow collection behind its bracket.
    End { end: usize },
    /// A scalar, decoded.
    Scalar { start: usize, end: usize, text: Cow<'t, str>, style: ScalarStyle, tag: RawTag, anchor: usize },
    /// `*name`, and the number that its anchor had.
    Alias { start: usize, end: usize, anchor: usize },
    /// From the `#` to the end of the line.
    Comment { start: usize, end: usize },
    /// The first document is complete.
    DocumentEnd,
    /// Something follows the first document.
    Trailing { start: usize },
}

/// A scalar's tag as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RawTag {
    Plain(Tag),
    Binary,
    Merge,
}

/// The events of one text's first document.
pub(super) struct Events<'t> {
    text: &'t str,
    parser: Parser<'t, granit_parser::StrInput<'t>>,
    /// The end of the last token: what lies between it and the next node are indicators, blanks, properties, comments.
    token_end: usize,
    open: Vec<Open>,
    document_ended: bool,
    /// What is needed to find tabs where there must be none; `None` if there is no tab at all.
    tabs: Option<Tabs>,
}

/// A collection whose end is not reached.
#[derive(Clone, Copy)]
struct Open {
    /// The place that the next node takes.
    slot: Slot,
    flow: bool,
    start: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Key,
    Value,
    Item,
}

#[derive(Clone, Copy, Default)]
struct Tabs {
    /// The column of the collection in which a plain scalar is the last token.
    after_plain: Option<usize>,
    /// The first tab that is refused.
    refused: Option<usize>,
}

impl<'t> Events<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let options = granit_parser::options! {
            // Long comments before a value are fine; they are kept in memory anyway.
            max_buffered_comment_events: usize::MAX,
            emit_anchor_events: true,
            block_nesting_limit: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
        };
        let parser = Parser::new_from_str_with_options(text, options);
        let tabs = memchr::memchr(b'\t', text.as_bytes()).map(|_| Tabs::default());
        Self { text, parser, token_end: 0, open: Vec::with_capacity(16), document_ended: false, tabs }
    }

    /// The next event; `None` at the end of the text.
    pub(super) fn next(&mut self) -> Option<Result<Event<'t>, SyntaxError>> {
        loop {
            if let Some(Tabs { refused: Some(offset), .. }) = self.tabs {
                return Some(Err(SyntaxError::tab(offset)));
            }
            let (raw, span) = match self.parser.next_event()? {
                Ok(event) => event,
                // kubectl stops reading behind the first document, so what follows is no error to it.
                Err(error) if self.document_ended => return Some(Ok(Event::Trailing { start: offset(&error) })),
                Err(error) => return Some(Err(self.error(&error))),
            };
            let start = span.start.byte_offset().unwrap_or_default();
            let end = span.end.byte_offset().unwrap_or_default();
            let event = match raw {
                Raw::Scalar(text, style, anchor, tag) => self.scalar(start, end, text, style, anchor, tag.as_deref()),
                Raw::MappingStart(style, anchor, _) => {
                    // A pair in a flow sequence, `[a: b]`, is a mapping without braces.
                    let brackets = style == StructureStyle::Flow && end > start;
                    self.collection(true, style, brackets, start, end, anchor)
                }
                Raw::SequenceStart(style, anchor, _) => {
                    let flow = style == StructureStyle::Flow;
                    let is_item = self.open.last().is_some_and(|open| open.slot == Slot::Item);
                    let start = if flow || is_item { start } else { self.first_dash(start) };
                    self.collection(false, style, flow, start, end, anchor)
                }
                Raw::MappingEnd | Raw::SequenceEnd => {
                    self.open.pop();
                    if end > start {
                        self.token_end = end;
                        self.tabs.iter_mut().for_each(|tabs| tabs.after_plain = None);
                    }
                    Event::End { end }
                }
                Raw::Alias(anchor) => {
                    self.filled();
                    self.token(start, end, false);
                    Event::Alias { start, end, anchor }
                }
                Raw::Comment(..) => Event::Comment { start, end },
                Raw::DocumentEnd => {
                    self.document_ended = true;
                    Event::DocumentEnd
                }
                Raw::DocumentStart(..) if self.document_ended => Event::Trailing { start },
                Raw::Anchor(_, name) => match name.chars().find(|char| !name_char(*char)) {
                    None => continue,
                    Some(char) => {
                        return Some(Err(SyntaxError::new(start, anchor_words(char))));
                    }
                },
                Raw::DocumentStart(explicit, _) => {
                    if explicit {
                        self.token_end = end;
                    }
                    continue;
                }
                Raw::StreamEnd => {
                    // Nothing is looked for behind brackets at the root: to kubectl this is JSON.
                    if !self.text.get(..self.token_end).is_some_and(|text| text.ends_with(['}', ']'])) {
                        self.token(self.text.len(), self.text.len(), false);
                    }
                    continue;
                }
                _ => continue,
            };
            return Some(Ok(event));
        }
    }

    /// Notes a token, of which a plain scalar reaches on to the next one.
    fn token(&mut self, start: usize, end: usize, plain: bool) {
        let innermost = self.open.last().copied();
        if let Some(tabs) = self.tabs.as_mut().filter(|_| !innermost.is_some_and(|open| open.flow)) {
            let bytes = self.text.as_bytes();
            // kubectl takes what begins with a brace for JSON, in which tabs are blanks.
            let json = self.token_end == 0 && bytes.get(start) == Some(&b'{');
            if !json {
                tabs.refused = tabs::refused(bytes, self.token_end..start, tabs.after_plain);
            }
            tabs.after_plain = plain.then(|| innermost.map_or(0, |open| tabs::column(bytes, open.start)));
        }
        self.token_end = end;
    }

    /// Notes that the place for the next node is taken, and says what that place was.
    fn filled(&mut self) -> Option<Slot> {
        let open = self.open.last_mut()?;
        let was = open.slot;
        open.slot = match was {
            Slot::Key => Slot::Value,
            Slot::Value => Slot::Key,
            Slot::Item => Slot::Item,
        };
        Some(was)
    }

    fn collection(
        &mut self,
        mapping: bool,
        style: StructureStyle,
        brackets: bool,
        start: usize,
        end: usize,
        anchor: usize,
    ) -> Event<'t> {
        self.filled();
        if brackets {
            self.token(start, end, false);
        }
        let slot = if mapping { Slot::Key } else { Slot::Item };
        self.open.push(Open { slot, flow: style == StructureStyle::Flow, start });
        Event::Start { mapping, flow: brackets, start, anchor }
    }

    fn scalar(
        &mut self,
        start: usize,
        end: usize,
        text: Cow<'t, str>,
        style: RawStyle,
        anchor: usize,
        tag: Option<&granit_parser::Tag>,
    ) -> Event<'t> {
        let slot = self.filled();
        let style = match style {
            RawStyle::Plain => ScalarStyle::Plain,
            RawStyle::SingleQuoted => ScalarStyle::SingleQuoted,
            RawStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
            RawStyle::Literal => ScalarStyle::Literal,
            RawStyle::Folded => ScalarStyle::Folded,
        };
        let tag = tag.map_or(RawTag::Plain(Tag::None), kind_of_tag);
        let mut event = Event::Scalar { start, end, text, style, tag, anchor };
        if let Event::Scalar { start, end, text, .. } = &mut event {
            match style {
                ScalarStyle::Literal | ScalarStyle::Folded => {
                    let token_end = (*end).max(*start);
                    *start = self.gap(*start).header.unwrap_or(*start);
                    *end = block_scalar_end(self.text, *start, token_end);
                    self.token(*start, token_end, false);
                }
                _ if *start == *end => {
                    // granit calls an empty node `~`.
                    *text = Cow::Borrowed("");
                    let place = if slot == Some(Slot::Key) { *start } else { self.gap(*start).value };
                    (*start, *end) = (place, place);
                    self.token_end = self.token_end.max(place);
                }
                _ => self.token(*start, *end, style == ScalarStyle::Plain),
            }
        }
        event
    }

    /// The first dash of a sequence that granit reports at `reported`: behind the dash if the sequence is not indented.
    fn first_dash(&self, reported: usize) -> usize {
        self.gap(reported).dash.unwrap_or(reported)
    }

    /// Looks through what stands between the last token and the node that granit reports at `reported`.
    fn gap(&self, reported: usize) -> Gap {
        let bytes = self.text.as_bytes();
        let mut found = Gap { value: self.token_end.min(reported), header: None, dash: None };
        let mut at = self.token_end;
        // granit reports an empty value at its colon.
        while let Some(&byte) = bytes.get(at).filter(|&&byte| at < reported || (at == reported && byte == b':')) {
            let end = match byte {
                b'#' => at + line_length(bytes, at),
                b'&' | b'!' => at + word_length(bytes, at),
                b':' | b'?' => at + 1,
                b'-' => {
                    found.dash.get_or_insert(at);
                    at + 1
                }
                b'|' | b'>' => {
                    found.header = Some(at);
                    break;
                }
                _ => at + 1,
            };
            if matches!(byte, b'&' | b'!' | b':' | b'?' | b'-') {
                found.value = end;
            }
            at = end;
        }
        found
    }

    fn error(&self, error: &ScanError) -> SyntaxError {
        SyntaxError::from_parser(self.text, error, self.token_end, self.open.last().is_some_and(|open| open.flow))
    }
}

/// What lies between two tokens.
struct Gap {
    /// Where an empty value stands: behind the last indicator or property.
    value: usize,
    /// `|` or `>`.
    header: Option<usize>,
    dash: Option<usize>,
}

fn line_length(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
}

fn word_length(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().take_while(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count()
}

/// The end of a block scalar's last line that is not blank, without its line break; of its header if all are.
fn block_scalar_end(text: &str, header: usize, token_end: usize) -> usize {
    let bytes = text.as_bytes();
    let header_end = header + word_length(bytes, header);
    let body_start = header + line_length(bytes, header);
    let body = bytes.get(body_start..token_end).unwrap_or_default();
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let Some(last) = body.iter().rposition(|byte| !blank(byte)) else { return header_end };
    // Blanks behind the last word are content.
    body_start + last + line_length(body, last)
}

fn kind_of_tag(tag: &granit_parser::Tag) -> RawTag {
    let suffix = tag.suffix_in_namespace("tag:yaml.org,2002:");
    RawTag::Plain(match suffix.as_deref() {
        Some("null") => Tag::Null,
        Some("bool") => Tag::Bool,
        Some("int") => Tag::Int,
        Some("float") => Tag::Float,
        Some("binary") => return RawTag::Binary,
        Some("merge") => return RawTag::Merge,
        _ => Tag::Str,
    })
}
