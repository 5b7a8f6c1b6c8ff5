//! Service registries, secret stores, search and document stores, newer SQL and streams: what their makers' own manifests
//! and sources say of a start, as pairs of manifests.

use crate::manifest::{ASSUMED_DEADLOCK, DANGEROUS, DEADLOCK, Manifest, NOTE, RISKY, deadlocks, says, shell};
use crate::proposals::offers;

const LIVENESS: &str = "warning liveness-needs-quorum";

fn live(set: &Manifest, probe: &str) -> Manifest {
    set.with(&format!("livenessProbe: {probe}"))
}

/// Neither policy is held against it, with any of these probes.
#[track_caller]
fn starts_in_any_order(set: &Manifest, probes: &[&str]) {
    says(set, &[]);
    says(&set.parallel(), &[NOTE]);
    for probe in probes {
        says(&set.readiness(probe), &[]);
        says(&set.readiness(probe).parallel(), &[NOTE]);
        // As liveness it may kill members that have lost a leader, but none that waits to begin.
        let said = live(&set.readiness(probe), probe).said();
        assert!(said.iter().all(|one| one == LIVENESS), "{said:?}\n{}", set.text());
    }
}

#[test]
fn redpanda() {
    let seeds = "--seeds=db-0.db-peers:33145,db-1.db-peers:33145,db-2.db-peers:33145";
    let list = |more: &str| {
        Manifest::of("redpandadata/redpanda:v25.2.4", &[&format!("args: [redpanda, start, '{seeds}'{more}]")])
    };
    let ready = "{httpGet: {path: /v1/status/ready, port: 9644}}";
    let curl = shell("curl -sf http://localhost:9644/v1/status/ready | grep ready");
    let together = list(", --set, redpanda.empty_seed_starts_cluster=false");
    deadlocks(&together, &[ready, &curl], &[]);
    says(&together.readiness(ready).parallel().names_when_ready(), &[DEADLOCK, NOTE]);
    // Which broker begins may be decided elsewhere.
    says(&list("").readiness(ready), &[ASSUMED_DEADLOCK]);
    let script =
        format!("[ $HOSTNAME = db-0 ] && rpk config set redpanda.seed_servers \"[]\"; rpk redpanda start {seeds}");
    let first = Manifest::of("redpandadata/redpanda:v25.2.4", &[&format!("command: [sh, -c, '{script}']")]);
    starts_in_any_order(&first, &[ready]);
    offers(&together.parallel(), "httpGet: path: /v1/status/ready port: 9644 periodSeconds: 10 timeoutSeconds: 5");
    assert_eq!(together.proposed(), None);
}

#[test]
fn consul() {
    let servers = |expect: &str| {
        Manifest::of("hashicorp/consul:1.21.4", &[&format!("args: [agent, -server, '{expect}', -retry-join=db-peers]")])
    };
    let leader = shell("curl http://127.0.0.1:8500/v1/status/leader 2>/dev/null | grep -E \".+\"");
    let peers = "{exec: {command: [consul, operator, raft, list-peers]}}";
    let set = servers("-bootstrap-expect=3");
    deadlocks(&set, &[&leader, peers], &["{tcpSocket: {port: 8500}}", "{tcpSocket: {port: 8300}}"]);
    says(&set.readiness(&leader).parallel().names_when_ready(), &[DEADLOCK, NOTE]);
    // When a majority is lost, it would kill those that are left.
    says(&live(&set, peers).parallel(), &[NOTE, LIVENESS]);
    for alone in ["-bootstrap", "-bootstrap-expect=1"] {
        says(&servers(alone), &[]);
        says(&servers(alone).parallel(), &[DANGEROUS]);
        says(&Manifest { one: true, ..servers(alone).parallel() }, &[]);
    }
    let client = Manifest::of("hashicorp/consul:1.21.4", &["args: [agent, -retry-join=consul-server]"]);
    says(&client.readiness(&leader), &[]);
    says(&client.parallel(), &[]);
    let asks = "exec: command: - sh - -c - curl -s http://127.0.0.1:8500/v1/status/leader | grep -q ':' periodSeconds: 5 timeoutSeconds: 5";
    offers(&set.parallel(), asks);
    offers(&set, "tcpSocket: port: 8500 periodSeconds: 10");
    // With TLS the API may have no plain port.
    offers(
        &set.with("env: [{name: CONSUL_HTTP_ADDR, value: 'https://127.0.0.1:8501'}]"),
        "tcpSocket: port: 8300 periodSeconds: 10",
    );
}

