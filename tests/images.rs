//! What images are taken for: every one that the catalogue lists, and servers of which several are no cluster.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::inventory::three_of;
use stslint::systems::{Catalogue, Running};

/// What is asked of the system that a container with this image and these fields is taken for, in a set of three.
fn running<T>(image: &str, fields: &str, ask: impl Fn(&Running<'_>) -> T) -> Option<T> {
    let inventory = three_of(image, fields);
    let set = inventory.sets().next().unwrap();
    Catalogue::built_in().identify(set).map(|running| ask(&running))
}

/// What is listed as an image of a system is found by its plain name, behind any registry.
#[test]
fn every_listed_image_finds_its_system() {
    for system in Catalogue::built_in().systems() {
        for image in &system.images {
            let image = format!("registry.example:5000/mirror/{image}@sha256:0f3c");
            let found = running(&image, "", |one| one.system().name().to_owned());
            assert_eq!(found.as_deref(), Some(system.name()), "{image}");
        }
    }
}

#[test]
fn lone_servers_are_told_from_those_that_replicate() {
    let what = |image: &str, fields: &str| {
        running(image, fields, |one| one.unreplicated().map(|fact| (fact.are.clone(), one.is_makers_image(fact))))
            .unwrap()
    };
    for (image, fields, are, makers) in [
        ("mysql:8.4", "", "unrelated databases", true),
        ("docker.io/bitnami/mysql:9.4.0", "", "unrelated databases", true),
        ("registry.example/team/mysql:8", "", "unrelated databases", false),
        ("minio/minio:latest", "args: [server, /data]", "unrelated stores", true),
        ("quay.io/minio/minio:latest", "args: [server, /data]", "unrelated stores", true),
        ("qdrant/qdrant:v1.13.4", "", "unrelated stores", true),
        ("cr.weaviate.io/semitechnologies/weaviate:1.38.2", "", "unrelated stores", true),
        ("neo4j:5-community", "", "unrelated databases", true),
        ("getmeili/meilisearch:v1.12", "", "unrelated indexes", true),
        ("typesense/typesense:27.1", "", "unrelated stores", true),
        ("solr:9.8", "", "unrelated indexes", true),
        ("clickhouse/clickhouse-server:25.3", "", "unrelated servers", false),
        ("influxdb:2.7", "", "unrelated databases", true),
        ("eqalpha/keydb:alpine", "", "unrelated stores", false),
        ("victoriametrics/victoria-metrics:v1.106.0", "", "unrelated stores", false),
    ] {
        assert_eq!(what(image, fields), Some((are.to_owned(), makers)), "{image} {fields}");
    }
    for (image, fields) in [
        // Replication that is set up by other means, or that may be.
        ("mysql:8.4", "args: [mysqld, --server-id=1, --log-bin]"),
        ("mysql:8.4", "env: [{name: MYSQL_REPLICATION_USER, value: repl}]"),
        ("mysql:8.4", "envFrom: [{secretRef: {name: db}}]"),
        ("eqalpha/keydb:alpine", "args: [--replicaof, db-0.db, '6379']"),
        ("qdrant/qdrant:v1.13.4", "envFrom: [{configMapRef: {name: not-read}}]"),
        ("neo4j:5-enterprise", "env: [{name: NEO4J_dbms_cluster_discovery_resolver__type, value: K8S}]"),
        // Each is meant to stand alone.
        ("prom/prometheus:v3.1.0", ""),
        ("memcached:1.6", ""),
        ("victoriametrics/vmstorage:v1.106.0-cluster", ""),
        ("registry.gitlab.com/gitlab-org/build/cng/gitaly:v17.5.0", ""),
        // Storage that is shared, or a database elsewhere.
        ("gitea/gitea:1.24", ""),
        ("quay.io/keycloak/keycloak:26.4", "args: [start]"),
    ] {
        assert_eq!(what(image, fields), None, "{image} {fields}");
    }
}
