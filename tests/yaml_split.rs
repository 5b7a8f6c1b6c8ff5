//! Texts are cut into documents as kubectl cuts them.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use stslint::yaml::{Document, NotText, Position, ProblemKind, Source, Span, split};

/// The chunks of a text, and the text of the separators that kubectl refuses.
fn chunks(text: &str) -> Vec<(&str, Option<&str>)> {
    let cut = split(text);
    assert!(cut.iter().enumerate().all(|(index, chunk)| chunk.ordinal == index));
    let slice = |span: Span| &text[span.range()];
    cut.iter().map(|chunk| (slice(chunk.span), chunk.bad_separator.map(slice))).collect()
}

fn good<'t>(texts: &[&'t str]) -> Vec<(&'t str, Option<&'t str>)> {
    texts.iter().map(|text| (*text, None)).collect()
}

#[test]
fn lines_that_begin_with_three_dashes_separate() {
    assert_eq!(chunks("a: 1\n---\nb: 2\n"), good(&["a: 1\n", "b: 2\n"]));
    assert_eq!(chunks("---\na: 1\n--- # c\nb: 2"), good(&["a: 1\n", "b: 2"]));
    assert_eq!(chunks("a: 1\r\n---\r\nb: 2\r\n"), good(&["a: 1\r\n", "b: 2\r\n"]));
    assert_eq!(chunks("a: 1\n---   \t\nb: 2\n---#c\nc: 3\n"), good(&["a: 1\n", "b: 2\n", "c: 3\n"]));
    assert_eq!(chunks("a: |\n  ---\n ---\nb: '\n --- '\n"), good(&["a: |\n  ---\n ---\nb: '\n --- '\n"]));
    assert_eq!(chunks("a: --- b\n--\nc\n"), good(&["a: --- b\n--\nc\n"]));
}

#[test]
fn chunks_without_content_are_kept() {
    assert_eq!(chunks(""), good(&[""]));
    assert_eq!(chunks("---\n"), good(&[""]));
    assert_eq!(chunks("---"), good(&[""]));
    assert_eq!(chunks("# c\n---\n---\n\n---\na: 1\n---\n"), good(&["# c\n", "", "\n", "a: 1\n", ""]));
}

#[test]
fn separators_that_kubectl_refuses_are_told() {
    assert_eq!(chunks("a: 1\n--- {b: 2}\nc: 3\n"), [("a: 1\n", None), (" {b: 2}\nc: 3\n", Some("--- {b: 2}"))]);
    assert_eq!(chunks("---foo\r\na: 1\n"), [("foo\r\na: 1\n", Some("---foo"))]);
    assert_eq!(chunks("-----BEGIN-----\n"), [("--BEGIN-----\n", Some("-----BEGIN-----"))]);
}

#[test]
fn json_objects_in_a_row_are_documents() {
    assert_eq!(chunks("{\"a\": 1}\n{\"b\": \"}{\"} {}"), good(&["{\"a\": 1}", "{\"b\": \"}{\"}", "{}"]));
    assert_eq!(chunks("\u{feff} {\"a\": [\"\\\"\"]}{}"), good(&["{\"a\": [\"\\\"\"]}", "{}"]));
    // One object, something else, or YAML first: cut at separators only.
    assert_eq!(chunks("{\"a\": 1}\n"), good(&["{\"a\": 1}\n"]));
    assert_eq!(chunks("{a: 1} {b: 2\n"), good(&["{a: 1} {b: 2\n"]));
    assert_eq!(chunks("{} # c\n{}"), good(&["{} # c\n{}"]));
    assert_eq!(chunks("{} ]\n"), good(&["{} ]\n"]));
    assert_eq!(chunks("a: 1\n---\n{}{}\n"), good(&["a: 1\n", "{}{}\n"]));
    assert_eq!(chunks("{}{}\n---\na: 1\n"), good(&["{}", "{}", "a: 1\n"]));
}

fn documents(text: &str) -> Vec<Document> {
    let source = Arc::new(Source::new("test.yaml", text));
    split(source.text()).iter().map(|chunk| Document::parse(&source, chunk)).collect()
}

fn json(document: &Document) -> String {
    document.root().map_or("nothing".into(), |root| document.to_json(root.id()).unwrap().to_string())
}

