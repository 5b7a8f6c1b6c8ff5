//! Systems with a fixed list of members: a majority has to agree, so only probes can keep them from starting.

use crate::manifest::{DEADLOCK, Manifest, NOTE, RESTART_DEADLOCK, RISKY, deadlocks, says, shell};

const CLIENTS: &str = "--listen-client-urls=http://0.0.0.0:2379";

pub fn etcd() -> Manifest {
    let list = "db-0=http://db-0.db-peers:2380,db-1=http://db-1.db-peers:2380,db-2=http://db-2.db-peers:2380";
    Manifest::of(
        "quay.io/coreos/etcd:v3.7.3",
        &[
            &format!("args: ['--initial-cluster={list}', {CLIENTS}, --listen-metrics-urls=http://0.0.0.0:8080]"),
            "ports: [{name: client, containerPort: 2379}, {name: peer, containerPort: 2380}]",
        ],
    )
}

#[test]
fn etcd_with_a_static_list() {
    let waiting = [
        "{httpGet: {path: /readyz, port: 8080}}",
        "{httpGet: {path: /health, port: 8080}}",
        "{httpGet: {path: /livez, port: client}}",
        "{httpGet: {path: /version, port: 2379}}",
        "{exec: {command: [etcdctl, --endpoints=http://127.0.0.1:2379, endpoint, health]}}",
    ];
    let answering = [
        "{tcpSocket: {port: client}}",
        "{tcpSocket: {port: 2380}}",
        "{httpGet: {path: /livez, port: 8080}}",
        "{httpGet: {path: '/health?serializable=true', port: 8080}}",
    ];
    deadlocks(&etcd(), &waiting, &answering);
    // The other half: names that are published only when a Pod is ready.
    for probe in waiting {
        says(&etcd().readiness(probe).parallel().names_when_ready(), &[DEADLOCK, NOTE]);
    }
}

#[test]
fn zookeeper_with_a_static_list() {
    let set = Manifest::of(
        "zookeeper:3.9.4",
        &[
            "env: [{name: ZOO_SERVERS, value: 'server.1=db-0.db-peers:2888:3888;2181 server.2=db-1.db-peers:2888:3888;2181'}]",
        ],
    );
    let mode = [shell("zkServer.sh status"), shell("echo srvr | nc 127.0.0.1 2181 | grep Mode")];
    let ruok = shell("echo ruok | nc -w 2 localhost 2181 | grep imok");
    let answering = [
        ruok.as_str(),
        "{tcpSocket: {port: 2181}}",
        "{httpGet: {path: /commands/leader, port: 8080}}",
        "{tcpSocket: {port: 3888}}",
        "{httpGet: {path: /commands/ruok, port: 8080}}",
    ];
    deadlocks(&set, &[&mode[0], &mode[1]], &answering);
    says(&set.readiness(&mode[0]).parallel().names_when_ready(), &[DEADLOCK, NOTE]);
}

fn rabbitmq(config: &'static str) -> Manifest {
    let mut set = Manifest::of("rabbitmq:4.0.5", &["ports: [{name: amqp, containerPort: 5672}]"]);
    set.pod = "      volumes: [{name: config, configMap: {name: db}}]\n";
    set.more = config;
    set
}

#[test]
fn rabbitmq_with_a_list_of_nodes() {
    let set = rabbitmq(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  rabbitmq.conf: |\n    \
         cluster_formation.peer_discovery_backend = classic_config\n    \
         cluster_formation.classic_config.nodes.1 = rabbit@db-0.db-peers\n",
    );
    let waiting = [
        "{tcpSocket: {port: amqp}}",
        "{exec: {command: [rabbitmq-diagnostics, check_running]}}",
        "{exec: {command: [rabbitmq-diagnostics, -q, check_port_connectivity]}}",
        "{exec: {command: [rabbitmq-diagnostics, check_local_alarms]}}",
    ];
    let answering = ["{exec: {command: [rabbitmq-diagnostics, -q, ping]}}", "{tcpSocket: {port: 25672}}"];
    deadlocks(&set, &waiting, &answering);
}

