//! What a document looks like before it is parsed: from the first line that holds anything.

/// How a document begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Blanks and comments only.
    Nothing,
    /// A block mapping whose keys stand in the first column, the first of them plain.
    Block,
    /// A list: no Kubernetes object, whatever is in it.
    List,
    /// Anything else: flow style, JSON, an indented document, a template, a quoted key, a tag.
    Other,
}

/// How a document begins. The line of its separator may stand before it.
pub(super) fn shape(document: &[u8]) -> Shape {
    let document = document.strip_prefix(BOM).unwrap_or(document);
    let mut lines = document.split(|byte| matches!(byte, b'\n' | b'\r'));
    if let Some(rest) = document.strip_prefix(b"---") {
        let behind = rest.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
        if !behind.is_empty() && !behind.starts_with(b"#") {
            return Shape::Other;
        }
        lines.next();
    }
    for line in lines {
        let line = line.strip_prefix(BOM).unwrap_or(line);
        let content = line.trim_ascii();
        match (content.first(), content.get(1)) {
            (None | Some(b'#'), _) => {}
            (Some(b'['), _) => return Shape::List,
            // A comment in JSON.
            (Some(b'/'), Some(b'/' | b'*')) => return Shape::Other,
            (Some(b'-'), None | Some(b' ' | b'\t')) => return Shape::List,
            _ if line.first().is_some_and(u8::is_ascii_whitespace) => return Shape::Other,
            (Some(first), _) if first.is_ascii_alphanumeric() || matches!(first, b'_' | b'.' | b'/' | b'<' | b'$') => {
                return Shape::Block;
            }
            _ => return Shape::Other,
        }
    }
    Shape::Nothing
}

/// Whether the key at a position begins its line behind a quote, a tag, an anchor or a `?`.
pub(super) fn is_key_in_other_clothes(document: &[u8], at: usize) -> bool {
    // More than this in front of a key is none of these; looking no further keeps the search linear.
    const FARTHEST: usize = 64;
    let before = &document[at.saturating_sub(FARTHEST)..at];
    let line = match before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
        Some(end) => &before[end + 1..],
        None if at <= FARTHEST => before.strip_prefix(BOM).unwrap_or(before),
        None => return false,
    };
    line.first().is_some_and(|first| matches!(first, b'"' | b'\'' | b'?' | b'!' | b'&'))
}

const BOM: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    use super::{Shape, is_key_in_other_clothes, shape};

    #[test]
    fn the_first_line_with_content_tells() {
        let cases = [
            ("", Shape::Nothing),
            ("\n  \n# c\n---", Shape::Other),
            ("---", Shape::Nothing),
            ("--- # c\r\n\r\n# d", Shape::Nothing),
            ("a: 1", Shape::Block),
            ("\u{feff}# c\na: 1", Shape::Block),
            ("---\n\u{feff}a: 1", Shape::Block),
            ("--- a: 1", Shape::Other),
            ("---a: 1", Shape::Other),
            ("  a: 1", Shape::Other),
            ("\"a\": 1", Shape::Other),
            ("{a: 1}", Shape::Other),
            ("!!map\na: 1", Shape::Other),
            ("- a", Shape::List),
            ("  - a", Shape::List),
            ("-\n  a: 1", Shape::List),
            ("[a]", Shape::List),
        ];
        for (text, expected) in cases {
            assert_eq!(shape(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn dressed_keys_begin_their_line() {
        let dressed = |text: &str| is_key_in_other_clothes(text.as_bytes(), text.find("kind").unwrap_or(0));
        for text in ["\"kind\"", "\u{feff}'kind'", "a: 1\r\n? kind", "a: 1\n!!str &k kind"] {
            assert!(dressed(text), "{text:?}");
        }
        let far = format!("\"{}kind\"", " ".repeat(70));
        for text in ["kind", "a: 'kind'", "a: 1\n  \"kind\"", "a:\n- \"kind\"", &far] {
            assert!(!dressed(text), "{text:?}");
        }
    }
}
