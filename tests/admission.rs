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
const OF_THE_CLUSTER: &[&str] =
    &["provided network does not match the current range", "this cluster is not configured for dual-stack"];

/// What a server says of an update because it is one.
const OF_THE_UPDATE: &[&str] = &[
    "field is immutable",
    "updates to statefulset spec for fields other than",
    "spec is immutable after creation",
    "field can not be less than",
    "is forbidden when status.currentVolumeAttributesClassName is not nil",
    // `kubectl apply` leaves the copy of the older `dataSource` that the server made.
    "must match dataSourceRef",
];

/// The fields that a server named; `None` where it did not get as far as to validate any.
fn named_by_server(answer: &Value, left_out: &[&[&str]]) -> Option<BTreeSet<String>> {
    if answer["code"] == 400 || answer["code"] == 404 {
        return None;
    }
    let causes = answer["causes"].as_array().unwrap().iter();
    let is_left_out =
        |cause: &Value| left_out.iter().copied().flatten().any(|words| text(cause, "message").contains(words));
    let ours = causes.filter(|cause| !is_left_out(cause));
    Some(ours.map(|cause| text(cause, "path").to_owned()).collect())
}

fn named_by_us(head: &Inventory, version: Version) -> BTreeSet<String> {
    let objects = head.documents().flat_map(|(id, _)| head.objects_of(id));
    let refusals = objects.flat_map(|object| refusals(head, object, version));
    refusals.filter(|refusal| !refusal.hits_pods).map(|refusal| refusal.named).collect()
}

/// Whether nothing in it is judged: what lacks everything that its kind must have is taken for a patch, and a name that a
/// template fills in later is not yet one.
fn is_unjudged(head: &Inventory, text: &str) -> bool {
    head.documents().all(|(id, _)| head.objects_of(id).next().is_none()) || text.contains("{{")
}

fn creates(kind: &str, at_least: usize) {
    let (mut judged, mut refused, mut unjudged, mut wrong) = (0, 0, 0, Vec::new());
    for record in records(kind, "create") {
        let head = inventory(&[("manifest.yaml".to_owned(), text(&record, "head").to_owned())]);
        if is_unjudged(&head, text(&record, "head")) {
            unjudged += 1;
            continue;
        }
        let answers = record["answers"].as_object().unwrap().iter();
        for (server, answer) in answers.filter(|(server, _)| !server.contains(' ')) {
            let Some(expected) = named_by_server(answer, &[OF_THE_CLUSTER]) else { continue };
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
    println!("{kind}: {judged} answers to creates agree, {refused} of them refusals; {unjudged} records not judged");
    assert!(refused >= at_least, "only {refused} refusals of {kind} were judged");
}

/// What it looks at when a set is new, and not when it changes, because it cannot be mended: the name, `serviceName`, the
/// claim templates. Where they change, the change itself is refused.
fn is_for_creates(path: &str) -> bool {
    ["metadata.name", "spec.serviceName"].contains(&path) || path.starts_with("spec.volumeClaimTemplates[")
}

fn updates(kind: &str, at_least: usize) {
    let (mut judged, mut refused, mut unjudged, mut wrong) = (0, 0, 0, Vec::new());
    for record in records(kind, "update") {
        let head = inventory(&[("manifest.yaml".to_owned(), text(&record, "head").to_owned())]);
        // What an older server stored with a fault is exempt for ever after.
        if is_unjudged(&head, text(&record, "head")) || !record["stored_by"].is_null() {
            unjudged += 1;
            continue;
        }
        let answers = record["answers"].as_object().unwrap().iter();
        for (server, answer) in answers.filter(|(server, _)| !server.contains(' ')) {
            let Some(expected) = named_by_server(answer, &[OF_THE_CLUSTER, OF_THE_UPDATE]) else { continue };
            let version = server.parse().unwrap();
            let mut found = named_by_us(&head, version);
            if kind == "StatefulSet" {
                found.retain(|path| !is_for_creates(path));
            }
            judged += 1;
            refused += usize::from(!expected.is_empty());
            if found != expected {
                let (id, what) = (text(&record, "id"), text(&record, "what"));
                wrong.push(format!("{id} {server} {what}: server {expected:?}, we {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{kind}: {} of {judged} answers differ:\n{}", wrong.len(), wrong.join("\n"));
    println!("{kind}: {judged} answers to updates agree, {refused} of them refusals; {unjudged} records not judged");
    assert!(refused >= at_least, "only {refused} refusals of {kind} were judged");
}

#[test]
fn sets() {
    creates("StatefulSet", 500);
}

#[test]
fn claims() {
    creates("PersistentVolumeClaim", 12);
}

#[test]
fn updates_of_sets() {
    updates("StatefulSet", 60);
}

#[test]
fn updates_of_claims() {
    updates("PersistentVolumeClaim", 6);
}
