//! Makes the invisible visible. Manifests, file names and everything quoted from them may hold escape sequences that
//! move the cursor or retitle the window, and direction marks that show text in another order than it is stored in.
//! None of these reaches a terminal or a log: each becomes a form that can be read.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Columns a tab takes in quoted source; what the frame's renderer assumes too.
const TAB: &str = "    ";

/// Whether a character acts on the terminal or on the order of text instead of being seen.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Direction marks and overrides: https://trojansource.codes
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Line and paragraph separator: some terminals and log viewers break the line there.
            | '\u{2028}' | '\u{2029}'
            // A byte order mark inside text, and the tag characters, which are drawn as nothing.
            | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Appends a character, in its visible form where it has none of its own; a tab becomes spaces.
pub(super) fn push(c: char, unicode: bool, out: &mut String) {
    // Writing into a String cannot fail, so the results of `write!` carry nothing.
    match c {
        '\t' => out.push_str(TAB),
        c if !is_hidden(c) => out.push(c),
        '\u{0}'..='\u{1f}' if unicode => out.extend(char::from_u32(0x2400 + c as u32)),
        '\u{7f}' if unicode => out.push('\u{2421}'),
        '\u{0}'..='\u{7f}' => _ = write!(out, "\\x{:02x}", c as u32),
        _ => _ = write!(out, "\\u{{{:x}}}", c as u32),
    }
}

/// Columns that a character takes once [`push`]ed.
pub(super) fn width(c: char, unicode: bool) -> usize {
    if c == '\t' || is_hidden(c) {
        let mut shown = String::new();
        push(c, unicode, &mut shown);
        textwrap::core::display_width(&shown)
    } else {
        textwrap::core::display_width(c.encode_utf8(&mut [0; 4]))
    }
}

/// Text for one line: names, messages, labels.
pub(super) fn line(text: &str, unicode: bool) -> Cow<'_, str> {
    keeping(text, unicode, |_| false)
}

/// Text of several lines that are laid out anew: notes.
pub(super) fn prose(text: &str, unicode: bool) -> Cow<'_, str> {
    keeping(text, unicode, |c| c == '\n')
}

/// Text that is copied and pasted: line breaks and tabs stay, Windows line ends become plain ones.
pub(super) fn block(text: &str, unicode: bool) -> Cow<'_, str> {
    if text.contains("\r\n") {
        Cow::Owned(keeping(&text.replace("\r\n", "\n"), unicode, |c| c == '\n' || c == '\t').into_owned())
    } else {
        keeping(text, unicode, |c| c == '\n' || c == '\t')
    }
}

fn keeping(text: &str, unicode: bool, keep: fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) && !keep(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if keep(c) {
            out.push(c);
        } else {
            push(c, unicode, &mut out);
        }
    }
    Cow::Owned(out)
}

/// At most `chars` characters of a text, marked where it was cut: a manifest may hold a name of a megabyte.
pub(super) fn clip(text: &str, chars: usize, unicode: bool) -> Cow<'_, str> {
    match text.char_indices().nth(chars) {
        Some((end, _)) => Cow::Owned(format!("{}{}", &text[..end], ellipsis(unicode))),
        None => Cow::Borrowed(text),
    }
}

/// What stands for text that is not shown.
pub(super) fn ellipsis(unicode: bool) -> &'static str {
    if unicode { "…" } else { "..." }
}
