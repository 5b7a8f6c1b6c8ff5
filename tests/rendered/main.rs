//! Rendered input: what helm and kustomize make, from standard input or by `--render`.
//!
//! Tests of the programs themselves need them on the PATH (`.ci/tools` installs them); each says by name what it skips.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../common/mod.rs"]
mod common;
mod formats;
mod helm;
mod kustomize;
#[cfg(unix)]
mod programs;
mod refused;
mod stdin;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use common::Run;
use serde_json::Value;

/// What a test of rendering shows: rule, where its main place is, and what that was rendered from.
type Shown = (String, String, String);

/// A folder of test data.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rendered").join(name)
}

/// Runs the built program with this PATH.
fn run_with(folder: &Path, arguments: &[&str], path: Option<OsString>) -> Run {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.current_dir(folder).args(arguments).env_remove("NO_COLOR");
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = command.output().unwrap();
    Run {
        code: output.status.code().expect("ended by itself"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What was found, with `--render`.
fn rendered(folder: &Path, arguments: &[&str]) -> Value {
    let all = [&["check", "--format", "json", "--fail-on", "never", "--render"], arguments].concat();
    let run = run_with(folder, &all, None);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn shown(report: &Value) -> Vec<Shown> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let one = |finding: &Value| {
        let location = &finding["location"];
        let place = format!("{}:{}", text(&location["file"]), location["start"]["line"]);
        (text(&finding["rule"]), place, text(&location["rendered_from"]))
    };
    findings.map(one).collect()
}

/// The findings of one rule: where, and what that was rendered from.
fn of_rule(report: &Value, rule: &str) -> Vec<(String, String)> {
    let all = shown(report).into_iter().filter(|(name, ..)| name == rule);
    all.map(|(_, place, from)| (place, from)).collect()
}

fn pair(place: &str, from: &str) -> (String, String) {
    (place.to_owned(), from.to_owned())
}

/// Whether a program is there; says by its name when it is not.
fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !found {
        // Not by a macro: the test harness would keep it to itself.
        let mut stderr = std::io::stderr();
        writeln!(stderr, "skipped: {program} is not on PATH").unwrap();
    }
    found
}

/// A folder with nothing in it but links to some programs of the PATH.
#[cfg(unix)]
fn only(programs: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    for program in programs {
        let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
        std::os::unix::fs::symlink(found.unwrap(), folder.path().join(program)).unwrap();
    }
    folder
}

/// A set with a budget that lets no Pod go: an error of one line, whatever else is read.
const STRICT: &str = "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: db
spec:
  maxUnavailable: 0
  selector:
    matchLabels: {app: db}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 2
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: main
        image: registry.example/db:1
";

/// Asserts that the formats for CI systems show a finding in a template, and no line of it.
fn in_template(folder: &Path, arguments: &[&str], stdin: &str, template: &str) {
    let run = |format: &str| {
        let rule = ["check", "--select", "budget-blocks-eviction", "--fail-on", "never", "--format", format];
        let run = common::with_stdin(folder, &[&rule[..], arguments].concat(), stdin.as_bytes());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    let github = run("github");
    assert!(github.contains(&format!(" file={template},title=")), "{github}");
    let gitlab: Value = serde_json::from_str(&run("gitlab")).unwrap();
    assert_eq!(gitlab[0]["location"], serde_json::json!({ "path": template, "lines": { "begin": 1, "end": 1 } }));
    let sarif: Value = serde_json::from_str(&run("sarif")).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], template);
    assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    assert!(place["region"].is_null(), "{place}");
    let junit = run("junit");
    assert!(junit.contains(&format!("file=\"{template}\">")), "{junit}");
    let markdown = run("markdown");
    let name = template.rsplit('/').next().unwrap();
    assert!(markdown.contains("(rendered from ") && markdown.contains(&format!("/{name})")), "{markdown}");
}