#[test]
fn vault() {
    for (image, prefix, program) in
        [("hashicorp/vault:2.0.4", "VAULT", "vault"), ("openbao/openbao:2.4.1", "BAO", "bao")]
    {
        let node = format!(
            "env: [{{name: {prefix}_RAFT_NODE_ID, valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}}}, {{name: {prefix}_ADDR, value: 'http://127.0.0.1:8200'}}]"
        );
        let set = Manifest::of(image, &[&node, "ports: [{name: http, containerPort: 8200}]"]);
        let status = format!("{{exec: {{command: [sh, -ec, {program} status -tls-skip-verify]}}}}");
        // A server waits for whoever unseals it, not for another server.
        starts_in_any_order(
            &set,
            &[&status, "{tcpSocket: {port: 8200}}", "{httpGet: {path: /v1/sys/health, port: 8200}}"],
        );
        offers(
            &set,
            &format!("exec: command: - {program} - status - -tls-skip-verify periodSeconds: 5 timeoutSeconds: 3"),
        );
        says(&Manifest::of(image, &["args: [server, -dev]"]).parallel(), &[]);
    }
}

#[test]
fn nomad() {
    let set =
        Manifest::of("hashicorp/nomad:1.10.4", &["args: [agent, -server, -bootstrap-expect=3, -retry-join=db-peers]"]);
    let health = "{httpGet: {path: '/v1/agent/health?type=server', port: 4646}}";
    deadlocks(&set, &[health, "{httpGet: {path: /v1/agent/health, port: 4646}}"], &["{tcpSocket: {port: 4646}}"]);
    says(&live(&set, health).parallel(), &[NOTE, LIVENESS]);
    // This one asks for the client's part.
    says(&set.readiness("{httpGet: {path: '/v1/agent/health?type=client', port: 4646}}"), &[]);
    offers(
        &set.parallel(),
        "httpGet: path: /v1/agent/health?type=server port: 4646 periodSeconds: 10 timeoutSeconds: 5",
    );
    offers(&set, "tcpSocket: port: 4646 periodSeconds: 10");
}

#[test]
fn yugabytedb() {
    let run = |program: &str| {
        Manifest::of("yugabytedb/yugabyte:2024.2.1.0", &[&format!("command: [/home/yugabyte/bin/{program}]")])
    };
    // Whether a master's page answers without a leader is not known: nothing is held against it, and nothing is proposed
    // where one would have to start alone.
    let page = "{httpGet: {path: /, port: 7000}}";
    starts_in_any_order(&run("yb-master"), &[page, "{tcpSocket: {port: 7100}}"]);
    assert_eq!(run("yb-master").proposed(), None);
    offers(&run("yb-master").parallel(), "httpGet: path: / port: 7000 periodSeconds: 10 timeoutSeconds: 5");
    starts_in_any_order(&run("yb-tserver"), &["{httpGet: {path: /, port: 9000}}"]);
    offers(&run("yb-tserver"), "httpGet: path: / port: 9000 periodSeconds: 10 timeoutSeconds: 5");
}

#[test]
fn pd_and_tikv() {
    let list = "db-0=http://db-0.db-peers:2380,db-1=http://db-1.db-peers:2380,db-2=http://db-2.db-peers:2380";
    let pd = Manifest::of("pingcap/pd:v8.5.1", &[&format!("command: [/pd-server, '--initial-cluster={list}']")]);
    let waiting = ["{httpGet: {path: /pd/api/v1/health, port: 2379}}", "{httpGet: {path: /health, port: 2379}}"];
    deadlocks(&pd, &waiting, &["{tcpSocket: {port: 2379}}", "{tcpSocket: {port: 2380}}"]);
    offers(&pd, "tcpSocket: port: 2379 periodSeconds: 10");
    let joined = Manifest::of("pingcap/pd:v8.5.1", &["command: [sh, /usr/local/bin/pd_start_script.sh]"]);
    starts_in_any_order(&joined, &waiting);
    let tikv = Manifest::of("pingcap/tikv:v8.5.1", &["command: [/tikv-server, '--pd=pd:2379']"]);
    starts_in_any_order(&tikv, &["{tcpSocket: {port: 20160}}"]);
    offers(&tikv, "tcpSocket: port: 20160 periodSeconds: 10");
}

