//! Probes that cannot pass, and clusters that do not come back: what is said, and where nothing is.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

/// A set `db` of three members with further fields of its container, each `key: flow value`, and further documents.
fn set(image: &str, fields: &[&str], more: &str) -> String {
    let fields: String = fields.iter().map(|field| format!("          {field}\n")).collect();
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{clusterIP: None, publishNotReadyAddresses: true, \
         selector: {{app: db}}, ports: [{{name: any, port: 80}}]}}\n---\napiVersion: apps/v1\nkind: StatefulSet\n\
         metadata: {{name: db}}\nspec:\n  serviceName: db\n  replicas: 3\n  selector: {{matchLabels: {{app: db}}}}\n  \
         template:\n    metadata: {{labels: {{app: db}}}}\n    spec:\n      containers:\n        - name: main\n          \
         image: {image}\n{fields}{more}"
    )
}

/// What one rule says, as `severity message`.
fn said(rule: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    common::write(folder.path(), &[("all.yaml", text)]);
    let report = common::json(folder.path(), &["--select", rule]);
    let findings = report["findings"].as_array().unwrap();
    let words = |finding: &serde_json::Value| {
        format!("{} {}", finding["severity"].as_str().unwrap(), finding["message"].as_str().unwrap())
    };
    findings.iter().map(words).collect()
}

/// Whether one rule says anything.
fn speaks(rule: &str, text: &str) -> bool {
    !said(rule, text).is_empty()
}

const RUOK: &str = r#"readinessProbe: {exec: {command: [sh, -c, "echo ruok | nc localhost 2181 | grep imok"]}}"#;

#[test]
fn zookeeper_refuses_what_it_is_not_told_to_allow() {
    let asks = |image: &str, more: &[&str]| {
        let fields: Vec<&str> = std::iter::once(RUOK).chain(more.iter().copied()).collect();
        speaks("probe-cannot-pass", &set(image, &fields, ""))
    };
    assert!(asks("zookeeper:3.8", &[]));
    assert!(asks("docker.io/library/zookeeper:3.9.4-jre-17", &[]));
    assert!(asks("zookeeper:3.9", &["env: [{name: ZOO_4LW_COMMANDS_WHITELIST, value: 'mntr, conf'}]"]));
    assert!(asks("bitnami/zookeeper:3.9", &[]));
    for (image, more) in [
        // Everything was allowed before.
        ("zookeeper:3.4.14", ""),
        // The version is not told.
        ("zookeeper:latest", ""),
        ("zookeeper", ""),
        // Somebody else's image.
        ("registry.example.com/team/zookeeper:3.9", ""),
        ("zookeeper:3.9", "env: [{name: ZOO_4LW_COMMANDS_WHITELIST, value: 'srvr, ruok'}]"),
        ("zookeeper:3.9", "env: [{name: ZOO_4LW_COMMANDS_WHITELIST, value: '*'}]"),
        ("zookeeper:3.9", "env: [{name: JVMFLAGS, value: -Dzookeeper.4lw.commands.whitelist=*}]"),
        ("zookeeper:3.9", "env: [{name: ZOO_4LW_COMMANDS_WHITELIST, valueFrom: {configMapKeyRef: {name: x, key: y}}}]"),
        ("zookeeper:3.9", "envFrom: [{configMapRef: {name: unread}}]"),
        ("zookeeper:3.9", "volumeMounts: [{name: conf, mountPath: /conf}]"),
        (
            "zookeeper:3.9",
            "command: [sh, -c, 'echo 4lw.commands.whitelist=ruok >> /conf/zoo.cfg; zkServer.sh start-foreground']",
        ),
        ("bitnami/zookeeper:3.9", "env: [{name: ZOO_4LW_COMMANDS_WHITELIST, value: 'srvr, mntr, ruok'}]"),
    ] {
        assert!(!asks(image, &[more]), "{image} {more}");
    }
    // Without a look at the answer, `nc` succeeds whatever it is.
    let blind = r#"readinessProbe: {exec: {command: [sh, -c, "echo ruok | nc localhost 2181"]}}"#;
    assert!(!speaks("probe-cannot-pass", &set("zookeeper:3.9", &[blind], "")));
    let or_else = r#"readinessProbe: {exec: {command: [sh, -c, "echo ruok | nc localhost 2181 | grep imok || true"]}}"#;
    assert!(!speaks("probe-cannot-pass", &set("zookeeper:3.9", &[or_else], "")));
}

