//! No input panics, hangs or fills the memory.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::sync::Arc;

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;
use stslint::yaml::{
    Document, FieldPath, MAX_DEPTH, MAX_PROBLEMS, MAX_TYPE_ERRORS, NodeId, NodeKind, Problem, ProblemKind, Source,
    split,
};

/// Runs the whole floor over a text, in a thread with the stack of a worker, and says what was wrong with each document
/// and how many nodes a walk through it meets.
fn run(text: impl Into<String>) -> Vec<(Vec<Problem>, Option<usize>)> {
    let source = Arc::new(Source::new("hostile.yaml", text));
    let work = move || {
        let walk = |chunk| {
            let document = Document::parse(&source, chunk);
            let nodes = document.root().map(|root| {
                let _ = document.to_json(root.id());
                let _ = document.decode::<StatefulSet>(root.id());
                let _ = document.decode::<ConfigMap>(root.id());
                let _ = document.decode::<serde_json::Value>(root.id());
                let _ = document.locate(root.id(), &FieldPath::of("spec.a.b.c").index(7));
                let text = root.get("v").map_or(0..0, |node| 0..node.text().len().min(9));
                let _ = document.scalar_range(root.id(), text);
                count(&document, root.id())
            });
            (document.problems, nodes)
        };
        split(source.text()).iter().map(walk).collect()
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap()
}

fn count(document: &Document, id: NodeId) -> usize {
    let node = document.node(id);
    match node.kind() {
        NodeKind::Sequence => 1 + node.items().map(|item| count(document, item.id())).sum::<usize>(),
        NodeKind::Mapping => 1 + node.entries().iter().map(|(_, value)| count(document, value.id())).sum::<usize>(),
        _ => 1,
    }
}

/// The kinds of problems of the only document, which must have no root.
fn refused(text: impl Into<String>) -> ProblemKind {
    let mut documents = run(text);
    let (problems, nodes) = documents.pop().unwrap();
    assert_eq!((documents.len(), nodes), (0, None), "{problems:?}");
    problems.last().unwrap().kind
}

/// How many nodes the only document has, which must have no problems.
fn nodes(text: impl Into<String>) -> usize {
    let mut documents = run(text);
    let (problems, nodes) = documents.pop().unwrap();
    assert_eq!((documents.len(), problems.as_slice()), (0, [].as_slice()));
    nodes.unwrap()
}

#[test]
fn aliases_that_unfold_to_too_much_are_refused() {
    let mut laughs = "a0: &a0 [lol]\n".to_owned();
    let mut merges = "a0: &a0 {k: v}\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(laughs, "a{level}: &a{level} [{aliases}]").unwrap();
        writeln!(merges, "a{level}: &a{level} {{<<: [{aliases}], k{level}: v}}").unwrap();
    }
    assert_eq!(refused(laughs), ProblemKind::Limit);
    assert_eq!(refused(merges), ProblemKind::Limit);
    // One long scalar a thousand times: few nodes, a gigabyte of text.
    let long = format!("v: &v {}\nw: [{}]\n", "x".repeat(1 << 20), vec!["*v"; 1_000].join(", "));
    assert_eq!(refused(long), ProblemKind::Limit);
    // One mapping merged many times into many.
    let wide: String = (0..2_000).map(|key| format!("  k{key}: v\n")).collect();
    let many: String = (0..2_000).map(|key| format!("m{key}:\n  <<: *w\n")).collect();
    assert_eq!(refused(format!("w: &w\n{wide}{many}")), ProblemKind::Limit);
}

#[test]
fn aliases_in_moderation_are_fine() {
    let chain: String = (1..200).map(|level| format!("a{level}: &a{level} *a{}\n", level - 1)).collect();
    // An alias cannot have an anchor.
    assert_eq!(refused(format!("a0: &a0 x\n{chain}")), ProblemKind::Syntax);
    let many: String = (0..50_000).map(|level| format!("- &a{level} {{k: v}}\n- *a{level}\n")).collect();
    assert_eq!(nodes(many), 1 + 4 * 50_000);
}

