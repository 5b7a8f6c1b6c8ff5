//! Templates of charts and encrypted documents are recognised, not judged.

use stslint::load::{Input, SkipReason};

use crate::tree::{Tree, files};

fn unread(input: &Input<String>) -> Vec<(&str, SkipReason)> {
    input.unread.iter().map(|one| (one.source.name(), one.reason)).collect()
}

#[test]
fn templates_are_known_by_their_text() {
    let templates = [
        "kind: Service\nmetadata:\n  name: {{ .Release.Name }}\n",
        "kind: Service\nspec:\n  {{- if .Values.x }}\n  a: 1\n  {{- end }}\n",
        "{{- if .Values.on }}\nkind: Service\n{{- end }}\n",
        "kind: Service\nmetadata:\n  name: {{ .Release.Name }}-x\n",
        "kind: Service\nspec:\n  ports:\n  - {{ .Values.port }}\n",
        "kind: Service\nspec:\n  ports: [{{ .Values.port }}]\n",
        "kind: {{ .Values.kind | default \"Service\" }}\n",
    ];
    let tree = Tree::new();
    for (number, text) in templates.iter().enumerate() {
        tree.file(format!("{number}.yaml"), text);
    }
    let input = tree.read(&["."]);
    assert_eq!(files(&input), Vec::<String>::new());
    assert_eq!(input.unread.len(), templates.len());
    assert!(input.unread.iter().all(|one| one.reason == SkipReason::HelmTemplate));
    assert_eq!(input.counts.documents, templates.len());
    assert_eq!(input.unread[0].source.slice(input.unread[0].span), templates[0]);
}

#[test]
fn templates_of_other_engines_are_known_by_their_statements() {
    let templates = [
        "kind: Service\n{% if ports %}\nspec: {}\n{% endif %}\n",
        "kind: Service\nmetadata:\n  name: {{ name }}\n  {%- for x in y %}\n  a: 1\n  {%- endfor %}\n",
        "kind: Service\n<% if ports %>\nspec: {}\n<% end %>\n",
    ];
    let tree = Tree::new();
    for (number, text) in templates.iter().enumerate() {
        tree.file(format!("{number}.yaml"), text);
    }
    let input = tree.read(&["."]);
    assert_eq!(files(&input), Vec::<String>::new());
    let reasons: Vec<SkipReason> = input.unread.iter().map(|one| one.reason).collect();
    assert_eq!(reasons, [SkipReason::OtherTemplate; 3]);
}

#[test]
fn a_comment_about_braces_excuses_no_broken_document() {
    let tree = Tree::new();
    tree.file("a.yaml", "# was {{ .Values.kind }}\nkind: Service\n\tx: [ # {{ x }}\n");
    tree.file("b.yaml", "kind: Service\nx: \"{{ $labels.pod }} is down\"\ny: '{{ $value }}'\n a: [\n");
    let input = tree.read(&["."]);
    assert_eq!(unread(&input), []);
    assert_eq!(files(&input), ["a.yaml: nothing", "b.yaml: nothing"]);
}

#[test]
fn braces_inside_strings_are_no_template() {
    let rendered = [
        "kind: Service\nmetadata:\n  name: a\n  annotations:\n    a: '{{ $labels.instance }} is down'\n",
        "kind: Service\nmetadata:\n  name: a\n  annotations:\n    a: |\n      {{ range .Alerts }}\n      {{ end }}\n",
        "kind: Service\nmetadata:\n  name: a # not {{ .Values.name }}\n",
        "kind: Service\nmetadata: {name: a, labels: {x: {}}}\n",
        "kind: Service\nmetadata:\n  name: a\n  annotations:\n    a: is {{ $value }} now\n",
    ];
    let tree = Tree::new();
    for (number, text) in rendered.iter().enumerate() {
        tree.file(format!("{number}.yaml"), text);
    }
    let input = tree.read(&["."]);
    assert_eq!(unread(&input), []);
    assert_eq!(input.files.len(), rendered.len());
}

#[test]
fn everything_in_a_charts_templates_folder_is_a_template() {
    let tree = Tree::new();
    let quoted = "kind: Service\nmetadata:\n  name: \"{{ .Release.Name }}\"\n";
    tree.file("chart/Chart.yaml", "name: c\n").file("chart/values.yaml", "kind: x\n");
    tree.file("chart/templates/a.yaml", quoted).file("chart/templates/sub/b.yaml", quoted);
    tree.file("chart/crds/c.yaml", quoted).file("plain/templates/d.yaml", quoted);
    let input = tree.read(&["."]);
    let template = SkipReason::HelmTemplate;
    assert_eq!(unread(&input), [("chart/templates/a.yaml", template), ("chart/templates/sub/b.yaml", template)]);
    let names: Vec<_> = input.files.iter().map(|file| file.source.name()).collect();
    assert_eq!(names, ["chart/crds/c.yaml", "plain/templates/d.yaml"]);
    // The chart is seen from inside as well.
    assert_eq!(tree.read(&["chart/templates/sub"]).unread.len(), 1);
    assert_eq!(tree.read(&["chart/templates/a.yaml"]).unread.len(), 1);
}

#[test]
fn sops_leaves_its_mark() {
    let tree = Tree::new();
    tree.file(
        "a.yaml",
        "kind: Service\nsops:\n  mac: ENC[x]\n  version: 3.9.0\n---\nkind: Service\nmetadata: {name: b}\n",
    );
    tree.file("b.yaml", "kind: Service\nmetadata: {name: c}\nsops: yes\n");
    tree.file("c.yaml", "kind: Service\nmetadata: {name: d}\nspec: {sops: {mac: x}}\n");
    let input = tree.read(&["."]);
    assert_eq!(unread(&input), [("a.yaml", SkipReason::Sops)]);
    assert_eq!(files(&input), ["a.yaml: Service/b", "b.yaml: Service/c", "c.yaml: Service/d"]);
}
