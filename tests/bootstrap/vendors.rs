//! Systems that were not measured: their makers' charts, operators and code give the verdict.

use crate::manifest::{
    ASSUMED_DEADLOCK, DANGEROUS, DEADLOCK, Manifest, NOTE, RESTART_DEADLOCK, RISKY, deadlocks, says, shell,
};

const KILLS: &str = "warning liveness-needs-quorum";
/// The ordinal that scripts cut off the host name.
const FIRST: &str = "if [ \"${HOSTNAME##*-}\" = 0 ]";

fn script(image: &'static str, script: &str) -> Manifest {
    Manifest::of(image, &[&format!("command: [sh, -c, '{}']", script.replace('\'', "''"))])
}

/// With a ConfigMap that the Pods mount.
fn configured(image: &'static str, config: &'static str) -> Manifest {
    let mut set = Manifest::of(image, &[]);
    set.pod = "      volumes: [{name: config, configMap: {name: db}}]\n";
    set.more = config;
    set
}

#[test]
fn minio_asks_for_the_drives_of_all_only_in_one_probe() {
    let set = Manifest::of(
        "quay.io/minio/minio:RELEASE.2024-12-18T13-15-44Z",
        &["args: [server, 'http://db-{0...2}.db-peers:9000/data']", "ports: [{name: api, containerPort: 9000}]"],
    );
    let cluster = "{httpGet: {path: /minio/health/cluster, port: api}}";
    let answering =
        ["{httpGet: {path: /minio/health/ready, port: 9000}}", "{httpGet: {path: /minio/health/live, port: api}}"];
    deadlocks(&set, &[cluster, "{httpGet: {path: '/minio/health/cluster?verify', port: 9000}}"], &answering);
    deadlocks(&set, &[&shell("curl -f http://localhost:9000/minio/health/cluster")], &["{tcpSocket: {port: 9000}}"]);
    says(&set.readiness(cluster).parallel().names_when_ready(), &[DEADLOCK, NOTE]);
    says(&set.parallel().with(&format!("livenessProbe: {cluster}")), &[NOTE, KILLS]);
    // Servers that stand alone have no quorum to wait for.
    let alone = Manifest::of("minio/minio:latest", &["args: [server, /data]"]);
    says(&alone.readiness(cluster), &[]);
    says(&alone.parallel(), &[]);
}

const KEEPER: &str = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  keeper.xml: |\n    \
    <keeper_server><tcp_port>2181</tcp_port><raft_configuration>\n    \
    <server><id>1</id><hostname>db-0.db-peers</hostname><port>9444</port></server>\n    \
    <server><id>2</id><hostname>db-1.db-peers</hostname><port>9444</port></server>\n    \
    </raft_configuration><http_control><port>9182</port></http_control></keeper_server>\n";

#[test]
fn clickhouse_keeper_with_a_static_list() {
    let set = configured("clickhouse/clickhouse-keeper:25.3", KEEPER);
    let ready = "{httpGet: {path: /ready, port: 9182}}";
    let ruok = shell("echo ruok | nc 127.0.0.1 2181 | grep imok");
    deadlocks(&set, &[ready], &[&ruok, "{tcpSocket: {port: 2181}}"]);
    says(&set.readiness(ready).parallel().names_when_ready(), &[DEADLOCK, NOTE]);
    // As in the official operator: surviving members are restarted while there is no quorum.
    says(&set.parallel().with(&format!("livenessProbe: {ready}")), &[NOTE, KILLS]);
    says(&set.parallel().with(&format!("livenessProbe: {ruok}")), &[NOTE]);
    // Before it answered without a quorum.
    let old = Manifest { image: "clickhouse/clickhouse-keeper:22.3", ..set.clone() };
    deadlocks(&old, &[&ruok, "{tcpSocket: {port: 2181}}"], &[]);
    // Nothing read of the list.
    let unread =
        Manifest::of("clickhouse/clickhouse-keeper:25.3", &["ports: [{name: http-control, containerPort: 9123}]"]);
    says(&unread.readiness("{httpGet: {path: /ready, port: http-control}}"), &[ASSUMED_DEADLOCK]);
}

