//! Rules about the Pod template: what the kubelet fills in, how long Pods have to stop, what keeps them apart, what
//! becomes of their data.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::inventory::inventory;
use stslint::lint::{self, Selection};
use stslint::model::Version;
use stslint::rules::{Context, Options};
use stslint::systems::Catalogue;

/// What one rule says of these files: severities and headlines.
fn said(rule: &str, files: &[(&str, String)]) -> Vec<(String, String)> {
    let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
    let inventory = inventory(&files);
    let catalogue = Catalogue::built_in();
    let systems = catalogue.identify_all(&inventory);
    let context = Context {
        head: &inventory,
        base: None,
        catalogue,
        systems: &systems,
        version: Version::default(),
        options: &Options::default(),
    };
    let found = lint::find(&context, &Selection::new(&[rule.to_owned()], &[]).unwrap());
    found.into_iter().map(|(_, finding)| (finding.severity.to_string(), finding.message)).collect()
}

/// A set of three `zoo` Pods; `pod` and `container` are lines of YAML in flow style for the Pod's spec and its container.
fn set(image: &str, pod: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: zoo, namespace: prod}}\nspec:\n  replicas: 3\n  \
         serviceName: zoo-hs\n  selector: {{matchLabels: {{app: zoo}}}}\n  template:\n    metadata: {{labels: {{app: zoo, \
         tier: db}}}}\n    spec:\n      {pod}\n      containers:\n        - name: main\n          image: {image}\n          \
         volumeMounts: [{{name: data, mountPath: /data}}]\n          {container}\n  volumeClaimTemplates:\n    - \
         metadata: {{name: data}}\n      spec: {{storageClassName: fast, accessModes: [ReadWriteOnce], resources: \
         {{requests: {{storage: 1Gi}}}}}}\n"
    )
}

#[test]
fn references_are_judged_by_who_reads_them() {
    let rule = "undefined-env-reference";
    for (container, expected) in [
        ("args: [--name=$(POD_NAME)]", Some("error")),
        ("args: [--name=$(pod_name)]", Some("error")),
        ("args: [--name=$(podName)]", Some("error")),
        ("args: [--name=$$(POD_NAME), $POD, '${POD}', '$(open']", None),
        ("args: [--name=$(hostname)]", None),
        ("args: [--build=$(Build.BuildId)]", None),
        // Variables that are always there, or that a Service may give.
        ("args: [$(KUBERNETES_SERVICE_HOST), $(KUBERNETES_PORT_443_TCP_ADDR)]", None),
        ("args: [$(WEB_SERVICE_HOST), $(WEB_PORT_80_TCP_ADDR), $(WEB_PORT)]", None),
        // A shell runs what is left, unless it is quoted; a script in an unknown language is nobody's business.
        ("command: [sh, -c, 'run --name=$(POD_NAME)']", Some("warning")),
        ("command: [sh, -c, 'run --name=$(hostname)']", None),
        ("command: [sh, -c, \"sed 's/a/$(POD_NAME)/' f\"]", None),
        ("command: [python3, -c, 'print(\"$(POD_NAME)\")']", None),
        ("args: [-c, 'run --name=$(POD_NAME)']", None),
        // Order matters in variables alone.
        ("env: [{name: A, value: $(B)}, {name: B, value: x}]", Some("warning")),
        ("env: [{name: B, value: x}, {name: A, value: $(B)}]", None),
        ("env: [{name: A, value: 'a-$(A)'}]", Some("warning")),
        ("env: [{name: B, value: x}]\n          args: [$(B)]", None),
        ("env: [{name: B, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]\n          args: [$(B)]", None),
        // What is hidden may define it, under its prefix only.
        ("envFrom: [{secretRef: {name: s}}]\n          args: [$(B)]", None),
        ("envFrom: [{configMapRef: {name: unread}}]\n          args: [$(B)]", None),
        ("envFrom: [{prefix: X_, secretRef: {name: s}}]\n          args: [$(B)]", Some("error")),
        ("envFrom: [{configMapRef: {name: known}}]\n          args: [$(KNOWN)]", None),
        ("envFrom: [{configMapRef: {name: known}}]\n          args: [$(OTHER)]", Some("error")),
        ("envFrom: [{prefix: X_, configMapRef: {name: known}}]\n          args: [$(X_KNOWN)]", None),
        ("envFrom: [{prefix: X_, configMapRef: {name: known}}]\n          args: [$(KNOWN)]", Some("error")),
        // Probes are filled in from literal values; hooks are not looked at.
        ("readinessProbe: {exec: {command: [ping, $(A)]}}\n          env: [{name: A, value: x}]", None),
        (
            "readinessProbe: {exec: {command: [ping, $(A)]}}\n          env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]",
            Some("warning"),
        ),
        ("lifecycle: {preStop: {exec: {command: [stop, $(POD_NAME)]}}}", None),
        // Faulty or generated lists say nothing.
        ("env: 5\n          args: [$(B)]", None),
        ("env: [{name: '${PREFIX}_B', value: x}]\n          args: [$(A_B)]", None),
    ] {
        let map =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: known, namespace: prod}\ndata: {KNOWN: x}\n".to_owned();
        let found = said(rule, &[("set.yaml", set("registry.example/app:1", "", container)), ("map.yaml", map)]);
        let severities: Vec<&str> = found.iter().map(|(severity, _)| severity.as_str()).collect();
        assert_eq!(severities, expected.into_iter().collect::<Vec<_>>(), "{container}: {found:?}");
    }
}