#[test]
fn what_contains_itself_is_refused() {
    for text in ["a: &a [*a]\n", "&a {b: {c: *a}}\n", "a: &a\n  <<: *a\n", "&a [[[*a]]]\n"] {
        assert_eq!(refused(text), ProblemKind::Limit, "{text}");
    }
}

#[test]
fn depth_is_limited_whatever_it_is_made_of() {
    let deep = 100_000;
    let block: String = (0..3_000).fold(String::new(), |text, level| text + &" ".repeat(level) + "a:\n");
    for text in [
        "[".repeat(deep),
        "{a: ".repeat(deep),
        "- ".repeat(deep),
        "? ".repeat(deep),
        "[{".repeat(deep),
        format!("{}{}", "[".repeat(deep), "]".repeat(deep)),
        "a: [".repeat(deep),
        block,
    ] {
        let kind = refused(text.as_str());
        assert!(matches!(kind, ProblemKind::Limit | ProblemKind::Syntax), "{kind:?} {}", &text[..20]);
    }
    // Nested by aliases: each list is two deep where it is written.
    let chain: String = (1..20_000).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
    assert_eq!(refused(format!("a0: &a0 [x]\n{chain}")), ProblemKind::Limit);
    let merges: String = (1..20_000).map(|level| format!("a{level}: &a{level} {{<<: *a{}}}\n", level - 1)).collect();
    assert_eq!(refused(format!("a0: &a0 {{x: y}}\n{merges}")), ProblemKind::Limit);
}

#[test]
fn the_deepest_allowed_document_is_walked_on_a_small_stack() {
    let flow = |open: &str, close: &str| format!("{}x{}", open.repeat(MAX_DEPTH), close.repeat(MAX_DEPTH));
    assert_eq!(nodes(flow("[", "]")), MAX_DEPTH + 1);
    assert_eq!(nodes(flow("{a: ", "}")), MAX_DEPTH + 1);
    assert_eq!(nodes("- ".repeat(MAX_DEPTH)), MAX_DEPTH + 1);
    assert_eq!(refused(format!("[{}]", flow("[", "]"))), ProblemKind::Limit);
    let chain: String = (1..200).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
    assert!(nodes(format!("a0: &a0 [x]\n{chain}")) > 20_000);
}

#[test]
fn a_type_that_contains_itself_is_decoded_on_a_small_stack() {
    let levels = MAX_DEPTH / 2;
    let text = format!("{}{}", "{properties: {a: ".repeat(levels), "}}".repeat(levels));
    let work = move || {
        let source = Arc::new(Source::new("deep.yaml", text));
        let document = Document::parse(&source, &split(source.text())[0]);
        document.decode::<JSONSchemaProps>(document.root().unwrap().id())
    };
    let decoded = std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
    assert!(decoded.value.is_some());
    assert_eq!(decoded.errors.iter().map(|error| error.path.segments().len()).collect::<Vec<_>>(), [129]);
}

#[test]
fn size_alone_is_no_problem() {
    let keys: String = (0..50_000).map(|key| format!("key{key}: v\n")).collect();
    assert_eq!(nodes(keys), 50_001);
    assert_eq!(nodes(format!("v: {}\n", "plain ".repeat(100_000))), 2);
    assert_eq!(nodes(format!("v: |\n{}", "  a line of a script\n".repeat(100_000))), 2);
    assert_eq!(nodes(format!("{}v: 1\n", "# comment\n".repeat(100_000))), 2);
    assert_eq!(nodes(format!("v:\n{}  w: 1\n", "  # comment\n".repeat(100_000))), 3);
    assert_eq!(nodes(format!("v: \"{}\"\n", "\\x41".repeat(200_000))), 2);
    assert_eq!(run("---\n".repeat(50_000)).len(), 50_000);
    assert_eq!(run("{} ".repeat(20_000)).len(), 20_000);
}