#[test]
fn clickhouse_keeper_that_is_joined_member_by_member() {
    let set = configured(
        "clickhouse/clickhouse-keeper:25.3",
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  ready.sh: |\n    \
         clickhouse-keeper-client -q \"reconfig add 'server.2=db-1.db-peers:9444'\"\n",
    );
    says(&set.readiness("{exec: {command: [/conf/ready.sh]}}"), &[]);
    says(&set.parallel(), &[RISKY]);
}

#[test]
fn clickhouse_servers_agree_elsewhere() {
    let set = Manifest::of("clickhouse/clickhouse-server:25.3", &["env: [{name: CLICKHOUSE_SHARD_ID, value: shard0}]"]);
    says(&set.readiness("{httpGet: {path: /ping, port: 8123}}"), &[]);
    says(&set.readiness("{httpGet: {path: /ping, port: 8123}}").parallel().names_when_ready(), &[NOTE]);
}

#[test]
fn qdrant_comes_back_only_together() {
    let set = script(
        "qdrant/qdrant:v1.13.4",
        &format!(
            "{FIRST}; then exec ./entrypoint.sh --uri http://db-0.db-peers:6335; fi; \
             exec ./entrypoint.sh --bootstrap http://db-0.db-peers:6335 --uri http://$HOSTNAME.db-peers:6335"
        ),
    );
    let readyz = "{httpGet: {path: /readyz, port: 6333}}";
    says(&set.readiness(readyz), &[RESTART_DEADLOCK]);
    says(&set.readiness(readyz).parallel(), &[NOTE]);
    says(&set.readiness(readyz).parallel().names_when_ready(), &[NOTE, RESTART_DEADLOCK]);
    for answering in ["{httpGet: {path: /livez, port: 6333}}", "{httpGet: {path: /, port: 6333}}"] {
        says(&set.readiness(answering), &[]);
    }
    // As the chart ships it: the script lies in a ConfigMap beside the settings.
    let chart = configured(
        "docker.io/qdrant/qdrant:v1.13.4",
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  initialize.sh: |\n    \
         SET_INDEX=${HOSTNAME##*-}\n    if [ \"$SET_INDEX\" = \"0\" ]; then exec ./entrypoint.sh --uri http://db-0.db-peers:6335\n    \
         else exec ./entrypoint.sh --bootstrap http://db-0.db-peers:6335; fi\n  production.yaml: |\n    cluster:\n      \
         enabled: true\n",
    );
    says(&chart.readiness(readyz).parallel(), &[NOTE]);
    says(&chart.readiness(readyz), &[RESTART_DEADLOCK]);
    // Before 1.7.3 there was no such check; what a tag does not tell is not held against it.
    says(&Manifest { image: "qdrant/qdrant:v1.7.0", ..set.clone() }.readiness(readyz), &[]);
    let unknown = Manifest::of("qdrant/qdrant:v1.13.4", &["env: [{name: QDRANT__CLUSTER__ENABLED, value: 'true'}]"]);
    says(&unknown, &[]);
    says(&unknown.parallel(), &[RISKY]);
}

#[test]
fn weaviate_with_several_voters() {
    let expecting = |count: &str| {
        Manifest::of(
            "cr.weaviate.io/semitechnologies/weaviate:1.38.2",
            &[&format!(
                "env: [{{name: CLUSTER_JOIN, value: db-peers}}, {{name: RAFT_BOOTSTRAP_EXPECT, value: '{count}'}}]"
            )],
        )
    };
    let ready = "{httpGet: {path: /v1/.well-known/ready, port: 8080}}";
    deadlocks(&expecting("3"), &[ready], &["{httpGet: {path: /v1/.well-known/live, port: 8080}}"]);
    says(&expecting("3").readiness(ready).parallel().names_when_ready(), &[DEADLOCK, NOTE]);
    says(&expecting("1").readiness(ready), &[]);
    says(&expecting("1").readiness(ready).parallel(), &[NOTE]);
}

#[test]
fn neo4j_is_ready_once_the_cluster_is_there() {
    let expecting = |image, count: &str| {
        let name = "NEO4J_dbms_cluster_minimum__initial__system__primaries__count";
        Manifest::of(image, &[&format!("env: [{{name: {name}, value: '{count}'}}]")])
    };
    let bolt = "{tcpSocket: {port: 7687}}";
    deadlocks(&expecting("neo4j:5.26-enterprise", "3"), &[bolt], &[]);
    says(&expecting("neo4j:5.26-enterprise", "1").readiness(bolt), &[]);
    says(&Manifest::of("neo4j:5.26-community", &[]).readiness(bolt).parallel(), &[]);
}

#[test]
fn typesense_waits_for_a_leader() {
    let set = Manifest::of("typesense/typesense:27.1", &["env: [{name: TYPESENSE_NODES, value: /nodes}]"]);
    let health = "{httpGet: {path: /health, port: 8108}}";
    deadlocks(&set, &[health], &[]);
    says(&set.readiness(health).parallel().names_when_ready(), &[DEADLOCK, NOTE]);
    says(&set.parallel().with(&format!("livenessProbe: {health}")), &[NOTE, KILLS]);
    says(&Manifest::of("typesense/typesense:27.1", &[]).readiness(health), &[]);
}

#[test]
fn seaweedfs_masters() {
    let masters = |flag: &str| {
        script(
            "chrislusf/seaweedfs:3.80",
            &format!("exec weed master {flag} -peers=db-0.db-peers:9333,db-1.db-peers:9333,db-2.db-peers:9333"),
        )
    };
    let healthz = "{httpGet: {path: /cluster/healthz, port: 9333}}";
    deadlocks(&masters("-raftHashicorp"), &[healthz], &["{tcpSocket: {port: 9333}}"]);
    // The other Raft lets the first of the list begin, and what the chart asks waits at most for a while.
    says(&masters("").readiness(healthz), &[]);
    says(&masters("").readiness("{httpGet: {path: /cluster/status, port: 9333}}"), &[]);
    says(&masters("").parallel(), &[NOTE]);
}

#[test]
fn sonarqube_search_nodes() {
    let set =
        Manifest::of("sonarqube:2025.1-datacenter-search", &["ports: [{name: search-port, containerPort: 9001}]"]);
    let health = shell("wget -qO- \"http://$(hostname -i):9001/_cluster/health?wait_for_status=yellow\" | grep yellow");
    deadlocks(&set, &[&health], &["{tcpSocket: {port: 9001}}"]);
    // The chart's own liveness probe asks for the node's view only.
    let local = shell("wget -qO- \"http://$(hostname -i):9001/_cluster/health?local=true\" | grep yellow");
    says(&set.readiness(&health).parallel().with(&format!("livenessProbe: {local}")), &[NOTE]);
}

#[test]
fn mysql_groups() {
    let mysql = |command: &str| script("mysql:8.4", command);
    let seeds = "--group-replication-group-name=aaaa --group-replication-group-seeds=db-0.db-peers:33061";
    let first = mysql(&format!("{FIRST}; then on=--group-replication-bootstrap-group=ON; fi; exec mysqld {seeds} $on"));
    says(&first, &[]);
    says(&first.parallel(), &[NOTE]);
    let all = Manifest::of("mysql:8.4", &["args: [mysqld, --group-replication-bootstrap-group=ON]"]);
    says(&all, &[]);
    says(&all.parallel(), &[DANGEROUS]);
    let shared = |line: &str| {
        let config = format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: db}}\ndata:\n  my.cnf: |\n    [mysqld]\n    \
             loose_group_replication_group_name = aaaa\n    {line}\n"
        );
        configured("mysql:8.4", Box::leak(config.into_boxed_str()))
    };
    says(&shared("loose_group_replication_bootstrap_group = ON").parallel(), &[DANGEROUS]);
    says(&shared("loose_group_replication_bootstrap_group = OFF").parallel(), &[RISKY]);
    says(&shared("# group_replication_bootstrap_group = ON").parallel(), &[RISKY]);
    // One file for the first, another for the others: something chooses.
    let both = configured(
        "mysql:8.4",
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  first.cnf: |\n    \
         group_replication_bootstrap_group=ON\n  other.cnf: |\n    group_replication_bootstrap_group=OFF\n",
    );
    says(&both.parallel(), &[RISKY]);
    // As in the Kubernetes tutorial.
    let clone =
        script("mysql:5.7", "ncat --recv-only db-$(($ordinal-1)).db-peers 3307 | xbstream -x; xtrabackup --prepare");
    says(&clone, &[]);
    says(&clone.parallel(), &[RISKY]);
    says(&Manifest::of("mysql:8.4", &[]).parallel(), &[]);
    let operator = Manifest::of("percona/percona-server-mysql-operator:0.8.0-psmysql", &[]);
    says(&operator.parallel(), &[NOTE]);
}

