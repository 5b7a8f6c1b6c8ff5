//! A finding keeps its fingerprint wherever its lines move, and no two of a report share one.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

fn findings(folder: &std::path::Path) -> Vec<Value> {
    common::json(folder, &[])["findings"].as_array().unwrap().clone()
}

fn by_rule(findings: &[Value]) -> BTreeMap<(String, String), String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    findings.iter().map(|one| ((text(&one["rule"]), text(&one["field"])), text(&one["fingerprint"]))).collect()
}

const SET: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: nginx:1.27}
";

#[test]
fn lines_that_move_keep_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.yaml");
    fs::write(&file, SET).unwrap();
    let before = findings(folder.path());
    assert!(before.len() >= 2, "{before:#?}");
    let moved = SET.replace(
        "        - {name: web,",
        "        - {name: first, image: busybox:1.36, readinessProbe: {tcpSocket: {port: 1}}}\n        - {name: web,",
    );
    fs::write(&file, format!("# a comment\n\n{moved}")).unwrap();
    let (before, after) = (by_rule(&before), by_rule(&findings(folder.path())));
    let probe = ("service-not-found".to_owned(), "spec.serviceName".to_owned());
    assert!(before.contains_key(&probe), "{before:#?}");
    assert_eq!(before[&probe], after[&probe]);
    let other = SET.replace("name: web}\nspec", "name: other}\nspec");
    fs::write(&file, other).unwrap();
    assert_ne!(before[&probe], by_rule(&findings(folder.path()))[&probe], "another object is another finding");
}

#[test]
fn no_two_share_one() {
    let folder = tempfile::tempdir().unwrap();
    // The same object twice in one file: everything but the order is equal.
    fs::write(folder.path().join("web.yaml"), format!("{SET}---\n{SET}")).unwrap();
    let all = findings(folder.path());
    let distinct: BTreeSet<&str> = all.iter().map(|one| one["fingerprint"].as_str().unwrap()).collect();
    assert!(all.len() >= 4, "{all:#?}");
    assert_eq!(distinct.len(), all.len());
    assert!(distinct.iter().all(|one| one.len() == 32), "{distinct:#?}");
}
