//! The catalogue: every file follows the schema, systems are told apart by their images, modes by their settings.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::inventory::three_of;
use stslint::systems::Catalogue;

#[test]
fn every_file_follows_the_schema() {
    let faults: Vec<String> = Catalogue::faults().iter().map(|fault| fault.in_one_line()).collect();
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(Catalogue::built_in().systems().count(), Catalogue::files().len());
}

/// The system and mode that a container with this image and these fields is taken for, in a set of three.
fn identified(image: &str, fields: &str) -> Option<(String, String, bool)> {
    let inventory = three_of(image, fields);
    let set = inventory.sets().next().unwrap();
    let running = Catalogue::built_in().identify(set)?;
    Some((running.system().name().to_owned(), running.mode().name.clone(), running.is_clustered()))
}

#[test]
fn images_in_the_wild_are_known() {
    for (image, system) in [
        ("quay.io/coreos/etcd:v3.5.12", "etcd"),
        ("registry.k8s.io/etcd:3.5.15-0", "etcd"),
        ("mirror.example:5000/bitnami/etcd@sha256:0f3c", "etcd"),
        ("milvusdb/etcd:3.5.25-r1", "etcd"),
        ("zookeeper:3.8", "zookeeper"),
        ("confluentinc/cp-zookeeper:7.5.0", "zookeeper"),
        ("registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10", "zookeeper"),
        ("gcr.io/google_samples/k8szk:v3", "zookeeper"),
        ("solsson/kafka:2.5.1-zookeeper-server-start", "zookeeper"),
        ("solsson/kafka:2.5.1-kafka-server-start", "kafka"),
        ("apache/kafka:4.1.0", "kafka"),
        ("confluentinc/cp-kafka:7.5.0", "kafka"),
        ("docker.io/bitnamilegacy/kafka:4.0.0-debian-12-r10", "kafka"),
        ("postgres:17-alpine", "postgresql"),
        ("ghcr.io/zalando/spilo-17:4.0-p2", "postgresql"),
        ("pgvector/pgvector:pg17", "postgresql"),
        ("redis:7-alpine", "redis"),
        ("public.ecr.aws/docker/library/redis:8.0-alpine", "redis"),
        ("valkey/valkey:8.1", "redis"),
        ("bitnami/redis-cluster:8.0", "redis"),
        ("rabbitmq:4.0-management", "rabbitmq"),
        ("marketplace.gcr.io/google/rabbitmq:$TAG", "rabbitmq"),
        ("docker.io/bitnami/mariadb-galera:12.0.2-debian-12-r0", "mariadb-galera"),
        ("percona/percona-xtradb-cluster-operator:1.15.0-pxc8.0.39", "mariadb-galera"),
        ("nats:2.11-alpine", "nats"),
        ("cassandra:5.0", "cassandra"),
        ("k8ssandra/cass-management-api:4.1.8", "cassandra"),
        ("cockroachdb/cockroach:v25.2.0", "cockroachdb"),
    ] {
        assert_eq!(identified(image, "").map(|(name, ..)| name).as_deref(), Some(system), "{image}");
    }
}

#[test]
fn look_alikes_are_not() {
    for image in [
        "quay.io/coreos/etcd-operator:v0.9.4",
        "gcr.io/etcd-development/etcd-manager:v3.0",
        "europe-docker.pkg.dev/gardener/etcd-druid:v0.22",
        "evildecay/etcdkeeper:latest",
        "pravega/zookeeper-operator:0.2.15",
        "elevy/zookeeper-exporter:v1",
        "danielqsj/kafka-exporter:v1.7",
        "confluentinc/cp-kafka-connect:7.5.0",
        "confluentinc/cp-schema-registry:7.5.0",
        "provectuslabs/kafka-ui:v0.7",
        "quay.io/strimzi/operator:0.45.0",
        "quay.io/prometheuscommunity/postgres-exporter:v0.15",
        "registry.opensource.zalan.do/acid/postgres-operator:v1.14",
        "bitnami/pgpool:4",
        "dpage/pgadmin4:8",
        "oliver006/redis_exporter:v1.60",
        "quay.io/opstree/redis-operator:v0.18",
        "rediscommander/redis-commander:latest",
        "kbudde/rabbitmq-exporter:1.0",
        "rabbitmqoperator/cluster-operator:2.9",
        "natsio/nats-box:0.14",
        "nats-streaming:0.25",
        "natsio/prometheus-nats-exporter:0.15",
        "k8ssandra/cass-operator:v1.22",
        "thelastpickle/cassandra-reaper:3.6",
        "streamreactor/cassandra:latest",
        "cockroachdb/cockroach-operator:v2.14",
        "percona/percona-xtradb-cluster-operator:1.15.0",
        "percona/percona-xtradb-cluster-operator:1.15.0-pxc8.0-backup",
        "prom/mysqld-exporter:v0.15",
    ] {
        assert_eq!(identified(image, ""), None, "{image}");
    }
    // The server's image, doing something else.
    for (image, fields) in [
        ("quay.io/coreos/etcd:v3.5.12", "command: [/usr/local/bin/etcdctl, snapshot, save, /backup/db]"),
        ("confluentinc/cp-kafka:7.5.0", "command: [connect-distributed, /etc/connect.properties]"),
        ("cockroachdb/cockroach:v25.2.0", "command: [/cockroach/cockroach, init, --host=crdb-0.crdb]"),
        ("redis:7", "command: [redis-cli, -h, cache, monitor]"),
    ] {
        assert_eq!(identified(image, fields), None, "{image} {fields}");
    }
}