#[test]
fn without_service_links_only_the_api_server_has_variables() {
    let rule = "undefined-env-reference";
    let args = "args: [$(WEB_SERVICE_HOST), $(KUBERNETES_SERVICE_HOST)]";
    let found = said(rule, &[("set.yaml", set("registry.example/app:1", "enableServiceLinks: false", args))]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.contains("`$(WEB_SERVICE_HOST)`:"), "{found:?}");
}

#[test]
fn what_kustomize_fills_in_is_not_undefined() {
    let rule = "undefined-env-reference";
    let text = set("registry.example/app:1", "", "args: [$(DOMAIN)]");
    let vars = "resources: [set.yaml]\nvars: [{name: DOMAIN}]\n".to_owned();
    let other = "resources: [set.yaml]\nvars: [{name: REALM}]\n".to_owned();
    assert!(said(rule, &[("set.yaml", text.clone()), ("kustomization.yaml", vars)]).is_empty());
    assert_eq!(said(rule, &[("set.yaml", text.clone()), ("kustomization.yaml", other)]).len(), 1);
    let tokens = text.replace("app:1", "app:$(TAG)");
    assert!(said(rule, &[("set.yaml", tokens)]).is_empty(), "another tool fills in the whole manifest");
}

#[test]
fn grace_is_measured_by_what_sleeps_and_what_the_system_is_given() {
    let sleeps = |script: &str| format!("lifecycle: {{preStop: {{exec: {{command: [sh, -c, {script:?}]}}}}}}");
    for (image, grace, container, expected) in [
        ("registry.example/app:1", "", sleeps("sleep 29"), None),
        ("registry.example/app:1", "", sleeps("sleep 20; drain; sleep 10"), Some("warning")),
        ("registry.example/app:1", "terminationGracePeriodSeconds: 60", sleeps("sleep 50"), None),
        ("registry.example/app:1", "", sleeps("if x; then sleep 50; fi"), None),
        ("registry.example/app:1", "", "lifecycle: {preStop: {sleep: {seconds: 40}}}".to_owned(), Some("warning")),
        (
            "registry.example/app:1",
            "",
            "lifecycle: {preStop: {exec: {command: [sleep, '40']}}}".to_owned(),
            Some("warning"),
        ),
        ("registry.example/app:1", "terminationGracePeriodSeconds: 0", sleeps("sleep 50"), None),
        ("registry.example/app:1", "terminationGracePeriodSeconds: 1", String::new(), None),
        ("rabbitmq:4.0", "terminationGracePeriodSeconds: 10", String::new(), Some("warning")),
        ("rabbitmq:4.0", "terminationGracePeriodSeconds: 60", String::new(), Some("note")),
        ("rabbitmq:4.0", "", String::new(), Some("note")),
        ("rabbitmq:4.0", "terminationGracePeriodSeconds: 120", String::new(), None),
        ("rabbitmq:4.0", "terminationGracePeriodSeconds: long", String::new(), None),
        // A cache that is cut short loses nothing that matters.
        ("redis:7", "terminationGracePeriodSeconds: 10", String::new(), Some("note")),
        ("redis:7", "terminationGracePeriodSeconds: 10", "args: [--appendonly, 'yes']".to_owned(), Some("warning")),
    ] {
        let found = said("grace-period-short", &[("set.yaml", set(image, grace, &container))]);
        let severities: Vec<&str> = found.iter().map(|(severity, _)| severity.as_str()).collect();
        assert_eq!(severities, expected.into_iter().collect::<Vec<_>>(), "{image} {grace} {container}: {found:?}");
    }
}