#[test]
fn scylladb_by_version() {
    let set = |image| Manifest::of(image, &["args: [--seeds, db-0.db-peers]"]);
    for image in ["scylladb/scylla:5.2.0", "scylladb/scylla:2025.4.1", "scylladb/scylla:latest"] {
        says(&set(image), &[]);
        says(&set(image).parallel(), &[RISKY]);
        says(&set(image).readiness("{tcpSocket: {port: 9042}}"), &[]);
    }
    starts_in_any_order(&set("scylladb/scylla:2026.2.1"), &["{tcpSocket: {port: 9042}}"]);
    offers(&set("scylladb/scylla:5.2.0"), "tcpSocket: port: 9042 periodSeconds: 10");
}

#[test]
fn mongodb() {
    let stock = Manifest::of("mongo:7.0", &["command: [mongod, --replSet, rs0, --bind_ip_all]"]);
    let ping = "{exec: {command: [mongosh, --eval, \"db.adminCommand('ping')\"]}}";
    starts_in_any_order(&stock, &[ping, "{tcpSocket: {port: 27017}}"]);
    let first =
        Manifest::of("bitnami/mongodb:8.0", &["env: [{name: MONGODB_INITIAL_PRIMARY_HOST, value: db-0.db-peers}]"]);
    let secondary = shell("mongosh --eval \"db.hello().isWritablePrimary || db.hello().secondary\" | grep true");
    starts_in_any_order(&first, &[ping, &secondary]);
    says(&Manifest::of("mongo:7.0", &[]).parallel(), &[]);
    let asks = "exec: command: - mongosh - --quiet - --port - '27017' - --eval - db.adminCommand('ping').ok periodSeconds: 10 timeoutSeconds: 10";
    offers(&stock, asks);
    offers(&Manifest { image: "mongo:5.0", ..stock.clone() }, "tcpSocket: port: 27017 periodSeconds: 10");
    offers(&Manifest::of("mongo:7.0", &["args: [--tlsMode, requireTLS]"]), "tcpSocket: port: 27017 periodSeconds: 10");
}

/// What Elasticsearch and OpenSearch have in common.
#[track_caller]
fn search(image: &'static str, initial: &str) {
    let with = |env: &str| Manifest::of(image, &[&format!("env: [{env}]")]);
    let voters = with(&format!("{{name: {initial}, value: 'db-0,db-1,db-2'}}"));
    let green = "{httpGet: {path: '/_cluster/health?wait_for_status=green&timeout=1s', port: 9200}}";
    let health = "{httpGet: {path: /_cluster/health, port: 9200}}";
    let curl = shell("curl -fs http://127.0.0.1:9200/_cluster/health?local=false");
    let local = "{httpGet: {path: '/_cluster/health?local=true', port: 9200}}";
    let open = "{tcpSocket: {port: 9200}}";
    deadlocks(&voters, &[green, health, &curl], &[local, open]);
    says(&voters.readiness(health).parallel().names_when_ready(), &[DEADLOCK, NOTE]);
    says(&live(&voters.readiness(open), health).parallel(), &[NOTE, LIVENESS]);
    // Nobody votes here, and one node needs nobody.
    starts_in_any_order(&with("{name: node.roles, value: 'data,ingest'}"), &[green, health, open]);
    starts_in_any_order(&with(&format!("{{name: {initial}, value: db-0}}")), &[green, health, open]);
    // The first Pods of three sets are a majority of those that are named.
    starts_in_any_order(&with(&format!("{{name: {initial}, value: 'a-0,b-0,db-0'}}")), &[green, health, open]);
    let single = with("{name: discovery.type, value: single-node}");
    says(&single.readiness(green), &[]);
    says(&single.parallel(), &[]);
    offers(&voters, "tcpSocket: port: 9200 periodSeconds: 10");
    offers(&voters.parallel(), "tcpSocket: port: 9200 periodSeconds: 10");
    let inner = voters.with("ports: [{name: transport, containerPort: 9300}]");
    offers(&inner, "tcpSocket: port: 9300 periodSeconds: 10");
}