#[test]
fn keydb_overwrites_in_the_order_of_meeting() {
    let set = Manifest::of("eqalpha/keydb:alpine", &["args: [keydb-server, --active-replica, 'yes']"]);
    says(&set, &[]);
    says(&set.parallel(), &[RISKY]);
    says(&Manifest::of("eqalpha/keydb:alpine", &[]).parallel(), &[]);
}

#[test]
fn members_that_serve_by_themselves_start_in_any_order() {
    let env = |name: &str, value: &str| format!("env: [{{name: {name}, value: '{value}'}}]");
    for (image, field, probe) in [
        (
            "prom/alertmanager:v0.28.0",
            "args: ['--cluster.peer=db-0.db-peers:9094']".to_owned(),
            "/-/ready', port: 9093",
        ),
        ("grafana/loki:3.5.3", "args: [-target=write]".to_owned(), "/ready', port: 3100"),
        ("grafana/mimir:2.14.0", "args: [-target=ingester]".to_owned(), "/ready', port: 8080"),
        ("grafana/tempo:2.8.2", "args: [-target=ingester]".to_owned(), "/ready', port: 3200"),
        ("emqx/emqx:5.8.4", env("EMQX_CLUSTER__DISCOVERY_STRATEGY", "dns"), "/status', port: 18083"),
        ("solr:9.8", env("ZK_HOST", "zk-0.zk:2181"), "/solr/admin/info/health', port: 8983"),
        ("nacos/nacos-server:v2.4.3", env("SERVICE_NAME", "db-peers"), "/nacos/', port: 8848"),
        ("quay.io/keycloak/keycloak:26.4", "args: [start]".to_owned(), "/health/ready', port: 9000"),
        ("victoriametrics/vmstorage:v1.106.0-cluster", env("TZ", "UTC"), "/health', port: 8482"),
        ("influxdb:1.12.3-meta", env("TZ", "UTC"), "/ping', port: 8091"),
        ("milvusdb/woodpecker:v0.1.29", env("TZ", "UTC"), "/healthz', port: 9091"),
    ] {
        let set = Manifest::of(image, &[&field]).readiness(&format!("{{httpGet: {{path: '{probe}}}}}"));
        says(&set, &[]);
        says(&set.parallel(), &[NOTE]);
        says(&set.parallel().names_when_ready(), &[NOTE]);
    }
}

#[test]
fn servers_that_know_nothing_of_each_other_are_no_cluster() {
    for image in
        ["memcached:1.6", "prom/prometheus:v3.1.0", "getmeili/meilisearch:v1.12", "gitea/gitea:1.24", "influxdb:2.7"]
    {
        says(&Manifest::of(image, &[]).parallel().names_when_ready(), &[]);
    }
}
