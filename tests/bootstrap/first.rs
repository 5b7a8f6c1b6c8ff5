//! Systems in which a script or a list decides who begins.

use crate::manifest::{DANGEROUS, DEADLOCK, Manifest, NOTE, RISKY, deadlocks, says, shell};

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
