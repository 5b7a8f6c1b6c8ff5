//! Patches of every form, and which object and field each of them touches.

use super::{blocking, is_silent, other_selector, overlaid, rules, with, with_cluster_ip, without_probe};

const PROBE: &str =
    "- op: add\n  path: /spec/template/spec/containers/0/readinessProbe\n  value: {tcpSocket: {port: 80}}\n";

const STRATEGIC_PROBE: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  template:
    spec:
      containers:
      - name: main
        readinessProbe: {tcpSocket: {port: 80}}
";

fn indented(text: &str, by: usize) -> String {
    let margin = " ".repeat(by);
    text.lines().map(|line| format!("{margin}{line}\n")).collect()
}

#[test]
fn a_probe_that_an_overlay_adds_is_not_missing() {
    let base = without_probe();
    let file = ("overlay/probe.yaml", PROBE);
    let json = r#"[{"op": "add", "path": "/spec/template/spec/containers/0/readinessProbe", "value": {"tcpSocket": {"port": 80}}}]"#;
    assert!(is_silent(&base, "patches: [{path: probe.yaml, target: {kind: StatefulSet, name: db}}]\n", &[file]));
    assert!(is_silent(
        &base,
        "patches: [{path: ./probe.json, target: {kind: StatefulSet}}]\n",
        &[("overlay/probe.json", json)]
    ));
    assert!(is_silent(
        &base,
        "patchesJson6902: [{path: probe.yaml, target: {group: apps, version: v1, kind: StatefulSet, name: db}}]\n",
        &[file]
    ));
    let inline = format!("patches:\n- target: {{kind: StatefulSet}}\n  patch: |-\n{}", indented(PROBE, 4));
    assert!(is_silent(&base, &inline, &[]));
    let inline = format!("patches:\n- target: {{kind: StatefulSet}}\n  patch: '{json}'\n");
    assert!(is_silent(&base, &inline, &[]));

    let strategic = ("overlay/probe.yaml", STRATEGIC_PROBE);
    assert!(is_silent(&base, "patches: [{path: probe.yaml}]\n", &[strategic]));
    assert!(is_silent(&base, "patchesStrategicMerge: [probe.yaml]\n", &[strategic]));
    let inline = format!("patchesStrategicMerge:\n- |-\n{}", indented(STRATEGIC_PROBE, 2));
    assert!(is_silent(&base, &inline, &[]));
    let inline = format!("patches:\n- patch: |-\n{}", indented(STRATEGIC_PROBE, 4));
    assert!(is_silent(&base, &inline, &[]));
    // With a target, whom the patch itself names does not matter.
    let other = STRATEGIC_PROBE.replace("name: db", "name: any");
    let targeted = "patches: [{path: probe.yaml, target: {kind: StatefulSet, labelSelector: tier=data}}]\n";
    assert!(is_silent(&base, targeted, &[("overlay/probe.yaml", &other)]));
}

#[test]
fn a_target_means_what_it_says() {
    let base = without_probe();
    let file = [("overlay/probe.yaml", PROBE)];
    let target = |target: &str| format!("patches: [{{path: probe.yaml, target: {{{target}}}}}]\n");
    for hit in
        ["kind: StatefulSet", "name: d.", "name: 'db|web'", "kind: .*Set", "version: v1", "labelSelector: 'tier==data'"]
    {
        assert!(is_silent(&base, &target(hit), &file), "{hit}");
    }
    let misses = [
        "kind: Deployment",
        "name: d",
        "name: web",
        "kind: Stateful",
        "group: batch",
        "labelSelector: tier=web",
        "name: '['",
    ];
    for miss in misses {
        assert_eq!(overlaid(&base, &target(miss), &file), ["readiness-probe-missing"], "{miss}");
    }
}