#[test]
fn what_follows_a_refused_separator_is_read_as_far_as_it_goes() {
    let read = |text: &str| {
        let document = documents(text).pop().unwrap();
        (json(&document), document.problems.iter().map(|problem| problem.kind).collect::<Vec<_>>())
    };
    let separator = vec![ProblemKind::Separator];
    assert_eq!(read("--- {a: 1}\n"), (r#"{"a":1}"#.into(), separator.clone()));
    assert_eq!(read("x: y\n--- !!map\na: 1\n"), (r#"{"a":1}"#.into(), separator.clone()));
    assert_eq!(read("---foo\na: 1\n"), (r#"{"a":1}"#.into(), separator.clone()));
    assert_eq!(read("--- foo\na: 1\n"), (r#"{"a":1}"#.into(), separator.clone()));
    assert_eq!(read("--- foo"), (r#""foo""#.into(), separator));
    assert_eq!(read("--- foo\na: [\n").1, [ProblemKind::Separator, ProblemKind::Syntax]);
    let document = documents("a: 1\n--- {b: é}\n").pop().unwrap();
    assert_eq!(document.source.slice(document.problems[0].span), "--- {b: é}");
    assert_eq!(document.source.slice(document.root().unwrap().get("b").unwrap().span()), "é");
}

#[test]
fn byte_order_marks_may_begin_any_document() {
    let texts: Vec<_> = documents("\u{feff}a: 1\n---\n\u{feff}b: 2\n---\n\u{feff}").iter().map(json).collect();
    assert_eq!(texts, [r#"{"a":1}"#, r#"{"b":2}"#, "nothing"]);
    assert_eq!(documents("\u{feff}---\na: 1\n").iter().map(json).collect::<Vec<_>>(), [r#"{"a":1}"#]);
}

#[test]
fn only_the_first_document_between_separators_counts() {
    for (text, follows) in
        [("a: 1\n...\nb: 2\n", "b:"), ("  a: 1\nb: 2\n", "b:"), ("{a: 1} b\n", "b"), ("a: 1\n...\n[\n", "[")]
    {
        let document = documents(text).pop().unwrap();
        assert_eq!(json(&document), r#"{"a":1}"#, "{text}");
        let [problem] = document.problems.as_slice() else { panic!("{text}: {:?}", document.problems) };
        assert_eq!(problem.kind, ProblemKind::TrailingContent, "{text}");
        assert_eq!(document.source.slice(problem.span), follows, "{text}");
    }
    for text in ["a: 1\n...\n", "a: 1\n...\n# c\n", "a: 1\n\n# c\n"] {
        let document = documents(text).pop().unwrap();
        assert_eq!((json(&document), document.problems.len()), (r#"{"a":1}"#.into(), 0), "{text}");
    }
}

#[test]
fn positions_count_lines_and_characters() {
    let source = Source::new("a.yaml", "\u{feff}é: 1\r\n\n🚀x");
    let at = |offset: usize| {
        let Position { line, column, .. } = source.position(offset);
        (line, column)
    };
    assert_eq!([at(0), at(3), at(5), at(7)], [(1, 1), (1, 1), (1, 2), (1, 4)]);
    // Inside a character, at the end, beyond it.
    assert_eq!([at(4), at(10), at(11), at(13)], [(1, 1), (2, 1), (3, 1), (3, 1)]);
    assert_eq!([at(15), at(16), at(99)], [(3, 2), (3, 3), (3, 3)]);
    assert_eq!(source.position(99).offset, source.text().len());
    assert_eq!(source.line_count(), 3);
    let lines: Vec<&str> = (0..5).map(|line| source.slice(source.line_span(line))).collect();
    assert_eq!(lines, ["", "\u{feff}é: 1", "", "🚀x", ""]);
    assert_eq!(source.slice(Span::new(4, 5)), "");
    assert_eq!(Source::new("empty", "").line_count(), 1);
}

#[test]
fn bytes_are_decoded_as_kubectl_does() {
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    for bytes in [utf16("\u{feff}a: é🚀\n", u16::to_le_bytes), utf16("\u{feff}a: é🚀\n", u16::to_be_bytes)] {
        let source = Source::from_bytes("a.yaml", bytes).unwrap();
        assert_eq!((source.text(), source.is_transcoded()), ("a: é🚀\n", true));
    }
    let source = Source::from_bytes("a.yaml", "\u{feff}a: é".into()).unwrap();
    assert_eq!((source.text(), source.is_transcoded(), source.name()), ("\u{feff}a: é", false, "a.yaml"));
    let offset =
        |bytes: &[u8]| Source::from_bytes("a.yaml", bytes.into()).map(|_| ()).map_err(|NotText { offset, .. }| offset);
    assert_eq!(offset(b"a: \xff"), Err(3));
    assert_eq!(offset(b"\xff\xfea\0\0\xd8b\0"), Err(4));
    assert_eq!(offset(b"\xfe\xff\0a\0"), Err(4));
    assert_eq!(offset(b""), Ok(()));
}
