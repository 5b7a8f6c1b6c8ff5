//! Comments, keys set twice, merges, presence.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use stslint::yaml::{Document, FieldPath, Presence, ProblemKind, Source, split};

fn document(text: &str) -> Document {
    let source = Arc::new(Source::new("test.yaml", text));
    Document::parse(&source, &split(source.text())[0])
}

fn json(document: &Document) -> serde_json::Value {
    document.to_json(document.root().unwrap().id()).unwrap()
}

#[test]
fn comments_are_kept_in_order() {
    let text = "# head\na: 1 # one\nb: | # two\n  # text\n # three\nc: [ # four\n  '# no', x#no, # five\n]\n#\nd: \"# no\"\n# end";
    let document = document(text);
    let comments: Vec<_> =
        document.comments.iter().map(|comment| (document.source.slice(comment.span), comment.own_line)).collect();
    let expected = [
        ("# head", true),
        ("# one", false),
        ("# two", false),
        ("# three", true),
        ("# four", false),
        ("# five", false),
        ("#", true),
        ("# end", true),
    ];
    assert_eq!(comments, expected);
    assert_eq!(document.root().unwrap().get("b").unwrap().text(), "# text\n");
}

#[test]
fn a_document_of_comments_has_no_root_and_no_problem() {
    for text in ["", "\n\n", "# a\n\n  # b\n", "\u{feff}"] {
        let document = document(text);
        assert!(document.root().is_none() && document.problems.is_empty(), "{text:?}");
    }
    assert_eq!(document("# a\r\n# b\r\n").comments.len(), 2);
    // Kubernetes skips null documents too, but they are there.
    assert_eq!(json(&document("null\n")), serde_json::Value::Null);
}

#[test]
fn the_template_a_document_was_rendered_from_is_known() {
    let from = |text: &str| document(text).rendered_from;
    assert_eq!(from("# Source: chart/templates/x.yaml\r\nkind: A\n").as_deref(), Some("chart/templates/x.yaml"));
    assert_eq!(
        from("# c\n\n# Source: chart/charts/b/templates/y z.yaml\nkind: A").as_deref(),
        Some("chart/charts/b/templates/y z.yaml")
    );
    assert_eq!(from("# Source: chart/templates/empty.yaml\n").as_deref(), Some("chart/templates/empty.yaml"));
    assert_eq!(from("kind: A\n# Source: chart/templates/x.yaml\n"), None);
    assert_eq!(from("kind: A # Source: x/templates/y\n"), None);
}

#[test]
fn the_last_of_several_keys_wins_and_is_reported() {
    let document = document("a: 1\n'a': 2\nb: {c: x, \"\\x63\": y, c: z}\non: 1\ntrue: 2\n");
    assert_eq!(json(&document), serde_json::json!({"a": 2, "b": {"c": "z"}, "true": 2}));
    let root = document.root().unwrap();
    assert_eq!(root.get("a").unwrap().text(), "2");
    assert_eq!(root.at(&FieldPath::of("b.c")).unwrap().text(), "z");
    let told: Vec<_> = document
        .problems
        .iter()
        .map(|problem| {
            assert_eq!(problem.kind, ProblemKind::DuplicateKey);
            let first = problem.related.as_ref().unwrap().0;
            (document.source.slice(problem.span), document.source.position(first.start as usize).column)
        })
        .collect();
    assert_eq!(told, [("'a'", 1), ("c", 5), ("true", 1)]);
}

#[test]
fn many_keys_are_compared_too() {
    let keys: String = (0..100).map(|key| format!("k{}: {key}\n", key % 90)).collect();
    let document = document(&keys);
    assert_eq!(document.problems.len(), 10);
    assert_eq!(document.root().unwrap().entries().len(), 90);
    assert_eq!(document.root().unwrap().get("k3").unwrap().as_i64(), Some(93));
}

