//! How programs are run: with stand-ins that show what reaches them, and that misbehave.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::common::{Run, write};
use crate::{STRICT, run_with};

/// A chart and a kustomization, and a folder for programs.
struct Stage {
    tree: TempDir,
    programs: TempDir,
}

impl Stage {
    fn new() -> Stage {
        let stage = Stage { tree: tempfile::tempdir().unwrap(), programs: tempfile::tempdir().unwrap() };
        let files = [
            ("charts/db/Chart.yaml", "name: db\n"),
            ("charts/db/templates/a.yaml", "kind: StatefulSet\nmetadata: {name: {{ .x }}}\n"),
            ("over/kustomization.yaml", "resources: [db.yaml]\n"),
            ("over/db.yaml", STRICT),
            ("plain/db.yaml", STRICT),
        ];
        write(stage.tree.path(), &files);
        stage
    }

    fn program(&self, name: &str, script: &str) -> &Stage {
        let path = self.programs.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        self
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let path = format!("{}:/usr/bin:/bin", self.programs.path().display());
        run_with(self.tree.path(), &[&["check", "--render"], arguments].concat(), Some(path.into()))
    }
}

/// A script that prints its arguments, what its environment says of the network, and whether anything is on its
/// standard input; as an error, to be seen.
const TELL: &str = "for one; do echo \"<$one>\" >&2; done\n\
    echo \"$HTTPS_PROXY $https_proxy ${NO_PROXY-unset} $GIT_ALLOW_PROTOCOL\" >&2\n\
    cat >&2\npwd >&2\nexit 1";

#[test]
fn programs_get_paths_that_are_no_options_and_no_network() {
    let stage = Stage::new();
    stage.program("helm", TELL).program("kustomize", TELL).program("kubectl", TELL);
    write(stage.tree.path(), &[("-f/Chart.yaml", "name: f\n"), ("a b;$(id)/Chart.yaml", "name: g\n")]);
    let run =
        stage.run(&["--kubernetes-version", "1.34", "--values", "plain/db.yaml", "--", "-f", "a b;$(id)", "over"]);
    assert_eq!(run.code, 2);
    let offline = "    http://127.0.0.1:9 http://127.0.0.1:9 unset none\n";
    let rest = "    <--namespace=default>\n    <--kube-version=1.34.0>\n    <--values=./plain/db.yaml>\n";
    for folder in ["./-f", "./a b;$(id)"] {
        let words = format!("    <template>\n    <{folder}>\n{rest}{offline}");
        assert!(run.stderr.contains(&words), "{folder}: {}", run.stderr);
    }
    assert!(run.stderr.contains(&format!("    <build>\n    <./over>\n{offline}")), "{}", run.stderr);
    assert!(run.stderr.contains("error: `kustomize build over` was not rendered"), "{}", run.stderr);
}

#[test]
fn kustomize_is_preferred_and_kubectl_does() {
    let stage = Stage::new();
    stage.program("kubectl", "echo \"$@\" >&2; exit 1");
    assert!(stage.run(&["over"]).stderr.contains("    kustomize ./over\n"));
    stage.program("kustomize", "echo \"$@\" >&2; exit 1");
    let run = stage.run(&["over", "--verbose"]);
    assert!(run.stderr.contains("    build ./over\n"), "{}", run.stderr);
    let command = format!("rendered: {}/kustomize build ./over\n", stage.programs.path().display());
    assert!(run.stderr.starts_with(&command), "{}", run.stderr);
}

#[test]
fn a_failing_program_is_quoted_and_the_rest_is_judged() {
    let stage = Stage::new();
    stage.program("helm", "printf 'Error: \\033[2Jno\\r\\n\\n::error::line\\n' >&2; exit 3");
    stage.program("kustomize", "exit 4");
    let run = stage.run(&[]);
    assert_eq!(run.code, 2);
    let words = "error: `helm template charts/db` was not rendered, and what it would print was not judged:\n    Error: \\x1b[2Jno\n    ::error::line\n";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    assert!(run.stderr.contains("    failed without a word (exit status: 4)\n"), "{}", run.stderr);
    assert!(!run.stdout.contains('\u{1b}'));
    // What kustomize did not build is judged as it is written; templates count as skipped.
    for place in ["plain/db.yaml:6:", "over/db.yaml:6:", "Skipped: 1 Helm template (with a StatefulSet)"] {
        assert!(run.stdout.contains(place), "{place}: {}", run.stdout);
    }
}

#[test]
fn a_program_that_does_not_end_is_stopped() {
    let stage = Stage::new();
    stage.program("helm", "exec sleep 600").program("kustomize", "exec cat over/db.yaml");
    let run = stage.run(&["--render-timeout", "1"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("    was stopped after 1 seconds\n"), "{}", run.stderr);
}

#[test]
fn a_program_that_says_too_much_is_stopped() {
    let stage = Stage::new();
    stage.program("helm", "exec yes").program("kustomize", "yes error | head -c 3000000 >&2; cat over/db.yaml");
    let run = stage.run(&[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("printed more than 64 MiB, the most that stslint reads\n"), "{}", run.stderr);
    // Words of one that succeeds are its own affair, however many.
    assert!(!run.stderr.contains("kustomize build"), "{}", run.stderr);
}

#[test]
fn programs_of_the_repository_itself_are_not_run() {
    let stage = Stage::new();
    for name in ["helm", "kustomize", "kubectl"] {
        let own = Stage {
            tree: TempDir::new_in(stage.tree.path()).unwrap(),
            programs: TempDir::new_in(stage.tree.path()).unwrap(),
        };
        own.program(name, "touch ran");
        std::fs::copy(own.programs.path().join(name), stage.tree.path().join(name)).unwrap();
    }
    let run = run_with(stage.tree.path(), &["check", "--render"], Some(".::./".into()));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("is not on the PATH"), "{}", run.stderr);
    assert!(!Path::new(&stage.tree.path().join("ran")).exists());
}

#[test]
fn what_was_built_takes_the_place_of_what_went_into_it() {
    let stage = Stage::new();
    stage
        .program("helm", "printf -- '---\\n# Source: db/templates/a.yaml\\n'; cat plain/db.yaml")
        .program("kustomize", "cat over/db.yaml");
    let run = stage.run(&["--format", "json", "--fail-on", "never"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let places = crate::of_rule(&report, "budget-blocks-eviction");
    let expected = [
        crate::pair("helm template charts/db:8", "charts/db/templates/a.yaml"),
        crate::pair("over/db.yaml:6", ""),
        crate::pair("plain/db.yaml:6", ""),
    ];
    assert_eq!(places, expected);
    assert_eq!(report["summary"]["sets"], 3);
    assert_eq!(report["summary"]["skipped"], serde_json::json!({}));
}