#[test]
fn programs_that_are_not_in_the_image() {
    let probe = |kind: &str, command: &str| format!("{kind}: {{exec: {{command: {command}}}}}");
    for (image, command) in [
        ("mongo:7.0", "[mongo, --eval, 'db.adminCommand(\"ping\")']"),
        ("mongo:6", "[sh, -c, 'mongo --eval \"db.stats()\"']"),
        ("mariadb:11.4", "[mysqladmin, ping]"),
        ("mariadb:11.4", "[sh, -c, 'mysqladmin ping -p$MARIADB_ROOT_PASSWORD']"),
        ("quay.io/coreos/etcd:v3.5.15", "[/bin/sh, -ec, 'etcdctl endpoint health']"),
        ("confluentinc/cp-kafka:7.6.0", "[kafka-topics.sh, --bootstrap-server, 'localhost:9092', --list]"),
        ("confluentinc/cp-kafka:7.6.0", "[sh, -c, '/opt/kafka/bin/kafka-broker-api-versions.sh --version']"),
        ("apache/kafka:4.1.0", "[kafka-topics.sh, --bootstrap-server, 'localhost:9092', --list]"),
        ("apache/kafka:4.1.0", "[bash, -c, 'kafka-topics --bootstrap-server localhost:9092 --list']"),
    ] {
        assert!(
            speaks("probe-cannot-pass", &set(image, &[&probe("readinessProbe", command)], "")),
            "{image} {command}"
        );
    }
    for (image, command) in [
        ("mongo:5.0", "[mongo, --eval, 'db.adminCommand(\"ping\")']"),
        ("mongo:7.0", "[mongosh, --eval, 'db.adminCommand(\"ping\")']"),
        ("mongo:7.0", "[mongosh, 'mongodb://localhost/mongo ']"),
        ("bitnami/mongodb:7.0", "[mongo, --eval, x]"),
        ("mariadb:10.11", "[mysqladmin, ping]"),
        ("mariadb:11.4", "[mariadb-admin, ping]"),
        ("mariadb:11.4", "[sh, -c, 'mysqladmin ping || mariadb-admin ping']"),
        ("quay.io/coreos/etcd:v3.5.6", "[/bin/sh, -ec, 'etcdctl endpoint health']"),
        ("bitnami/etcd:3.5.15", "[/bin/sh, -ec, 'etcdctl endpoint health']"),
        ("quay.io/coreos/etcd:v3.5.15", "[etcdctl, endpoint, health]"),
        ("confluentinc/cp-kafka:7.6.0", "[kafka-topics, --bootstrap-server, 'localhost:9092', --list]"),
        ("confluentinc/cp-kafka:7.6.0", "[/scripts/kafka-health.sh]"),
        ("apache/kafka:4.1.0", "[/opt/kafka/bin/kafka-topics.sh, --bootstrap-server, 'localhost:9092', --list]"),
        ("apache/kafka:4.1.0", "[sh, -c, 'PATH=$PATH:/opt/kafka/bin; kafka-topics.sh --list']"),
        ("bitnami/kafka:4.0", "[kafka-topics.sh, --bootstrap-server, 'localhost:9092', --list]"),
    ] {
        assert!(
            !speaks("probe-cannot-pass", &set(image, &[&probe("readinessProbe", command)], "")),
            "{image} {command}"
        );
    }
    // What cannot be started neither passes nor fails, what a shell cannot find fails.
    let liveness =
        |command: &str| said("probe-cannot-pass", &set("mongo:7.0", &[&probe("livenessProbe", command)], ""));
    assert!(liveness("[mongo, --eval, x]")[0].starts_with("warning the `livenessProbe` of `db` never finds anything"));
    assert!(liveness("[sh, -c, 'mongo --eval x']")[0].starts_with("error `db` kills its Pods' container"));
}

