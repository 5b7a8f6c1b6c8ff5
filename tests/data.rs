//! Where data lies, and whether that outlives the Pod.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::inventory::inventory;
use stslint::lint::{self, Selection};
use stslint::model::Version;
use stslint::rules::Context;
use stslint::systems::Catalogue;

/// What one rule says: severity and headline.
fn said(rule: &str, text: &str) -> Option<(String, String)> {
    let inventory = inventory(&[("set.yaml".to_owned(), text.to_owned())]);
    let catalogue = Catalogue::built_in();
    let systems = catalogue.identify_all(&inventory);
    let context = Context { head: &inventory, base: None, catalogue, systems: &systems, version: Version::default() };
    let found = lint::find(&context, &Selection::new(&[rule.to_owned()], &[]).unwrap());
    assert!(found.len() < 2, "{text}");
    found.into_iter().next().map(|(_, finding)| (finding.severity.to_string(), finding.message))
}

/// A set whose claim `data` is mounted at a path; `container` and `pod` are lines of YAML in flow style.
fn set(image: &str, path: &str, container: &str, pod: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  replicas: 3\n  serviceName: db\n  \
         selector: {{matchLabels: {{app: db}}}}\n  template:\n    metadata: {{labels: {{app: db}}}}\n    spec:\n      \
         {pod}\n      containers:\n        - name: main\n          image: {image}\n          volumeMounts: [{{name: data, \
         mountPath: {path}}}]\n          {container}\n  volumeClaimTemplates:\n    - metadata: {{name: data}}\n      spec: \
         {{storageClassName: fast, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n"
    )
}

fn without_claims(image: &str, container: &str, pod: &str) -> String {
    let text = set(image, "/x", container, pod).replace("          volumeMounts: [{name: data, mountPath: /x}]\n", "");
    text.split("  volumeClaimTemplates:").next().unwrap().to_owned()
}

#[test]
fn claims_beside_the_data_are_errors() {
    let rule = "data-not-persistent";
    let env = |name: &str, value: &str| format!("env: [{{name: {name}, value: {value}}}]");
    for (image, path, container, directory) in [
        ("postgres:18", "/var/lib/postgresql/data", String::new(), "/var/lib/postgresql/18/docker"),
        ("postgres:19.1-alpine", "/var/lib/postgresql/data", String::new(), "/var/lib/postgresql/19/docker"),
        ("mirror.example/library/postgres:17", "/var/lib/postgresql", String::new(), "/var/lib/postgresql/data"),
        ("postgres:17", "/pgdata", env("PGDATA", "/var/lib/pg/"), "/var/lib/pg"),
        ("confluentinc/cp-kafka:7.5.0", "/var/lib/kafka", String::new(), "/var/lib/kafka/data"),
        ("apache/kafka:4.1.0", "/var/lib/kafka/data", env("KAFKA_LOG_DIRS", "/tmp/kraft-combined-logs"), "/tmp/kraft"),
        // The image's own file, and what is left when the environment replaces it.
        ("apache/kafka:4.1.0", "/var/lib/kafka/data", String::new(), "/tmp/kraft-combined-logs"),
        ("apache/kafka:4.1.0", "/var/lib/kafka/data", env("KAFKA_NODE_ID", "'1'"), "/tmp/kafka-logs"),
        ("clickhouse/clickhouse-keeper:25.3", "/var/lib/clickhouse-keeper", String::new(), "/clickhouse/coordination"),
        ("team/postgresql:17.6.0-debian-12-r4", "/var/lib/postgresql/data", String::new(), "/bitnami/postgresql/data"),
        ("bitnamilegacy/mariadb:12.0.2", "/var/lib/mysql", String::new(), "/bitnami/mariadb/data"),
        ("mongo:8", "/data", String::new(), "/data/db"),
        ("bitnami/etcd:3.5", "/etcd", String::new(), "/bitnami/etcd/data"),
        ("etcd:3.5", "/a", "command: [etcd, --data-dir, /b]".to_owned(), "`/b`"),
        ("etcd:3.5", "/a", "command: [sh, -c, 'exec etcd --data-dir=/b --name x']".to_owned(), "`/b`"),
    ] {
        let (severity, message) = said(rule, &set(image, path, &container, "")).unwrap();
        assert!(severity == "error" && message.contains(directory), "{image} {message}");
    }
}

#[test]
fn silent_where_the_data_may_be_on_the_claim() {
    let rule = "data-not-persistent";
    let env = |name: &str, value: &str| format!("env: [{{name: {name}, value: {value}}}]");
    for (image, path, container) in [
        ("postgres:17", "/var/lib/postgresql/data", String::new()),
        ("postgres:18", "/var/lib/postgresql", String::new()),
        ("postgres:18", "/var/lib/postgresql/data", env("PGDATA", "/var/lib/postgresql/data/pgdata")),
        ("postgres:17", "/var/lib/postgresql", env("PGDATA", "/var/lib/postgresql/pgdata")),
        // No version, another build, a value that is filled in or hidden.
        ("postgres:latest", "/var/lib/postgresql/data", String::new()),
        ("acme/postgres:17", "/pgdata", String::new()),
        ("postgres:17", "/pgdata", env("PGDATA", "$(BASE)/data")),
        ("postgres:17", "/pgdata", "env: [{name: PGDATA, valueFrom: {secretKeyRef: {name: a, key: b}}}]".to_owned()),
        ("postgres:17", "/pgdata", "envFrom: [{secretRef: {name: a}}]".to_owned()),
        ("postgres:17", "/pgdata", "envFrom: [{configMapRef: {name: unread}}]".to_owned()),
        // Not Bitnami's, whose directory is another one.
        ("ghcr.io/cloudnative-pg/postgresql:17.5", "/var/lib/postgresql/data", String::new()),
        ("apache/kafka:4.1.0", "/tmp/kraft-combined-logs", String::new()),
        ("clickhouse/clickhouse-keeper:25.3", "/var/lib/clickhouse", String::new()),
        ("influxdb:3-core", "/plugins", "args: [influxdb3, serve, --object-store=s3]".to_owned()),
        // The Pods are told of the mount.
        ("postgres:17", "/pgdata", "args: [postgres, -D, /pgdata]".to_owned()),
        ("postgres:17", "/pgdata", "command: [sh, -c, 'PGDATA=/pgdata exec docker-entrypoint.sh postgres']".to_owned()),
        ("cockroachdb/cockroach:v25.2.0", "/logs", "args: [start, --store=type=mem, --join=a]".to_owned()),
        // A part of the data directory is mounted, and a default in the working directory.
        ("postgres:17", "/var/lib/postgresql/data/base", String::new()),
        ("etcd:3.5", "/a", "command: [etcd]".to_owned()),
        // A cache, and no system at all.
        ("redis:8", "/backup", String::new()),
        ("acme/app:1", "/a", String::new()),
    ] {
        assert_eq!(said(rule, &set(image, path, &container, "")), None, "{image} {path} {container}");
    }
}

#[test]
fn claims_that_nobody_mounts_are_errors() {
    let rule = "data-not-persistent";
    let unmounted = |pod: &str| {
        let text = set("postgres:17", "/x", "", pod);
        text.replace("volumeMounts: [{name: data, mountPath: /x}]", "")
    };
    let (severity, message) = said(rule, &unmounted("")).unwrap();
    assert!(severity == "error" && message.contains("mounted in no container"), "{message}");
    let volume = "volumes: [{name: other, persistentVolumeClaim: {claimName: other}}]";
    let text =
        set("postgres:17", "/x", "", volume).replace("name: data, mountPath: /x", "name: other, mountPath: /var/lib");
    // Another claim is mounted above what the image declares: it is no claim template, nothing is said.
    assert_eq!(said(rule, &text), None);
}

#[test]
fn what_goes_with_the_pod_weighs_by_the_number_of_pods() {
    let rule = "data-not-persistent";
    let mount = "volumeMounts: [{name: v, mountPath: /var/lib/postgresql/data}]";
    for (volume, expected) in [
        ("emptyDir: {}", Some("on an `emptyDir`")),
        ("emptyDir: {medium: Memory}", Some("on memory")),
        ("ephemeral: {volumeClaimTemplate: {spec: {}}}", Some("on an ephemeral volume")),
        ("hostPath: {path: /srv}", None),
        ("nfs: {server: a, path: /b}", None),
        ("persistentVolumeClaim: {claimName: a}", None),
    ] {
        let text = without_claims("postgres:17", mount, &format!("volumes: [{{name: v, {volume}}}]"));
        let found = said(rule, &text);
        assert_eq!(found.is_some(), expected.is_some(), "{volume}");
        if let (Some((severity, message)), Some(expected)) = (found, expected) {
            assert!(severity == "warning" && message.contains(expected), "{message}");
            let one = said(rule, &text.replace("replicas: 3", "replicas: 1")).unwrap();
            assert_eq!(one.0, "note");
        }
    }
    let (severity, message) = said(rule, &without_claims("postgres:17", "", "")).unwrap();
    assert!(severity == "warning" && message.contains("on no volume"), "{message}");
    assert_eq!(said(rule, &without_claims("redis:8", "", "")), None);
    let aof = without_claims("redis:8", "args: [--appendonly, 'yes']", "");
    assert_eq!(said(rule, &aof).map(|found| found.0).as_deref(), Some("warning"));
}

#[test]
fn roots_of_volumes_matter_where_lost_and_found_does() {
    let rule = "data-dir-is-mount-root";
    let env = |name: &str, value: &str| format!("env: [{{name: {name}, value: {value}}}]");
    let class = |provisioner: &str, more: &str| {
        format!(
            "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: fast}}\nprovisioner: {provisioner}\n{more}"
        )
    };
    let root = set("postgres:17", "/var/lib/postgresql/data", "", "");
    let kafka = set("confluentinc/cp-kafka:7.5.0", "/var/lib/kafka/data", "", "");
    for text in [
        root.clone(),
        kafka.clone(),
        set("apache/kafka:4.1.0", "/logs", &env("KAFKA_LOG_DIRS", "/logs/"), ""),
        format!("{root}{}", class("ebs.csi.aws.com", "parameters: {csi.storage.k8s.io/fstype: ext4}")),
    ] {
        assert_eq!(said(rule, &text).map(|found| found.0).as_deref(), Some("warning"), "{text}");
    }
    for text in [
        root.replace("data, mountPath", "data, subPath: pg, mountPath"),
        set("postgres:17", "/var/lib/postgresql/data", &env("PGDATA", "/var/lib/postgresql/data/pgdata"), ""),
        set("postgres:18", "/var/lib/postgresql", "", ""),
        set("bitnami/postgresql:17", "/bitnami/postgresql", "", ""),
        set("apache/kafka:4.1.0", "/logs", &env("KAFKA_LOG_DIRS", "/logs/data"), ""),
        set("mysql:8.4", "/var/lib/mysql", "", ""),
        set("zookeeper:3.9", "/data", "", ""),
        format!("{root}{}", class("ebs.csi.aws.com", "parameters: {csi.storage.k8s.io/fstype: xfs}")),
        format!("{root}{}", class("rancher.io/local-path", "")),
    ] {
        assert_eq!(said(rule, &text), None, "{text}");
    }
}

#[test]
fn flags_that_etcd_lacks_end_it() {
    let rule = "unknown-argument";
    for (image, container, expected) in [
        ("etcd:v3.4.13", "args: [etcd, '--listen-auto-compaction:10000']", true),
        ("etcd:v3.4.13", "command: [/usr/local/bin/etcd]\n          args: [--nmae=x]", true),
        ("etcd:v3.4.13", "command: [etcd, --enable-v2, --name, x, -debug]", false),
        // An entry point that was not seen, an unknown version, a later one.
        ("etcd:v3.4.13", "args: [--nmae=x]", false),
        ("etcd:latest", "command: [etcd, --nmae=x]", false),
        ("etcd:v3.9.0", "command: [etcd, --nmae=x]", false),
        ("zookeeper:3.9", "command: [etcd, --nmae=x]", false),
    ] {
        assert_eq!(said(rule, &set(image, "/data", container, "")).is_some(), expected, "{image} {container}");
    }
}