#[test]
fn rabbitmq_waits_after_a_stop_with_any_discovery() {
    let set = rabbitmq(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  rabbitmq.conf: |\n    \
         # cluster_formation.peer_discovery_backend = classic_config\n    \
         cluster_formation.peer_discovery_backend = k8s\n",
    );
    says(&set.readiness("{tcpSocket: {port: 5672}}"), &[RESTART_DEADLOCK]);
    says(&set.readiness("{tcpSocket: {port: 5672}}").parallel(), &[NOTE]);
    says(&set.readiness("{exec: {command: [rabbitmq-diagnostics, ping]}}"), &[]);
    // Nothing known of the discovery, then: there is none, and these are three brokers.
    let mut hidden = Manifest::of("rabbitmq:4.0.5", &[]).readiness("{tcpSocket: {port: 5672}}");
    hidden.pod = "      volumes: [{name: config, secret: {secretName: db}}]\n";
    says(&hidden, &[RESTART_DEADLOCK]);
    says(&hidden.parallel(), &[RISKY]);
    let brokers = Manifest::of("rabbitmq:4.0.5", &[]).readiness("{tcpSocket: {port: 5672}}");
    says(&brokers, &[]);
    says(&brokers.parallel(), &[]);
    let dns = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  rabbitmq.conf: |\n    \
               cluster_formation.peer_discovery_backend = dns\n";
    says(&rabbitmq(dns).parallel(), &[RISKY]);
}

#[test]
fn kafka_combined() {
    let roles = |roles: &str| {
        Manifest::of(
            "apache/kafka:4.1.0",
            &[
                &format!("env: [{{name: KAFKA_PROCESS_ROLES, value: '{roles}'}}]"),
                "ports: [{name: client, containerPort: 9092}, {name: controller, containerPort: 9093}]",
            ],
        )
    };
    let admin = "{exec: {command: [kafka-broker-api-versions.sh, --bootstrap-server, 'localhost:9092']}}";
    let waiting = ["{tcpSocket: {port: client}}", admin];
    deadlocks(&roles("broker,controller"), &waiting, &["{tcpSocket: {port: controller}}"]);
    says(&roles("controller").readiness("{tcpSocket: {port: 9093}}"), &[]);
    says(&roles("broker").readiness("{tcpSocket: {port: 9092}}"), &[]);
    says(&roles("broker").readiness("{tcpSocket: {port: 9092}}").parallel(), &[NOTE]);
}

#[test]
fn kafka_ports_are_those_of_the_listeners() {
    let set = Manifest::of(
        "apache/kafka:4.1.0",
        &[concat!(
            "env: [{name: KAFKA_PROCESS_ROLES, value: 'broker,controller'}, ",
            "{name: KAFKA_LISTENERS, value: 'PLAINTEXT://:9093,CONTROLLER://:9094'}]"
        )],
    );
    deadlocks(&set, &["{tcpSocket: {port: 9093}}"], &["{tcpSocket: {port: 9094}}"]);
}

#[test]
fn nats_with_jetstream() {
    let mut set = Manifest::of("nats:2.15.2-alpine", &["ports: [{name: monitor, containerPort: 8222}]"]);
    set.pod = "      volumes: [{name: config, configMap: {name: db}}]\n";
    set.more = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  nats.conf: |\n    jetstream { store_dir: /data }\n    \
                cluster { routes: [nats://db-0.db-peers:6222, nats://db-1.db-peers:6222] }\n";
    let answering = [
        "{tcpSocket: {port: 4222}}",
        "{httpGet: {path: '/healthz?js-server-only=true', port: monitor}}",
        "{httpGet: {path: '/healthz?js-enabled-only=true', port: 8222}}",
        "{httpGet: {path: /, port: 8222}}",
    ];
    deadlocks(&set, &["{httpGet: {path: /healthz, port: monitor}}"], &answering);
    says(&set.readiness("{httpGet: {path: /healthz, port: 8222}}").parallel().names_when_ready(), &[DEADLOCK, NOTE]);
    let old = Manifest { image: "nats:2.10.4", ..set.clone() };
    says(&old.readiness("{httpGet: {path: '/healthz?js-server-only=true', port: 8222}}"), &[DEADLOCK]);
    let unknown = Manifest { image: "nats:latest", ..set };
    says(&unknown.readiness("{httpGet: {path: '/healthz?js-server-only=true', port: 8222}}"), &[]);
}
