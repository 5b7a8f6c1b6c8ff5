//! A set without a readiness probe is offered its system's own, one that fits its mode, policy, version and Service.

use crate::consensus::etcd;
use crate::manifest::Manifest;

#[track_caller]
pub fn offers(manifest: &Manifest, probe: &str) {
    assert_eq!(manifest.proposed().as_deref(), Some(probe), "{}", manifest.text());
}

const TCP_2379: &str = "tcpSocket: port: 2379 periodSeconds: 10";

#[test]
fn etcd_by_policy_service_and_version() {
    offers(&etcd(), TCP_2379);
    offers(&etcd().parallel(), "httpGet: path: /readyz port: 8080 periodSeconds: 5 timeoutSeconds: 5");
    offers(&etcd().parallel().names_when_ready(), TCP_2379);
    offers(&Manifest { image: "etcd:v3.5.9", ..etcd().parallel() }, TCP_2379);
    offers(&Manifest { image: "etcd:latest", ..etcd().parallel() }, TCP_2379);
    let other_port = "command: [etcd, '--listen-client-urls=http://0.0.0.0:12379']";
    offers(&Manifest::of("etcd:3.6", &[other_port]), "tcpSocket: port: 12379 periodSeconds: 10");
}

#[test]
fn kafka_by_role_and_policy() {
    let ports = "ports: [{name: kafka, containerPort: 9092}]";
    let kafka = |env: &str| Manifest::of("confluentinc/cp-kafka:7.5.0", &[&format!("env: [{env}]"), ports]);
    let broker = "tcpSocket: port: 9092 periodSeconds: 10";
    let controller = "tcpSocket: port: 9093 periodSeconds: 10";
    offers(&kafka("{name: KAFKA_BROKER_ID, value: '1'}"), broker);
    offers(&kafka("{name: KAFKA_PROCESS_ROLES, value: broker}"), broker);
    let listeners = "{name: KAFKA_LISTENERS, value: 'PLAINTEXT://:9092,CONTROLLER://:9093'}";
    let combined = kafka(&format!("{{name: KAFKA_PROCESS_ROLES, value: 'broker,controller'}}, {listeners}"));
    offers(&combined, controller);
    offers(&combined.parallel(), broker);
    offers(&combined.parallel().names_when_ready(), controller);
    // The controller's port is neither declared nor configured here: a wrong one would never succeed.
    assert_eq!(kafka("{name: KAFKA_PROCESS_ROLES, value: 'broker,controller'}").proposed(), None);
}

#[test]
fn rabbitmq_by_policy() {
    let set = Manifest::of(
        "rabbitmq:4.0-management",
        &["ports: [{name: amqp, containerPort: 5672}]", "env: [{name: K8S_SERVICE_NAME, value: db-peers}]"],
    );
    offers(&set, "exec: command: - rabbitmq-diagnostics - -q - ping periodSeconds: 10 timeoutSeconds: 10");
    offers(&set.parallel(), "tcpSocket: port: 5672 periodSeconds: 10");
}

#[test]
fn zookeeper_where_ruok_is_allowed() {
    let allowed = "env: [{name: ZOO_4LW_COMMANDS_WHITELIST, value: 'srvr, ruok'}]";
    let ruok =
        "exec: command: - sh - -c - echo ruok | nc -w 2 127.0.0.1 2181 | grep imok periodSeconds: 10 timeoutSeconds: 5";
    offers(&Manifest::of("zookeeper:3.9", &[allowed]), ruok);
    offers(&Manifest::of("zookeeper:3.9", &[]), "tcpSocket: port: 2181 periodSeconds: 10");
}

#[test]
fn nats_where_it_is_monitored() {
    let monitored = "ports: [{name: monitor, containerPort: 8222}, {name: nats, containerPort: 4222}]";
    let own = "httpGet: path: /healthz?js-server-only=true port: 8222 periodSeconds: 10 timeoutSeconds: 5";
    offers(&Manifest::of("nats:2.15.2", &[monitored]), own);
    offers(&Manifest::of("nats:2.15.2", &["args: [-js]"]), "tcpSocket: port: 4222 periodSeconds: 10");
}

