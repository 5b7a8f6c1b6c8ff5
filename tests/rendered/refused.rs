//! What `--render` does not go together with is said before anything is read.

use crate::common::{stslint, with_stdin, write};
use crate::{STRICT, run_with};

#[test]
fn what_makes_no_sense_is_said_in_words() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), &[("a.yaml", STRICT)]);
    let cases: [(&[&str], &str); 5] = [
        (&["--pre-commit", "--render", "a.yaml"], "'--pre-commit' cannot be used with '--render'"),
        (&["--render", "-"], "standard input is rendered already"),
        (&["--render", "--base", "HEAD"], "--base compares files as they are written"),
        (&["--render", "--values", "none.yaml"], "none.yaml: no such file"),
        (&["--values", "a.yaml"], "--render"),
    ];
    for (arguments, words) in cases {
        let run = with_stdin(tree.path(), &[&["check"], arguments].concat(), STRICT.as_bytes());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn nothing_to_render_is_said_and_the_rest_is_judged() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), &[("a.yaml", STRICT)]);
    let plain = stslint(tree.path(), &["check"]);
    let run = stslint(tree.path(), &["check", "--render"]);
    assert_eq!((run.code, run.stdout), (plain.code, plain.stdout));
    assert_eq!(run.stderr, "note: --render found no chart and no kustomization to render\n");
}

#[test]
fn templates_alone_lead_to_their_chart() {
    let tree = tempfile::tempdir().unwrap();
    let files = [
        ("store/Chart.yaml", "apiVersion: v2\nname: store\nversion: 0.1.0\n"),
        ("store/templates/sets/a.yaml", STRICT),
    ];
    write(tree.path(), &files);
    let whole = tree.path().join("store").display().to_string();
    for (folder, path, name) in [("store/templates", "sets", &*whole), (".", "store/templates/sets/a.yaml", "store")] {
        let run = stslint(&tree.path().join(folder), &["check", "--render", path]);
        let words = format!("to render; these are templates of the chart `{name}`: name its folder\n");
        assert!(run.stderr.ends_with(&words), "{}", run.stderr);
    }
}

#[test]
fn a_missing_program_is_named_and_the_rest_is_judged() {
    let tree = tempfile::tempdir().unwrap();
    let files = [("a.yaml", STRICT), ("db/Chart.yaml", "name: db\n"), ("k/kustomization.yaml", "namePrefix: x-\n")];
    write(tree.path(), &files);
    let run = run_with(tree.path(), &["check", "--render"], Some("".into()));
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("budget-blocks-eviction"), "{}", run.stdout);
    for words in [
        "error: `helm template db` was not rendered, and what it would print was not judged:\n    `helm` is not on the PATH\n  help: ",
        "error: `kustomize build k` was not rendered, and what it would print was not judged:\n    neither `kustomize` nor `kubectl` is on the PATH\n",
    ] {
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    assert!(run.stdout.contains("  helm template db: `helm` is not on the PATH\n"), "{}", run.stdout);
}

#[test]
fn without_the_flag_nothing_is_run() {
    let tree = tempfile::tempdir().unwrap();
    let files = [("a.yaml", STRICT), ("db/Chart.yaml", "name: db\n"), ("k/kustomization.yaml", "namePrefix: x-\n")];
    write(tree.path(), &files);
    let run = run_with(tree.path(), &["check"], Some("".into()));
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
}
