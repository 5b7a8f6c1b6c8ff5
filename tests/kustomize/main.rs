//! What overlays change is not claimed of the base; what they leave alone is judged as ever.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../common/mod.rs"]
mod common;
mod joins;
mod patches;
mod placeholders;
mod spread;
mod unread;

use common::{json, places, write};
use serde_json::Value;

/// A set of three Pods with nothing wrong, its headless Service, a budget that lets one go.
const GOOD: &str = "\
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  clusterIP: None
  selector: {app: db}
  ports: [{port: 80}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: db}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {app: db}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
  labels: {tier: data}
spec:
  serviceName: db
  replicas: 3
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      volumes: [{name: data, persistentVolumeClaim: {claimName: db}}]
      containers:
      - name: main
        volumeMounts: [{name: data, mountPath: /srv}]
        image: registry.example/db:1
        ports: [{containerPort: 80}]
        readinessProbe: {tcpSocket: {port: 80}}
";

/// The same with something else in one place.
fn with(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old), "{old}");
    GOOD.replace(old, new)
}

fn without_probe() -> String {
    with("        readinessProbe: {tcpSocket: {port: 80}}\n", "")
}

fn with_cluster_ip() -> String {
    with("  clusterIP: None\n", "")
}

fn other_selector() -> String {
    with("  selector: {app: db}\n", "  selector: {app: other}\n")
}

fn blocking() -> String {
    with("maxUnavailable: 1", "minAvailable: 3")
}

/// The rules that speak of some files.
fn rules(files: &[(&str, &str)]) -> Vec<String> {
    places(&report(files)).into_iter().map(|(rule, ..)| rule).collect()
}

fn report(files: &[(&str, &str)]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    // What is said of any cluster is not the matter here.
    json(folder.path(), &["--ignore", "members-share-node", "."])
}

/// The rules that speak of a base, where an overlay has more to say than that it gathers the base.
fn overlaid(base: &str, overlay: &str, files: &[(&str, &str)]) -> Vec<String> {
    let overlay = format!("resources: [../base]\n{overlay}");
    let mut all = vec![
        ("base/kustomization.yaml", "resources: [all.yaml]\n"),
        ("base/all.yaml", base),
        ("overlay/kustomization.yaml", overlay.as_str()),
    ];
    all.extend(files);
    rules(&all)
}

/// The same where nothing is said by the base alone.
fn is_silent(base: &str, overlay: &str, files: &[(&str, &str)]) -> bool {
    assert!(!overlaid(base, "", &[]).is_empty(), "the base has no fault to begin with");
    overlaid(base, overlay, files).is_empty()
}

#[test]
fn the_base_has_no_fault_and_each_fault_is_found() {
    assert_eq!(overlaid(GOOD, "", &[]), Vec::<String>::new());
    let faults = [
        (without_probe(), "readiness-probe-missing"),
        (with_cluster_ip(), "service-not-headless"),
        (other_selector(), "service-selector-mismatch"),
        (with("serviceName: db", "serviceName: nowhere"), "service-not-found"),
        (with("  serviceName: db\n", ""), "service-name-missing"),
        (blocking(), "budget-blocks-eviction"),
    ];
    for (base, rule) in faults {
        assert_eq!(overlaid(&base, "", &[]), [rule]);
        assert_eq!(rules(&[("all.yaml", &base)]), [rule]);
    }
}
