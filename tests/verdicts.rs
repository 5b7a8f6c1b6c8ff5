//! What stslint says of an update, held against what real API servers answered (testdata/truth/verdicts.jsonl; another
//! file when `STSLINT_VERDICT_RECORDS` names one).
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;

use common::records::{answers, state, text, verdicts_on};
use serde_json::Value;
use stslint::model::update::{
    ClaimAnswer, ClaimState, ServiceAnswer, answer_claim, answer_service, answer_set, answer_storage_class,
};
use stslint::model::{Change, Changes, Inventory, Quantity, Typed};

/// The paths of the causes that say that something cannot be updated.
fn immutable(answer: &Value) -> BTreeSet<String> {
    let words = ["field is immutable", "updates to statefulset spec for fields other than"];
    let causes = answer["causes"].as_array().unwrap().iter();
    let named = causes.filter(|cause| words.iter().any(|word| text(cause, "message").contains(word)));
    named.map(|cause| text(cause, "path").to_owned()).collect()
}

fn states(record: &Value) -> (Inventory, Inventory) {
    (state(record, "base").at_revision("base"), state(record, "head"))
}

/// The object as it was and as it is to be, where both could be read as one.
fn kept(base: &Inventory, head: &Inventory, with: &mut dyn FnMut(&stslint::model::Object, &stslint::model::Object)) {
    let changes = Changes::between(base, head);
    for change in changes.iter(base, head) {
        if let Change::Kept { base, head } = change {
            with(base, head);
        }
    }
}

fn report(what: &str, judged: usize, wrong: &[String]) {
    assert!(wrong.is_empty(), "{what}: {} of {judged} answers differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn updates_of_sets() {
    let (mut judged, mut refused, mut strict, mut wrong) = (0, 0, 0, Vec::new());
    for record in verdicts_on("StatefulSet", "update") {
        if !record["state"].is_null() || !record["stored_by"].is_null() {
            continue;
        }
        let (base, head) = states(&record);
        for (version, answer) in answers(&record) {
            let expected = immutable(answer);
            let mut found = BTreeSet::new();
            kept(&base, &head, &mut |old, new| {
                let update = answer_set(base.set(old.id).unwrap(), head.set(new.id).unwrap(), version);
                found.extend(update.fields.into_iter().map(|field| field.path().to_string()));
            });
            let same =
                if version.is_at_least(37) { found == expected } else { found.is_empty() == expected.is_empty() };
            // The server read the YAML itself, met an unknown or repeated field and looked no further. `kubectl apply`
            // sends no repeated field, and an unknown one hides the refusal only until it is mended.
            if !same && text(answer, "message").contains("strict decoding error") {
                strict += 1;
                continue;
            }
            judged += 1;
            refused += usize::from(!expected.is_empty());
            if !same {
                let what = text(&record, "what");
                wrong.push(format!("{} {version} {what}: server {expected:?}, we {found:?}", text(&record, "id")));
            }
        }
    }
    report("sets", judged, &wrong);
    println!(
        "{judged} answers about sets, {refused} of them refusals of fixed fields, agree; {strict} end at an unknown field"
    );
    assert!(refused > 100, "only {refused} refusals were judged");
}

fn claim_state(record: &Value) -> ClaimState {
    let state = &record["state"];
    let owned = |value: &Value| value.as_str().map(str::to_owned);
    ClaimState {
        bound: state["phase"] == "Bound",
        capacity: state["capacity"].as_str().and_then(Quantity::parse).map(Quantity::stored),
        volume_name: owned(&state["volumeName"]),
        class: owned(&state["class"]["name"]),
        expandable: state["class"]["exists"] == true && state["class"]["allowVolumeExpansion"] == true,
        attributes_class: owned(&state["currentVolumeAttributesClassName"]),
    }
}

/// What the server refused of a claim because it is an update.
fn claim_refusals(answer: &Value) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for cause in answer["causes"].as_array().unwrap() {
        let message = text(cause, "message");
        let kinds = [
            ("spec is immutable after creation", "spec"),
            ("field can not be less than", "shrinks"),
            ("is not nil", "attributes class"),
        ];
        found.extend(kinds.iter().filter(|(words, _)| message.contains(words)).map(|(_, kind)| *kind));
        if message.contains("field is immutable") {
            found.insert(if text(cause, "path") == "volumeMode" { "mode" } else { "annotation" });
        }
    }
    if text(answer, "message").contains("only dynamically provisioned pvc can be resized") {
        found.insert("expansion");
    }
    found
}