#[test]
fn duplicates_are_reported_in_moderation() {
    let keys = |distinct: usize| run((0..100_000).map(|key| format!("k{}: v\n", key % distinct)).collect::<String>());
    assert_eq!(keys(40_000)[0].0.len(), MAX_PROBLEMS);
    // However often a key is set, that is one problem.
    assert_eq!(keys(7)[0].0.len(), 7);
    assert_eq!(keys(7)[0].1, Some(8));
    let nulls = "? \n".repeat(50_000);
    assert_eq!(run(nulls)[0].1, Some(1));
}

#[test]
fn type_errors_are_reported_in_moderation() {
    let header = "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  template:\n    spec:\n      containers:\n";
    let errors = |container: &str| {
        let source = Arc::new(Source::new("hostile.yaml", format!("{header}{}", container.repeat(1_100))));
        let document = Document::parse(&source, &split(source.text())[0]);
        let decoded = document.decode::<StatefulSet>(document.root().unwrap().id());
        decoded.errors.len()
    };
    assert_eq!(errors("      - {stdin: 5}\n"), MAX_TYPE_ERRORS);
    // What only the type refuses costs an attempt each, and there is an end to attempts.
    assert!(errors("      - {livenessProbe: {httpGet: {port: yes}}}\n") > 100);
}

#[test]
fn what_is_no_yaml_is_a_syntax_error() {
    for text in [
        "a: \0\n",
        "a: \u{1}\n",
        "a: \u{7f}\n",
        "\ta: 1\n",
        "a:\n\tb: 1\n",
        "a: \"never closed\n",
        "a: [1, 2\n",
        "a: b: c\n",
        "a: *nowhere\n",
        "- a\nb: c\n",
        "a: {{ .Values.x }}b\n",
        "a: @x\n",
        "a: `x\n",
        "%YAML 1.2\n",
        "a: 'x'y\n",
        "\u{feff}a: 1\n\u{feff}b: 1\n",
    ] {
        assert_eq!(refused(text), ProblemKind::Syntax, "{text:?}");
    }
    assert_eq!(refused(format!("v: \"{}", "x".repeat(5 << 20))), ProblemKind::Syntax);
}

#[test]
fn a_document_longer_than_the_limit_is_refused() {
    let text = format!("v: {}\n", "x".repeat(stslint::yaml::MAX_FILE_BYTES));
    assert_eq!(refused(text), ProblemKind::Limit);
}

#[test]
fn texts_cut_and_mixed_at_random_never_panic() {
    let seed = "a: &x [1, 'it''s', \"\\u00e9\\\n  q\", {b: *x}]\n--- # c\n? |2-\n    k\n: >+\n\n  é🚀\n\n<<: {c: !!int \"5\"}\r\n- ~\n";
    let chars: Vec<char> = seed.chars().collect();
    let mut state = 0x5EED_u64;
    let mut roll = |sides: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % sides as u64).unwrap()
    };
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..1 + roll(4) {
            let from = roll(chars.len());
            let to = (from + roll(40)).min(chars.len());
            text.extend(&chars[from..to]);
        }
        let source = Arc::new(Source::new("mixed.yaml", text));
        for chunk in split(source.text()) {
            let document = Document::parse(&source, &chunk);
            for problem in &document.problems {
                assert!(problem.span.start <= problem.span.end && problem.span.range().end <= source.text().len());
                assert!(source.text().get(problem.span.range()).is_some(), "{:?}", source.text());
            }
            let Some(root) = document.root() else { continue };
            let _ = document.to_json(root.id());
            check_spans(&document, root.id(), source.text());
        }
    }
}

fn check_spans(document: &Document, id: NodeId, text: &str) {
    let node = document.node(id);
    assert!(text.get(node.span().range()).is_some(), "{:?} in {text:?}", node.span());
    if node.is_alias() {
        return;
    }
    for item in node.items() {
        check_spans(document, item.id(), text);
    }
    for (key, value) in node.entries() {
        check_spans(document, key.id(), text);
        check_spans(document, value.id(), text);
        document.scalar_range(value.id(), 0..value.text().len());
    }
}
