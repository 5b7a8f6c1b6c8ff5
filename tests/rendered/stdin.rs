//! Rendered text says where it comes from, and is believed where helm or kustomize can have said it.

use std::path::Path;

use serde_json::Value;

use crate::common::{with_stdin, write};
use crate::{STRICT, in_template, of_rule, pair};

const RULE: &str = "budget-blocks-eviction";

fn piped(folder: &Path, text: &str) -> Value {
    let run = with_stdin(folder, &["check", "--format", "json", "--fail-on", "never", "-"], text.as_bytes());
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// As `helm template` prints two documents of one template.
fn helm(template: &str) -> String {
    STRICT.replace("---\n", &format!("---\n# Source: {template}\n")).replacen(
        "api",
        &format!("---\n# Source: {template}\napi"),
        1,
    )
}

fn from(folder: &Path, text: &str) -> Vec<String> {
    of_rule(&piped(folder, text), RULE).into_iter().map(|(_, from)| from).collect()
}

#[test]
fn a_template_is_named_by_its_path_where_it_is_found() {
    let tree = tempfile::tempdir().unwrap();
    let template = "# {{ .Release.Name }}\n";
    write(
        tree.path(),
        &[
            ("db/Chart.yaml", "name: db\n"),
            ("db/templates/all.yaml", template),
            ("charts/queue/Chart.yaml", "name: queue\n"),
            ("charts/queue/templates/all.yaml", template),
            ("db/charts/sub/templates/all.yaml", template),
            ("other/Chart.yaml", "name: not-other\n"),
            ("other/templates/all.yaml", template),
        ],
    );
    let here = tree.path();
    assert_eq!(from(here, &helm("db/templates/all.yaml")), ["db/templates/all.yaml"]);
    assert_eq!(from(here, &helm("db/charts/sub/templates/all.yaml")), ["db/charts/sub/templates/all.yaml"]);
    assert_eq!(from(here, &helm("queue/templates/all.yaml")), ["charts/queue/templates/all.yaml"]);
    // Inside the chart, a path that a click opens has no `db/` before it.
    assert_eq!(from(&here.join("db"), &helm("db/templates/all.yaml")), ["templates/all.yaml"]);
    // What is not there, or lies in a chart of another name, is told as helm told it.
    for unknown in ["db/templates/gone.yaml", "other/templates/all.yaml", "third/templates/all.yaml"] {
        assert_eq!(from(here, &helm(unknown)), [unknown]);
        assert_eq!(from(&here.join("db"), &helm(unknown)), [unknown]);
    }
}

#[test]
fn releases_in_one_stream_keep_their_own_templates() {
    let tree = tempfile::tempdir().unwrap();
    let second = STRICT.replace("db", "queue");
    let bare = STRICT.replace("db", "bare");
    let text = format!(
        "{}{}---\n{bare}",
        helm("db/templates/a.yaml"),
        helm("queue/charts/db/templates/b.yaml").replace(" db", " queue")
    );
    assert!(text.contains("name: queue") && second.contains("queue"));
    let found = of_rule(&piped(tree.path(), &text), RULE);
    let names: Vec<&str> = found.iter().map(|(_, from)| from.as_str()).collect();
    // What says nothing comes from nowhere.
    assert_eq!(names, ["db/templates/a.yaml", "queue/charts/db/templates/b.yaml", ""]);
}

#[test]
fn what_helm_never_writes_is_not_believed() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), &[("secret.yaml", "a: b\n")]);
    for hostile in [
        "/etc/passwd",
        "/db/templates/a.yaml",
        "../db/templates/a.yaml",
        "db/templates/../../secret.yaml",
        "db/templates/a\t.yaml",
        "https://example.com/db/templates/a.yaml",
        "C:\\db\\templates\\a.yaml",
        "secret.yaml",
    ] {
        assert_eq!(from(tree.path(), &helm(hostile)), [""], "{hostile:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_chart_holds_nothing_up() {
    let tree = tempfile::tempdir().unwrap();
    std::fs::create_dir(tree.path().join("db")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(tree.path().join("db/Chart.yaml")).status().unwrap();
    assert!(made.success());
    assert_eq!(from(tree.path(), &helm("db/templates/a.yaml")), ["db/templates/a.yaml"]);
}

/// An object with the annotation that kustomize adds.
fn kustomize(origin: &[&str]) -> String {
    let lines: String = origin.iter().map(|line| format!("      {line}\n")).collect();
    let annotation = format!("metadata:\n  annotations:\n    config.kubernetes.io/origin: |\n{lines}");
    STRICT.replace("metadata:\n  name", &format!("{annotation}  name"))
}

#[test]
fn kustomize_says_where_an_object_is_from() {
    let tree = tempfile::tempdir().unwrap();
    let told = |origin: &[&str]| from(tree.path(), &kustomize(origin));
    assert_eq!(told(&["path: ../../base/db.yaml"]), ["../../base/db.yaml"]);
    let remote = ["path: deploy/db.yaml", "repo: https://example.com/x/y", "ref: v1"];
    assert_eq!(told(&remote), ["https://example.com/x/y//deploy/db.yaml?ref=v1"]);
    assert_eq!(told(&["configuredIn: kustomization.yaml", "configuredBy: {kind: x}"]), ["kustomization.yaml"]);
    for hostile in ["path: /etc/passwd", "path: a/../../x", "path: \"a\\e]0;x\\a\"", "a: [", "- x"] {
        assert_eq!(told(&[hostile]), [""], "{hostile}");
    }
}

#[test]
fn people_see_the_template_beside_the_place() {
    let tree = tempfile::tempdir().unwrap();
    let run = with_stdin(tree.path(), &["check", "-"], helm("db/templates/all.yaml").as_bytes());
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("--> <stdin>:8:19 (rendered from db/templates/all.yaml)\n"), "{}", run.stdout);
    assert_eq!(
        of_rule(&piped(tree.path(), &helm("db/templates/all.yaml")), RULE),
        [pair("<stdin>:8", "db/templates/all.yaml")]
    );
    // Applying the file is not what anybody with a chart does.
    assert!(!run.stdout.contains("kubectl apply -f"), "{}", run.stdout);
}

/// What the formats for CI systems name as a finding's file, and whether a line of it: they show it there, or nowhere.
#[test]
fn ci_systems_are_told_a_file_that_there_is() {
    let tree = tempfile::tempdir().unwrap();
    let files =
        [("db/Chart.yaml", "name: db\n"), ("db/templates/all.yaml", "# {{ .Release.Name }}\n"), (".git/HEAD", "")];
    write(tree.path(), &files);
    let text = helm("db/templates/all.yaml");
    for folder in [tree.path().to_path_buf(), tree.path().join("db")] {
        in_template(&folder, &["-"], &text, "db/templates/all.yaml");
    }
    // A file that was rendered and kept is the one to show, and its lines are its own.
    write(tree.path(), &[("kept.yaml", &text)]);
    let arguments = ["check", "--select", RULE, "--fail-on", "never", "--format", "github", "kept.yaml"];
    let run = with_stdin(tree.path(), &arguments, b"");
    assert!(run.stdout.contains(" file=kept.yaml,line="), "{}", run.stdout);
}
