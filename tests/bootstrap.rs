//! How members start: every line of what was measured (rules/systems/*.yaml, `measured:`) as a pair of manifests, one
//! that is flagged and one that is not.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

/// A set of three members with its headless Service.
#[derive(Clone, Default)]
struct Manifest {
    image: &'static str,
    parallel: bool,
    /// Whether the Service publishes names only when a Pod is ready.
    names_when_ready: bool,
    one: bool,
    /// Further fields of the container, each `key: flow value`.
    fields: Vec<String>,
    /// Further Pod fields, and further documents.
    pod: &'static str,
    more: &'static str,
}

impl Manifest {
    fn of(image: &'static str, fields: &[&str]) -> Manifest {
        Manifest { image, fields: fields.iter().map(|&field| field.to_owned()).collect(), ..Manifest::default() }
    }

    fn with(&self, field: &str) -> Manifest {
        let mut more = self.clone();
        more.fields.push(field.to_owned());
        more
    }

    fn readiness(&self, probe: &str) -> Manifest {
        self.with(&format!("readinessProbe: {probe}"))
    }

    fn parallel(&self) -> Manifest {
        Manifest { parallel: true, ..self.clone() }
    }

    fn names_when_ready(&self) -> Manifest {
        Manifest { names_when_ready: true, ..self.clone() }
    }

    fn text(&self) -> String {
        let policy = if self.parallel { "Parallel" } else { "OrderedReady" };
        let replicas = if self.one { 1 } else { 3 };
        let publish = !self.names_when_ready;
        let mut text = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: db-peers}}\nspec: {{clusterIP: None, \
             publishNotReadyAddresses: {publish}, selector: {{app: db}}, ports: [{{name: any, port: 80}}]}}\n---\n\
             apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  serviceName: db-peers\n  \
             replicas: {replicas}\n  podManagementPolicy: {policy}\n  selector: {{matchLabels: {{app: db}}}}\n  \
             template:\n    metadata: {{labels: {{app: db}}}}\n    spec:\n{}      containers:\n        - name: main\n          \
             image: {}\n",
            self.pod, self.image
        );
        for field in &self.fields {
            text.push_str(&format!("          {}\n", field.replace('\n', "\n          ")));
        }
        text + self.more
    }

    /// What the three rules about starting say, as `severity rule`.
    fn said(&self) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        common::write(folder.path(), &[("all.yaml", &self.text())]);
        let rules = "parallel-quorum-bootstrap,bootstrap-deadlock,liveness-kills-bootstrap,invalid-manifest";
        let report = common::json(folder.path(), &["--select", rules]);
        assert_eq!(report["summary"]["sets"], 1, "{}", self.text());
        let mut said: Vec<String> =
            common::places(&report).into_iter().map(|(rule, severity, ..)| format!("{severity} {rule}")).collect();
        said.sort();
        said
    }
}

const NOTE: &str = "note parallel-quorum-bootstrap";
const RISKY: &str = "warning parallel-quorum-bootstrap";
const DANGEROUS: &str = "error parallel-quorum-bootstrap";
const DEADLOCK: &str = "error bootstrap-deadlock";
const RESTART_DEADLOCK: &str = "warning bootstrap-deadlock";

#[track_caller]
fn says(manifest: &Manifest, expected: &[&str]) {
    assert_eq!(manifest.said(), expected, "{}", manifest.text());
}

/// A member that is alone: probes that never succeed there, and probes that do.
#[track_caller]
fn deadlocks(set: &Manifest, waiting: &[&str], answering: &[&str]) {
    for probe in waiting {
        says(&set.readiness(probe), &[DEADLOCK]);
        says(&set.with(&format!("startupProbe: {probe}")), &[DEADLOCK]);
        says(&set.readiness(probe).names_when_ready(), &[DEADLOCK]);
        says(&set.readiness(probe).parallel(), &[NOTE]);
    }
    for probe in answering {
        says(&set.readiness(probe), &[]);
        says(&set.readiness(probe).names_when_ready(), &[]);
        says(&set.readiness(probe).parallel(), &[NOTE]);
        says(&set.readiness(probe).parallel().names_when_ready(), &[NOTE]);
    }
}

fn shell(script: &str) -> String {
    format!("{{exec: {{command: [sh, -c, '{script}']}}}}")
}