#[test]
fn keycloak_is_not_asked_for_health_unless_told_to() {
    let probe = "readinessProbe: {httpGet: {path: /health/ready, port: 9000}}";
    let asks = |image: &str, fields: &[&str]| {
        let fields: Vec<&str> = std::iter::once(probe).chain(fields.iter().copied()).collect();
        speaks("probe-cannot-pass", &set(image, &fields, ""))
    };
    assert!(asks("quay.io/keycloak/keycloak:26.4", &["args: [start]"]));
    assert!(asks("quay.io/keycloak/keycloak:26.4", &["args: [start, --http-enabled=true]"]));
    for (image, fields) in [
        ("quay.io/keycloak/keycloak:26.4", "env: [{name: KC_HEALTH_ENABLED, value: 'true'}]"),
        ("quay.io/keycloak/keycloak:26.4", "args: [start, --health-enabled=true]"),
        ("quay.io/keycloak/keycloak:26.4", "args: [start, --optimized]"),
        ("quay.io/keycloak/keycloak:26.4", "envFrom: [{secretRef: {name: keycloak}}]"),
        ("quay.io/keycloak/keycloak:latest", "args: [start]"),
        ("registry.example/team/keycloak:26.4", "args: [start]"),
        ("bitnami/keycloak:26.3", "args: [start]"),
    ] {
        assert!(!asks(image, &[fields]), "{image} {fields}");
    }
}

#[test]
fn ports_that_nobody_declares() {
    let probe = |port: &str| format!("readinessProbe: {{tcpSocket: {{port: {port}}}}}");
    let ports = "ports: [{name: client, containerPort: 1234}]";
    let asks = |port: &str| speaks("probe-cannot-pass", &set("example.com/db:1", &[&probe(port), ports], ""));
    assert!(asks("cleint"));
    assert!(!asks("client"));
    // Numbers need no declaration, in quotes neither.
    assert!(!asks("999"));
    assert!(!asks("'999'"));
    assert!(speaks("probe-cannot-pass", &set("example.com/db:1", &[&probe("client")], "")));
}

