//! The parser behind the tree: granit's events, with the byte spans that a reader would mark.
//!
//! Nothing else in stslint knows granit. Its spans lack four things that are added here: the header of a block scalar,
//! the first dash of a sequence that is not indented, where an empty value would stand, and ends of block collections
//! (these the tree takes from the last child).

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event as Raw, Parser, ScalarStyle as RawStyle, ScanError, StructureStyle};

use super::MAX_DEPTH;
use super::node::ScalarStyle;
use super::scalar::Tag;

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

/// Where and why the text is no YAML.
pub(super) struct SyntaxError {
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) too_deep: bool,
}

/// The events of one text's first document.
pub(super) struct Events<'t> {
    text: &'t str,
    parser: Parser<'t, granit_parser::StrInput<'t>>,
    /// The end of the last token: what lies between it and the next node are indicators, blanks, properties, comments.
    token_end: usize,
    /// For each open collection, whether it is a mapping and the next node is one of its keys.
    open: Vec<Slot>,
    document_ended: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Key,
    Value,
    Item,
}

impl<'t> Events<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let options = granit_parser::options! {
            // Long comments before a value are fine; they are kept in memory anyway.
            max_buffered_comment_events: usize::MAX,
            block_nesting_limit: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
        };
        let parser = Parser::new_from_str_with_options(text, options);
        Self { text, parser, token_end: 0, open: Vec::with_capacity(16), document_ended: false }
    }

    /// The next event; `None` at the end of the text.
    pub(super) fn next(&mut self) -> Option<Result<Event<'t>, SyntaxError>> {
        loop {
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
                    let flow = style == StructureStyle::Flow && end > start;
                    self.collection(true, flow, start, end, anchor)
                }
                Raw::SequenceStart(style, anchor, _) => {
                    let flow = style == StructureStyle::Flow;
                    let start =
                        if flow || self.open.last() == Some(&Slot::Item) { start } else { self.first_dash(start) };
                    self.collection(false, flow, start, end, anchor)
                }
                Raw::MappingEnd | Raw::SequenceEnd => {
                    self.open.pop();
                    if end > start {
                        self.token_end = end;
                    }
                    Event::End { end }
                }
                Raw::Alias(anchor) => {
                    self.filled();
                    self.token_end = end;
                    Event::Alias { start, end, anchor }
                }
                Raw::Comment(..) => Event::Comment { start, end },
                Raw::DocumentEnd => {
                    self.document_ended = true;
                    Event::DocumentEnd
                }
                Raw::DocumentStart(..) if self.document_ended => Event::Trailing { start },
                Raw::DocumentStart(explicit, _) => {
                    if explicit {
                        self.token_end = end;
                    }
                    continue;
                }
                Raw::StreamEnd => return None,
                _ => continue,
            };
            return Some(Ok(event));
        }
    }

    /// Notes that the place for the next node is taken, and says what that place was.
    fn filled(&mut self) -> Option<Slot> {
        let slot = self.open.last_mut()?;
        let was = *slot;
        *slot = match was {
            Slot::Key => Slot::Value,
            Slot::Value => Slot::Key,
            Slot::Item => Slot::Item,
        };
        Some(was)
    }

    fn collection(&mut self, mapping: bool, flow: bool, start: usize, end: usize, anchor: usize) -> Event<'t> {
        self.filled();
        self.open.push(if mapping { Slot::Key } else { Slot::Item });
        if flow {
            self.token_end = end;
        }
        Event::Start { mapping, flow, start, anchor }
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
                    self.token_end = token_end;
                }
                _ if *start == *end => {
                    // granit calls an empty node `~`.
                    *text = Cow::Borrowed("");
                    let place = if slot == Some(Slot::Key) { *start } else { self.gap(*start).value };
                    (*start, *end) = (place, place);
                    self.token_end = self.token_end.max(place);
                }
                _ => self.token_end = *end,
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
        let too_deep = matches!(error.kind(), ErrorKind::RecursionLimitExceeded);
        SyntaxError { offset: offset(error).min(self.text.len()), message: words(error), too_deep }
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

fn offset(error: &ScanError) -> usize {
    error.marker().byte_offset().unwrap_or_default()
}

/// The parser's reason in words for someone who writes manifests.
fn words(error: &ScanError) -> String {
    let known = match error.kind() {
        ErrorKind::UnknownAnchor => "no anchor of this name is defined above in this document",
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => "YAML is indented with spaces, this is a tab",
        ErrorKind::UnclosedQuotedScalar => "this quoted text is never closed",
        ErrorKind::UnclosedFlowCollection { open: '[' } => "this `[` is never closed",
        ErrorKind::UnclosedFlowCollection { .. } => "this `{` is never closed",
        ErrorKind::MappingValueNotAllowed => "a `key: value` pair cannot stand here",
        ErrorKind::ExpectedBlockMappingKey => {
            "this line does not fit the mapping above: wrong indentation or no `key:`"
        }
        ErrorKind::ExpectedBlockSequenceEntry => "this line does not fit the list above: wrong indentation or no `- `",
        ErrorKind::BlockSequenceEntryNotAllowed => "a list item cannot stand here",
        ErrorKind::InvalidIndentation => "this line is indented unlike the lines above",
        ErrorKind::SimpleKeyExpected => "a `:` is missing after this key",
        ErrorKind::RecursionLimitExceeded => "this is nested deeper than stslint reads",
        _ => return error.info().to_owned(),
    };
    known.to_owned()
}
