//! What stslint says that a server refuses of an object by itself, held against what real API servers answered
//! (testdata/truth/verdicts.jsonl; another file when `STSLINT_VERDICT_RECORDS` names one).
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::inventory::inventory;
use serde_json::Value;
use stslint::model::admission::{Refusal, is_waived, refusals};
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

/// What a server says of an update because it is one.
const OF_THE_UPDATE: &[&str] = &[
    "field is immutable",
    "updates to statefulset spec for fields other than",
    "spec is immutable after creation",
    "field can not be less than",
    "is forbidden when status.currentVolumeAttributesClassName is not nil",
    // `kubectl apply` leaves the copy of the older `dataSource` that the server made.
    "must match dataSourceRef",
    "field is immutable, except for",
    "is immutable after creation",
    "are forbidden.",
    "may not change once set",
    "must be specified for an update",
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

fn named_by_us(base: Option<&Inventory>, head: &Inventory, version: Version) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for object in head.objects() {
        let before = || base.into_iter().flat_map(|base| base.objects());
        let is_passed = |refusal: &Refusal| before().any(|before| is_waived(before, object, refusal, version));
        let found = refusals(head, object, version).into_iter();
        named.extend(found.filter(|refusal| !refusal.hits_pods && !is_passed(refusal)).map(|refusal| refusal.named));
    }
    named
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
            let found = named_by_us(None, &head, server.parse().unwrap());
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
        let base = inventory(&[("manifest.yaml".to_owned(), text(&record, "base").to_owned())]);
        let head = inventory(&[("manifest.yaml".to_owned(), text(&record, "head").to_owned())]);
        // What an older server stored with a fault is exempt for ever after.
        if is_unjudged(&head, text(&record, "head")) || !record["stored_by"].is_null() {
            unjudged += 1;
            continue;
        }
        let answers = record["answers"].as_object().unwrap().iter();
        for (server, answer) in answers.filter(|(server, _)| !server.contains(' ')) {
            let Some(mut expected) = named_by_server(answer, &[OF_THE_CLUSTER, OF_THE_UPDATE]) else { continue };
            // A Service keeps the address that its manifest takes away: `immutable-service-change` speaks of it.
            if kind == "Service" && !text(&record, "head").contains("clusterIP") {
                expected.remove("spec.clusterIPs[0]");
            }
            let version = server.parse().unwrap();
            let mut found = named_by_us(Some(&base), &head, version);
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

#[test]
fn services() {
    creates("Service", 136);
}

#[test]
fn budgets() {
    creates("PodDisruptionBudget", 60);
}

#[test]
fn storage_classes() {
    creates("StorageClass", 24);
}

#[test]
fn volumes() {
    creates("PersistentVolume", 18);
}

#[test]
fn autoscalers() {
    creates("HorizontalPodAutoscaler", 36);
}

#[test]
fn updates_of_services() {
    updates("Service", 50);
}

#[test]
fn updates_of_budgets() {
    updates("PodDisruptionBudget", 30);
}

#[test]
fn updates_of_storage_classes() {
    updates("StorageClass", 0);
}

#[test]
fn updates_of_volumes() {
    updates("PersistentVolume", 6);
}

#[test]
fn updates_of_autoscalers() {
    updates("HorizontalPodAutoscaler", 6);
}
