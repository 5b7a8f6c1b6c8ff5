//! Which documents of a file are parsed, kept or passed over.

use crate::tree::{Tree, files, read};

#[test]
fn only_documents_of_wanted_kinds_are_parsed() {
    let tree = Tree::new();
    let text = "# file\n---\nkind: Role\n---\n# nothing\n---\nkind: Service\nmetadata: {name: a}\n---\nkind: ConfigMap\n\
                metadata: {name: c}\n---\n{\"kind\": \"StatefulSet\", \"metadata\": {\"name\": \"b\"}}\n";
    tree.file("all.yaml", text).file("roles.yaml", "kind: Role\n---\nkind: Service2\n").file("empty.yaml", "");
    let input = tree.read(&["."]);
    assert_eq!(files(&input), ["all.yaml: Service/a StatefulSet/b"]);
    assert_eq!(input.deferred.len(), 1);
    let deferred = &input.deferred[0];
    assert_eq!(deferred.kind, "ConfigMap");
    assert_eq!(deferred.source.slice(deferred.chunk.span), "kind: ConfigMap\nmetadata: {name: c}\n");
    assert_eq!((input.counts.files, input.counts.documents, input.counts.unwanted_documents), (3, 2, 1));
    assert_eq!(input.counts.bytes, text.len() as u64 + 30);
}

#[test]
fn a_kind_in_any_spelling_is_found() {
    let spellings = [
        "kind: Service\nmetadata: {name: a}\n",
        "\u{feff}kind: Service\r\nmetadata: {name: a}\r\n",
        "'kind': 'Service'\nmetadata: {name: a}\n",
        "? kind\n: Service\n? metadata\n: {name: a}\n",
        "{kind: Service, metadata: {name: a}}",
        "  kind: Service\n  metadata: {name: a}\n",
        "metadata: {name: a, labels: {x: &k Service}}\nkind: *k\n",
        "x: &x {kind: Service}\n<<: *x\nmetadata: {name: a}\n",
        "kind: >-\n  Service\nmetadata: {name: a}\n",
        "!!map\nkind: !!str Service\nmetadata: {name: a}\n",
        "--- {kind: Service, metadata: {name: a}}\n",
    ];
    let tree = Tree::new();
    for (number, text) in spellings.iter().enumerate() {
        tree.file(format!("{number:02}.yaml"), text);
    }
    tree.file("20.json", "{\"kind\": \"Service\", \"metadata\": {\"name\": \"a\"}}");
    let objects = "{\"kind\":\"Service\",\"metadata\":{\"name\":\"a\"}}\n{\"kind\":\"Role\"}{\"kind\":\"ConfigMap\"}";
    tree.file("21.json", objects);
    let utf16: Vec<u8> =
        "\u{feff}kind: Service\nmetadata: {name: a}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    tree.file("22.yaml", utf16);
    let input = tree.read(&["."]);
    let found: Vec<String> = files(&input).iter().map(|file| file.split(": ").nth(1).unwrap().to_owned()).collect();
    assert_eq!(found, vec!["Service/a"; spellings.len() + 3], "{:?}", files(&input));
    assert_eq!(input.deferred.len(), 1);
    assert_eq!(input.failures, []);
}

#[test]
fn files_of_other_programs_that_speak_of_kinds_are_passed_over() {
    let tree = Tree::new();
    // A dashboard, a configuration with comments, an API description, a playbook, values of a chart.
    tree.file("a.json", "{\"panels\": [{\"kind\": \"Service\"}], \"kind\": \"Dashboard\"}");
    tree.file("b.json", "{\"items\": {\"kind\": \"Service\", \"kind\": \"Service\"}}");
    tree.file("c.json", "{ // comment\n \"kind\": \"ConfigMap\", }");
    tree.file("d.yaml", "- hosts: all\n  tasks:\n  - k8s: {definition: {kind: Service, name: {{ x }}}}\n");
    tree.file("e.yaml", "service:\n  kind: Service\n  name: x\n");
    tree.file("f.yaml", "base: &b {kind: Role}\n<<: *b\nx: {kind: Service}\n");
    let input = tree.read(&["."]);
    assert_eq!(files(&input), Vec::<String>::new());
    assert!(input.unread.is_empty() && input.deferred.is_empty());
    assert_eq!((input.counts.files, input.counts.documents, input.counts.unwanted_documents), (6, 0, 4));
}

#[test]
fn what_matters_and_is_no_yaml_is_handed_over() {
    let tree = Tree::new();
    tree.file("a.yaml", "kind: Service\n\tx: [\n").file("b.json", "{\"kind\": \"Service\", ");
    // The kind is indented by mistake.
    tree.file("c.yaml", "apiVersion: v1\n kind: Service\nmetadata:\n  name: a\n");
    tree.file("d.yaml", "apiVersion: v1\nmetadata:\n  name: a\n kind: Service\n");
    assert_eq!(files(&tree.read(&["."])), ["a.yaml: nothing", "b.json: nothing", "c.yaml: nothing", "d.yaml: nothing"]);
}

#[test]
fn a_kustomization_needs_no_kind() {
    let tree = Tree::new();
    tree.file("a/kustomization.yaml", "resources: [x.yaml]\n").file("b/Kustomization", "resources: []\n");
    tree.file("c/kustomization.yml", "# nothing yet\n").file("d/other.yaml", "resources: []\n");
    let input = tree.read(&["."]);
    assert_eq!(files(&input), ["a/kustomization.yaml: /", "b/Kustomization: /"]);
    assert_eq!(input.counts.files, 4);
}

#[test]
fn what_is_no_text_is_told_only_where_it_could_matter() {
    let tree = Tree::new();
    tree.file("a.yaml", b"kind: Service\nx: \"caf\xe9\"\n").file("b.yaml", b"kind: Role\nx: \"caf\xe9\"\n");
    tree.file("c.json", b"\x89PNG\x00\xff\xfe").file("d.yaml", b"\xff\xfe\x00\xd8k\x00");
    let input = tree.read(&["."]);
    let told: Vec<_> = input.not_text.iter().map(|one| (one.source.name(), one.span.start)).collect();
    assert_eq!(told, [("a.yaml", 21)]);
    assert_eq!(files(&input), Vec::<String>::new());
    assert_eq!(input.counts.files, 4);
}

#[test]
fn standard_input_is_read_like_a_file() {
    let tree = Tree::new();
    let input = read(&tree.options(&["-"]), b"kind: Role\n---\nkind: Service\nmetadata: {name: a}\n");
    assert_eq!(files(&input), ["<stdin>: Service/a"]);
    let place = &input.files[0].place;
    assert_eq!((place.root, place.directory.len(), place.root_depth, &*place.file_name), (0, 0, 0, "<stdin>"));
    let nothing = read(&tree.options(&["-", "-"]), b"");
    assert_eq!((nothing.counts.files, nothing.files.len()), (1, 0));
}

#[test]
fn standard_input_stands_for_the_file_it_is_named_after() {
    let tree = Tree::new();
    tree.service("a/x.yaml", "saved").service("a/y.yaml", "other");
    let mut options = tree.options(&[".", "-", "a/x.yaml"]);
    options.stdin_filename = Some("a/x.yaml".to_owned());
    let input = read(&options, b"kind: Service\nmetadata: {name: typed}\n");
    assert_eq!(files(&input), ["a/y.yaml: Service/other", "a/x.yaml: Service/typed"]);
    let (disk, typed) = (&input.files[0].place, &input.files[1].place);
    assert_eq!(disk.directory, typed.directory);
    assert_eq!(&*typed.file_name, "x.yaml");
}
