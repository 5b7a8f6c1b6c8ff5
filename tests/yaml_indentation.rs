//! What kubectl reads and YAML 1.2 forbids: quoted texts and brackets whose lines are not indented.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use stslint::yaml::{Document, Source, split};

fn document(text: &str) -> Document {
    let source = Arc::new(Source::new("test.yaml", text));
    let document = Document::parse(&source, split(source.text()).last().unwrap());
    assert_eq!(document.problems, [], "{text:?}");
    document
}

/// Texts and what Go's `sigs.k8s.io/yaml` 1.6.0 makes of them.
const TEXTS: &[(&str, &str)] = &[
    ("a:\n  b: \"x\ny\"\nc: 'é'\n", r#"{"a":{"b":"x y"},"c":"é"}"#),
    ("- - b: 'x\n # y'\n    c: 1\n", r#"[[{"b":"x # y","c":1}]]"#),
    ("a: \"x\n\ty\"\nb: 1\n", r#"{"a":"x y","b":1}"#),
    (
        "a:\n  b:\n    # it's \"one\"\n    &x !!str \"é\n\n é\\\n \\\" é\n  \"\nb: [1]\n",
        r#"{"a":{"b":"é\né\" é "},"b":[1]}"#,
    ),
    ("a: {b: \"x\r\ny\", c: 'it''s\r\nz'}\r\nd: 1\r\n", r#"{"a":{"b":"x y","c":"it's z"},"d":1}"#),
    ("a: [\n\tb,\n\t\tc\n\t]\nd: 1\n", r#"{"a":["b","c"],"d":1}"#),
    (
        "a:\n  b: 'x\ny'\n  c: 'x\ny'\n  d: [\n\te,\n'f\ng'\n  ]\nh: i\n",
        r#"{"a":{"b":"x y","c":"x y","d":["e","f g"]},"h":"i"}"#,
    ),
];

#[test]
fn lines_need_no_indentation_where_kubectl_minds_none() {
    for (text, expected) in TEXTS {
        let document = document(text);
        let root = document.root().unwrap();
        let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!(document.to_json(root.id()).unwrap(), expected, "{text:?}");
    }
}

#[test]
fn places_are_those_of_the_written_text() {
    let document = document("x: y\n---\n# c\na:\n  b: \"$(A)\n\n$(B) \\\n $(C)\" # d\n  e: [\n\tf, g]\nh: é\n");
    let source = &document.source;
    let root = document.root().unwrap();
    let b = root.get("a").unwrap().get("b").unwrap();
    assert_eq!(source.slice(b.span()), "\"$(A)\n\n$(B) \\\n $(C)\"");
    let at = b.text().find("$(B)").unwrap();
    let parts: Vec<_> = document.scalar_range(b.id(), at..at + 9).into_iter().map(|span| source.slice(span)).collect();
    assert_eq!(parts, ["$(B) ", "$(C)"]);
    let e = root.get("a").unwrap().get("e").unwrap();
    assert_eq!(source.slice(e.span()), "[\n\tf, g]");
    assert_eq!(e.items().map(|item| source.slice(item.span())).collect::<Vec<_>>(), ["f", "g"]);
    assert_eq!(source.slice(root.get("h").unwrap().span()), "é");
    let comments: Vec<_> = document.comments.iter().map(|comment| source.slice(comment.span)).collect();
    assert_eq!(comments, ["# c", "# d"]);
}

#[test]
fn errors_behind_such_lines_are_where_they_are() {
    let source = Arc::new(Source::new("test.yaml", "a:\n  b: 'x\ny'\nc: [\n\t1\n]\nd: *nowhere\n"));
    let document = Document::parse(&source, &split(source.text())[0]);
    assert!(document.root().is_none());
    assert_eq!(source.slice(document.problems[0].span), "*nowhere");
}

#[test]
fn there_is_an_end_to_it() {
    let text = "a:\n  - 'x\ny'\n".to_owned() + &"  - 'x\ny'\n".repeat(5_000);
    let source = Arc::new(Source::new("test.yaml", text));
    let document = Document::parse(&source, &split(source.text())[0]);
    assert_eq!(document.problems.len(), 1);
}