#[test]
fn elasticsearch() {
    search("docker.elastic.co/elasticsearch/elasticsearch:8.17.0", "cluster.initial_master_nodes");
    let port =
        "env: [{name: cluster.initial_master_nodes, value: 'db-0,db-1,db-2'}, {name: readiness.port, value: '8080'}]";
    deadlocks(&Manifest::of("elasticsearch:8.17.0", &[port]), &["{tcpSocket: {port: 8080}}"], &[]);
    let itself = "env: [{name: cluster.initial_master_nodes, value: $(POD_NAME)}]";
    says(&Manifest::of("elasticsearch:8.17.0", &[itself]), &[]);
    says(&Manifest::of("elasticsearch:8.17.0", &[itself]).parallel(), &[DANGEROUS]);
    let zen = |env: &str| Manifest::of("elasticsearch-oss:6.8.6", &[&format!("env: [{env}]")]);
    says(&zen("{name: MINIMUM_MASTER_NODES, value: '2'}").parallel(), &[NOTE]);
    says(&zen("{name: cluster.name, value: logs}").parallel(), &[RISKY]);
    says(&zen("{name: cluster.name, value: logs}"), &[]);
}

#[test]
fn opensearch() {
    search("opensearchproject/opensearch:3.2.0", "cluster.initial_cluster_manager_nodes");
    let managers = "env: [{name: OPENSEARCH_NODE_ROLES, value: master}, {name: OPENSEARCH_CLUSTER_MASTER_HOSTS, value: 'db-0.db-peers db-1.db-peers db-2.db-peers '}]";
    says(&Manifest::of("bitnami/opensearch:3.2.0", &[managers]).parallel(), &[NOTE]);
}

#[test]
fn pulsar() {
    let run = |role: &str| {
        Manifest::of("apachepulsar/pulsar:4.0.3", &[&format!("command: [sh, -c, 'exec bin/pulsar {role};']")])
    };
    starts_in_any_order(&run("broker"), &["{httpGet: {path: /status.html, port: 8080}}"]);
    starts_in_any_order(
        &run("bookie"),
        &["{httpGet: {path: /api/v1/bookie/is_ready, port: 8000}}", "{tcpSocket: {port: 3181}}"],
    );
    let functions = run("broker").with("env: [{name: functionsWorkerEnabled, value: 'true'}]");
    says(&functions, &[]);
    says(&functions.parallel(), &[RISKY]);
    says(&run("standalone").parallel(), &[]);
    offers(&run("broker"), "httpGet: path: /status.html port: 8080 periodSeconds: 10 timeoutSeconds: 5");
    offers(&run("bookie"), "tcpSocket: port: 3181 periodSeconds: 10");
}

#[test]
fn rqlite() {
    let run = |args: &str| Manifest::of("rqlite/rqlite:8.36.3", &[&format!("args: [{args}]")]);
    let set = run("-disco-mode=dns, '-disco-config={\"name\":\"db-peers\"}', -bootstrap-expect=3");
    let (ready, alone) =
        ("{httpGet: {path: /readyz, port: 4001}}", "{httpGet: {path: '/readyz?noleader', port: 4001}}");
    deadlocks(&set, &[ready], &[alone]);
    says(&set.readiness(ready).parallel().names_when_ready(), &[DEADLOCK, NOTE]);
    says(&live(&set, ready).parallel(), &[NOTE, LIVENESS]);
    says(&live(&set, alone).parallel(), &[NOTE]);
    starts_in_any_order(&run("-join=db-0.db-peers:4002"), &[ready, alone]);
    says(&run("-node-id=1").readiness(ready).parallel(), &[]);
    offers(&set.parallel(), "httpGet: path: /readyz port: 4001 periodSeconds: 5 timeoutSeconds: 2");
    offers(&set, "httpGet: path: /readyz?noleader port: 4001 periodSeconds: 5 timeoutSeconds: 2");
}

#[test]
fn dgraph() {
    let run =
        |role: &str| Manifest::of("dgraph/dgraph:v24.1.2", &[&format!("command: [bash, -c, 'exec dgraph {role}']")]);
    let zero = ["{httpGet: {path: /health, port: 6080}}", "{httpGet: {path: /state, port: 6080}}"];
    starts_in_any_order(&run("zero --peer db-0.db-peers:5080"), &zero);
    let alpha = ["{httpGet: {path: '/health?live=1', port: 8080}}", "{httpGet: {path: /probe/graphql, port: 8080}}"];
    starts_in_any_order(&run("alpha --zero zero-0.zero:5080"), &alpha);
    offers(&run("zero"), "httpGet: path: /state port: 6080 periodSeconds: 10 timeoutSeconds: 5");
}

