//! Readiness probes that are proposed for systems that were not measured.

use crate::manifest::Manifest;

#[track_caller]
fn offers(manifest: &Manifest, probe: Option<&str>) {
    assert_eq!(manifest.proposed().as_deref(), probe, "{}", manifest.text());
}

#[test]
fn minio_by_mode_and_tls() {
    let ready = "httpGet: path: /minio/health/ready port: 9000 periodSeconds: 10 timeoutSeconds: 5";
    let set = Manifest::of("minio/minio:latest", &["args: [server, 'http://db-{0...2}.db-peers/data']"]);
    offers(&set, Some(ready));
    offers(&set.parallel().names_when_ready(), Some(ready));
    let moved = Manifest::of("minio/minio:latest", &["args: [server, /data, --address, ':9009']"]);
    offers(&moved, Some(&ready.replace("9000", "9009")));
    let tls = Manifest::of("minio/minio:latest", &["args: [server, 'https://db-{0...2}.db-peers/data']"]);
    offers(&tls, Some("tcpSocket: port: 9000 periodSeconds: 10"));
}

#[test]
fn qdrant_by_policy_service_and_version() {
    let script = "if [ \"${HOSTNAME##*-}\" = 0 ]; then exec ./entrypoint.sh --uri http://db-0.db-peers:6335; fi; \
                  exec ./entrypoint.sh --bootstrap http://db-0.db-peers:6335";
    let set = Manifest::of("qdrant/qdrant:v1.13.4", &[&format!("command: [sh, -c, '{script}']")]);
    let tcp = "tcpSocket: port: 6333 periodSeconds: 10";
    offers(&set, Some(tcp));
    offers(&set.parallel(), Some("httpGet: path: /readyz port: 6333 periodSeconds: 5 timeoutSeconds: 5"));
    offers(&set.parallel().names_when_ready(), Some(tcp));
    offers(&Manifest { image: "qdrant/qdrant:latest", ..set.parallel() }, Some(tcp));
}

#[test]
fn weaviate_by_policy() {
    let set = Manifest::of("semitechnologies/weaviate:1.38.2", &["env: [{name: RAFT_BOOTSTRAP_EXPECT, value: '3'}]"]);
    offers(&set, Some("httpGet: path: /v1/.well-known/live port: 8080 periodSeconds: 10 timeoutSeconds: 5"));
    offers(
        &set.parallel(),
        Some("httpGet: path: /v1/.well-known/ready port: 8080 periodSeconds: 10 timeoutSeconds: 5"),
    );
}

#[test]
fn what_waits_for_a_leader_is_not_proposed_where_none_can_be() {
    let health = "httpGet: path: /health port: 8108 periodSeconds: 10 timeoutSeconds: 5";
    let typesense = Manifest::of("typesense/typesense:27.1", &["env: [{name: TYPESENSE_NODES, value: /nodes}]"]);
    offers(&typesense, None);
    offers(&typesense.parallel(), Some(health));
    offers(&typesense.parallel().names_when_ready(), None);
    offers(&Manifest::of("typesense/typesense:27.1", &[]), Some(health));
    let name = "NEO4J_dbms_cluster_minimum__initial__system__primaries__count";
    let neo4j = Manifest::of("neo4j:5.26-enterprise", &[&format!("env: [{{name: {name}, value: '3'}}]")]);
    let bolt = "tcpSocket: port: 7687 periodSeconds: 5 failureThreshold: 20 timeoutSeconds: 10";
    offers(&neo4j, None);
    offers(&neo4j.parallel(), Some(bolt));
    offers(&Manifest::of("neo4j:5.26", &[]), Some(bolt));
    // An old Keeper opens its port only in a quorum.
    let keeper = |image| Manifest::of(image, &["ports: [{name: client, containerPort: 2181}]"]);
    offers(&keeper("clickhouse/clickhouse-keeper:25.3"), Some("tcpSocket: port: 2181 periodSeconds: 10"));
    offers(&keeper("clickhouse/clickhouse-keeper:22.3"), None);
}

#[test]
fn others_by_their_own_checks() {
    for (image, field, probe) in [
        ("mysql:8.4", "", "tcpSocket: port: 3306 periodSeconds: 10"),
        ("mysql:8.4", "args: [--port=3307]", "tcpSocket: port: 3307 periodSeconds: 10"),
        ("clickhouse/clickhouse-server:25.3", "", "httpGet: path: /ping port: 8123 periodSeconds: 5 timeoutSeconds: 5"),
        ("memcached:1.6", "args: [-m, '64', -p, '11212']", "tcpSocket: port: 11212 periodSeconds: 5"),
        ("prom/prometheus:v3.1.0", "", "httpGet: path: /-/ready port: 9090 periodSeconds: 5 timeoutSeconds: 5"),
        (
            "prom/prometheus:v3.1.0",
            "args: [--web.external-url=https://a.example/p]",
            "tcpSocket: port: 9090 periodSeconds: 10",
        ),
        ("prom/alertmanager:v0.28.0", "", "httpGet: path: /-/ready port: 9093 periodSeconds: 5 timeoutSeconds: 3"),
        ("influxdb:2.7", "", "httpGet: path: /health port: 8086 periodSeconds: 10 timeoutSeconds: 5"),
        ("influxdb:1.8", "", "httpGet: path: /ping port: 8086 periodSeconds: 10 timeoutSeconds: 5"),
        ("getmeili/meilisearch:v1.12", "", "httpGet: path: /health port: 7700 periodSeconds: 10 timeoutSeconds: 5"),
        (
            "victoriametrics/victoria-metrics:v1.106.0",
            "",
            "httpGet: path: /health port: 8428 periodSeconds: 15 timeoutSeconds: 5",
        ),
        ("eqalpha/keydb:alpine", "args: [--port, '6380']", "tcpSocket: port: 6380 periodSeconds: 10"),
    ] {
        let fields: Vec<&str> = [field].into_iter().filter(|field| !field.is_empty()).collect();
        offers(&Manifest::of(image, &fields), Some(probe));
    }
}
