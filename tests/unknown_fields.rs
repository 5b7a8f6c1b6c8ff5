//! Fields that no server has, held against what real API servers answered.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;

use common::records::{answers, state, text, verdicts};
use common::{json, places, write};
use serde_json::Value;
use stslint::model::{Inventory, Version};

/// The fields that an answer calls unknown, whether it refuses or warns.
fn named_by_server(answer: &Value) -> BTreeSet<String> {
    let warnings = answer["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let said = warnings.chain([text(answer, "message")]);
    let fields = said.flat_map(|words| words.split("unknown field \"").skip(1));
    fields.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn named_by_us(head: &Inventory, version: Version) -> BTreeSet<String> {
    let objects = head.documents().flat_map(|(id, placed)| head.objects_of(id).map(move |object| (placed, object)));
    let fields = objects.flat_map(|(placed, object)| object.fields_unknown_to(placed.node(object.node), version));
    fields.map(|field| field.path.to_string()).collect()
}

/// Answers that stop before the fields: another kind or version, a list, a value of the wrong type.
fn stops_before(answer: &Value) -> bool {
    let message = text(answer, "message");
    (answer["code"] == 400 || answer["code"] == 404) && !message.contains("unknown field")
}

#[test]
fn recorded_answers_name_the_same_fields() {
    let (mut judged, mut unknown, mut wrong) = (0, 0, Vec::new());
    for record in verdicts().iter().filter(|record| text(record, "field_validation") != "Ignore") {
        let head = state(record, "head");
        for (version, answer) in answers(record) {
            if stops_before(answer) {
                continue;
            }
            let (expected, found) = (named_by_server(answer), named_by_us(&head, version));
            judged += 1;
            unknown += usize::from(!expected.is_empty());
            if found != expected {
                let (id, what) = (text(record, "id"), text(record, "what"));
                wrong.push(format!("{id} {version} {what}: server {expected:?}, we {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {judged} answers differ:\n{}", wrong.len(), wrong.join("\n"));
    println!("{judged} answers agree, {unknown} of them name unknown fields");
    assert!(unknown > 100, "only {unknown} answers named unknown fields");
}

/// The help of each finding about unknown fields, by the field's line; all other rules that speak as errors or warnings.
fn told(manifest: &str, arguments: &[&str]) -> (Vec<(u64, String)>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("manifest.yaml", manifest)]);
    let report = json(folder.path(), arguments);
    let help = |finding: &Value| text(&finding["help"][0], "text").to_owned();
    let (ours, others): (Vec<_>, Vec<_>) = places(&report)
        .into_iter()
        .zip(report["findings"].as_array().unwrap())
        .partition(|((rule, ..), _)| rule == "unknown-field");
    let others = others.into_iter().filter(|((_, severity, ..), _)| severity != "note");
    (
        ours.into_iter().map(|((_, _, _, line), finding)| (line, help(finding))).collect(),
        others.map(|((rule, ..), _)| rule).collect(),
    )
}

const SET: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec:
      containers:
        - name: ledger
          image: ledger
          ports: [{containerPort: 80}]
";

#[test]
fn the_field_that_was_meant_is_proposed_and_not_missed_as_well() {
    let cases = [
        ("          readinesProbe: {tcpSocket: {port: 80}}\n", "write `readinessProbe`"),
        ("          readinessprobe: {tcpSocket: {port: 80}}\n", "write `readinessProbe`"),
        ("      volumes: [{name: a, secret: {name: b}}]\n", "write `secretName`"),
        ("          replicas: 3\n", "move it to `spec.replicas`"),
        (
            "          startupProbe: {command: [\"true\"]}\n",
            "move it to `spec.template.spec.containers[0].startupProbe.exec.command`",
        ),
        ("  strategy: {type: OnDelete}\n", "write `updateStrategy`"),
        ("  updateStrategy: {partition: 1}\n", "move it to `spec.updateStrategy.rollingUpdate.partition`"),
        ("  serviceName: ledger\n  ServiceName: ledger\n", "remove it: `spec.serviceName` is there as well"),
        ("  nobodyKnowsThis: true\n", ""),
    ];
    for (more, help) in cases {
        let probe = if more.contains("readin") { "" } else { "          readinessProbe: {tcpSocket: {port: 80}}\n" };
        let line = 12 + probe.lines().count() + more.lines().count();
        let (ours, others) =
            told(&format!("{SET}{probe}{more}"), &["--select", "unknown-field,readiness-probe-missing"]);
        assert_eq!(ours, [(line as u64, help.to_owned())], "{more}");
        assert_eq!(others, Vec::<String>::new(), "{more}");
    }
    // A set whose selector stands one level off is told once, and so is its Service.
    let text = SET.replace("selector: {matchLabels: {app: ledger}}", "selector: {app: ledger, tier: db}");
    let (ours, others) =
        told(&text, &["--select", "unknown-field,invalid-manifest,invalid-set,service-selector-mismatch"]);
    assert_eq!(ours, [(5, "move it to `spec.selector.matchLabels.app`".to_owned())]);
    assert_eq!(others, Vec::<String>::new());
}

#[test]
fn one_slip_in_several_places_is_one_finding() {
    let second = "        - {name: two, image: two, readinesProbe: {tcpSocket: {port: 81}}}\n";
    let (ours, _) = told(&format!("{SET}          readinesProbe: {{tcpSocket: {{port: 80}}}}\n{second}"), &[]);
    assert_eq!(ours, [(13, "write `readinessProbe`".to_owned())]);
}

#[test]
fn what_is_no_field_of_the_object_is_not_judged() {
    let patch = "apiVersion: v1\nkind: Service\nmetadata: {name: ledger}\n$patch: delete\n";
    let map = format!("{SET}      nodeSelector: {{servicename: a, $weird: b}}\n");
    for manifest in [patch, &map] {
        assert_eq!(told(manifest, &["--select", "unknown-field"]), (Vec::new(), Vec::new()), "{manifest}");
    }
}

#[test]
fn fields_that_came_later_are_looked_for_without_end_of_patience() {
    let new = format!(
        "{SET}          volumeMounts: [{{name: a, mountPath: /a, bindMountOptions: [ro]}}]\n          lifecycle: {{stopSignal: SIGINT}}\n"
    );
    let lines = |version: &str| {
        let (ours, _) = told(&new, &["--select", "unknown-field", "--kubernetes-version", version]);
        ours.into_iter().map(|(line, _)| line).collect::<Vec<_>>()
    };
    assert_eq!((lines("1.37"), lines("1.36"), lines("1.32")), (vec![], vec![13], vec![13, 14]));
    // Lists of aliases of lists: what it would all mean has no end.
    let mut bomb = "x-items: &x0 {projected: {sources: [{configMap: {items: [{user: 1}]}}]}}\n".to_owned();
    bomb.push_str(&format!("x-more: &x1 [{}]\n", vec!["*x0"; 5000].join(", ")));
    bomb.push_str(&SET.replace("      containers:\n", "      volumes: *x1\n      containers:\n"));
    let (ours, _) = told(&bomb, &["--select", "unknown-field", "--kubernetes-version", "1.33"]);
    assert!(!ours.is_empty());
}