#[test]
fn fields_of_the_service_and_the_set_that_a_patch_sets() {
    let patch = |kind: &str, spec: &str| {
        let version = if kind == "Service" { "v1" } else { "apps/v1" };
        format!(
            "patches:\n- patch: |-\n    apiVersion: {version}\n    kind: {kind}\n    metadata: {{name: db}}\n    spec: {spec}\n"
        )
    };
    assert!(is_silent(&with_cluster_ip(), &patch("Service", "{clusterIP: None}"), &[]));
    assert!(is_silent(&other_selector(), &patch("Service", "{selector: {app: db}}"), &[]));
    assert!(is_silent(&other_selector(), &patch("Service", "{selector: {app: null, x: y}}"), &[]));
    assert!(is_silent(&other_selector(), &patch("Service", "{selector: {$patch: replace, x: y}}"), &[]));
    let labels = "{template: {metadata: {labels: {app: other}}}}";
    assert!(is_silent(&other_selector(), &patch("StatefulSet", labels), &[]));
    assert!(is_silent(&with("serviceName: db", "serviceName: dc"), &patch("StatefulSet", "{serviceName: db}"), &[]));
    assert!(is_silent(&with("  serviceName: db\n", ""), &patch("StatefulSet", "{serviceName: db}"), &[]));
    assert!(is_silent(&blocking(), &patch("StatefulSet", "{replicas: 5}"), &[]));
    assert!(is_silent(&blocking(), &patch("StatefulSet", labels), &[]));
    let budget = "patches:\n- target: {kind: PodDisruptionBudget}\n  patch: |-\n    - op: replace\n      path: ";
    assert!(is_silent(&blocking(), &format!("{budget}/spec/minAvailable\n      value: 2\n"), &[]));
    assert!(is_silent(&blocking(), &format!("{budget}/spec/selector/matchLabels/app\n      value: x\n"), &[]));
    assert!(is_silent(&blocking(), &format!("{budget}/spec/selector\n      value: {{}}\n"), &[]));

    // Whoever is given what they have is changed in nothing.
    assert_eq!(overlaid(&with_cluster_ip(), &patch("Service", "{selector: {app: db}}"), &[]), ["service-not-headless"]);
    assert_eq!(overlaid(&blocking(), &patch("StatefulSet", "{replicas: 3}"), &[]), ["budget-blocks-eviction"]);
    // A container more, another probe, a port: nothing that was said rests on them.
    let sidecar = "{template: {spec: {containers: [{name: agent, image: a}]}}}";
    assert_eq!(overlaid(&without_probe(), &patch("StatefulSet", sidecar), &[]), ["readiness-probe-missing"]);
    assert_eq!(overlaid(&with_cluster_ip(), &patch("Service", "{ports: [{port: 81}]}"), &[]), ["service-not-headless"]);
    let label = "{template: {metadata: {labels: {team: a}, annotations: {a: b}}}}";
    assert_eq!(overlaid(&other_selector(), &patch("StatefulSet", label), &[]), ["service-selector-mismatch"]);
}

#[test]
fn a_start_that_an_overlay_changes_is_not_judged() {
    let etcd = |more: &str| {
        with("registry.example/db:1", "quay.io/coreos/etcd:v3.6.1")
            .replace("containerPort: 80", "containerPort: 2379")
            .replace("{tcpSocket: {port: 80}}", "{httpGet: {path: /readyz, port: 2379}}")
            .replace("  replicas: 3\n", &format!("  replicas: 3\n{more}"))
    };
    let ordered = etcd("");
    assert_eq!(overlaid(&ordered, "", &[]), ["bootstrap-deadlock"]);
    let set = |path: &str, value: &str| {
        format!(
            "patches:\n- target: {{kind: StatefulSet|Service, name: db}}\n  patch: |-\n    - op: add\n      path: {path}\n      value: {value}\n"
        )
    };
    assert!(is_silent(&ordered, &set("/spec/podManagementPolicy", "Parallel"), &[]));
    let probe = "/spec/template/spec/containers/0/readinessProbe";
    assert!(is_silent(&ordered, &set(probe, "{tcpSocket: {port: 2379}}"), &[]));
    assert!(is_silent(&ordered, &set(&format!("{probe}/httpGet/path"), "/livez"), &[]));
    let parallel = etcd("  podManagementPolicy: Parallel\n");
    assert!(overlaid(&parallel, "", &[]).contains(&"bootstrap-deadlock".to_owned()));
    let published = overlaid(&parallel, &set("/spec/publishNotReadyAddresses", "true"), &[]);
    assert!(!published.contains(&"bootstrap-deadlock".to_owned()), "{published:?}");
    // More members wait for each other just the same.
    assert_eq!(overlaid(&ordered, "replicas: [{name: db, count: 5}]\n", &[]), ["bootstrap-deadlock"]);
    assert!(is_silent(&ordered, "replicas: [{name: db, count: 1}]\n", &[]));
}