/// Tables under `testdata/images/`, whose README says how they are read.
#[test]
fn tables_of_images_hold() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/images");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut wrong = Vec::new();
    for path in files.filter(|path| path.extension().is_some_and(|ending| ending == "txt")) {
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (image, rest) = line.split_once(" |").unwrap();
            let (fields, expected) = rest.rsplit_once("| ").unwrap();
            let found = identified(image, &fields.trim().replace(";;", "\n          "));
            let found = found.map_or(("none".to_owned(), "none".to_owned()), |(name, mode, _)| {
                (name.clone(), format!("{name}/{mode}"))
            });
            if expected != found.0 && expected != found.1 {
                wrong.push(format!("{line}: {}", found.1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn modes_are_told_by_what_a_set_is_given() {
    let env = |name: &str, value: &str| format!("env: [{{name: {name}, value: '{value}'}}]");
    for (image, fields, mode, clustered) in [
        ("etcd:3.6", env("ETCD_INITIAL_CLUSTER", "db-0=http://a:2380,db-1=http://b:2380"), "static list", true),
        ("etcd:3.6", env("ETCD_INITIAL_CLUSTER", "db=http://localhost:2380"), "one member each", false),
        ("etcd:3.6", String::new(), "list not read", true),
        (
            "zookeeper:3.9",
            env("ZOO_SERVERS", "server.1=a:2888:3888;2181 server.2=b:2888:3888;2181"),
            "static list",
            true,
        ),
        ("kubernetes-zookeeper:1", "args: [start-zookeeper, --servers=3]".to_owned(), "static list", true),
        ("zookeeper:3.9", String::new(), "one server each", false),
        ("zookeeper:3.9", "command: [/start.sh]".to_owned(), "list not read", true),
        ("kafka:4.1.0", env("KAFKA_PROCESS_ROLES", "broker,controller"), "KRaft combined", true),
        ("kafka:4.1.0", env("KAFKA_CFG_PROCESS_ROLES", "controller,broker"), "KRaft combined", true),
        ("kafka:4.1.0", env("KAFKA_PROCESS_ROLES", "controller"), "KRaft controller", true),
        ("kafka:4.1.0", env("KAFKA_PROCESS_ROLES", "broker"), "KRaft broker", true),
        ("cp-kafka:7.5.0", env("KAFKA_ZOOKEEPER_CONNECT", "zk:2181"), "ZooKeeper", true),
        ("kafka:3.2", String::new(), "roles not read", true),
        ("postgres:17", String::new(), "plain", false),
        ("patroni:3", env("PATRONI_SCOPE", "batman"), "Patroni", true),
        ("postgresql-repmgr:16", String::new(), "repmgr", true),
        ("redis:7", String::new(), "standalone", false),
        ("redis:7", env("REDIS_MASTER_HOST", "cache-master-0.cache"), "replication by hand", false),
        ("valkey:8", env("VALKEY_PRIMARY_HOST", "db-0.db"), "replicas of the first member", true),
        ("redis:7", "args: [--cluster-enabled, 'yes']".to_owned(), "cluster", true),
        (
            "redis:7",
            "command: [redis-server, /etc/sentinel.conf, --sentinel]".to_owned(),
            "Sentinel, script not known",
            true,
        ),
        ("bitnami/redis-sentinel:7", String::new(), "Sentinels alone", true),
        ("rabbitmq:4", env("K8S_SERVICE_NAME", "db"), "Kubernetes discovery", true),
        ("rabbitmq:4", String::new(), "no discovery", false),
        ("rabbitmq:4", "command: [/start.sh]".to_owned(), "discovery not read", true),
        ("mariadb:11", String::new(), "plain", false),
        ("mariadb:11", "ports: [{containerPort: 4567}]".to_owned(), "script not known", true),
        ("mariadb-galera:12", env("MARIADB_GALERA_CLUSTER_BOOTSTRAP", "yes"), "every member begins", true),
        ("nats:2.11", "args: [-js]".to_owned(), "one server each", false),
        ("nats:2.11", "args: [--jetstream, --routes, 'nats://db-0.db:6222']".to_owned(), "JetStream cluster", true),
        ("nats:2.11", "args: [--cluster_name, a, --routes, 'nats://db-0.db:6222']".to_owned(), "core", true),
        ("cassandra:5", env("CASSANDRA_SEEDS", "db-0.db,db-1.db,db-2.db"), "every member is a seed", true),
        ("cassandra:5", env("CASSANDRA_SEEDS", "db-0.db,db-1.db"), "ring", true),
        ("cassandra:5", env("CASSANDRA_SEEDS", "db-1.db"), "the first member is no seed", true),
        ("cassandra:5", env("CASSANDRA_SEEDS", "db-10.db,db-0.db"), "ring", true),
        ("cassandra:5", String::new(), "one node each", false),
        ("spilo-16:3.2", env("SCOPE", "accounts"), "Patroni", true),
        ("cockroach:v25.2.0", "args: [start-single-node]".to_owned(), "single node", false),
    ] {
        let (_, found, is_clustered) = identified(image, &fields).unwrap();
        assert_eq!((found.as_str(), is_clustered), (mode, clustered), "{image} {fields}");
    }
}
