//! Labels that kustomizations add, and who meets whom then.

use super::{blocking, is_silent, other_selector, overlaid, rules, with};

#[test]
fn labels_for_selectors_and_pods_alike_change_nothing() {
    for labels in [
        "commonLabels: {team: a}\n",
        "commonLabels: {app: prod-db}\n",
        "labels: [{pairs: {team: a}, includeSelectors: true}]\n",
        "labels: [{pairs: {team: a}}]\n",
        "labels: [{pairs: {team: a}, includeTemplates: true}]\n",
        "labels: [{pairs: {app: other}}]\n",
    ] {
        assert_eq!(overlaid(&blocking(), labels, &[]), ["budget-blocks-eviction"], "{labels}");
        assert_eq!(overlaid(super::GOOD, labels, &[]), Vec::<String>::new(), "{labels}");
    }
    for labels in ["commonLabels: {team: a}\n", "labels: [{pairs: {team: a}, includeTemplates: true}]\n"] {
        assert_eq!(overlaid(&other_selector(), labels, &[]), ["service-selector-mismatch"], "{labels}");
    }
}

#[test]
fn a_label_that_both_sides_get_joins_them() {
    assert!(is_silent(&other_selector(), "commonLabels: {app: prod-db}\n", &[]));
    assert!(is_silent(&other_selector(), "labels: [{pairs: {app: other}, includeTemplates: true}]\n", &[]));
    assert_eq!(overlaid(&other_selector(), "labels: [{pairs: {app: other}}]\n", &[]), ["service-selector-mismatch"]);
    // A Service without a selector gets one.
    let no_selector = with("  selector: {app: db}\n", "");
    assert!(is_silent(&no_selector, "commonLabels: {team: a}\n", &[]));
    assert_eq!(overlaid(&no_selector, "labels: [{pairs: {team: a}}]\n", &[]), ["service-selector-mismatch"]);
}

#[test]
fn a_budget_that_may_select_the_pods_is_not_missing() {
    let other = |labels: &str| {
        super::GOOD.replace("    matchLabels: {app: db}\n---", &format!("    matchLabels: {{{labels}}}\n---"))
    };
    assert_eq!(overlaid(&other("app: other"), "", &[]), ["budget-missing"]);
    let patch = |kind: &str, path: &str| {
        format!(
            "patches:\n- target: {{kind: {kind}}}\n  patch: |-\n    - op: replace\n      path: {path}\n      value: {{app: other}}\n"
        )
    };
    let labels = "patches:\n- target: {kind: StatefulSet}\n  patch: |-\n    - op: replace\n      path: \
                  /spec/template/metadata/labels/app\n      value: other\n";
    assert!(is_silent(&other("app: other"), labels, &[]));
    assert!(is_silent(&other("app: other"), &patch("StatefulSet", "/spec/template/metadata/labels"), &[]));
    assert!(is_silent(&other("app: other"), &patch("PodDisruptionBudget", "/spec/selector/matchLabels"), &[]));
    assert_eq!(overlaid(&other("app: \"${APP}\""), "", &[]), Vec::<String>::new());
}

#[test]
fn what_an_overlay_tells_the_containers_may_be_what_was_missed() {
    let postgres = super::GOOD
        .replace("registry.example/db:1", "postgres:17")
        .replace(": 80", ": 5432")
        .replace("      containers:", "      terminationGracePeriodSeconds: 300\n      containers:");
    assert_eq!(overlaid(&postgres, "", &[]), ["unreplicated-replicas"]);
    let add = |field: &str, value: &str| {
        format!(
            "patches:\n- target: {{kind: StatefulSet}}\n  patch: |-\n    - op: add\n      path: \
             /spec/template/spec/containers/0/{field}\n      value: {value}\n"
        )
    };
    assert!(is_silent(&postgres, &add("args", "[-c, primary_conninfo=host=db-0.db]"), &[]));
    assert!(is_silent(&postgres, &add("env", "[{name: ROLE, value: standby}]"), &[]));
    assert_eq!(overlaid(&postgres, &add("terminationMessagePath", "/dev/log"), &[]), ["unreplicated-replicas"]);
}

#[test]
fn an_autoscaler_whose_minimum_is_patched_tells_no_minimum() {
    let autoscaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: db}\nspec:\n  minReplicas: \
                      3\n  maxReplicas: 9\n  scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: db}\n";
    let base = [blocking().as_str(), autoscaler].join("---\n");
    let patch = "patches:\n- target: {kind: HorizontalPodAutoscaler}\n  patch: |-\n    - op: replace\n      path: \
                 /spec/minReplicas\n      value: 5\n";
    assert!(is_silent(&base, patch, &[]));
}

#[test]
fn a_label_of_selectors_and_pods_takes_the_place_of_the_one_that_is_written() {
    let labels = ["commonLabels: {app: db}\n", "labels: [{pairs: {app: db}, includeSelectors: true}]\n"];
    for labels in labels {
        assert!(is_silent(&other_selector(), labels, &[]), "{labels}");
        // Without an overlay in between.
        let own = format!("resources: [all.yaml]\n{labels}");
        let own = [("kustomization.yaml", own.as_str()), ("all.yaml", &other_selector())];
        assert_eq!(rules(&own), Vec::<String>::new(), "{labels}");
        let budget = blocking().replace("matchLabels: {app: db}\n---", "matchLabels: {app: nope}\n---");
        assert_eq!(overlaid(&budget, labels, &[]), ["budget-blocks-eviction"], "{labels}");
    }
    // The Pods get what the selectors have.
    let budget = blocking().replace("matchLabels: {app: db}\n---", "matchLabels: {app: nope}\n---");
    assert_eq!(overlaid(&budget, "commonLabels: {app: nope}\n", &[]), ["budget-blocks-eviction"]);
    // Built with the label and without it, nobody knows which of both is meant.
    let plain = [("plain/kustomization.yaml", "resources: [../base]\n")];
    assert_eq!(overlaid(&budget, "commonLabels: {app: db}\n", &plain), Vec::<String>::new());
    assert_eq!(overlaid(&blocking(), "commonLabels: {app: x}\n", &plain), ["budget-blocks-eviction"]);
    // Pods that are built elsewhere keep their own.
    let (service, rest) = super::GOOD.split_once("---\n").unwrap();
    let apart = |labels: &str| {
        let service = service.replace("{app: db}", "{app: nope}");
        rules(&[
            ("kustomization.yaml", "resources: [service, set]\n"),
            ("service/kustomization.yaml", &format!("resources: [all.yaml]\n{labels}")),
            ("service/all.yaml", &service),
            ("set/kustomization.yaml", "resources: [all.yaml]\n"),
            ("set/all.yaml", rest),
        ])
    };
    assert_eq!(apart("commonLabels: {app: db}\n"), Vec::<String>::new());
    assert_eq!(apart("commonLabels: {app: other}\n"), ["service-selector-mismatch"]);
}
