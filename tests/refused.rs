//! Manifests that kubectl refuses or half reads are told, whatever hides it; what is sound in them is still judged.
//! What kubectl says was seen with kubectl 1.37.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::fs;

use serde_json::Value;

fn report(name: &str, text: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    common::json(folder.path(), &[])
}

/// Line and message of what is refused.
fn refused(report: &Value) -> Vec<(u64, String)> {
    let findings = report["findings"].as_array().unwrap().iter();
    let invalid = findings.filter(|finding| finding["rule"] == "invalid-manifest");
    invalid
        .map(|one| (one["location"]["start"]["line"].as_u64().unwrap(), one["message"].as_str().unwrap().to_owned()))
        .collect()
}

fn sets(report: &Value) -> u64 {
    report["summary"]["sets"].as_u64().unwrap()
}

const JSON: &str = r#"{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"web"},"spec":{"serviceName":"web",
"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
"spec":{"containers":[{"name":"web","image":"nginx:1.27"}]}}}}
"#;

const YAML: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers: [{name: web, image: \"nginx:1.27\"}]
";

#[test]
fn the_sound_ones_are_not_refused() {
    for (name, text) in [("a.json", JSON.to_owned()), ("a.yaml", YAML.to_owned()), ("a.json", JSON.repeat(2))] {
        let report = report(name, &text);
        assert_eq!(refused(&report), [], "{text}");
        assert!(sets(&report) > 0);
    }
}

#[test]
fn what_begins_as_json_is_json_to_its_end() {
    for rest in ["garbage\n", "---\n", "--- # more\nkind: Service\n", "# a comment\n"] {
        let report = report("a.json", &format!("{JSON}{rest}"));
        let found = refused(&report);
        assert_eq!(found.len(), 1, "{rest}: {found:?}");
        assert_eq!(found[0].0, 4, "{rest}");
        assert!(found[0].1.contains("JSON"), "{found:?}");
        assert_eq!(sets(&report), 1, "{rest}");
    }
    // In the first line they make it YAML.
    for before in ["---\n", "# a comment\n"] {
        assert_eq!(refused(&report("a.json", &format!("{before}{JSON}---\n{JSON}"))), [], "{before}");
    }
}

#[test]
fn json_has_no_comments() {
    for comment in ["// ours", "/* ours */"] {
        let found = refused(&report("a.json", &format!("{comment}\n{JSON}")));
        assert_eq!(found.len(), 1, "{comment}: {found:?}");
        assert_eq!(found[0].0, 1);
        assert!(found[0].1.contains("comment"), "{found:?}");
    }
    // Another program's settings.
    let settings = "// ours\n{\"files\": [{\"kind\": \"Service\"}]}\n";
    assert_eq!(refused(&report("a.json", settings)), []);
}

#[test]
fn a_set_without_a_version_is_refused_and_judged() {
    let report = report("a.yaml", YAML.strip_prefix("apiVersion: apps/v1\n").unwrap());
    let found = refused(&report);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.contains("`web`") && found[0].1.contains("`apiVersion`"), "{found:?}");
    assert_eq!(sets(&report), 1);
    assert!(report["findings"].as_array().unwrap().len() > 1, "{report:#}");
}

#[test]
fn a_patch_needs_no_version() {
    let patch = "kind: StatefulSet\nmetadata:\n  name: web\nspec:\n  replicas: 5\n";
    let report = report("a.yaml", patch);
    assert_eq!(refused(&report), []);
    assert_eq!(report["summary"]["skipped"]["kustomize patch"]["count"], 1);
}

#[test]
fn a_misspelt_kind_is_told_and_judged() {
    for kind in ["Statefulset", "statefulset", "StatefulSets", "StatfulSet", "StatefullSet"] {
        let report = report("a.yaml", &YAML.replace("kind: StatefulSet", &format!("kind: {kind}")));
        let found = refused(&report);
        assert_eq!(found.len(), 1, "{kind}: {found:?}");
        assert_eq!(found[0].0, 2, "{kind}");
        assert!(found[0].1.contains(&format!("`{kind}`")), "{found:?}");
        assert_eq!(sets(&report), 1, "{kind}");
    }
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionbudget\nmetadata: {name: web}\nspec: {minAvailable: 1, \
                  selector: {matchLabels: {app: web}}}\n";
    assert_eq!(refused(&report("a.yaml", budget)).len(), 1);
}

#[test]
fn kinds_of_others_are_no_slips() {
    for (version, kind) in [
        ("apps.kruise.io/v1beta1", "Statefulset"),
        ("apps/v1", "ReplicaSet"),
        ("apps/v1", "DaemonSet"),
        ("serving.knative.dev/v1", "service"),
    ] {
        let text = YAML.replace("apps/v1", version).replace("kind: StatefulSet", &format!("kind: {kind}"));
        assert_eq!(refused(&report("a.yaml", &text)), [], "{version} {kind}");
    }
}

/// kubectl gives items of a typed list that say neither their kind and version
/// (`apimachinery:pkg/apis/meta/v1/unstructured/helpers.go`, `decodeToList`).
#[test]
fn items_of_a_typed_list_need_no_kind() {
    let item: String = YAML.lines().skip(2).map(|line| format!("  {line}\n")).collect();
    let item = item.replacen("  metadata", "- metadata", 1);
    let report = report("a.yaml", &format!("apiVersion: apps/v1\nkind: StatefulSetList\nitems:\n{item}"));
    assert_eq!(refused(&report), []);
    assert_eq!(sets(&report), 1, "{report:#}");
}

#[test]
fn a_wrong_type_in_an_autoscaler_is_told() {
    for version in ["v1", "v2"] {
        let text = format!(
            "apiVersion: autoscaling/{version}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web}}\nspec:\n  \
             scaleTargetRef: {{apiVersion: apps/v1, kind: StatefulSet, name: web}}\n  maxReplicas: \"3\"\n"
        );
        let found = refused(&report("autoscaler.yaml", &text));
        let message =
            "the API server refuses HorizontalPodAutoscaler `web`: `spec.maxReplicas` has the wrong type".to_owned();
        assert_eq!(found, [(6, message)], "{version}");
    }
}