#[test]
fn a_patch_for_others_silences_nothing() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: db}\nspec: {replicas: 3}\n";
    let other = deployment.replace("Deployment", "StatefulSet").replace("name: db", "name: web");
    for patch in [deployment, other.as_str()] {
        let inline = format!("patches:\n- patch: |-\n{}", indented(patch, 4));
        assert_eq!(overlaid(&blocking(), &inline, &[]), ["budget-blocks-eviction"], "{patch}");
        let file = [("overlay/patch.yaml", patch)];
        assert_eq!(
            overlaid(&blocking(), "patches: [{path: patch.yaml}]\n", &file),
            ["budget-blocks-eviction"],
            "{patch}"
        );
    }
    let word = "patches:\n- target: {kind: StatefulSet, name: db}\n  patch: |-\n    - op: add\n      path: \
                /metadata/annotations\n      value: {replicas: many}\n";
    assert_eq!(overlaid(&blocking(), word, &[]), ["budget-blocks-eviction"]);
    assert_eq!(overlaid(&blocking(), "replicas: [{name: web, count: 5}]\n", &[]), ["budget-blocks-eviction"]);
    // An overlay of something else.
    let base = blocking();
    let files = [
        ("base/kustomization.yaml", "resources: [all.yaml]\n"),
        ("base/all.yaml", base.as_str()),
        ("other/kustomization.yaml", "resources: [set.yaml]\nreplicas: [{name: db, count: 5}]\n"),
    ];
    assert_eq!(rules(&files), ["budget-blocks-eviction"]);
}

#[test]
fn patches_that_are_missing_or_broken_break_nothing() {
    let base = without_probe();
    for broken in
        ["patches: [{path: nowhere.yaml}]\n", "patches: [7, {}, {path: []}, {patch: '['}]\n", "patches: {a: b}\n"]
    {
        assert_eq!(overlaid(&base, broken, &[]), ["readiness-probe-missing"], "{broken}");
    }
    let targeted = "patches: [{path: patch.yaml, target: {kind: StatefulSet}}]\n";
    for text in
        ["", "- op: add\n  path: /spec\n  value: [\n", "- op: [add]\n  path: 3\n- 7\n", "[]\n", "kind: Widget\n"]
    {
        overlaid(&base, targeted, &[("overlay/patch.yaml", text)]);
    }
    // Nobody knows what a patch says that was not read.
    assert!(overlaid(&base, targeted, &[]).is_empty());
    let unreadable = overlaid(&base, "patches: [{path: a.yaml\n", &[]);
    assert_eq!(unreadable, ["readiness-probe-missing", "invalid-manifest"]);
}

#[test]
fn an_object_that_every_overlay_takes_out_is_not_judged() {
    let out = "patches:\n- patch: |-\n    $patch: delete\n    apiVersion: apps/v1\n    kind: StatefulSet\n    metadata: {name: db}\n";
    assert!(is_silent(&without_probe(), out, &[]));
    let elsewhere = ("second/kustomization.yaml", "resources: [../base]\n");
    assert_eq!(overlaid(&without_probe(), out, &[elsewhere]), ["readiness-probe-missing"]);
    let service = out.replace("apps/v1", "v1").replace("StatefulSet", "Service");
    assert!(is_silent(&with_cluster_ip(), &service, &[]));
}

#[test]
fn replacements_fill_fields_in() {
    let to = |field: &str| {
        format!(
            "replacements:\n- source: {{kind: ConfigMap, name: c}}\n  targets:\n  - select: {{kind: StatefulSet}}\n    \
             fieldPaths: ['{field}']\n"
        )
    };
    assert!(is_silent(
        &without_probe(),
        &to("spec.template.spec.containers.[name=main].readinessProbe.tcpSocket.port"),
        &[]
    ));
    assert!(is_silent(&without_probe(), &to("spec.template.spec.containers.*.readinessProbe.tcpSocket.port"), &[]));
    let image = to("spec.template.spec.containers.[name=main].image");
    assert_eq!(overlaid(&without_probe(), &image, &[]), ["readiness-probe-missing"]);
}