#[test]
fn tests_that_a_shell_refuses() {
    let script = |script: &str| {
        let probe = format!("readinessProbe: {{exec: {{command: [bash, -c, '{script}']}}}}");
        said("probe-cannot-pass", &set("example.com/db:1", &[&probe], ""))
    };
    assert!(script(r#"[ "$(db ping)" = "PONG"]"#)[0].starts_with("error no Pod of `db` can become ready"));
    let undecided = script(r#"if [ "$(db ping)" != "PONG"]; then exit 1; fi"#);
    assert!(
        undecided[0].starts_with("warning the `readinessProbe` of `db` does not look at what it tests"),
        "{undecided:?}"
    );
    assert_eq!(script(r#"[ "$(db ping)" = "PONG" ]"#), [""; 0]);
}

const CLAIM: &str = "  volumeClaimTemplates:\n    - metadata: {name: data}\n      spec: {accessModes: [ReadWriteOnce], \
                     resources: {requests: {storage: 1Gi}}}\n";
const MOUNT: &str = "volumeMounts: [{name: data, mountPath: /data}]";

#[test]
fn a_redis_cluster_forgets_its_addresses() {
    let asks = |image: &str, command: &str, more: &[&str]| {
        let fields: Vec<&str> = [command].into_iter().chain(more.iter().copied()).collect();
        said("full-restart-deadlock", &set(image, &fields, CLAIM))
    };
    let plain = "command: [redis-server, --cluster-enabled, 'yes']";
    assert!(asks("redis:8.0", plain, &[MOUNT])[0].starts_with("warning `db` does not come back by itself"));
    // A script may come with the image.
    assert!(asks("registry.example.com/team/redis:8.0", plain, &[MOUNT])[0].starts_with("note"));
    assert_eq!(asks("redis:8.0", plain, &[]), [""; 0]);
    assert_eq!(asks("redis:8.0", "command: [redis-server]", &[MOUNT]), [""; 0]);
    let meets = "command: [sh, -c, 'redis-cli cluster meet $PEER 6379 & redis-server --cluster-enabled yes']";
    assert_eq!(asks("redis:8.0", meets, &[MOUNT]), [""; 0]);
    assert_eq!(asks("bitnami/redis-cluster:8.0", "env: [{name: REDIS_NODES, value: db-0 db-1}]", &[MOUNT]), [""; 0]);
}

#[test]
fn a_galera_cluster_may_not_begin_again() {
    let begins = |script: &str| format!("command: [bash, -c, '{script}']");
    let asks =
        |script: &str, more: &str| said("full-restart-deadlock", &set("mariadb:11.8", &[&begins(script), MOUNT], more));
    let first = "if [ ${HOSTNAME##*-} -eq 0 ]; then set -- --wsrep-new-cluster; fi; exec mariadbd \
                 --wsrep-cluster-address=gcomm://db-0.db,db-1.db,db-2.db";
    assert!(asks(first, CLAIM)[0].starts_with("warning `db` does not come back by itself"));
    let marks = format!("sed -i s/safe_to_bootstrap:.*/safe_to_bootstrap: 1/ /data/grastate.dat; {first}");
    assert_eq!(asks(&marks, CLAIM), [""; 0]);
    // An operator has its own ways.
    let text = set("mariadb:11.8", &[&begins(first), MOUNT], CLAIM);
    let owner = "metadata: {name: db, ownerReferences: [{apiVersion: x/v1, kind: Galera, name: db, uid: a}]}\nspec:\n  serviceName";
    let owned = text.replace("metadata: {name: db}\nspec:\n  serviceName", owner);
    assert_eq!(said("full-restart-deadlock", &owned), [""; 0]);
    // Scaled to 0, these claims would go: no commands then.
    let deletes = format!("{CLAIM}  persistentVolumeClaimRetentionPolicy: {{whenScaled: Delete}}\n");
    let folder = tempfile::tempdir().unwrap();
    for (more, has_steps) in [(CLAIM, true), (deletes.as_str(), false)] {
        common::write(folder.path(), &[("all.yaml", &set("mariadb:11.8", &[&begins(first), MOUNT], more))]);
        let report = common::json(folder.path(), &["--select", "full-restart-deadlock"]);
        let help = report["findings"][0]["help"].to_string();
        assert_eq!(help.contains("scale statefulset db --replicas=0"), has_steps, "{help}");
        assert_eq!(help.contains("data-db-2"), has_steps, "{help}");
    }
}

#[test]
fn who_begins_although_all_start_in_order() {
    let asks =
        |image: &str, field: &str, more: &str| said("self-declared-bootstrap", &set(image, &[field, MOUNT], more));
    let every = "args: [mariadbd, --wsrep-new-cluster]";
    assert!(asks("mariadb:11.8", every, CLAIM)[0].starts_with("warning every member of `db`"));
    let list = "env: [{name: MARIADB_GALERA_CLUSTER_ADDRESS, value: 'gcomm://db-0.db,db-1.db'}]";
    assert!(asks("bitnami/mariadb-galera:11.4", list, CLAIM)[0].starts_with("note `db` can split"));
    // All at once it is another rule's.
    let parallel = format!("{CLAIM}  podManagementPolicy: Parallel\n");
    assert_eq!(asks("mariadb:11.8", every, &parallel), [""; 0]);
    let first =
        "command: [bash, -c, 'if [ ${HOSTNAME##*-} -eq 0 ]; then set -- --wsrep-new-cluster; fi; exec mariadbd $@']";
    assert_eq!(asks("mariadb:11.8", first, CLAIM), [""; 0]);
}

#[test]
fn updates_by_hand() {
    let raft = "env: [{name: VAULT_RAFT_NODE_ID, value: x}]";
    let asks = |image: &str, more: &str| said("update-strategy-unsuited", &set(image, &[raft], more));
    assert!(asks("hashicorp/vault:1.20", "")[0].starts_with("warning an update of `db`"));
    assert_eq!(asks("hashicorp/vault:1.20", "  updateStrategy: {type: OnDelete}\n"), [""; 0]);
    assert_eq!(asks("hashicorp/vault:1.20", "  updateStrategy: {rollingUpdate: {partition: 3}}\n"), [""; 0]);
    assert_eq!(asks("redis:8.0", ""), [""; 0]);
    // Pedantic: off unless it is asked for.
    let folder = tempfile::tempdir().unwrap();
    common::write(folder.path(), &[("all.yaml", &set("hashicorp/vault:1.20", &[raft], ""))]);
    let report = common::json(folder.path(), &[]);
    assert!(!report.to_string().contains("update-strategy-unsuited"));
}
