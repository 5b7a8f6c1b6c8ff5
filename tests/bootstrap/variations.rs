//! The same systems configured in other ways, and modes that look like a cluster and are none.

use crate::consensus::etcd;
use crate::manifest::{DEADLOCK, Manifest, NOTE, RESTART_DEADLOCK, RISKY, says, shell};

fn with_config(image: &'static str, fields: &[&str], key: &str, text: &str) -> Manifest {
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}\n")).collect();
    let map =
        format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: db}}\ndata:\n  {key}: |\n{}", lines.concat());
    let mut set = Manifest::of(image, fields);
    set.pod = "      volumes: [{name: config, configMap: {name: db}}]\n";
    set.more = Box::leak(map.into_boxed_str());
    set
}

const PEERS: &str = "db-0=http://db-0.db-peers:2380,db-1=http://db-1.db-peers:2380";

#[test]
fn etcd_by_a_file_or_a_script() {
    let file = format!(
        "initial-cluster: {PEERS}\nlisten-client-urls: http://0.0.0.0:12379\nlisten-metrics-urls: http://0.0.0.0:8085"
    );
    let set = with_config("etcd:v3.6.0", &["args: [--config-file=/etc/etcd.yml]"], "etcd.yml", &file);
    says(&set.readiness("{httpGet: {path: /livez, port: 12379}}"), &[DEADLOCK]);
    says(&set.readiness("{httpGet: {path: /livez, port: 8085}}"), &[]);
    let health = "{httpGet: {path: /health, port: 2379}}";
    let listed =
        format!("command:\n  - sh\n  - -c\n  - |\n    PEERS={PEERS}\n    exec etcd --initial-cluster $PEERS\n");
    says(&Manifest::of("etcd:v3.5.6", &[&listed]).readiness(health), &[DEADLOCK]);
    // The first one begins alone, and the others are added.
    let added = "command:\n  - sh\n  - -c\n  - |\n    if [ ${HOSTNAME##*-} = 0 ]; then exec etcd; fi\n    etcdctl --endpoints=db-0:2379 member add $HOSTNAME\n    exec etcd --initial-cluster-state existing\n";
    says(&Manifest::of("etcd:v3.5.6", &[added]).readiness(health), &[]);
    says(&Manifest::of("etcd:v3.5.6", &[added]).readiness(health).parallel(), &[NOTE]);
}

#[test]
fn members_that_are_told_of_nobody_are_no_cluster() {
    let health = "{httpGet: {path: /health, port: 2379}}";
    for command in [
        "command: [etcd, '--listen-client-urls=http://0.0.0.0:2379']",
        "command: [etcd, '--initial-cluster=$(POD_NAME)=http://$(POD_NAME).db-peers:2380']",
    ] {
        says(&Manifest::of("etcd:v3.5.6", &[command]).readiness(health), &[]);
        says(&Manifest::of("etcd:v3.5.6", &[command]).parallel(), &[]);
    }
    let mode = shell("zkServer.sh status");
    let alone = "env: [{name: ZOO_SERVERS, value: 'server.1=0.0.0.0:2888:3888;2181'}]";
    for set in [Manifest::of("zookeeper:3.9", &[]), Manifest::of("zookeeper:3.9", &[alone])] {
        says(&set.readiness(&mode), &[]);
        says(&set.parallel(), &[]);
    }
    says(&Manifest::of("cassandra:5.0", &[]).parallel(), &[]);
    for voter in ["1@localhost:9093", "1@$(POD_NAME).db-peers:9093"] {
        let set = kafka(&format!("{{name: KAFKA_CONTROLLER_QUORUM_VOTERS, value: '{voter}'}}"));
        says(&set.readiness("{tcpSocket: {port: 9092}}"), &[]);
        says(&set.parallel(), &[]);
    }
}

fn kafka(env: &str) -> Manifest {
    let listeners = "{name: KAFKA_LISTENERS, value: 'INTERNAL://:29092,CONTROLLER://:9093,EXTERNAL://:9092'}";
    let roles = "{name: KAFKA_PROCESS_ROLES, value: 'broker,controller'}";
    Manifest::of("apache/kafka:4.1.0", &[&format!("env: [{roles}, {listeners}, {env}]")])
}