fn etcd() -> Manifest {
    let list = "db-0=http://db-0.db-peers:2380,db-1=http://db-1.db-peers:2380,db-2=http://db-2.db-peers:2380";
    Manifest::of(
        "quay.io/coreos/etcd:v3.7.3",
        &[
            &format!("args: ['--initial-cluster={list}', --listen-metrics-urls=http://0.0.0.0:8080]"),
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
    let answering = [ruok.as_str(), "{tcpSocket: {port: 2181}}", "{httpGet: {path: /commands/leader, port: 8080}}"];
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
    deadlocks(&set, &waiting, &["{exec: {command: [rabbitmq-diagnostics, -q, ping]}}"]);
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
    // Nothing known of the discovery.
    says(&Manifest::of("rabbitmq:4.0.5", &[]).readiness("{tcpSocket: {port: 5672}}"), &[RESTART_DEADLOCK]);
    let dns = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  rabbitmq.conf: |\n    \
               cluster_formation.peer_discovery_backend = dns\n";
    says(&rabbitmq(dns).parallel(), &[RISKY]);
}

fn galera(script: &str) -> Manifest {
    let script = script.replace('\'', "''");
    Manifest::of("mariadb:11.8.6", &["ports: [{containerPort: 4567}]"])
        .with(&format!("command: [bash, -c, '{script}']"))
        .readiness("{tcpSocket: {port: 3306}}")
}

const LIST: &str = "--wsrep-cluster-address=gcomm://db-0.db-peers,db-1.db-peers,db-2.db-peers";

#[test]
fn galera_that_the_first_member_begins() {
    for check in [
        "if [ \"${HOSTNAME##*-}\" = 0 ] && [ -z \"$(ls /var/lib/mysql)\" ]",
        "if [[ $HOSTNAME == *-0 ]]",
        "if [ \"$ORDINAL\" -eq 0 ]",
    ] {
        let set = galera(&format!("{check}; then new=--wsrep-new-cluster; fi; exec mariadbd $new {LIST}"));
        says(&set, &[]);
        says(&set.parallel(), &[NOTE]);
    }
}

#[test]
fn galera_that_begins_where_the_last_to_stop_was() {
    let script = format!(
        "if grep -q 'safe_to_bootstrap: 1' /var/lib/mysql/grastate.dat; then n=--wsrep-new-cluster; fi; mariadbd $n {LIST}"
    );
    says(&galera(&script), &[]);
    says(&galera(&script).parallel(), &[NOTE]);
}

#[test]
fn galera_that_anybody_begins() {
    let resolves = format!(
        "for peer in db-0 db-1 db-2; do getent hosts $peer.db-peers && found=1; done; \
         [ -z \"$found\" ] && new=--wsrep-new-cluster; mariadbd $new {LIST}"
    );
    let answers = format!(
        "for peer in db-0 db-1 db-2; do nc -z $peer.db-peers 4567 && found=1; done; \
         [ -z \"$found\" ] && new=--wsrep-new-cluster; mariadbd $new {LIST}"
    );
    for script in [resolves, answers] {
        says(&galera(&script), &[]);
        says(&galera(&script).parallel(), &[DANGEROUS]);
    }
    // The image's own script asks whether other names resolve.
    let bitnami = Manifest::of(
        "docker.io/bitnami/mariadb-galera:12.0.2-debian-12-r0",
        &["env: [{name: MARIADB_GALERA_CLUSTER_ADDRESS, value: 'gcomm://db-0.db-peers,db-1.db-peers'}]"],
    );
    says(&bitnami, &[]);
    says(&bitnami.parallel(), &[DANGEROUS]);
}

#[test]
fn galera_that_every_member_begins() {
    let empty = Manifest::of("mariadb:11.8.6", &["args: ['--wsrep-on=ON', '--wsrep-cluster-address=gcomm://']"]);
    says(&empty.parallel(), &[DANGEROUS]);
    let always = Manifest::of("mariadb:11.8.6", &[&format!("args: [--wsrep-new-cluster, '{LIST}']")]);
    says(&always.parallel(), &[DANGEROUS]);
}

#[test]
fn galera_that_nobody_begins() {
    let set = Manifest::of("mariadb:11.8.6", &[&format!("args: ['--wsrep-on=ON', '{LIST}']")]);
    says(&set, &[DEADLOCK]);
    says(&set.parallel(), &[DEADLOCK]);
    // What is hidden may begin it.
    let mut hidden = set.clone();
    hidden.pod = "      volumes: [{name: scripts, configMap: {name: elsewhere}}]\n";
    says(&hidden, &[]);
    says(&hidden.parallel(), &[RISKY]);
}

fn sentinel(script: &str) -> Manifest {
    let script = script.replace('\'', "''");
    Manifest::of("redis:8.0.2", &["ports: [{containerPort: 6379}, {containerPort: 26379}]"])
        .with(&format!("command: [sh, -c, '{script}']"))
}

#[test]
fn redis_with_sentinel() {
    let ask = "master=$(redis-cli -h db-peers -p 26379 sentinel get-master-addr-by-name mymaster | head -1)";
    let first = sentinel(&format!(
        "{ask}; if [ -z \"$master\" ] && [ \"${{HOSTNAME##*-}}\" = 0 ]; then master=$HOSTNAME; fi; redis-server"
    ));
    says(&first, &[]);
    says(&first.parallel(), &[NOTE]);
    let anybody = sentinel(&format!("{ask}; if [ -z \"$master\" ]; then master=$(hostname -f); fi; redis-server"));
    says(&anybody, &[]);
    says(&anybody.parallel(), &[DANGEROUS]);
    let unknown = Manifest::of("redis:8.0.2", &["command: [/scripts/start.sh]", "ports: [{containerPort: 26379}]"]);
    says(&unknown, &[]);
    says(&unknown.parallel(), &[RISKY]);
    says(&first.readiness(&shell("redis-cli -p 26379 sentinel ckquorum mymaster")), &[DEADLOCK]);
    says(&first.readiness(&shell("redis-cli ping | grep PONG")), &[]);
}

#[test]
fn redis_cluster() {
    let set = Manifest::of("redis:8.0.2", &["args: [redis-server, --cluster-enabled, 'yes']"]);
    let state = shell("redis-cli cluster info | grep cluster_state:ok");
    deadlocks(&set, &[&state], &["{exec: {command: [redis-cli, ping]}}"]);
    // Members are told by address, so names do not matter.
    says(&set.readiness(&state).parallel().names_when_ready(), &[NOTE]);
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
    deadlocks(&roles("broker,controller"), &["{tcpSocket: {port: client}}"], &["{tcpSocket: {port: controller}}"]);
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

fn cassandra(seeds: &str) -> Manifest {
    Manifest::of("cassandra:5.0.5", &[&format!("env: [{{name: CASSANDRA_SEEDS, value: '{seeds}'}}]")])
        .readiness("{tcpSocket: {port: 9042}}")
}

#[test]
fn cassandra_rings() {
    let first = cassandra("db-0.db-peers");
    says(&first, &[]);
    says(&first.parallel(), &[RISKY]);
    let all = cassandra("db-0.db-peers,db-1.db-peers,db-2.db-peers");
    says(&all, &[]);
    says(&all.parallel(), &[DANGEROUS]);
    says(&cassandra("db-1.db-peers,db-2.db-peers"), &[DEADLOCK]);
    says(&cassandra("db-0.db-peers,db-1.db-peers"), &[]);
}

#[test]
fn one_replica_and_standalone_systems_are_silent() {
    let one = Manifest { one: true, ..etcd().readiness("{httpGet: {path: /readyz, port: 8080}}").parallel() };
    says(&one, &[]);
    says(&Manifest::of("redis:7-alpine", &["ports: [{containerPort: 6379}]"]).parallel(), &[]);
    says(&Manifest::of("postgres:17", &[]).parallel(), &[]);
    says(&Manifest::of("mariadb:11.8.6", &[]).parallel(), &[]);
    says(&Manifest::of("registry.example/sessions:12", &[]).parallel(), &[]);
}

#[test]
fn liveness_that_asks_for_the_cluster() {
    let live = |set: &Manifest, probe: &str| set.with(&format!("livenessProbe: {probe}"));
    let on_client = "{httpGet: {path: /livez, port: 2379}}";
    let ready = "{httpGet: {path: /readyz, port: 8080}}";
    says(&live(&etcd().readiness("{tcpSocket: {port: 2379}}"), on_client), &["warning liveness-kills-bootstrap"]);
    says(&live(&etcd().readiness(ready), on_client), &[DEADLOCK, "error liveness-kills-bootstrap"]);
    // All start at once; later it answers without a quorum too.
    says(&live(&etcd().readiness(ready).parallel(), on_client), &[NOTE]);
    // This one asks for a leader.
    let health = "{httpGet: {path: /health, port: 8080}}";
    says(&live(&etcd().readiness(ready).parallel(), health), &[NOTE, "warning liveness-kills-bootstrap"]);
    says(&live(&etcd().readiness("{tcpSocket: {port: 2379}}"), "{httpGet: {path: /livez, port: 8080}}"), &[]);
    says(&live(&etcd(), "{tcpSocket: {port: 2379}}"), &[]);
}

#[test]
fn probes_that_are_not_understood_say_nothing() {
    for probe in [
        "{exec: {command: [/usr/local/bin/ready]}}".to_owned(),
        "{httpGet: {path: /readyz, port: no-such-port}}".replace("/readyz", "/ok"),
        shell("etcdctl endpoint health || true"),
        shell("etcdctl endpoint health || test -f /tmp/bootstrapping"),
        shell("etcdctl endpoint health; exit 0"),
    ] {
        says(&etcd().readiness(&probe), &[]);
    }
    says(&etcd().readiness(&shell("etcdctl endpoint health || exit 1")), &[DEADLOCK]);
}

#[test]
fn scripts_from_config_maps_are_read() {
    let mut set = etcd().readiness("{exec: {command: [sh, /scripts/ready.sh]}}");
    set.pod = "      volumes: [{name: scripts, configMap: {name: db}}]\n";
    set.more = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  ready.sh: |\n    #!/bin/sh\n    etcdctl endpoint health\n";
    says(&set, &[DEADLOCK]);
    let commented = set.more.replace("    etcdctl", "    # etcdctl");
    set.more = Box::leak(commented.into_boxed_str());
    says(&set, &[]);
}

#[test]
fn another_service_that_publishes_is_enough_to_stay_silent() {
    let mut set = etcd().readiness("{httpGet: {path: /readyz, port: 8080}}").parallel().names_when_ready();
    says(&set, &[DEADLOCK, NOTE]);
    set.more = "---\napiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {clusterIP: None, publishNotReadyAddresses: true, selector: {app: db}}\n";
    says(&set, &[NOTE]);
}
