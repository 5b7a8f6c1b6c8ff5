//! Names of Pods in what a set is told, and Services that show or hide Pods.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::inventory::inventory;
use stslint::lint::{self, Selection};
use stslint::model::Version;
use stslint::rules::{Context, Options};
use stslint::systems::Catalogue;

/// What one rule says of a manifest: severities and headlines.
fn said(rule: &str, text: String) -> Vec<(String, String)> {
    let inventory = inventory(&[("app.yaml".to_owned(), text)]);
    let catalogue = Catalogue::built_in();
    let systems = catalogue.identify_all(&inventory);
    let context = Context {
        head: &inventory,
        base: None,
        catalogue,
        systems: &systems,
        version: Version::default(),
        options: &Options::default(),
    };
    let found = lint::find(&context, &Selection::new(&[rule.to_owned()], &[]).unwrap());
    found.into_iter().map(|(_, finding)| (finding.severity.to_string(), finding.message)).collect()
}

/// A set with the Service that governs it; `env` is a list in flow style.
fn set(name: &str, service: &str, size: &str, image: &str, env: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}, namespace: prod}}\nspec:\n  serviceName: \
         {service}\n  {size}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: \
         {name}}}}}\n    spec:\n      containers:\n        - name: main\n          image: {image}\n          \
         readinessProbe: {{tcpSocket: {{port: 1}}}}\n          env: [{env}]\n---\napiVersion: v1\nkind: \
         Service\nmetadata: {{name: {service}, namespace: prod}}\nspec: {{clusterIP: None, selector: {{app: {name}}}, \
         ports: [{{port: 1}}]}}\n---\n"
    )
}

const THREE: &str = "replicas: 3";
const RULE: &str = "peer-address-mismatch";

fn etcd(name: &str, size: &str, list: &str) -> String {
    let env = format!(
        "{{name: ETCD_NAME, valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}}}, {{name: ETCD_INITIAL_CLUSTER, \
         value: \"{list}\"}}"
    );
    set(name, "etcd", size, "quay.io/coreos/etcd:v3.6.4", &env)
}

/// Three members as etcd lists them.
fn members(first: i64, count: i64, domain: &str) -> String {
    let entry = |ordinal| format!("etcd-{ordinal}=http://etcd-{ordinal}.{domain}:2380");
    (first..first + count).map(entry).collect::<Vec<_>>().join(",")
}

#[track_caller]
fn is(text: String, expected: Option<(&str, &str)>) {
    let found = said(RULE, text);
    match expected {
        None => assert_eq!(found, vec![]),
        Some((severity, part)) => {
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].0 == severity && found[0].1.contains(part), "{found:?}");
        }
    }
}

#[test]
fn a_static_list_holds_all_pods_of_the_set() {
    let start = "replicas: 3\n  ordinals: {start: 1}";
    for (name, size, list, expected) in [
        ("etcd", THREE, members(0, 3, "etcd"), None),
        ("etcd", THREE, members(0, 3, "etcd.prod.svc.cluster.local"), None),
        ("etcd", start, members(1, 3, "etcd"), None),
        ("kv", THREE, members(0, 3, "etcd"), Some(("error", "its Pods are `kv-0` ... `kv-2`"))),
        ("etcd", start, members(0, 3, "etcd"), Some(("warning", "`etcd-0` among its members and leaves out `etcd-3`"))),
        ("etcd", THREE, members(0, 5, "etcd"), Some(("warning", "`etcd-3` and `etcd-4` among its members"))),
        ("etcd", "replicas: 5", members(0, 3, "etcd"), Some(("warning", "leaves out `etcd-3` and `etcd-4`"))),
        ("etcd", THREE, members(0, 3, "etcd-peers"), Some(("error", "under Service `etcd` only"))),
        ("etcd", THREE, members(0, 3, "etcd.default.svc"), Some(("warning", "in namespace `default`"))),
        (
            "etcd",
            THREE,
            "a=http://etcd-0.etcd:2380,b=http://etcd-1.etcd:2380,c=http://etcd-2.etcd:2380".to_owned(),
            Some(("error", "called `a`, `b` and `c`")),
        ),
        // A second set brings the others.
        ("etcd", "replicas: 2", format!("{},etcd-b-0=http://etcd-b-0.etcd:2380", members(0, 2, "etcd")), None),
        // Something else tells the names.
        ("kv", THREE, members(0, 3, "etcd") + ",x=http://$(X):2380", None),
    ] {
        is(etcd(name, size, &list), expected);
    }
}