/// A set whose options stand in a ConfigMap that its Pods mount.
fn configured(image: &'static str, file: &str, text: &str) -> Manifest {
    let indented = text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let more = format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: db}}\ndata:\n  {file}: |\n{indented}");
    let mut set = Manifest::of(image, &[]);
    set.pod = "      volumes: [{name: config, configMap: {name: db}}]\n";
    set.more = Box::leak(more.into_boxed_str());
    set
}

#[test]
fn options_in_config_maps_are_read() {
    let leader = shell("curl http://127.0.0.1:8500/v1/status/leader 2>/dev/null | grep -E \".+\"");
    let consul = configured("hashicorp/consul:1.21.4", "server.json", "{\"server\": true, \"bootstrap_expect\": 3}");
    says(&consul.readiness(&leader), &[DEADLOCK]);
    let alone = configured("hashicorp/consul:1.21.4", "server.hcl", "server = true\nbootstrap_expect = 1");
    says(&alone.parallel(), &[DANGEROUS]);
    let raft = "storage \"raft\" {\n  path = \"/vault/data\"\n}";
    starts_in_any_order(&configured("hashicorp/vault:2.0.4", "vault.hcl", raft), &[]);
    let file = configured("hashicorp/vault:2.0.4", "vault.hcl", "storage \"file\" {\n  path = \"/vault/data\"\n}");
    says(&file.parallel(), &[]);
    let nomad = "server {\n  enabled = true\n  bootstrap_expect = 3\n}";
    let health = "{httpGet: {path: '/v1/agent/health?type=server', port: 4646}}";
    says(&configured("hashicorp/nomad:1.10.4", "server.hcl", nomad).readiness(health), &[DEADLOCK]);
    let brokers = "redpanda:\n  empty_seed_starts_cluster: false\n  seed_servers:\n    - host: {address: db-0.db-peers, port: 33145}";
    let ready = "{httpGet: {path: /v1/status/ready, port: 9644}}";
    says(&configured("redpandadata/redpanda:v25.2.4", "redpanda.yaml", brokers).readiness(ready), &[DEADLOCK]);
    let one = "redpanda:\n  seed_servers: []";
    starts_in_any_order(&configured("redpandadata/redpanda:v25.2.4", "redpanda.yaml", one), &[ready]);
    starts_in_any_order(&configured("mongo:7.0", "mongod.conf", "replication:\n  replSetName: rs0"), &[]);
    says(&configured("mongo:7.0", "mongod.conf", "net:\n  bindIpAll: true").parallel(), &[]);
    let health = "{httpGet: {path: /_cluster/health, port: 9200}}";
    let voters = "cluster.initial_master_nodes: [db-0, db-1, db-2]\nnode.roles: [master, data]";
    says(&configured("elasticsearch:8.17.0", "elasticsearch.yml", voters).readiness(health), &[DEADLOCK]);
    let data = configured("elasticsearch:8.17.0", "elasticsearch.yml", "node.roles: [data, ingest]");
    starts_in_any_order(&data, &[health]);
    let itself = "cluster.initial_master_nodes: [\"${HOSTNAME}\"]";
    says(&configured("elasticsearch:8.17.0", "elasticsearch.yml", itself).parallel(), &[DANGEROUS]);
    let single = configured("opensearchproject/opensearch:3.2.0", "opensearch.yml", "discovery.type: single-node");
    says(&single.parallel(), &[]);
    let functions = configured("apachepulsar/pulsar:4.0.3", "broker.conf", "functionsWorkerEnabled=true");
    says(&functions.with("command: [bin/pulsar, broker]").parallel(), &[RISKY]);
}

/// What the rules about votes and replicas say, as `severity rule`.
fn of_votes(set: &Manifest, replicas: u8) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let text = set.text().replace("replicas: 3\n", &format!("replicas: {replicas}\n"));
    crate::common::write(folder.path(), &[("all.yaml", &text)]);
    let rules = "quorum-too-small,quorum-even-members,unreplicated-replicas";
    let report = crate::common::json(folder.path(), &["--select", rules]);
    crate::common::places(&report).into_iter().map(|(rule, severity, ..)| format!("{severity} {rule}")).collect()
}