#[test]
fn only_terms_that_are_meant_for_the_sets_own_pods_miss_them() {
    let anti = |term: &str| {
        format!(
            "affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{topologyKey: kubernetes.io/hostname, {term}}}]}}}}"
        )
    };
    let soft = "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: zone, labelSelector: {matchLabels: {app: zoo}}}}]}}";
    let constraint = |selector: &str| {
        format!(
            "topologySpreadConstraints: [{{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway{selector}}}]"
        )
    };
    let known = "zookeeper:3.9";
    let peers = "env: [{name: ZOO_SERVERS, value: 'server.1=zoo-0.zoo-hs:2888:3888;2181 server.2=zoo-1.zoo-hs:2888:3888;2181 server.3=zoo-2.zoo-hs:2888:3888;2181'}]";
    let unknown = "registry.example/app:1";
    for (image, pod, expected) in [
        (known, String::new(), Some("note")),
        (unknown, String::new(), None),
        (known, soft.to_owned(), None),
        (known, anti("labelSelector: {matchLabels: {app: zoo}}"), None),
        (known, anti("labelSelector: {}"), None),
        (
            known,
            anti("labelSelector: {matchExpressions: [{key: app, operator: In, values: [zoo-hs]}]}"),
            Some("warning"),
        ),
        (
            unknown,
            anti("labelSelector: {matchExpressions: [{key: app, operator: In, values: [zoo-hs]}]}"),
            Some("note"),
        ),
        // The right value under another key.
        (known, anti("labelSelector: {matchLabels: {app.kubernetes.io/name: zoo}}"), Some("warning")),
        // Null selects nothing.
        (known, anti("namespaces: [prod]"), Some("warning")),
        // These are about others; nothing keeps the set's own Pods apart then.
        (known, anti("labelSelector: {matchLabels: {app: batch}}"), Some("note")),
        (unknown, anti("labelSelector: {matchLabels: {app: batch}}"), None),
        (unknown, anti("labelSelector: {matchExpressions: [{key: app, operator: NotIn, values: [zoo]}]}"), None),
        (unknown, anti("namespaces: [other], labelSelector: {matchLabels: {app: zoo}}"), None),
        (unknown, anti("labelSelector: {matchLabels: {tier: db}}, mismatchLabelKeys: [app]"), None),
        (known, anti("labelSelector: {matchLabels: {tier: db}}, matchLabelKeys: [app]"), None),
        (known, anti("namespaceSelector: {matchLabels: {team: a}}, labelSelector: {matchLabels: {app: zoo}}"), None),
        (known, anti("labelSelector: {matchLabels: {app: '${NAME}'}}"), None),
        (known, constraint(", labelSelector: {matchLabels: {app: zoo}}"), None),
        (known, constraint(", labelSelector: {matchLabels: {app: zk}}"), Some("warning")),
        (unknown, constraint(", labelSelector: {matchLabels: {app: zk}}"), Some("note")),
        (known, constraint(""), Some("warning")),
        // Two of these never share a node, or must.
        (known, "hostNetwork: true".to_owned(), None),
        (known, "nodeName: one".to_owned(), None),
        (known, "schedulerName: own".to_owned(), None),
        (known, "affinity: wide".to_owned(), None),
    ] {
        let found =
            said("members-share-node", &[("set.yaml", set(image, &pod, if image == known { peers } else { "" }))]);
        let severities: Vec<&str> = found.iter().map(|(severity, _)| severity.as_str()).collect();
        assert_eq!(severities, expected.into_iter().collect::<Vec<_>>(), "{image} {pod}: {found:?}");
    }
    let one = set(known, "", "").replace("replicas: 3", "replicas: 1");
    assert!(said("members-share-node", &[("set.yaml", one)]).is_empty());
}

#[test]
fn an_anti_affinity_about_another_set_is_not_missed() {
    let term = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a, labelSelector: {matchLabels: {app: zoo-hs}}}]}}";
    let text = set("registry.example/app:1", term, "");
    let other = set("registry.example/other:1", "", "")
        .replace("name: zoo,", "name: other,")
        .replace("app: zoo", "app: zoo-hs");
    assert_eq!(said("members-share-node", &[("set.yaml", text.clone())]).len(), 1);
    assert!(said("members-share-node", &[("set.yaml", text), ("other.yaml", other)]).is_empty());
}

#[test]
fn data_goes_with_classes_that_were_read() {
    let class = |policy: &str, provisioner: &str| {
        format!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: fast}}\nprovisioner: {provisioner}\n{policy}\n"
        )
    };
    let retention = "persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n  replicas: 3";
    for (image, policy, provisioner, reclaim, retain) in [
        ("postgres:17", "reclaimPolicy: Delete", "csi.example", Some("note"), Some("warning")),
        ("postgres:17", "", "csi.example", Some("note"), Some("warning")),
        ("postgres:17", "reclaimPolicy: Retain", "csi.example", None, Some("note")),
        ("postgres:17", "reclaimPolicy: Delete", "kubernetes.io/no-provisioner", None, Some("warning")),
        ("redis:7", "reclaimPolicy: Delete", "csi.example", None, None),
        ("registry.example/app:1", "reclaimPolicy: Delete", "csi.example", None, None),
    ] {
        let files = [
            ("set.yaml", set(image, "", "").replace("replicas: 3", retention)),
            ("class.yaml", class(policy, provisioner)),
        ];
        for (rule, expected) in [("reclaim-policy-delete", reclaim), ("claim-retention-delete", retain)] {
            let found = said(rule, &files);
            let severities: Vec<&str> = found.iter().map(|(severity, _)| severity.as_str()).collect();
            assert_eq!(severities, expected.into_iter().collect::<Vec<_>>(), "{rule} {image} {policy}: {found:?}");
        }
    }
    let unread = [("set.yaml", set("postgres:17", "", "").replace("replicas: 3", retention))];
    assert!(said("reclaim-policy-delete", &unread).is_empty());
    assert_eq!(said("claim-retention-delete", &unread).len(), 1);
}

