//! What is said of probes and Services whatever the system, and when nothing is said.

use crate::consensus::etcd;
use crate::manifest::{DEADLOCK, Manifest, NOTE, says, shell};

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
    says(&live(&etcd().readiness(ready).parallel(), health), &[NOTE, "warning liveness-needs-quorum"]);
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
fn members_on_the_nodes_own_network_need_no_names() {
    let mut set = etcd().readiness("{httpGet: {path: /readyz, port: 8080}}").parallel().names_when_ready();
    set.pod = "      hostNetwork: true\n";
    says(&set, &[NOTE]);
}

#[test]
fn another_service_that_publishes_is_enough_to_stay_silent() {
    let mut set = etcd().readiness("{httpGet: {path: /readyz, port: 8080}}").parallel().names_when_ready();
    says(&set, &[DEADLOCK, NOTE]);
    set.more = "---\napiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {clusterIP: None, publishNotReadyAddresses: true, selector: {app: db}}\n";
    says(&set, &[NOTE]);
}
