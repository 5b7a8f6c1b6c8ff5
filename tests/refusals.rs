//! What servers answer to new objects, held against what the built program says of the same files: an error by one of the
//! rules about refusals where the server refuses, and none where it does not.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

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

const SET: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  serviceName: ledger
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger, version: v1}}
    spec:
      containers:
        - name: ledger
          image: ledger:1
          ports: [{containerPort: 80, name: web}]
          readinessProbe: {tcpSocket: {port: web}}
          volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: ledger}
spec: {clusterIP: None, selector: {app: ledger}, ports: [{port: 80, targetPort: 80, name: web}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ledger}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: ledger}}}
";

/// What is told of the set and its Service once one text is another: rule, headline and help.
fn told_with(from: &str, to: &str) -> Vec<(String, String, String)> {
    assert!(SET.contains(from), "{from}");
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("set.yaml", &SET.replacen(from, to, 1))]);
    let report = json(folder.path(), &[]);
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|one| {
            let help = one["help"].as_array().into_iter().flatten();
            let help = help.map(|help| format!("{} {}", text(help, "text"), text(help, "block")));
            let help: Vec<String> = help.collect();
            (text(one, "rule").to_owned(), text(one, "message").to_owned(), help.join("; "))
        })
        .collect()
}

#[test]
fn what_is_refused_is_told_once_and_with_the_next_step() {
    for (from, to, rule, fact, help) in [
        (
            "serviceName: ledger",
            "serviceName: Ledger.prod.svc",
            "invalid-set",
            "`spec.serviceName` is",
            "serviceName: ledger",
        ),
        ("{port: web}", "{port: the_web_port_name}", "invalid-set", "tcpSocket.port` is", "write `web`"),
        ("selector: {app: ledger}", "selector: {app: 'ledger,x'}", "invalid-service", "selector.app` is", ""),
        ("clusterIP: None", "clusterIP: none", "invalid-service", "`spec.clusterIP` is `none`", "write `None`"),
        (
            "{tcpSocket: {port: web}}",
            "{periodSeconds: 5}",
            "invalid-set",
            "readinessProbe` is not complete",
            "`exec`, `httpGet`",
        ),
        (
            "selector: {matchLabels: {app: ledger}}",
            "selector: {}",
            "invalid-set",
            "`spec.selector` is not valid",
            "app: ledger",
        ),
        ("[{name: data,", "[{name: date,", "invalid-set", "names `date`, which is not there", "write `data`"),
        ("[{name: data,", "[{name: ledger,", "invalid-set", "names `ledger`", "write `data`, the only volume"),
        ("maxUnavailable: 1", "maxUnavailable: '1'", "invalid-budget", "is `\"1\"`", "write `1` without quotes"),
        ("maxUnavailable: 1", "maxUnavailable: 50 %", "invalid-budget", "is `50 %`", "write `50%`"),
        ("targetPort: 80", "targetPort: '80'", "invalid-service", "is `\"80\"`", "write `80` without quotes"),
        (
            "clusterIP: None",
            "clusterIP: None, type: Headless",
            "invalid-service",
            "is `Headless`",
            "write `clusterIP: None`",
        ),
    ] {
        let told = told_with(from, to);
        let [one] = told.as_slice() else { panic!("{to}: {told:#?}") };
        assert!(one.0 == rule && one.1.contains(fact) && one.2.contains(help), "{to}: {told:#?}");
    }
}

#[test]
fn what_is_filled_in_later_is_not_judged() {
    for (from, to) in [
        ("version: v1", "version: v-$VERSION"),
        ("version: v1", "version: '<path:secret/data/ledger#version>'"),
        ("clusterIP: None", "clusterIP: None, \"${MORE}\": x"),
        ("clusterIP: None", "clusterIP: None, $(MORE): x"),
    ] {
        assert_eq!(told_with(from, to), [], "{to}");
    }
    assert_eq!(told_with("version: v1", "version: v$").len(), 1);
}