#[test]
fn a_variable_in_place_of_the_namespace_stands_for_no_other_member() {
    for namespace in ["$(NAMESPACE)", "${NAMESPACE}", "$NAMESPACE"] {
        let domain = format!("etcd.{namespace}.svc.cluster.local");
        is(etcd("etcd", THREE, &members(0, 3, &domain)), None);
        is(
            etcd("kv", THREE, &members(0, 3, &domain)),
            Some(("error", "lists `etcd-0`, `etcd-1` and `etcd-2` as its members")),
        );
        is(etcd("etcd", "replicas: 4", &members(0, 3, &domain)), Some(("warning", "leaves out `etcd-3`")));
    }
    // What the variable stands for here may be anything.
    is(etcd("kv", THREE, &format!("{},$(MORE)", members(0, 3, "etcd"))), None);
    is(etcd("kv", THREE, &members(0, 3, "etcd$(SUFFIX)")), None);
}

#[test]
fn a_list_of_another_set_beside_it_is_still_none_of_its_own() {
    let text = etcd("etcd-cluster", THREE, &members(0, 3, "etcd")) + &set("etcd", "old", THREE, "x", "");
    is(text, Some(("error", "`etcd-cluster` lists `etcd-0`, `etcd-1` and `etcd-2` as its members")));
}

#[test]
fn a_second_set_of_the_same_name_takes_no_pods_away() {
    let own = etcd("etcd", THREE, &members(0, 3, "etcd"));
    is(own.clone() + &own, None);
    let list = members(0, 2, "etcd");
    let found = said(RULE, etcd("etcd", THREE, &list) + &etcd("etcd", THREE, &list));
    assert!(found.len() == 2 && found.iter().all(|(_, message)| message.contains("leaves out `etcd-2`")), "{found:?}");
}

#[test]
fn numbers_that_something_else_changes_are_not_counted() {
    let scaled = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: etcd, namespace: \
                  prod}\nspec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, \
                  name: etcd}}\n";
    is(etcd("etcd", THREE, &members(0, 5, "etcd")) + scaled, None);
    // A script writes the list anew.
    let script = ", {name: RUN, value: \"for i in 0 1 2; do echo etcd-$i.etcd; done\"}]";
    is(etcd("etcd", "replicas: 5", &members(0, 3, "etcd")).replacen("\"}]", &format!("\"}}{script}"), 1), None);
}

#[test]
fn seeds_are_some_members_and_may_be_others() {
    let seeds = |name: &str, service: &str, list: &str| {
        set(name, service, THREE, "cassandra:5.0.5", &format!("{{name: CASSANDRA_SEEDS, value: \"{list}\"}}"))
    };
    is(seeds("db", "db", "db-0.db"), None);
    is(seeds("db", "db", "dc1-0.dc1,dc1-1.dc1"), None);
    is(seeds("db", "db", "db-0.db,db-7.db"), Some(("warning", "`db-7`")));
    is(seeds("db", "ring", "cassandra-0.ring"), Some(("warning", "no set that was read has such Pods")));
    is(seeds("db", "ring", "db-0.db.prod.svc"), Some(("warning", "it does not resolve")));
}

#[test]
fn each_pool_of_minio_counts() {
    let minio = |replicas: u8, words: &str| {
        let text = set("minio", "minio", &format!("replicas: {replicas}"), "minio/minio:latest", "");
        text.replacen("env: []", &format!("args: [server, {words}]"), 1)
    };
    let pool = |first: u8, last: u8| format!("\"http://minio-{{{first}...{last}}}.minio.prod.svc.cluster.local/data\"");
    is(minio(4, &pool(0, 3)), None);
    is(minio(8, &format!("{}, {}", pool(0, 3), pool(4, 7))), None);
    is(minio(8, &pool(0, 3)), Some(("warning", "leaves out")));
}

