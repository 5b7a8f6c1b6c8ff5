//! Parts of decoded scalars are found in their notation.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use stslint::yaml::{Document, Node, Source, Span, split};

fn parse(text: &str) -> Document {
    let source = Arc::new(Source::new("test.yaml", text));
    let document = Document::parse(&source, &split(source.text())[0]);
    assert!(document.root().is_some(), "{text:?}: {:?}", document.problems);
    document
}

fn slices<'d>(document: &'d Document, node: Node<'d>, part: &str) -> Vec<&'d str> {
    let at = node.text().find(part).unwrap_or_else(|| panic!("{part:?} in {:?}", node.text()));
    let spans = document.scalar_range(node.id(), at..at + part.len());
    spans.into_iter().map(|span| document.source.slice(span)).collect()
}

/// A value of `v:`, a part of its text, and the bytes that spell this part, line by line.
const PARTS: &[(&str, &str, &[&str])] = &[
    ("plain $(POD) text", "$(POD)", &["$(POD)"]),
    ("one two\n   three\n\n   four", "two three\nfour", &["two", "three", "four"]),
    ("one two\n   three", "two three", &["two", "three"]),
    ("one\n   two", " ", &["\n"]),
    ("one\r\n\r\n\r\n   two", "\n\n", &["\r\n", "\r\n"]),
    ("'it''s $(POD)'", "s $(POD)", &["s $(POD)"]),
    ("'it''s $(POD)'", "'s", &["''s"]),
    ("'it''s $(POD)'", "t's", &["t''s"]),
    ("'  one  \n\n  two'", "  one\ntwo", &["  one", "two"]),
    (r#""a\tb\x41\u00e9\U0001F600\"c""#, "bAé", &[r"b\x41\u00e9"]),
    (r#""a\tb\x41\u00e9\U0001F600\"c""#, "😀\"", &[r#"\U0001F600\""#]),
    (r#""\ud83d\ude00x""#, "😀", &[r"\ud83d\ude00"]),
    ("\"one \\\n    two\"", "e t", &["e ", "t"]),
    ("\"one\\\n   \\  two\"", "one  two", &["one", "\\  two"]),
    ("\"one\\\n\n    two\"", "e\nt", &["e", "t"]),
    ("|\n    a\n     b\n    c\n", " b", &[" b"]),
    ("|\n    a\n     b\n    c\n", "a\n b\nc", &["a", " b", "c"]),
    ("|\n    a\n\n    b\n", "\n\n", &["\n", "\n"]),
    ("|\n\n    a\n", "\na", &["a"]),
    ("|2-\n     a\n    b", "   a\n  b", &["   a", "  b"]),
    ("|4\n      a\n    b\n", "a\nb", &["a", "b"]),
    ("| # c\r\n    é$(X)\r\n    日\r\n", "$(X)\n日", &["$(X)", "日"]),
    ("|+\n    a\n\n\n", "a\n\n", &["a"]),
    ("|\n    a", "a\n", &["a"]),
    (">\n    one\n    two\n", "one two", &["one", "two"]),
    (">\n    one\n\n\n    two\n", "\n\n", &["\n", "\n"]),
    (">-\n    one\n      more\n    two\n    three", "  more\ntwo three", &["  more", "two", "three"]),
    (">\n\n    one\n     x\n\n    two\n\n", "\none\n x\n\ntwo\n", &["one", " x", "two"]),
];

#[test]
fn parts_are_found_line_by_line() {
    for (value, part, expected) in PARTS {
        for tail in ["", "w: 1\n"] {
            let text = format!("v: {value}");
            let text = if tail.is_empty() || text.ends_with('\n') { text + tail } else { text + "\n" + tail };
            let document = parse(&text);
            let node = document.root().unwrap().get("v").unwrap();
            assert_eq!(slices(&document, node, part), *expected, "{part:?} in {text:?}");
        }
    }
}

#[test]
fn an_alias_is_searched_where_its_anchor_is() {
    let document = parse("a: &x \"say \\u0041 and $(B)\"\nb: *x\nc: |\n  d: *x\n");
    let alias = document.root().unwrap().get("b").unwrap();
    assert_eq!(slices(&document, alias, "$(B)"), ["$(B)"]);
    assert_eq!(slices(&document, alias, "A"), ["\\u0041"]);
    assert_eq!(document.source.slice(alias.span()), "*x");
}

#[test]
fn what_cannot_be_told_is_the_whole_scalar() {
    let document = parse("a: !!binary aGVsbG8=\nb: [x]\nc: é\n");
    let root = document.root().unwrap();
    let whole = |key: &str, range: std::ops::Range<usize>| {
        let node = root.get(key).unwrap();
        assert_eq!(document.scalar_range(node.id(), range), [node.span()], "{key}");
    };
    whole("a", 0..2);
    whole("b", 0..1);
    // Not in the text, or in the middle of a character.
    whole("c", 0..9);
    whole("c", 0..1);
    whole("c", std::ops::Range { start: 2, end: 1 });
    let empty = document.scalar_range(root.get("c").unwrap().id(), 2..2);
    assert_eq!(empty.iter().map(|span| span.is_empty()).collect::<Vec<_>>(), [true]);
}

/// A small deterministic generator (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.roll(from.len())]
    }
}

/// Writes a scalar of random words in a random style, over several lines, and returns the document.
fn random_scalar(dice: &mut Dice, newline: &str) -> String {
    let words = ["a", "é", "日本", "🚀x", "$(POD)", "b:c", "x#y", "it", "1"];
    let indent = " ".repeat(2 + dice.roll(3));
    let style = dice.roll(5);
    let mut body = String::new();
    for _ in 0..1 + dice.roll(12) {
        match dice.roll(10) {
            0 | 1 => body += newline,
            2 => body += &format!("{newline}{newline}"),
            3 if style == 1 => body += "''",
            3 | 4 if style == 2 => {
                body += dice.pick(&["\\n", "\\\"", "\\x41", "\\u65e5", "\\U0001F680", "\\t", "\\ ", "\\\\"])
            }
            5 if style == 2 => body += &format!("\\{newline}"),
            6 if style >= 3 => body += &format!("{newline} more"),
            _ => body += " ",
        }
        body += dice.pick(&words);
    }
    let body = body.trim_start_matches([' ', '\r', '\n']);
    let lines = |text: &str| {
        let line = |line: &str| if line.is_empty() { String::new() } else { format!("{indent}{line}") };
        text.split(newline).map(line).collect::<Vec<_>>().join(newline)
    };
    let end = dice.pick(&["", "-", "+"]);
    let value = match style {
        0 => lines(body).trim_start().to_owned(),
        1 => format!("'{}'", lines(body).trim_start()),
        2 => format!("\"{}\"", lines(body).trim_start()),
        3 => format!("|{end}{newline}{}", lines(body)),
        _ => format!(">{end}{newline}{}", lines(body)),
    };
    let after = dice.pick(&["", "\n", "\n\n", "\nw: 1\n", " "]).replace('\n', newline);
    format!("k: 0{newline}v: {value}{after}")
}

/// What the bytes that spell one character mean by themselves.
fn means(spelled: &str, char: char) -> bool {
    let is_break = matches!(spelled, "\n" | "\r\n" | "\r" | "");
    match char {
        ' ' | '\n' if is_break => true,
        '\'' if spelled == "''" => true,
        _ if spelled == char.to_string() => true,
        _ if spelled.starts_with('\\') => {
            let document = parse(&format!("\"{spelled}\""));
            document.root().unwrap().text() == char.to_string()
        }
        _ => false,
    }
}

#[test]
fn every_character_of_a_scalar_maps_to_bytes_that_mean_it() {
    let mut dice = Dice(0x5EED);
    let (mut scalars, mut characters) = (0, 0);
    while scalars < 4_000 {
        let newline = dice.pick(&["\n", "\n", "\r\n"]);
        let text = random_scalar(&mut dice, newline);
        let source = Arc::new(Source::new("test.yaml", text.as_str()));
        let document = Document::parse(&source, &split(source.text())[0]);
        // Some plain scalars turn out as something else, or as no YAML.
        let Some(node) = document.root().and_then(|root| root.get("v")) else { continue };
        scalars += 1;
        let mut before = Span::default();
        for (at, char) in node.text().char_indices() {
            let spans = document.scalar_range(node.id(), at..at + char.len_utf8());
            let [span] = spans.as_slice() else { panic!("{char:?} at {at} of {text:?}: {spans:?}") };
            assert!(means(source.slice(*span), char), "{char:?} at {at} of {text:?} is {:?}", source.slice(*span));
            assert!(span.start >= before.end, "{char:?} at {at} of {text:?} goes back");
            before = *span;
            characters += 1;
        }
        // The whole text covers its first and last visible character and no line break.
        for span in document.scalar_range(node.id(), 0..node.text().len()) {
            let line = source.slice(span);
            assert!(!line.contains(['\n', '\r']) || node.text().trim_matches('\n').is_empty(), "{line:?} of {text:?}");
        }
    }
    assert!(characters > 40_000, "{characters}");
}