#[test]
fn votes_and_replicas() {
    let consul = Manifest::of("hashicorp/consul:1.21.4", &["args: [agent, -server, -bootstrap-expect=3]"]);
    let raft = "env: [{name: VAULT_RAFT_NODE_ID, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]";
    let vault = Manifest::of("hashicorp/vault:2.0.4", &[raft]);
    let mongo = Manifest::of("mongo:7.0", &["command: [mongod, --replSet, rs0]"]);
    let rqlite = Manifest::of("rqlite/rqlite:8.36.3", &["args: [-disco-mode=dns, -bootstrap-expect=3]"]);
    for set in [consul, vault, mongo, rqlite] {
        assert_eq!(of_votes(&set, 2), ["warning quorum-too-small"], "{}", set.text());
        assert_eq!(of_votes(&set, 4), ["note quorum-even-members"], "{}", set.text());
        assert!(of_votes(&set, 3).is_empty() && of_votes(&set, 5).is_empty(), "{}", set.text());
    }
    // Here one of an even number is left out by the system itself, and these hold replicas or nothing.
    let voters = "env: [{name: cluster.initial_master_nodes, value: 'db-0,db-1,db-2,db-3'}]";
    let arbiters = "env: [{name: MONGODB_REPLICA_SET_MODE, value: arbiter}]";
    assert!(of_votes(&Manifest::of("elasticsearch:8.17.0", &[voters]), 4).is_empty());
    for set in [
        Manifest::of("mongo:7.0", &[arbiters]),
        Manifest::of("pingcap/tikv:v8.5.1", &["command: [/tikv-server, '--pd=pd:2379']"]),
        Manifest::of("hashicorp/vault:2.0.4", &["args: [server, -config=/etc/vault.hcl]"]),
    ] {
        assert!(of_votes(&set, 2).is_empty() && of_votes(&set, 4).is_empty(), "{}", set.text());
    }
    // Of two that may be master one has the vote, and nobody can say which.
    let two = "env: [{name: cluster.initial_master_nodes, value: 'db-0,db-1'}]";
    for image in ["elasticsearch:8.17.0", "opensearchproject/opensearch:3.2.0"] {
        assert_eq!(of_votes(&Manifest::of(image, &[two]), 2), ["warning quorum-too-small"], "{image}");
    }
    // Observers follow without a vote.
    let observed = "env: [{name: ZOO_SERVERS, value: 'server.1=db-0.db:2888:3888;2181 server.2=db-1.db:2888:3888;2181 \
                    server.3=db-2.db:2888:3888;2181 server.4=db-3.db:2888:3888:observer;2181'}]";
    assert!(of_votes(&Manifest::of("zookeeper:3.9.4", &[observed]), 4).is_empty());
    let replicated = "env: [{name: MARIADB_REPLICATION_USER, value: r}]";
    assert!(of_votes(&Manifest::of("mariadb:11.8", &[replicated]), 3).is_empty());
    assert!(of_votes(&Manifest::of("nats:2.11", &[]), 3).is_empty());
    for (image, field) in [
        ("mongo:7.0", "args: [--bind_ip_all]"),
        ("mariadb:11.8", "env: [{name: MARIADB_ROOT_PASSWORD, value: r}]"),
        ("rabbitmq:4.1", "env: [{name: RABBITMQ_DEFAULT_USER, value: r}]"),
        ("nats:2.11", "args: [-js]"),
        ("cassandra:5.0", "env: [{name: CASSANDRA_CLUSTER_NAME, value: r}]"),
        ("cockroachdb/cockroach:v25.2.0", "command: [/cockroach/cockroach, start-single-node, --insecure]"),
        ("docker.elastic.co/elasticsearch/elasticsearch:8.17.0", "env: [{name: discovery.type, value: single-node}]"),
        ("opensearchproject/opensearch:3.2.0", "env: [{name: discovery.type, value: single-node}]"),
        ("rqlite/rqlite:8.36.3", "args: [-node-id=1]"),
        ("redpandadata/redpanda:v25.2.4", "args: [redpanda, start, --mode, dev-container]"),
        ("yugabytedb/yugabyte:2024.2.1.0", "command: [bin/yugabyted, start, --background=false]"),
        (
            "hashicorp/vault:2.0.4",
            "env: [{name: VAULT_LOCAL_CONFIG, value: '{\"storage\": {\"file\": {\"path\": \"/vault/file\"}}}'}]",
        ),
    ] {
        let set = Manifest::of(image, &[field]);
        assert_eq!(of_votes(&set, 2), ["error unreplicated-replicas"], "{image}");
        assert!(of_votes(&set, 1).is_empty(), "{image}");
    }
    // What would tell may be in the Secret.
    let unread = Manifest::of("mongo:7.0", &["envFrom: [{secretRef: {name: mongo}}]"]);
    assert!(of_votes(&unread, 3).is_empty());
}
