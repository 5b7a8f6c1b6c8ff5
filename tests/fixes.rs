//! The fixes in SARIF, applied to the bad examples of all pages: what each is for is gone, and nothing new is there.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::page::examples;
use common::stslint;
use serde_json::Value;

fn results(folder: &Path) -> Vec<Value> {
    let run = stslint(folder, &["check", "--select", "all", "--fail-on", "never", "--format", "sarif"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    log["runs"][0]["results"].as_array().unwrap().clone()
}

/// What a finding is, wherever it stands.
fn identity(result: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&result["ruleId"]), text(&result["partialFingerprints"]["stslint/v1"]))
}

/// The byte at a line and a column, which counts characters.
fn offset(text: &str, line: &Value, column: &Value) -> usize {
    let (line, column) = (line.as_u64().unwrap() as usize, column.as_u64().unwrap() as usize);
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    start + text[start..].chars().take(column - 1).map(char::len_utf8).sum::<usize>()
}

fn apply(folder: &Path, fix: &Value) {
    for change in fix["artifactChanges"].as_array().unwrap() {
        let file = folder.join(change["artifactLocation"]["uri"].as_str().unwrap());
        let mut text = fs::read_to_string(&file).unwrap();
        // From the last one up, so that the places of the others stay.
        for replacement in change["replacements"].as_array().unwrap().iter().rev() {
            let region = &replacement["deletedRegion"];
            let start = offset(&text, &region["startLine"], &region["startColumn"]);
            let end = offset(&text, &region["endLine"], &region["endColumn"]);
            text.replace_range(start..end, replacement["insertedContent"]["text"].as_str().unwrap());
        }
        fs::write(file, text).unwrap();
    }
}

fn files(folder: &Path, example: &[(String, String)]) {
    let files: Vec<(&str, &str)> = example.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    common::write(folder, &files);
}

/// Applies every fix of these files by itself; how many there were.
fn try_all(example: &[(String, String)]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    files(folder.path(), example);
    let before = results(folder.path());
    let known: BTreeSet<_> = before.iter().map(identity).collect();
    let mut tried = 0;
    for result in &before {
        for fix in result["fixes"].as_array().into_iter().flatten() {
            tried += 1;
            files(folder.path(), example);
            apply(folder.path(), fix);
            let after = results(folder.path());
            let words = format!("{}\n{fix:#}", result["message"]["text"].as_str().unwrap());
            assert!(after.iter().all(|one| identity(one) != identity(result)), "still there: {words}");
            let new: Vec<&Value> = after
                .iter()
                .filter(|one| one["level"] != "note" && !known.contains(&identity(one)))
                .map(|one| &one["message"]["text"])
                .collect();
            assert!(new.is_empty(), "new after {words}: {new:#?}");
        }
    }
    tried
}

#[test]
fn every_fix_of_the_pages_mends_and_breaks_nothing() {
    let mut tried = 0;
    for page in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")).unwrap() {
        let path = page.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let page = fs::read_to_string(&path).unwrap();
        for example in examples(&page).iter().filter(|example| example.bad && example.base.is_empty()) {
            tried += try_all(&example.files);
        }
    }
    assert!(tried > 20, "only {tried} fixes were tried");
}

const SET: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  # The Pods' names.
  serviceName: web
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          # Ours.
          image: registry.example/web:1
          ports: [{name: http, containerPort: 80}]
";

#[test]
fn lines_come_above_the_comment_of_the_next_key() {
    let folder = tempfile::tempdir().unwrap();
    files(folder.path(), &[("web.yaml".to_owned(), SET.to_owned())]);
    let found = results(folder.path());
    let probe = found.iter().find(|one| one["ruleId"] == "readiness-probe-missing").unwrap();
    apply(folder.path(), &probe["fixes"][0]);
    let text = fs::read_to_string(folder.path().join("web.yaml")).unwrap();
    assert!(text.contains("        - name: web\n          readinessProbe:\n"), "{text}");
    assert!(text.contains("          # Ours.\n          image:"), "{text}");
}

#[test]
fn flow_style_and_json_are_left_alone() {
    let budget = "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, spec: {maxUnavailable: 0, \
                  selector: {matchLabels: {app: web}}}}";
    let folder = tempfile::tempdir().unwrap();
    files(folder.path(), &[("web.yaml".to_owned(), format!("{SET}---\n{budget}\n"))]);
    let found = results(folder.path());
    let blocked = found.iter().find(|one| one["ruleId"] == "budget-blocks-eviction").unwrap();
    assert!(blocked["fixes"].is_null(), "{blocked:#}");
}
