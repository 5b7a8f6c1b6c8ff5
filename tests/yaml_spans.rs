//! Every value knows its bytes.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use stslint::yaml::{Document, FieldPath, Located, NodeKind, Segment, Source, Span, split};

fn document(text: &str) -> Document {
    let source = Arc::new(Source::new("test.yaml", text));
    let chunks = split(source.text());
    let documents = chunks.iter().map(|chunk| Document::parse(&source, chunk));
    documents.into_iter().find(|document| document.root().is_some()).unwrap()
}

/// `spec/containers/#0/image`: keys, and items as `#n`.
fn path(text: &str) -> FieldPath {
    let segment = |step: &str| match step.strip_prefix('#') {
        Some(index) => Segment::Index(index.parse().unwrap()),
        None => Segment::Key(step.to_owned().into()),
    };
    text.split('/').map(segment).collect::<Vec<_>>().into()
}

/// The text without its marks, and the spans between `<K>` and `</K>` and between `<V>` and `</V>`.
fn unmarked(marked: &str) -> (String, Option<Span>, Option<Span>) {
    let mut text = String::new();
    let mut offsets = Vec::new();
    let mut rest = marked;
    while let Some(at) = rest.find(['<', '\0']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        match ["<K>", "</K>", "<V>", "</V>"].iter().position(|mark| rest.starts_with(mark)) {
            Some(mark) => {
                offsets.push((mark, text.len()));
                rest = &rest[rest.find('>').unwrap() + 1..];
            }
            None => {
                text.push('<');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    let offset = |mark: usize| offsets.iter().find(|(found, _)| *found == mark).map(|(_, offset)| *offset);
    let span = |open: usize| Some(Span::new(offset(open)?, offset(open + 1)?));
    let spans = (span(0), span(2));
    (text, spans.0, spans.1)
}

/// What is shown, the path, and the text with the key between `<K>` marks and the value between `<V>` marks.
const CASES: &[(&str, &str, &str)] = &[
    (
        "plain block",
        "spec/template/spec/containers/#0/image",
        "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  template:\n    spec:\n      containers:\n      - name: db\n        <K>image</K>: <V>nginx:1.25</V>\n        ports: []\n",
    ),
    (
        "comments before/after",
        "spec/replicas",
        "# head\nspec: # c1\n  # c2\n  <K>replicas</K>: <V>3</V> # c3: not me\n  # c4\n",
    ),
    ("flow mapping", "spec/image", "spec: {name: a, <K>image</K>: <V>nginx</V>, x: [1, 2]}\n"),
    ("JSON-style flow", "spec/image", "{\"spec\":{\"name\":\"a\",<K>\"image\"</K>:<V>\"nginx\"</V>}}\n"),
    ("flow collection value", "spec/args", "spec: {<K>args</K>: <V>[a, \"b\", {c: d}]</V>, z: 1}\n"),
    ("multi-line flow", "args", "<K>args</K>: <V>[\n  a, # one\n  b\n]</V>\nz: 1\n"),
    ("quoted keys", "spec/image", "\"spec\":\n  <K>'image'</K>: <V>nginx</V>\n"),
    ("dq value w/ escapes", "a/image", "a:\n  <K>image</K>: <V>\"ng\\x69nx \\\"q\\\" \\u00e9\"</V> # c\n"),
    ("sq value w/ ''", "a/image", "a:\n  <K>image</K>: <V>'it''s'</V>\n"),
    (
        "literal block |",
        "data/conf",
        "data:\n  <K>conf</K>: <V>|\n    line1\n    # not comment\n\n    line2</V>\n  other: 1\n",
    ),
    (
        "folded block >- with trailing blank lines",
        "data/conf",
        "data:\n  <K>conf</K>: <V>>-\n    line1\n    line2</V>\n\n\n  other: 1\n",
    ),
    (
        "block |2- indicator + comment",
        "data/conf",
        "data:\n  <K>conf</K>: <V>|2- # c\n      line1\n    line2</V>\n  other: 1\n",
    ),
    ("after block scalar", "data/other", "data:\n  conf: |\n    k: v\n    other: no\n  <K>other</K>: <V>yes</V>\n"),
    (
        "CRLF",
        "spec/containers/#1/image",
        "kind: StatefulSet\r\nspec:\r\n  containers:\r\n  - image: a\r\n  - name: b\r\n    <K>image</K>: <V>nginx:1</V>\r\n",
    ),
    ("CRLF block scalar", "data/conf", "data:\r\n  <K>conf</K>: <V>|\r\n    line1\r\n    line2</V>\r\n  other: 1\r\n"),
    (
        "multibyte before (2,3,4-byte)",
        "spec/image",
        "# é – 日本語 🚀\nnäme: \"🚀é\"\nspec:\n  ключ: 値\n  <K>image</K>: <V>nginx</V>\n",
    ),
    ("multibyte value", "spec/imäge", "spec:\n  <K>imäge</K>: <V>日本🚀</V> # é\n"),
    ("multibyte + CRLF + block", "z", "a: |\r\n  é🚀\r\n  日\r\nb: \"é\"\r\n<K>z</K>: <V>ok</V>\r\n"),
    ("alias as value", "b", "a: &x nginx\n<K>b</K>: <V>*x</V>\n"),
    ("path through alias", "b/image", "a: &x\n  name: n\n  <K>image</K>: <V>nginx</V>\nb: *x\n"),
    ("merge key <<", "b/image", "a: &x\n  <K>image</K>: <V>nginx</V>\n  n: 1\nb:\n  <<: *x\n  n: 2\n"),
    ("merge key overridden", "b/m", "a: &x\n  image: nginx\n  m: 1\nb:\n  <<: *x\n  <K>m</K>: <V>2</V>\n"),
    ("anchored scalar", "image", "<K>image</K>: &img <V>nginx</V>\nb: *img\n"),
    ("tagged scalar", "image", "<K>image</K>: !!str <V>1.25</V>\n"),
    (
        "block mapping value",
        "spec/template",
        "spec:\n  <K>template</K>:\n    # lead\n    <V>a: 1\n    b:\n      c: 2</V>\n    # trail\n\n  z: 1\n",
    ),
    ("sequence item mapping", "cs/#1", "cs:\n- name: a\n- <V>name: b\n  image: c</V>\n\n# tail\nz: 1\n"),
    ("indentless seq value", "cs", "<K>cs</K>:\n<V>- name: a\n- name: b</V>\nimage: x\n"),
    ("nested seq", "m/#1/#0", "m:\n- - a\n  - b\n- - <V>c</V>\n  - d\n"),
    ("explicit key ?", "image", "a: 1\n? <K>image</K>\n: <V>nginx</V>\nz: 2\n"),
    ("null value (zero-width)", "spec/image", "spec:\n  <K>image</K>:<V></V>\n  z: 1\n"),
    ("multi-line plain", "spec/desc", "spec:\n  <K>desc</K>: <V>one two\n    three\n    four</V>\n  z: 1\n"),
    ("multi-line dq", "spec/desc", "spec:\n  <K>desc</K>: <V>\"one\n    two\\\n    three\"</V>\n  z: 1\n"),
    ("BOM", "image", "\u{feff}<K>image</K>: <V>nginx</V>\n"),
    ("leading --- and comment", "image", "--- # doc\n<K>image</K>: <V>nginx</V>\n"),
    ("tabs/trailing spaces", "spec/image", "spec:   \n  <K>image</K>:\t<V>nginx</V>   \t# c\n  z: 1\n"),
    ("empty flow {}", "spec/labels", "spec:\n  <K>labels</K>: <V>{}</V>\n  z: 1\n"),
    ("duplicate key (last wins)", "spec/image", "spec:\n  image: a\n  <K>image</K>: <V>b</V>\n"),
    ("anchored key", "spec/image", "spec:\n  &k <K>image</K>: <V>nginx</V>\n"),
    ("no trailing newline", "spec/image", "spec:\n  <K>image</K>: <V>nginx</V>"),
    ("dotted/slashed key (annotation)", "m/a.b~c", "m:\n  <K>a.b~c</K>: <V>x</V>\n"),
    ("anchored block mapping", "a", "<K>a</K>: &x\n  <V>k: v\n  l: w</V>\nb: *x\n"),
    ("plain scalar w/ : and #", "url", "<K>url</K>: <V>http://x:80/#frag</V> # c\n"),
];
/// More of the same, for what the parser underneath reports elsewhere.
const HARD_CASES: &[(&str, &str, &str)] = &[
    ("first dash of an indentless list of lists", "c", "<K>c</K>:\n<V>- - a</V>\n"),
    ("inner list of an indentless list", "c/#0", "c:\n- <V>- a\n  - b</V>\n- c\n"),
    ("second inner list", "c/#1", "c:\n- - a\n- <V>- b</V>\n"),
    ("negative number in an indentless list", "c", "<K>c</K>:\n<V>- -1</V>\n"),
    ("anchored indentless list after a comment with a dash", "c", "<K>c</K>: &a-b # - no\n# - no\n<V>- 1</V>\nd: 2\n"),
    ("tagged indentless list", "c", "<K>c</K>: !!seq\n<V>- 1</V>\nd: 2\n"),
    ("list as the root", "#1", "- a\n- <V>b: 1\n  c: 2</V>\n"),
    ("root list after a comment", "#0/#0", "# x\n- - <V>1</V>\n"),
    ("mapping with an anchored first key", "#0", "- &k <V>a: 1\n  b: 2</V>\n"),
    ("mapping with a tagged first key", "a", "<K>a</K>:\n  !!str <V>k: 1\n  l: 2</V>\n"),
    ("explicit keys start at the question mark", "a", "<K>a</K>:\n  <V>? k\n  : v</V>\nb: 1\n"),
    ("value missing at the end of the text", "a", "<K>a</K>:<V></V>"),
    ("value missing, blanks and comment follow", "a", "<K>a</K>:<V></V>   # c\nb: 1\n"),
    ("value missing in a flow mapping", "a", "{<K>a</K>:<V></V> , b: 1}\n"),
    ("key without colon in a flow mapping", "a", "{<K>a</K><V></V>, b: 1}\n"),
    ("explicit key without value", "c", "? a\n: b\n? <K>c</K><V></V>\n"),
    ("anchored nothing", "a", "<K>a</K>: &x<V></V>\nb: 1\n"),
    ("tagged nothing", "a", "<K>a</K>: !!str<V></V>\nb: 1\n"),
    ("missing item", "#1", "- a\n-<V></V> # c\n- b\n"),
    ("missing last item", "#0/#1", "- - \n  -<V></V>\n- x\n"),
    ("mapping that ends with a missing value", "a", "<K>a</K>:\n  <V>b: 1\n  c:</V>\n\n# d\ne: 1\n"),
    ("pair in a flow list", "#0", "[<V>a: b</V> , c]\n"),
    ("pair with quoted key in a flow list", "#0/a", "[<K>\"a\"</K>:<V>1</V>, c]\n"),
    ("empty block scalar", "a", "<K>a</K>: <V>|</V>\n\nb: 1\n"),
    ("empty block scalar with a comment", "a", "<K>a</K>: <V>>-</V> # c\nb: 1\n"),
    ("block scalar that keeps its end", "a", "<K>a</K>: <V>|+\n  x  </V>\n\n# c\nb: 1\n"),
    ("block scalar, anchored and tagged", "a", "<K>a</K>: &x !!str <V>|\n  x</V>\nb: 1\n"),
    ("block scalar tagged on the line before", "a", "<K>a</K>: !!str\n  <V>|\n  x</V>\nb: 1\n"),
    ("block scalar in a list", "#1", "- a\n- <V>|\n  - x</V>\n- b\n"),
    ("block scalar at the end of the text", "a", "<K>a</K>: <V>>-\n  x</V>"),
    ("after a comment below a block scalar", "b", "a: |\n  x\n # less\n# c\n\n<K>b</K>: <V>1</V>\n"),
    ("value in the second document", "a", "x: 1\n--- # c\n<K>a</K>: <V>é</V>\n"),
    ("byte-order mark in the document", "b/#0", "\u{feff}---\nb:\n- <V>1</V>\n"),
    ("quoted value over several lines, CRLF", "a", "<K>a</K>: <V>'x\r\n\r\n  y'</V>\r\nb: 1\r\n"),
];

#[test]
fn keys_and_values_are_found_to_the_byte() {
    for (name, at, marked) in CASES.iter().chain(HARD_CASES) {
        // The first set marks the second document's mapping as the root's; none of the texts has two with a root but one.
        let (text, key, value) = unmarked(marked);
        let source = Arc::new(Source::new("test.yaml", text.as_str()));
        let last = split(source.text()).pop().unwrap();
        let document = Document::parse(&source, &last);
        let root = document.root().unwrap_or_else(|| panic!("{name}: {:?}", document.problems)).id();
        match document.locate(root, &path(at)) {
            Located::Exact { key: found_key, value: found, node } => {
                assert_eq!(source.slice(found), source.slice(value.unwrap()), "{name}");
                assert_eq!(Some(found), value, "{name}");
                assert_eq!(found_key, key, "{name}");
                assert_eq!(document.node(node).span(), found, "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_missing_field_points_at_its_nearest_parent() {
    let document = document("spec:\n  template:\n    spec: {}\n  list: [a]\n");
    let root = document.root().unwrap().id();
    let nearest = |at: &str| match document.locate(root, &path(at)) {
        Located::Nearest { depth, key, value, .. } => {
            (depth, key.map_or("", |key| document.source.slice(key)), document.source.slice(value))
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(nearest("spec/template/spec/containers/#0"), (3, "spec", "{}"));
    assert_eq!(nearest("spec/list/#1"), (2, "list", "[a]"));
    assert_eq!(nearest("spec/list/#0/x"), (3, "", "a"));
    assert_eq!(nearest("metadata").0, 0);
    let whole = document.locate(root, &FieldPath::root());
    assert!(matches!(whole, Located::Exact { key: None, node, .. } if node == root));
}

#[test]
fn every_node_has_a_path_back() {
    let text = "spec:\n  a: [1, {b: 2}]\n  on: &x {k: v}\nother: *x\n";
    let document = document(text);
    let root = document.root().unwrap();
    for at in ["spec/a/#0", "spec/a/#1/b", "spec/true/k", "other"] {
        let node = root.at(&path(at)).unwrap();
        assert_eq!(document.path_between(root.id(), node.id()), Some(path(at)), "{at}");
    }
    // What an alias stands for is written elsewhere.
    let through_alias = root.at(&path("other/k")).unwrap();
    assert_eq!(document.path_between(root.id(), through_alias.id()), Some(path("spec/true/k")));
    let spec = root.get("spec").unwrap().id();
    assert_eq!(document.path_between(spec, root.id()), None);
    assert_eq!(document.path_between(spec, root.get("other").unwrap().id()), None);
}

#[test]
fn nodes_tell_how_they_are_written() {
    let document = document(
        "a: 1\nb: '2'\nc: \"3\"\nd: |\n  4\ne: >\n  5\nf: {g: []}\nh: *x\n".replace("a: 1", "a: &x 1").as_str(),
    );
    let root = document.root().unwrap();
    let style = |key: &str| format!("{:?}", root.get(key).unwrap().style());
    let styles: Vec<String> = ["a", "b", "c", "d", "e", "f", "h"].map(style).into();
    assert_eq!(styles, ["Plain", "SingleQuoted", "DoubleQuoted", "Literal", "Folded", "None", "Plain"]);
    assert!(!root.is_flow() && root.get("f").unwrap().is_flow());
    assert!(root.get("h").unwrap().is_alias() && !root.get("a").unwrap().is_alias());
    assert_eq!(root.get("h").unwrap().kind(), NodeKind::Number);
    assert_eq!(root.get("f").unwrap().text(), "");
}
