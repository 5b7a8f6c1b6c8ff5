//! Which objects meet: the six layouts of folders, namespaces, kustomizations, partners that could not be read.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{json, of_rule, write};
use serde_json::Value;

fn set(name: &str, namespace: &str, service: &str) -> String {
    let namespace = line(namespace);
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: {name}\n{namespace}spec:\n  serviceName: {service}\n  \
         replicas: 3\n  selector:\n    matchLabels: {{app: {name}}}\n  template:\n    metadata:\n      labels: {{app: {name}}}\n    \
         spec:\n      containers:\n      - name: main\n        image: registry.example/{name}:1\n        \
         ports: [{{containerPort: 80}}]\n        readinessProbe: {{tcpSocket: {{port: 80}}}}\n"
    )
}

fn service(name: &str, namespace: &str, app: &str, headless: bool) -> String {
    let namespace = line(namespace);
    let ip = if headless { "  clusterIP: None\n" } else { "" };
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n{namespace}spec:\n{ip}  selector: {{app: {app}}}\n  \
         ports: [{{port: 80}}]\n"
    )
}

fn budget(name: &str, namespace: &str, app: &str, spec: &str) -> String {
    let namespace = line(namespace);
    format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: {name}\n{namespace}spec:\n  {spec}\n  \
         selector:\n    matchLabels: {{app: {app}}}\n"
    )
}

fn line(namespace: &str) -> String {
    if namespace.is_empty() { String::new() } else { format!("  namespace: {namespace}\n") }
}

fn check(files: &[(&str, String)], paths: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    write(folder.path(), &files);
    // What is tested is who meets whom; rules that speak of a set by itself stay out of it.
    const SELECT: &str = "budget-blocks-eviction,invalid-manifest,service-name-missing,service-not-found,\
                          service-not-headless,service-selector-mismatch,readiness-probe-missing";
    let mut arguments = vec!["--select", SELECT];
    arguments.extend(paths);
    json(folder.path(), &arguments)
}

/// The rules that speak, with the file they speak in.
fn said(report: &Value) -> Vec<(String, String)> {
    common::places(report).into_iter().map(|(rule, _, file, _)| (rule, file)).collect()
}

fn none() -> Vec<(String, String)> {
    Vec::new()
}

fn one(rule: &str, file: &str) -> Vec<(String, String)> {
    vec![(rule.to_owned(), file.to_owned())]
}

#[test]
fn sibling_folders_meet() {
    let files = [
        ("statefulsets/web.yaml", set("web", "", "web")),
        ("services/web.yaml", service("web", "", "web", true)),
        ("budgets/web.yaml", budget("web", "", "web", "minAvailable: 3")),
    ];
    assert_eq!(said(&check(&files, &["."])), one("budget-blocks-eviction", "budgets/web.yaml"));
}

#[test]
fn one_folder_an_app_keeps_apps_apart() {
    let files = [
        ("a/set.yaml", set("db", "", "db")),
        ("a/service.yaml", service("db", "", "db", true)),
        ("b/set.yaml", set("db", "", "db")),
        ("b/service.yaml", service("db", "", "db", false)),
        ("c/set.yaml", set("db", "", "db")),
    ];
    let report = check(&files, &["."]);
    let expected = vec![
        ("service-not-headless".to_owned(), "b/service.yaml".to_owned()),
        ("service-not-found".to_owned(), "c/set.yaml".to_owned()),
    ];
    assert_eq!(said(&report), expected);
}

#[test]
fn base_and_overlays_meet_by_their_kustomizations() {
    let files = [
        ("base/kustomization.yaml", "resources: [set.yaml, service.yaml]\n".to_owned()),
        ("base/set.yaml", set("db", "", "db")),
        ("base/service.yaml", service("db", "", "db", true)),
        ("overlays/dev/kustomization.yaml", "namespace: dev\nresources: [../../base, budget.yaml]\n".to_owned()),
        ("overlays/dev/budget.yaml", budget("db", "", "db", "maxUnavailable: 1")),
        ("overlays/prod/kustomization.yaml", "namespace: prod\nresources: [../../base, budget.yaml]\n".to_owned()),
        ("overlays/prod/budget.yaml", budget("db", "", "db", "minAvailable: 100%")),
    ];
    assert_eq!(said(&check(&files, &["."])), one("budget-blocks-eviction", "overlays/prod/budget.yaml"));
}

#[test]
fn overlays_never_meet_each_other() {
    let files = [
        ("overlays/dev/kustomization.yaml", "resources: [set.yaml]\n".to_owned()),
        ("overlays/dev/set.yaml", set("db", "", "db")),
        ("overlays/prod/kustomization.yaml", "resources: [set.yaml, service.yaml]\n".to_owned()),
        ("overlays/prod/set.yaml", set("db", "", "db")),
        ("overlays/prod/service.yaml", service("db", "", "db", true)),
    ];
    assert_eq!(said(&check(&files, &["."])), one("service-not-found", "overlays/dev/set.yaml"));
    // The same without kustomizations: the Service lies nearer to the other set of this name.
    let plain: Vec<_> = files.into_iter().filter(|(name, _)| !name.contains("kustomization")).collect();
    assert_eq!(said(&check(&plain, &["."])), one("service-not-found", "overlays/dev/set.yaml"));
}

