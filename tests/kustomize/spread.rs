//! What includers, components and siblings change spreads to what they gather.

use super::{blocking, overlaid, rules, with, with_cluster_ip, without_probe};

const PROBE: &str = "patches:\n- target: {kind: StatefulSet}\n  patch: |-\n    - op: add\n      path: \
                     /spec/template/spec/containers/0/readinessProbe\n      value: {tcpSocket: {port: 80}}\n";

const COMPONENT: &str = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";

#[test]
fn a_base_that_nobody_consumes_is_judged_as_it_is() {
    let base = without_probe();
    let files = [
        ("base/kustomization.yaml", "resources: [all.yaml]\n"),
        ("base/all.yaml", base.as_str()),
        ("overlay/kustomization.yaml", &format!("resources: [../elsewhere]\n{PROBE}")),
        ("component/kustomization.yaml", &format!("{COMPONENT}{PROBE}")),
    ];
    assert_eq!(rules(&files), ["readiness-probe-missing"]);
}

#[test]
fn a_component_changes_what_its_includer_gathered() {
    let component = format!("{COMPONENT}{PROBE}");
    let include = "components: [../component]\n";
    let files = [("component/kustomization.yaml", component.as_str())];
    assert!(overlaid(&without_probe(), include, &files).is_empty());
    // One in another.
    let outer = format!("{COMPONENT}components: [../component]\n");
    let nested = [files[0], ("outer/kustomization.yaml", outer.as_str())];
    assert!(overlaid(&without_probe(), "components: [../outer]\n", &nested).is_empty());
    let replicas = format!("{COMPONENT}replicas: [{{name: db, count: 5}}]\n");
    assert!(overlaid(&blocking(), include, &[("component/kustomization.yaml", &replicas)]).is_empty());
    let labels = format!("{COMPONENT}labels: [{{pairs: {{app: x}}, includeTemplates: true}}]\n");
    assert!(overlaid(&blocking(), include, &[("component/kustomization.yaml", &labels)]).is_empty());
}

#[test]
fn a_component_sets_the_namespace_of_its_includer() {
    let component = format!("{COMPONENT}namespace: prod\n");
    let base =
        with("metadata: {name: db}\nspec:\n  clusterIP", "metadata: {name: db, namespace: prod}\nspec:\n  clusterIP")
            .replace("  name: db\n", "  name: db\n  namespace: dev\n");
    assert_eq!(overlaid(&base, "", &[]), ["service-not-found"]);
    let files = [("component/kustomization.yaml", component.as_str())];
    assert!(overlaid(&base, "components: [../component]\n", &files).is_empty());
    assert!(overlaid(&base, "namespace: prod\n", &[]).is_empty());
}

#[test]
fn an_overlay_changes_what_its_base_gathered_through_others() {
    let base = without_probe();
    let top = format!("resources: [../middle]\n{PROBE}");
    let files = [
        ("base/kustomization.yaml", "resources: [all.yaml]\n"),
        ("base/all.yaml", base.as_str()),
        ("middle/kustomization.yaml", "bases: [../base]\n"),
        ("top/kustomization.yaml", top.as_str()),
    ];
    assert!(rules(&files).is_empty());
    // Folders that include each other end somewhere.
    let circle = [files[0], files[1], ("middle/kustomization.yaml", "resources: [../base, ../top]\n"), files[3]];
    assert!(rules(&circle).is_empty());
}

#[test]
fn one_overlay_of_several_is_enough() {
    let plain = [("plain/kustomization.yaml", "resources: [../base]\n")];
    assert!(overlaid(&without_probe(), PROBE, &plain).is_empty());
}

#[test]
fn prefixed_names_are_found_by_patches_and_by_sets() {
    let prefixed = "resources: [all.yaml]\nnamePrefix: my-\nnameSuffix: '-1'\n";
    let patch = |name: &str| {
        format!(
            "resources: [../base]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Service\n    metadata: {{name: \
             {name}}}\n    spec: {{clusterIP: None}}\n"
        )
    };
    let base = with_cluster_ip();
    for (name, silent) in [("my-db-1", true), ("db", true), ("my-db", true), ("dbx", false)] {
        let overlay = patch(name);
        let files = [
            ("base/kustomization.yaml", prefixed),
            ("base/all.yaml", base.as_str()),
            ("overlay/kustomization.yaml", overlay.as_str()),
        ];
        assert_eq!(rules(&files).is_empty(), silent, "{name}");
    }
    // kustomize leaves a set alone that names the Service by the name it will have.
    let base = with("serviceName: db", "serviceName: my-db");
    assert_eq!(overlaid(&base, "", &[]), ["service-not-found"]);
    assert!(overlaid(&base, "namePrefix: my-\n", &[]).is_empty());
    assert_eq!(overlaid(&base, "namePrefix: your-\n", &[]), ["service-not-found"]);
    // Affixes alone change nothing of what is said.
    assert_eq!(overlaid(&with_cluster_ip(), "namePrefix: my-\n", &[]), ["service-not-headless"]);
}

#[test]
fn replicas_count_as_far_as_they_are_known() {
    let alone = with("replicas: 3", "replicas: 1").replace("  clusterIP: None\n", "");
    let severity = |overlay: &str, more: &[(&str, &str)]| {
        let overlay = format!("resources: [../base]\n{overlay}");
        let mut files = vec![
            ("base/kustomization.yaml", "resources: [all.yaml]\n"),
            ("base/all.yaml", alone.as_str()),
            ("overlay/kustomization.yaml", overlay.as_str()),
        ];
        files.extend(more);
        let report = super::report(&files);
        super::places(&report).into_iter().find(|(rule, ..)| rule == "service-not-headless").map(|found| found.1)
    };
    assert_eq!(severity("", &[]).as_deref(), Some("note"));
    // The only overlay decides; of two that differ, nobody knows.
    assert_eq!(severity("replicas: [{name: db, count: 3}]\n", &[]).as_deref(), Some("warning"));
    let second = [("second/kustomization.yaml", "resources: [../base]\n")];
    assert_eq!(severity("replicas: [{name: db, count: 3}]\n", &second).as_deref(), Some("note"));
}

#[test]
fn images_change_what_is_known_of_a_system() {
    let etcd = with("registry.example/db:1", "mirror.example/db:1")
        .replace("containerPort: 80", "containerPort: 2379")
        .replace("{tcpSocket: {port: 80}}", "{httpGet: {path: /readyz, port: 2379}}");
    assert!(overlaid(&etcd, "", &[]).is_empty());
    let images = "images: [{name: mirror.example/db, newName: quay.io/coreos/etcd, newTag: v3.6.1}]\n";
    assert_eq!(overlaid(&etcd, images, &[]), ["bootstrap-deadlock"]);
    assert!(overlaid(&etcd, images, &[("second/kustomization.yaml", "resources: [../base]\n")]).is_empty());
}
