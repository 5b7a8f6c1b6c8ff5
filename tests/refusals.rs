//! What servers answer to new objects, held against what the built program says of the same files: an error by one of the
//! rules about refusals where the server refuses, and none where it does not.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use common::records::{text, verdicts};
use common::{json, of_rule, places, write};
use serde_json::Value;

/// Answers that say nothing of what `kubectl apply` would meet, or that rest on the cluster alone.
const NOT_MEANT: &[&str] = &[
    "provided network does not match the current range",
    "this cluster is not configured for dual-stack",
    // kubectl takes lists apart, and sends the last of two equal keys: `duplicate-key` warns of that.
    "unknown conversion",
    "already set in map",
    // Nothing says which namespaces there are.
    "namespaces \"team.a\" not found",
    // A kind that is not judged.
    "VolumeAttributesClass",
];

#[test]
fn what_a_server_refuses_is_an_error_and_what_it_takes_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let creates = verdicts().into_iter();
    let creates = creates.filter(|one| text(one, "op") == "create" && text(one, "field_validation") == "Strict");
    let records: BTreeMap<String, Value> = creates.map(|record| (text(&record, "id").to_owned(), record)).collect();
    for (id, record) in &records {
        write(folder.path(), &[(&format!("{id}/manifest.yaml"), text(record, "head"))]);
    }
    let report = json(folder.path(), &["--select", "all"]);
    let is_meant =
        |rule: &str| rule.starts_with("invalid-") || ["unknown-field", "api-version-unserved"].contains(&rule);
    let told = places(&report).into_iter().filter(|(rule, severity, ..)| is_meant(rule) && severity == "error");
    let told: BTreeSet<String> = told.map(|(_, _, file, _)| file.split('/').next().unwrap().to_owned()).collect();
    // What is said not to have been judged: parts that can only be patches, templates.
    let skipped = report["summary"]["skipped"].as_object().unwrap().values();
    let skipped = skipped.flat_map(|reason| reason["places"].as_array().unwrap()).filter_map(Value::as_str);
    let skipped = skipped.filter_map(|place| place.split('/').next());
    let skipped: BTreeSet<&str> = skipped.filter(|id| !told.contains(*id)).collect();
    let (mut judged, mut refused, mut wrong) = (0, 0, Vec::new());
    for (id, record) in &records {
        // The address says it in place of the manifest; kubectl does not get as far.
        let is_whole = text(record, "head").contains("apiVersion:");
        // A placeholder is filled in before the server sees it.
        let is_template = text(record, "head").contains("{{");
        if skipped.contains(id.as_str()) || !is_whole || is_template {
            continue;
        }
        let answer = &record["answers"]["1.37.1"];
        let message = text(answer, "message");
        if NOT_MEANT.iter().any(|words| message.contains(words) || text(record, "kind").contains(words)) {
            continue;
        }
        let is_refused = text(answer, "verdict") == "refused";
        judged += 1;
        refused += usize::from(is_refused);
        if is_refused != told.contains(id) {
            wrong.push(format!("{id} {}: server {} {message}", text(record, "what"), answer["code"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {judged} answers differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(skipped.len() < 10 && refused > 200, "only {refused} refusals were judged, {skipped:?} were not");
    println!("{judged} answers agree, {refused} of them refusals");
}

#[test]
fn all_that_is_missing_in_one_place_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let set = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec:
      containers:
        - env: [{name: A, value: b}]
";
    write(folder.path(), &[("set.yaml", set)]);
    let report = json(folder.path(), &["--select", "invalid-set"]);
    assert_eq!(of_rule(&report, "invalid-set").len(), 2);
    let messages: Vec<&str> = report["findings"].as_array().unwrap().iter().map(|one| text(one, "message")).collect();
    for field in ["containers[0].name` is missing", "containers[0].image` is missing"] {
        assert!(messages.iter().any(|message| message.ends_with(field)), "{messages:?}");
    }
    let prints: BTreeSet<&str> =
        report["findings"].as_array().unwrap().iter().map(|one| text(one, "fingerprint")).collect();
    assert_eq!(prints.len(), 2);
}

/// A thousand misspelt fields and ten thousand containers: what is asked of every field must not walk them each time.
#[test]
fn many_faults_take_no_time_beyond_all_reason() {
    const LIMIT: Duration = Duration::from_secs(20);
    let folder = tempfile::tempdir().unwrap();
    let containers: String =
        (0..10_000).map(|number| format!("        - {{name: C{number}, image: [x], imagg: y}}\n")).collect();
    let set = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: ledger}}\nspec:\n  selector: {{matchLabels: {{app: \
         ledger}}}}\n  template:\n    metadata: {{labels: {{app: ledger}}}}\n    spec:\n      \
         containers:\n{containers}"
    );
    write(folder.path(), &[("set.yaml", &set)]);
    let begin = Instant::now();
    let report = json(folder.path(), &[]);
    assert!(begin.elapsed() < LIMIT, "{:?}", begin.elapsed());
    assert!(of_rule(&report, "invalid-set").len() > 100);
}
