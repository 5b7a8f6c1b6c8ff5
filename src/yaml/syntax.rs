//! Why a text is no YAML, in words for someone who writes manifests.

use granit_parser::{ErrorKind, ScanError};

/// Where and why the text is no YAML.
pub(super) struct SyntaxError {
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) too_deep: bool,
    /// That kubectl would read on.
    pub(super) stricter: Option<Stricter>,
}

/// Where granit wants more of the indentation than kubectl.
pub(super) enum Stricter {
    /// In a quoted text; it is the first node behind `from`.
    Quoted { from: usize, at: usize },
    /// Between brackets.
    Brackets { at: usize },
}

impl SyntaxError {
    pub(super) fn new(offset: usize, message: String) -> Self {
        Self { offset, message, too_deep: false, stricter: None }
    }

    /// A tab where only go-yaml minds.
    pub(super) fn tab(offset: usize) -> Self {
        Self::new(offset, TAB.to_owned())
    }

    /// The parser's error, made while it looked for the token behind `token_end`.
    pub(super) fn from_parser(text: &str, error: &ScanError, token_end: usize, in_brackets: bool) -> Self {
        let (at, message) = (offset(error).min(text.len()), words(error));
        let stricter = match error.kind() {
            ErrorKind::InvalidQuotedScalarIndent | ErrorKind::TabInIndentation => {
                Some(Stricter::Quoted { from: token_end, at })
            }
            ErrorKind::TabInBlockIndentation if in_brackets => Some(Stricter::Brackets { at }),
            _ => None,
        };
        let too_deep = matches!(error.kind(), ErrorKind::RecursionLimitExceeded);
        // granit stops behind some tabs.
        let line = text.as_bytes().get(..=at).unwrap_or(text.as_bytes());
        let tab = memchr::memrchr(b'\t', line).filter(|_| message == TAB);
        Self { offset: tab.unwrap_or(at), message, too_deep, stricter }
    }
}

/// Where the parser stopped.
pub(super) fn offset(error: &ScanError) -> usize {
    error.marker().byte_offset().unwrap_or_default()
}

/// What go-yaml takes for a part of an anchor's name.
pub(super) fn name_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_')
}

/// What is wrong with an anchor whose name holds this.
pub(super) fn anchor_words(char: char) -> String {
    format!("kubectl refuses this anchor: its name cannot hold `{char}`, only letters, digits, `-` and `_`")
}

const TAB: &str = "YAML is indented with spaces, this is a tab";

/// The parser's reason in words for someone who writes manifests.
fn words(error: &ScanError) -> String {
    let known = match error.kind() {
        ErrorKind::UnknownAnchor => "no anchor of this name is defined above in this document",
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => TAB,
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