#[test]
fn names_of_other_sets_are_held_against_those() {
    let reader = |list: &str| {
        let env = format!("{{name: KAFKA_ZOOKEEPER_CONNECT, value: \"{list}\"}}");
        set("kafka", "kafka", THREE, "example.com/reader", &env)
    };
    let zk = |size: &str| set("zk", "zk", size, "zookeeper:3.9.4", "");
    is(reader("zk-0.zk:2181,zk-2.zk:2181") + &zk(THREE), None);
    is(reader("zk-0.zk:2181,zk-2.zk:2181") + &zk("replicas: 1"), Some(("warning", "`zk` has only `zk-0`")));
    is(reader("zk-0.zk-client.prod.svc:2181") + &zk(THREE), Some(("warning", "under Service `zk` only")));
    // No set of this name, another one elsewhere, or no name at all.
    is(reader("zk-0.zk:2181,zk-9.zk:2181"), None);
    is(reader("zk-0.zk.test.svc:2181,zk-9.zk.test.svc:2181") + &zk(THREE), None);
    is(reader("zk-0.log") + &zk(THREE), None);
}

#[test]
fn a_variable_that_holds_the_own_name_is_a_name_too() {
    let name = |field: &str| format!("{{name: NAME, valueFrom: {{fieldRef: {{fieldPath: {field}}}}}}}");
    let other =
        "apiVersion: v1\nkind: Service\nmetadata: {name: client, namespace: prod}\nspec: {ports: [{port: 1}]}\n";
    let member = |field: &str, url: &str| {
        let env = format!("{}, {{name: ETCD_INITIAL_ADVERTISE_PEER_URLS, value: \"{url}\"}}", name(field));
        set("etcd", "etcd", THREE, "quay.io/coreos/etcd:v3.6.4", &env) + other
    };
    let wrong =
        Some(("warning", "asks for `$(NAME).client`, and the Pods of `etcd` have names under Service `etcd` only"));
    is(member("metadata.name", "http://$(NAME).client:2380"), wrong);
    is(member("metadata.name", "http://$(NAME).client.prod.svc:2380"), wrong);
    is(member("metadata.name", "http://$(NAME).etcd:2380"), None);
    // Another Pod, another namespace, a name that is no Service's.
    is(member("spec.nodeName", "http://$(NAME).client:2380"), None);
    is(member("metadata.name", "http://$(OTHER).client:2380"), None);
    is(member("metadata.name", "http://x-$(NAME).client:2380"), None);
    is(member("metadata.name", "http://$(NAME).client.test.svc:2380"), None);
    is(member("metadata.name", "/data/$(NAME).log"), None);
}

#[test]
fn clients_are_sent_to_ready_pods_only() {
    let rule = "not-ready-addresses-unpublished";
    let service = |spec: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: prod}}\nspec: {{publishNotReadyAddresses: true, ports: [{{port: 1}}], {spec}}}\n"
        )
    };
    let shown = service("selector: {app: db}");
    let db = |size: &str, image: &str, env: &str| set("db", "db", size, image, env);
    assert_eq!(said(rule, db(THREE, "x", "") + &shown)[0].0, "warning");
    for silent in [
        db("replicas: 1", "x", "") + &shown,
        db(THREE, "x", "{name: JOIN, value: \"http://web:1\"}") + &shown,
        db(THREE, "hashicorp/vault:1.20.0", "") + &shown,
        db(THREE, "x", "").replace("readinessProbe", "livenessProbe") + &shown,
        db(THREE, "x", "") + &service("clusterIP: None, selector: {app: db}"),
        db(THREE, "x", "") + &service("selector: {statefulset.kubernetes.io/pod-name: db-0}"),
    ] {
        assert_eq!(said(rule, silent.clone()), vec![], "{silent}");
    }
}