#[test]
fn kafka_by_voters_and_listeners() {
    let listed = kafka("{name: KAFKA_CONTROLLER_QUORUM_VOTERS, value: '0@db-0.db-peers:9093,1@db-1.db-peers:9093'}");
    for port in [9092, 29092] {
        says(&listed.readiness(&format!("{{tcpSocket: {{port: {port}}}}}")), &[DEADLOCK]);
    }
    says(&listed.readiness("{tcpSocket: {port: 9093}}"), &[]);
    // One voter begins alone; so may the first of a quorum that grows.
    for env in [
        "{name: KAFKA_CONTROLLER_QUORUM_VOTERS, value: '0@db-0.db-peers:9093'}",
        "{name: KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS, value: 'db-0.db-peers:9093,db-1.db-peers:9093'}",
    ] {
        says(&kafka(env).readiness("{tcpSocket: {port: 9092}}"), &[]);
        says(&kafka(env).readiness("{tcpSocket: {port: 9092}}").parallel(), &[NOTE]);
    }
}

#[test]
fn rabbitmq_by_version_and_commands() {
    let list = "cluster_formation.peer_discovery_backend = classic_config\ncluster_formation.classic_config.nodes.1 = rabbit@db-0.db-peers";
    let tcp = "{tcpSocket: {port: 5672}}";
    let old = with_config("rabbitmq:3.12-management", &[], "rabbitmq.conf", list);
    says(&old.readiness(tcp), &[RESTART_DEADLOCK]);
    says(&old.parallel(), &[RISKY]);
    says(&with_config("rabbitmq:3.13.7", &[], "rabbitmq.conf", list).readiness(tcp), &[DEADLOCK]);
    let consul = "cluster_formation.peer_discovery_backend = consul";
    says(&with_config("rabbitmq:4.0", &[], "rabbitmq.conf", consul).parallel(), &[NOTE]);
    let joins = "lifecycle: {postStart: {exec: {command: [sh, -c, 'rabbitmqctl stop_app; rabbitmqctl join_cluster rabbit@db-0']}}}";
    says(&Manifest::of("rabbitmq:4.0", &[joins]).parallel(), &[NOTE]);
    says(&Manifest::of("rabbitmq:4.0", &[joins]).readiness(tcp), &[RESTART_DEADLOCK]);
}

#[test]
fn nats_where_not_all_is_read() {
    let healthz = "{httpGet: {path: /healthz, port: 8222}}";
    let hide = |mut set: Manifest| {
        set.pod = "      volumes: [{name: config, configMap: {name: db}}, {name: tls, secret: {secretName: tls}}]\n";
        set
    };
    let core = hide(with_config("nats:2.12", &[], "nats.conf", "cluster {\n  routes [\n    nats://db-0:6222\n  ]\n}"));
    says(&core.readiness(healthz), &[]);
    says(&core.parallel(), &[NOTE]);
    let mut hidden = Manifest::of("nats:2.12", &["args: [-c, /etc/nats/nats.conf]"]);
    hidden.pod = "      volumes: [{name: config, secret: {secretName: nats}}]\n";
    says(&hidden.readiness(healthz), &[]);
    // JetStream, but perhaps three servers that do not know each other.
    says(&hidden.with("command: [nats-server, -js]").readiness(healthz), &["warning bootstrap-deadlock"]);
}

#[test]
fn cassandra_that_counts_as_ready_while_it_fails() {
    let seeds = "db-1.db-peers,db-2.db-peers";
    let set = Manifest::of("cassandra:5.0", &[&format!("env: [{{name: CASSANDRA_SEEDS, value: '{seeds}'}}]")]);
    says(&set.readiness("{tcpSocket: {port: 9042}}"), &[DEADLOCK]);
    says(&set, &[]);
    let file = format!("seed_provider:\n  - parameters:\n      - seeds: \"{seeds}\"");
    let set = with_config("cassandra:5.0", &[], "cassandra.yaml", &file);
    says(&set.readiness("{tcpSocket: {port: 9042}}"), &[DEADLOCK]);
}

#[test]
fn cockroachdb_begins_with_one_node() {
    let set = Manifest::of("cockroachdb/cockroach:v24.1.0", &["args: [start, '--join=db-0.db-peers,db-1.db-peers']"]);
    says(&set.readiness("{httpGet: {path: '/health?ready=1', port: 8080}}"), &[RESTART_DEADLOCK]);
    says(&set.parallel(), &[NOTE]);
}

#[test]
fn servers_whose_scripts_also_run_clients() {
    let script = format!(
        "command:\n  - sh\n  - -c\n  - |\n    exec etcd --initial-cluster {PEERS} &\n    etcdctl endpoint health\n"
    );
    says(&Manifest::of("etcd:v3.5.6", &[&script]).readiness("{httpGet: {path: /health, port: 2379}}"), &[DEADLOCK]);
    says(&Manifest::of("etcd:v3.5.6", &["command: [etcdctl, watch, /]"]).parallel(), &[]);
}

#[test]
fn commands_ask_as_http_does() {
    for script in ["curl -fsS http://127.0.0.1:8080/health", "etcdctl get health"] {
        says(&etcd().readiness(&shell(script)), &[DEADLOCK]);
    }
}
