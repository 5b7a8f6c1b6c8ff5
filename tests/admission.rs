//! What stslint says that a server refuses of an object by itself, held against what real API servers answered.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;

use common::records::{answers, state, text, verdicts_on};
use serde_json::Value;
use stslint::model::admission::{Refusal, is_waived, refusals};
use stslint::model::{Inventory, Version};

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

/// How the answers to one kind of object were met.
#[derive(Default)]
struct Tally {
    judged: usize,
    refused: usize,
    unjudged: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn compare(&mut self, record: &Value, version: Version, expected: &BTreeSet<String>, found: &BTreeSet<String>) {
        self.judged += 1;
        self.refused += usize::from(!expected.is_empty());
        if found != expected {
            let (id, what) = (text(record, "id"), text(record, "what"));
            self.wrong.push(format!("{id} {version} {what}: server {expected:?}, we {found:?}"));
        }
    }

    fn assert(&self, what: &str, at_least: usize) {
        let Tally { judged, refused, unjudged, wrong } = self;
        assert!(wrong.is_empty(), "{what}: {} of {judged} answers differ:\n{}", wrong.len(), wrong.join("\n"));
        println!("{what}: {judged} answers agree, {refused} of them refusals; {unjudged} records not judged");
        assert!(*refused >= at_least, "{what}: only {refused} refusals were judged");
    }
}

fn creates(kind: &'static str, at_least: usize) {
    let mut tally = Tally::default();
    for record in verdicts_on(kind, "create") {
        let head = state(&record, "head");
        if is_unjudged(&head, text(&record, "head")) {
            tally.unjudged += 1;
            continue;
        }
        for (version, answer) in answers(&record) {
            let Some(expected) = named_by_server(answer, &[OF_THE_CLUSTER]) else { continue };
            tally.compare(&record, version, &expected, &named_by_us(None, &head, version));
        }
    }
    tally.assert(&format!("creates of {kind}"), at_least);
}

/// What it looks at when a set is new, and not when it changes, because it cannot be mended: the name, `serviceName`, the
/// claim templates. Where they change, the change itself is refused.
fn is_for_creates(path: &str) -> bool {
    ["metadata.name", "spec.serviceName"].contains(&path) || path.starts_with("spec.volumeClaimTemplates[")
}

fn updates(kind: &'static str, at_least: usize) {
    let mut tally = Tally::default();
    for record in verdicts_on(kind, "update") {
        let (base, head) = (state(&record, "base"), state(&record, "head"));
        // What an older server stored with a fault is exempt for ever after.
        if is_unjudged(&head, text(&record, "head")) || !record["stored_by"].is_null() {
            tally.unjudged += 1;
            continue;
        }
        for (version, answer) in answers(&record) {
            let Some(mut expected) = named_by_server(answer, &[OF_THE_CLUSTER, OF_THE_UPDATE]) else { continue };
            // A Service keeps the address that its manifest takes away: `immutable-service-change` speaks of it.
            if kind == "Service" && !text(&record, "head").contains("clusterIP") {
                expected.remove("spec.clusterIPs[0]");
            }
            let mut found = named_by_us(Some(&base), &head, version);
            if kind == "StatefulSet" {
                found.retain(|path| !is_for_creates(path));
            }
            tally.compare(&record, version, &expected, &found);
        }
    }
    tally.assert(&format!("updates of {kind}"), at_least);
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