#[test]
fn what_can_only_be_laid_over_something_is_no_object() {
    let folder = tempfile::tempdir().unwrap();
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {resources: {requests: {storage: 5Gi}}}\n";
    let class =
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nallowVolumeExpansion: true\n";
    write(folder.path(), &[("set.yaml", SET), ("claim.yaml", claim), ("class.yaml", class)]);
    let report = json(folder.path(), &[]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{report:#}");
    assert_eq!(report["summary"]["skipped"]["kustomize patch"]["count"], 2);
}

#[test]
fn names_without_an_end_are_judged_and_line_ends_do_not_reach_the_help() {
    let told = told_with("metadata: {name: ledger}", &format!("metadata: {{name: {}}}", "a".repeat(100_000)));
    assert!(told.iter().any(|one| one.0 == "invalid-set"), "{told:#?}");
    let told = told_with("[{name: data,", "[{name: \"a\\n# b\",");
    assert!(told.len() == 1 && !told[0].2.contains('\n'), "{told:#?}");
}

/// Ten thousand containers, each with three faults: what is asked of every field must not walk all of them each time.
#[test]
fn many_faults_come_to_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let containers: String =
        (0..10_000).map(|number| format!("        - {{name: C{number}, image: [x], imagg: y}}\n")).collect();
    let set = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: ledger}}\nspec:\n  selector: {{matchLabels: {{app: \
         ledger}}}}\n  template:\n    metadata: {{labels: {{app: ledger}}}}\n    spec:\n      \
         containers:\n{containers}"
    );
    write(folder.path(), &[("set.yaml", &set)]);
    let report = json(folder.path(), &[]);
    assert!(of_rule(&report, "invalid-set").len() > 100);
}

#[test]
fn names_that_leave_no_room_for_the_pods_are_told_by_length() {
    let severity = |length: usize, more: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        write(
            folder.path(),
            &[("set.yaml", &SET.replacen("name: ledger}", &format!("name: {}}}", "a".repeat(length)), 1))],
        );
        write(folder.path(), more);
        let told = of_rule(&json(folder.path(), &[]), "pods-refused");
        told.into_iter().map(|(_, _, severity)| severity).collect::<Vec<_>>()
    };
    for (length, expected) in
        [(52, None), (53, Some("warning")), (54, Some("warning")), (55, Some("error")), (63, Some("error"))]
    {
        assert_eq!(severity(length, &[]).first().map(String::as_str), expected, "{length}");
    }
    // What is too long for the set is its own refusal, and what a kustomization calls otherwise is not judged.
    assert_eq!(severity(64, &[]), Vec::<String>::new());
    assert_eq!(
        severity(60, &[("kustomization.yaml", "resources: [set.yaml]\nnameSuffix: -b\n")]),
        Vec::<String>::new()
    );
    let told = told_with("image: ledger:1", "image: ' ledger:1'");
    assert!(told.len() == 1 && told[0].0 == "pods-refused" && told[0].2.contains("write `ledger:1`"), "{told:#?}");
    // What is refused itself is not said to be taken, line ends stay out of the help, and no number is too large.
    let told = told_with("metadata: {name: ledger}", &format!("metadata: {{name: {}}}", "A".repeat(55)));
    let rules: BTreeSet<&str> = told.iter().map(|one| one.0.as_str()).collect();
    assert!(rules.contains("invalid-set") && !rules.contains("pods-refused"), "{told:#?}");
    let told = told_with("image: ledger:1", "image: \"ledger:1\\n# b \"");
    assert!(told.len() == 1 && told[0].0 == "pods-refused" && !told[0].2.contains('\n'), "{told:#?}");
    let scaled = format!(
        "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: s}}\nspec:\n  scaleTargetRef: {{kind: \
         StatefulSet, apiVersion: apps/v1, name: {}}}\n  minReplicaCount: 1\n  maxReplicaCount: {}\n  triggers: []\n",
        "a".repeat(53),
        i64::MAX
    );
    let folder = tempfile::tempdir().unwrap();
    let set = SET.replacen("name: ledger}", &format!("name: {}}}", "a".repeat(53)), 1);
    let set = set.replacen("spec:\n", "spec:\n  ordinals: {start: 5}\n", 1);
    write(folder.path(), &[("set.yaml", &set), ("scaled.yaml", &scaled)]);
    assert_eq!(of_rule(&json(folder.path(), &[]), "pods-refused").len(), 1);
}