#[test]
fn redis_where_it_needs_no_password() {
    let ping = "exec: command: - sh - -c - redis-cli -p 6379 ping | grep -q PONG periodSeconds: 10 timeoutSeconds: 5";
    let open = "tcpSocket: port: 6379 periodSeconds: 10";
    offers(&Manifest::of("redis:8", &[]), ping);
    offers(&Manifest::of("redis:8", &["args: [--port, '7000']"]), &ping.replace("6379", "7000"));
    offers(&Manifest::of("redis:8", &["args: [--requirepass, secret]"]), open);
    let from_secret = "env: [{name: REDIS_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: pass}}}]";
    offers(&Manifest::of("redis:8", &[from_secret]), open);
}

#[test]
fn databases_that_stand_alone() {
    let ready = "exec: command: - pg_isready - -h - 127.0.0.1 - -p - '5432' periodSeconds: 10 timeoutSeconds: 5";
    offers(&Manifest::of("postgres:17", &[]), ready);
    let patroni = Manifest::of("patroni:3", &["ports: [{containerPort: 8008}, {containerPort: 5432}]"]);
    offers(&patroni, "httpGet: path: /readiness port: 8008 periodSeconds: 10 timeoutSeconds: 5");
    offers(&Manifest::of("mariadb:11", &[]), "tcpSocket: port: 3306 periodSeconds: 10");
    offers(&Manifest::of("cassandra:5.0", &[]), "tcpSocket: port: 9042 periodSeconds: 10");
}

#[test]
fn etcd_only_where_the_kubelet_gets_an_answer() {
    let list = "--initial-cluster=db-0=http://db-0:2380,db-1=http://db-1:2380";
    let clients = "--listen-client-urls=http://0.0.0.0:2379";
    for metrics in ["http://127.0.0.1:2381", "https://0.0.0.0:2381"] {
        let args = format!("args: ['{list}', '{clients}', '--listen-metrics-urls={metrics}']");
        offers(&Manifest::of("etcd:v3.6.0", &[&args]).parallel(), TCP_2379);
    }
    // Its own default is the loopback address.
    assert_eq!(Manifest::of("etcd:v3.6.0", &[&format!("args: ['{list}']")]).proposed(), None);
    offers(&Manifest::of("bitnami/etcd:3.6.0", &[]), TCP_2379);
}

#[test]
fn nothing_is_offered_where_the_role_is_hidden() {
    let mut kafka =
        Manifest::of("apache/kafka:4.1.0", &["command: [/scripts/start.sh]", "ports: [{containerPort: 9092}]"]);
    kafka.pod = "      volumes: [{name: scripts, secret: {secretName: scripts}}]\n";
    assert_eq!(kafka.proposed(), None);
}

#[test]
fn redis_by_what_the_container_runs() {
    let sentinel = "tcpSocket: port: 26379 periodSeconds: 10";
    let command = "command: [redis-sentinel, /etc/sentinel.conf]";
    offers(&Manifest::of("redis:8", &[command]), sentinel);
    offers(&Manifest::of("redis:8", &[command, "ports: [{containerPort: 26379}]"]), sentinel);
    // 0 turns the plain port off.
    offers(
        &Manifest::of("redis:8", &["args: [--port, '0', --tls-port, '6380']"]),
        "tcpSocket: port: 6380 periodSeconds: 10",
    );
}

#[test]
fn ports_are_those_that_are_set() {
    let nats = "tcpSocket: port: 4333 periodSeconds: 10";
    offers(&Manifest::of("nats:2.12", &["args: [-p, '4333']"]), nats);
    offers(&Manifest::of("nats:2.12", &["args: [--port=4333]"]), nats);
    assert_eq!(Manifest::of("nats:2.12", &["args: [-a, 127.0.0.1]"]).proposed(), None);
    assert_eq!(Manifest::of("redis:8", &["args: [--bind, 127.0.0.1, --requirepass, x]"]).proposed(), None);
    let ready = "exec: command: - pg_isready - -h - 127.0.0.1 - -p - '5433' periodSeconds: 10 timeoutSeconds: 5";
    offers(&Manifest::of("postgres:17", &["args: [-p, '5433']"]), ready);
    offers(&Manifest::of("postgres:17", &["args: [-c, port=5433]"]), ready);
    offers(&Manifest::of("mariadb:11", &["args: [--port, '3307']"]), "tcpSocket: port: 3307 periodSeconds: 10");
}