/// What is said of the containers of a set `lobby`, as lines of the manifest.
fn unready(containers: &[&str], claim: bool) -> Vec<u64> {
    let mut text = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: lobby}\nspec:\n  serviceName: lobby\n  replicas: \
                    2\n  selector: {matchLabels: {app: lobby}}\n  template:\n    metadata: {labels: {app: lobby}}\n    spec:\n      \
                    containers:\n"
        .to_owned();
    for container in containers {
        text.push_str(&format!("      - {{{container}}}\n"));
    }
    if claim {
        text.push_str("  volumeClaimTemplates: [{metadata: {name: data}}]\n");
    }
    let folder = tempfile::tempdir().unwrap();
    common::write(folder.path(), &[("all.yaml", &text)]);
    let report = common::json(folder.path(), &["--select", "readiness-probe-missing", "."]);
    common::of_rule(&report, "readiness-probe-missing").into_iter().map(|(_, line, _)| line).collect()
}

#[test]
fn the_main_container_is_no_sidecar() {
    const SILENT: [u64; 0] = [];
    const PROBE: &str = "readinessProbe: {tcpSocket: {port: 80}}";
    const MOUNT: &str = "volumeMounts: [{name: data, mountPath: /data}]";
    let app = |name: &str, more: &str| format!("name: {name}, image: \"registry.example/app:1\", {more}");
    let side = |image: &str, more: &str| format!("name: side, image: \"{image}\", {more}");
    // The sidecar has the claim and the probe, the program has neither.
    for name in ["lobby", "main"] {
        let tailscale = side("registry.example/tailscale/tailscale:v1", &format!("{MOUNT}, {PROBE}"));
        assert_eq!(unready(&[&app(name, ""), &tailscale], true), [12], "{name}");
        assert_eq!(unready(&[&app(name, PROBE), &side("tailscale:v1", MOUNT)], true), SILENT, "{name}");
    }
    // Sidecars that are put first.
    for image in
        ["istio/proxyv2:1", "fluent-bit", "prom/node_exporter:1", "registry.example:5000/x/redis-exporter@sha256:0"]
    {
        assert_eq!(unready(&[&side(image, ""), &app("main", PROBE)], false), SILENT, "{image}");
        assert_eq!(unready(&[&side(image, PROBE), &app("main", "")], false), [13], "{image}");
    }
    // Nobody can tell which of two is meant.
    assert_eq!(unready(&[&app("one", ""), &app("two", PROBE)], false), SILENT);
    assert_eq!(unready(&[&app("one", MOUNT), &app("two", PROBE)], true), SILENT);
    assert_eq!(unready(&[&app("one", ""), &app("two", "")], false), [12]);
    assert_eq!(unready(&[&app("one", ""), &app("lobby", "")], false), [13]);
    // A sidecar's image is what the set is about where nothing else is there, or it bears the set's name.
    assert_eq!(unready(&[&side("envoy:1", "")], false), [12]);
    assert_eq!(unready(&["name: lobby, image: fluentd", &app("helper", PROBE)], false), [12]);
}

#[test]
fn a_pod_that_no_service_selects_is_sent_no_traffic() {
    let says = |label: &str, more: &str| {
        let service = format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: zoo-hs, namespace: prod}}\nspec: {{clusterIP: None, \
             selector: {{app: {label}}}, ports: [{{port: 80}}]}}\n"
        );
        let text = set("registry.example/a:1", "", "").replace("  replicas: 3", more) + &service;
        said("readiness-probe-missing", &[("all.yaml", text)])
            .into_iter()
            .map(|(_, message)| message)
            .collect::<String>()
    };
    assert!(says("zoo", "  replicas: 1").contains("is sent traffic"));
    assert_eq!(says("other", "  replicas: 1"), "");
    let on_delete = "  replicas: 3\n  updateStrategy: {type: OnDelete}";
    assert!(says("zoo", on_delete).contains("is sent traffic"));
    assert!(says("other", on_delete).contains("is counted as healthy"));
}
