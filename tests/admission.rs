//! What stslint says that a server refuses of an object by itself, held against what real API servers answered
//! (testdata/truth/verdicts.jsonl; another file when `STSLINT_VERDICT_RECORDS` names one).
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::inventory::inventory;
use serde_json::Value;
use stslint::model::admission::refusals;
use stslint::model::{Inventory, Version};

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn records(kind: &str, op: &str) -> Vec<Value> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/verdicts.jsonl");
    let path = std::env::var_os("STSLINT_VERDICT_RECORDS").map_or(own, PathBuf::from);
    let all = std::fs::read_to_string(path).unwrap();
    let all = all.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    all.filter(|record| text(record, "kind") == kind && text(record, "op") == op).collect()
}

/// What depends on the cluster that was asked, and on nothing in the manifest.
const OF_THE_CLUSTER: &[&str] = &[
    "provided network does not match the current range",
    "is not in the valid range",
    "not configured for dual-stack",
    "not configured on this cluster",
];

/// The fields that a server named; `None` where it did not get as far as to validate any.
fn named_by_server(answer: &Value) -> Option<BTreeSet<String>> {
    if answer["code"] == 400 || answer["code"] == 404 {
        return None;
    }
    let causes = answer["causes"].as_array().unwrap().iter();
    let ours = causes.filter(|cause| !OF_THE_CLUSTER.iter().any(|words| text(cause, "message").contains(words)));
    Some(ours.map(|cause| text(cause, "path").to_owned()).collect())
}

fn named_by_us(head: &Inventory, version: Version) -> BTreeSet<String> {
    let objects = head.documents().flat_map(|(id, _)| head.objects_of(id));
    let refusals = objects.flat_map(|object| refusals(head, object, version));
    refusals.filter(|refusal| !refusal.hits_pods).map(|refusal| refusal.named).collect()
}

fn creates(kind: &str, at_least: usize) {
    let (mut judged, mut refused, mut wrong) = (0, 0, Vec::new());
    for record in records(kind, "create") {
        let head = inventory(&[("manifest.yaml".to_owned(), text(&record, "head").to_owned())]);
        let answers = record["answers"].as_object().unwrap().iter();
        for (server, answer) in answers.filter(|(server, _)| !server.contains(' ')) {
            let Some(expected) = named_by_server(answer) else { continue };
            let found = named_by_us(&head, server.parse().unwrap());
            judged += 1;
            refused += usize::from(!expected.is_empty());
            if found != expected {
                let (id, what) = (text(&record, "id"), text(&record, "what"));
                wrong.push(format!("{id} {server} {what}: server {expected:?}, we {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{kind}: {} of {judged} answers differ:\n{}", wrong.len(), wrong.join("\n"));
    println!("{kind}: {judged} answers to creates agree, {refused} of them refusals");
    assert!(refused >= at_least, "only {refused} refusals of {kind} were judged");
}

#[test]
fn sets() {
    creates("StatefulSet", 500);
}

#[test]
fn services() {
    creates("Service", 100);
}

#[test]
fn claims() {
    creates("PersistentVolumeClaim", 1);
}

#[test]
fn budgets() {
    creates("PodDisruptionBudget", 60);
}

#[test]
fn storage_classes() {
    creates("StorageClass", 20);
}

#[test]
fn volumes() {
    creates("PersistentVolume", 10);
}

#[test]
fn autoscalers() {
    creates("HorizontalPodAutoscaler", 30);
}
