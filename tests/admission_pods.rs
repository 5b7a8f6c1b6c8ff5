//! What stslint says that a server refuses of Pod templates, held against what kube-apiserver 1.37.1 answered to sets that
//! hold them (testdata/truth/pods.jsonl: `pod` is the template's spec, with one sound container where it has none of its
//! own; `claims` are the names of the claim templates; `named` are the fields that the answer named).
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;

use common::inventory::inventory;
use common::leaves;
use common::records::lines;
use serde_json::{Value, json};
use stslint::model::admission::{Refusal, refusals};

struct Record {
    pod: Value,
    claims: Vec<String>,
    named: BTreeSet<String>,
}

fn records() -> Vec<Record> {
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let record = |line: Value| Record {
        pod: line["pod"].clone(),
        claims: texts(&line["claims"]),
        named: texts(&line["named"]).into_iter().collect(),
    };
    lines("truth/pods.jsonl").into_iter().map(record).collect()
}

fn set(pod: &Value, claims: &[String]) -> String {
    let mut pod = pod.clone();
    if pod.get("containers").is_none() {
        pod["containers"] = json!([{"name": "c", "image": "i:1"}]);
    }
    let claim = |name: &String| {
        let spec = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}});
        json!({"metadata": {"name": name}, "spec": spec})
    };
    let mut spec = json!({
        "serviceName": "web",
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod},
    });
    if !claims.is_empty() {
        spec["volumeClaimTemplates"] = claims.iter().map(claim).collect();
    }
    json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web"}, "spec": spec}).to_string()
}

fn refused(pod: &Value, claims: &[String], version: &str) -> Vec<Refusal> {
    let head = inventory(&[("set.json".to_owned(), set(pod, claims))]);
    let objects = head.documents().flat_map(|(id, _)| head.objects_of(id));
    objects.flat_map(|object| refusals(&head, object, version.parse().unwrap())).collect()
}

#[test]
fn every_answer_is_foretold() {
    let mut wrong = Vec::new();
    let all = records();
    for record in &all {
        let found: BTreeSet<String> =
            refused(&record.pod, &record.claims, "1.37").into_iter().map(|refusal| refusal.named).collect();
        if found != record.named {
            wrong.push(format!("{}: server {:?}, we {found:?}", record.pod, record.named));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), all.len(), wrong.join("\n"));
    assert!(all.len() > 1500);
}

#[test]
fn nothing_is_said_of_what_is_still_to_come() {
    let mut looked = 0;
    for record in records().into_iter().filter(|record| record.named.is_empty()) {
        for leaf in leaves(&record.pod) {
            let mut pod = record.pod.clone();
            *pod.pointer_mut(&leaf).unwrap() = json!("${LATER}");
            for version in ["1.33", "1.35", "1.37"] {
                // What older versions know less of is no matter here: they may refuse a sound value, too.
                if version != "1.37" && !refused(&record.pod, &record.claims, version).is_empty() {
                    continue;
                }
                let found = refused(&pod, &record.claims, version);
                assert!(found.is_empty(), "{leaf} of {} on {version}: {found:?}", record.pod);
                looked += 1;
            }
        }
    }
    assert!(looked > 1000);
}