/// What Go's `sigs.k8s.io/yaml` 1.6.0 makes of merges.
const MERGES: &[(&str, &str)] = &[
    ("<<: {a: 2, b: 3}\na: 1\n", r#"{"a":1,"b":3}"#),
    // Not what YAML's merge type says, but what kubectl does.
    ("a: 1\n<<: {a: 2, b: 3}\n", r#"{"a":2,"b":3}"#),
    ("x: &x {a: 1}\nw: &w {a: 2, b: 2}\nz:\n  <<: [*x, *w]\n", r#"{"x":{"a":1},"w":{"a":2,"b":2},"z":{"a":1,"b":2}}"#),
    ("x: &x {a: 1}\nz:\n  <<: *x\n  <<: {a: 2, b: 2}\n", r#"{"x":{"a":1},"z":{"a":2,"b":2}}"#),
    ("z:\n  b: 9\n  <<: {b: 1, <<: {b: 2, c: 3}}\n", r#"{"z":{"b":2,"c":3}}"#),
    ("z:\n  <<: {<<: {b: 2, c: 3}, b: 1}\n", r#"{"z":{"b":1,"c":3}}"#),
    ("!!merge <<: {a: 1}\n", r#"{"a":1}"#),
    ("\"<<\": {a: 1}\n", r#"{"<<":{"a":1}}"#),
    ("<<: []\n", "{}"),
    ("a: {b: 1}\n<<: {a: {c: 2}}\n", r#"{"a":{"c":2}}"#),
];

#[test]
fn merges_are_applied_as_kubectl_does() {
    for (text, expected) in MERGES {
        let document = document(text);
        assert_eq!(document.problems, [], "{text}");
        assert_eq!(json(&document), serde_json::from_str::<serde_json::Value>(expected).unwrap(), "{text}");
        // Looking up one key agrees with listing all.
        check_lookups(document.root().unwrap());
    }
}

fn check_lookups(node: stslint::yaml::Node<'_>) {
    for (key, value) in node.entries() {
        let name = key.key_text().unwrap();
        assert_eq!(node.get(&name).unwrap().id(), value.id(), "{name}");
        check_lookups(value);
    }
}

#[test]
fn an_override_is_no_duplicate_but_two_keys_in_what_is_merged_are() {
    let document = document("a: &a {k: 1, k: 2}\nb:\n  <<: *a\n  k: 3\nc:\n  <<: *a\n");
    assert_eq!(document.problems.len(), 1);
    assert_eq!(json(&document)["b"], serde_json::json!({"k": 3}));
    assert_eq!(json(&document)["c"], serde_json::json!({"k": 2}));
}

#[test]
fn merges_of_something_else_are_problems() {
    for text in ["<<: null\n", "<<: 5\n", "<<: [[{a: 1}]]\n", "<<: [{a: 1}, 5]\n", "x: &x [{a: 1}]\nz: {<<: *x}\n"] {
        let document = document(text);
        let kinds: Vec<_> = document.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::Merge], "{text}");
        assert!(document.root().is_some(), "{text}");
    }
}

#[test]
fn presence_tells_what_types_do_not() {
    let document = document("spec:\n  selector: {}\n  list: []\n  text: ''\n  none:\n  zero: 0\n  merged: {<<: {}}\n");
    let presence = |path: &'static str| document.root().unwrap().presence(&FieldPath::of(path));
    assert_eq!(presence("spec.replicas"), Presence::Absent);
    assert_eq!(presence("status.replicas"), Presence::Absent);
    assert_eq!(presence("spec.none"), Presence::Null);
    for empty in ["spec.selector", "spec.list", "spec.text", "spec.merged"] {
        assert_eq!(presence(empty), Presence::Empty, "{empty}");
    }
    assert_eq!(presence("spec.zero"), Presence::Present);
    assert_eq!(presence("spec"), Presence::Present);
}

#[test]
fn anchors_are_named_as_kubectl_allows() {
    for text in ["a: &x.y 1\n", "a: &é 1\n", "a: &x: 1\n"] {
        assert_eq!(document(text).problems[0].kind, ProblemKind::Syntax, "{text}");
    }
    assert_eq!(json(&document("a: &x-Y_1 1\nb: *x-Y_1\n")), serde_json::json!({"a": 1, "b": 1}));
}

#[test]
fn tabs_are_refused_where_kubectl_refuses_them() {
    for text in [
        "a: 1\n\t\n",
        "a: 1\n\t# c\n",
        "-\ta\n",
        "a:\n \t# c\n  b: 1\n",
        "\ta: 1\n",
        "a:\n\t- b\n",
        "a: 'x'\n\t\nb: 1\n",
    ] {
        let document = document(text);
        assert!(document.root().is_none(), "{text:?}");
        assert_eq!(document.problems[0].kind, ProblemKind::Syntax, "{text:?}");
        assert_eq!(document.source.slice(document.problems[0].span), "\t", "{text:?}");
    }
    for text in ["a:\t1\n", "a: \t\n  b: 1\n", "a: 1\t# c\n", "a: 1\n \t \n", "{\n\t\"a\": [\n\t\t1\n\t]\n}\n\t\n"] {
        assert_eq!(document(text).problems, [], "{text:?}");
    }
}

#[test]
fn documents_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&document("a: 1\n"));
}