#[test]
fn updates_of_claims() {
    let (mut judged, mut refused, mut wrong) = (0, 0, Vec::new());
    for record in verdicts_on("PersistentVolumeClaim", "update") {
        // A PUT of the file is not what `kubectl apply` sends.
        if text(&record, "sent") != "apply" {
            continue;
        }
        let (base, head) = states(&record);
        for (version, answer) in answers(&record) {
            let expected = claim_refusals(answer);
            let mut found = BTreeSet::new();
            kept(&base, &head, &mut |old, new| {
                let (Typed::Claim(old_claim), Typed::Claim(new_claim)) = (&old.typed, &new.typed) else { return };
                let kind = |answer: &ClaimAnswer| match answer {
                    ClaimAnswer::SpecImmutable(_) => "spec",
                    ClaimAnswer::Shrinks => "shrinks",
                    ClaimAnswer::CannotExpand => "expansion",
                    ClaimAnswer::VolumeModeImmutable => "mode",
                    ClaimAnswer::AttributesClassRemoved { .. } => "attributes class",
                    ClaimAnswer::BetaClassImmutable => "annotation",
                };
                found.extend(answer_claim(old_claim, new_claim, &claim_state(&record), version).iter().map(kind));
            });
            judged += 1;
            refused += usize::from(!expected.is_empty());
            if found != expected {
                let what = text(&record, "what");
                wrong.push(format!("{} {version} {what}: server {expected:?}, we {found:?}", text(&record, "id")));
            }
        }
    }
    report("claims", judged, &wrong);
    println!("{judged} answers about claims, {refused} of them refusals of the update, agree");
    assert!(refused > 50, "only {refused} refusals were judged");
}

#[test]
fn updates_of_services() {
    let (mut refused, mut wrong) = (0, Vec::new());
    for record in verdicts_on("Service", "update") {
        let (base, head) = states(&record);
        for (version, answer) in answers(&record) {
            let said = |words: &str| {
                answer["causes"].as_array().unwrap().iter().any(|cause| text(cause, "message").contains(words))
            };
            let expected = said("may not change once set")
                || said("may not be set to 'None' for")
                || said("first value must match `clusterIP`");
            let mut found = Vec::new();
            kept(&base, &head, &mut |old, new| {
                let (Typed::Service(old), Typed::Service(new)) = (&old.typed, &new.typed) else { return };
                found = answer_service(old, new);
            });
            refused += usize::from(expected);
            let certain = found.iter().any(|one| *one != ServiceAnswer::AddressFixedUnlessSame);
            if certain != expected {
                wrong.push(format!("{version} {}: server {expected}, we {found:?}", text(&record, "what")));
            }
        }
    }
    report("services", refused, &wrong);
    assert!(refused > 10, "only {refused} refusals were judged");
}

#[test]
fn updates_of_storage_classes() {
    let (mut refused, mut wrong) = (0, Vec::new());
    for record in verdicts_on("StorageClass", "update") {
        let (base, head) = states(&record);
        for (version, answer) in answers(&record) {
            let causes = answer["causes"].as_array().unwrap().iter();
            let expected: BTreeSet<&str> = causes.map(|cause| text(cause, "path")).collect();
            let mut found = BTreeSet::new();
            kept(&base, &head, &mut |old, new| {
                let decodes = old.type_errors.is_empty() && new.type_errors.is_empty();
                if let (Typed::StorageClass(old), Typed::StorageClass(new), true) = (&old.typed, &new.typed, decodes) {
                    found.extend(answer_storage_class(old, new, version).into_iter().map(|field| field.name()));
                }
            });
            refused += usize::from(!expected.is_empty());
            if found != expected {
                wrong.push(format!("{version} {}: server {expected:?}, we {found:?}", text(&record, "what")));
            }
        }
    }
    report("storage classes", refused, &wrong);
    assert!(refused > 10, "only {refused} refusals were judged");
}