#[test]
fn replicas_that_an_overlay_changes_are_not_judged() {
    let patch = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\nspec:\n  replicas: 5\n";
    let files = [
        ("base/kustomization.yaml", "resources: [all.yaml]\n".to_owned()),
        (
            "base/all.yaml",
            [set("db", "", "db"), service("db", "", "db", true), budget("db", "", "db", "minAvailable: 3")]
                .join("---\n"),
        ),
        ("overlay/kustomization.yaml", "resources: [../base]\npatches: [{path: replicas.yaml}]\n".to_owned()),
        ("overlay/replicas.yaml", patch.to_owned()),
    ];
    let report = check(&files, &["."]);
    assert_eq!(said(&report), none());
    assert_eq!(report["summary"]["sets"], 1);
    assert_eq!(report["summary"]["skipped"]["kustomize patch"]["count"], 1);
}

#[test]
fn chart_output_meets_across_its_files() {
    let files = [
        ("out/chart/templates/set.yaml", set("db", "", "db")),
        ("out/chart/templates/service.yaml", service("db", "", "db", true)),
        ("out/chart/charts/sub/templates/budget.yaml", budget("db", "", "db", "maxUnavailable: 0")),
    ];
    let report = check(&files, &["out"]);
    assert_eq!(said(&report), one("budget-blocks-eviction", "out/chart/charts/sub/templates/budget.yaml"));
}

#[test]
fn one_big_file_meets_itself() {
    let all = [
        set("db", "blue", "db"),
        service("db", "blue", "db", true),
        set("db", "green", "db"),
        service("db", "green", "db", false),
    ];
    let report = check(&[("all.yaml", all.join("---\n"))], &["all.yaml"]);
    let found = of_rule(&report, "service-not-headless");
    assert_eq!(found.len(), 1, "{report:#}");
    assert_eq!(report["findings"][0]["sets"], serde_json::json!([{"namespace": "green", "name": "db"}]));
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
}

#[test]
fn two_roots_meet_unless_each_has_its_own() {
    let apart = [("one/set.yaml", set("db", "", "db")), ("two/service.yaml", service("db", "", "db", true))];
    assert_eq!(said(&check(&apart, &["one", "two"])), none());
    assert_eq!(said(&check(&apart, &["one"])), one("service-not-found", "one/set.yaml"));
    let both = [
        ("one/set.yaml", set("db", "", "db")),
        ("two/set.yaml", set("db", "", "db")),
        ("two/service.yaml", service("db", "", "db", true)),
    ];
    assert_eq!(said(&check(&both, &["one", "two"])), one("service-not-found", "one/set.yaml"));
}

#[test]
fn a_budget_meets_the_set_of_its_own_namespace_first() {
    let files = [
        ("a.yaml", set("db", "", "db")),
        ("b.yaml", set("db", "prod", "db").replace("replicas: 3", "replicas: 5")),
        ("service.yaml", [service("db", "", "db", true), service("db", "prod", "db", true)].join("---\n")),
        ("budget.yaml", budget("db", "prod", "db", "minAvailable: 3")),
    ];
    assert_eq!(said(&check(&files, &["."])), none());
    let without_prod = [files[0].clone(), files[2].clone(), files[3].clone()];
    assert_eq!(said(&check(&without_prod, &["."])), one("budget-blocks-eviction", "budget.yaml"));
}

#[test]
fn two_services_of_one_name_that_differ_say_nothing() {
    let files = [
        ("set.yaml", set("db", "", "db")),
        ("one.yaml", service("db", "", "db", true)),
        ("two.yaml", service("db", "", "db", false)),
    ];
    assert_eq!(said(&check(&files, &["."])), none());
}

#[test]
fn a_partner_that_cannot_be_read_silences_its_absence() {
    let broken =
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: db\nspec:\n  selector: {app: db\n  clusterIP: None\n";
    let files = [("set.yaml", set("db", "", "db")), ("service.yaml", broken.to_owned())];
    assert_eq!(said(&check(&files, &["."])), one("invalid-manifest", "service.yaml"));
}

#[test]
fn an_autoscaler_decides_how_many_pods_there_are_at_least() {
    let keda = |min: &str| {
        format!(
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: db}}\nspec:\n  {min}\n  scaleTargetRef: \
             {{kind: StatefulSet, name: db}}\n"
        )
    };
    let all = |scaler: String, spec: &str| {
        [set("db", "", "db"), service("db", "", "db", true), budget("db", "", "db", spec), scaler].join("---\n")
    };
    let speaks = |scaler: String, spec: &str| !said(&check(&[("all.yaml", all(scaler, spec))], &["."])).is_empty();
    // Three replicas are written; the autoscaler may leave two.
    assert!(speaks(keda("minReplicaCount: 2"), "minAvailable: 2"));
    assert!(!speaks(keda("minReplicaCount: 3"), "minAvailable: 2"));
    // KEDA's own default is 0: the first Pod back is the only one.
    assert!(speaks(keda("maxReplicaCount: 9"), "minAvailable: 1"));
    assert!(!speaks(keda("maxReplicaCount: 9"), "maxUnavailable: 1"));
    // One that targets something else of the same name says nothing.
    assert!(!speaks(keda("minReplicaCount: 1").replace("StatefulSet", "Deployment"), "minAvailable: 2"));
}

#[test]
fn pods_of_a_deployment_beside_the_set_count_for_a_budget() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  replicas: 2\n  selector: \
                      {matchLabels: {app: db}}\n  template:\n    metadata: {labels: {app: db}}\n    spec: {containers: []}\n";
    let files = |spec: &str| {
        let all = [set("db", "", "db"), service("db", "", "db", true), budget("db", "", "db", spec)];
        [("all.yaml", all.join("---\n")), ("api.yaml", deployment.to_owned())]
    };
    assert_eq!(said(&check(&files("minAvailable: 3"), &["."])), none());
    assert_eq!(said(&check(&files("minAvailable: 5"), &["."])), one("budget-blocks-eviction", "all.yaml"));
}
