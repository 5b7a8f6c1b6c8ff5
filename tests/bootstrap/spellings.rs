//! The ways in which scripts say who begins.

use crate::manifest::{DANGEROUS, Manifest, NOTE, RISKY, says};

fn script(image: &'static str, ports: &str, text: &str) -> Manifest {
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}\n")).collect();
    Manifest::of(image, &[ports, &format!("command:\n  - bash\n  - -c\n  - |\n{}", lines.concat())])
}

fn galera(text: &str) -> Manifest {
    let run = "exec mariadbd --wsrep-cluster-address=gcomm://db-0.db-peers,db-1.db-peers $NEW";
    script("mariadb:11.4", "ports: [{containerPort: 4567}]", &format!("{text}\n{run}"))
}

fn sentinel(text: &str) -> Manifest {
    let run = "exec redis-server /etc/redis.conf";
    script("redis:8.0.2", "ports: [{containerPort: 6379}, {containerPort: 26379}]", &format!("{text}\n{run}"))
}

const ASK: &str = "MASTER=$(redis-cli -h db-sentinel -p 26379 sentinel get-master-addr-by-name mymaster | head -1)";

/// Each with the first member's case, and another, where `BEGIN` stands for what the first does.
const FIRST: [&str; 15] = [
    "case \"$HOSTNAME\" in\n  *-0)\n    BEGIN\n    ;;\nesac",
    "case ${HOSTNAME##*-} in\n  0) BEGIN ;;\nesac",
    "[[ `hostname` =~ -([0-9]+)$ ]] || exit 1\nordinal=${BASH_REMATCH[1]}\nif [[ $ordinal -eq 0 ]]; then BEGIN; fi",
    "if [[ $(hostname) =~ -0$ ]]; then BEGIN; fi",
    "if [ \"${HOSTNAME: -1}\" = \"0\" ]; then BEGIN; fi",
    "if [ \"0\" = \"${HOSTNAME##*-}\" ]; then BEGIN; fi",
    "if [ db-0 = \"$(hostname)\" ]; then BEGIN; fi",
    "if [ \"${HOSTNAME##*-}\" -ne 0 ]; then echo joins; else BEGIN; fi",
    "if [ \"${POD_NAME##*-}\" -gt 0 ]; then echo joins; else BEGIN; fi",
    "if [ \"$POD_NAME\" != \"db-0\" ]; then echo joins; else BEGIN; fi",
    "ord=${HOSTNAME##*-}\nif (( ord == 0 )); then BEGIN; fi",
    "if hostname | grep -q -- \"-0$\"; then BEGIN; fi",
    "if [ \"$(hostname | rev | cut -d- -f1)\" = \"0\" ]; then BEGIN; fi",
    "MY_ID=$(echo $POD_NAME | sed \"s/.*-//\")\nif [ \"$MY_ID\" = \"0\" ]; then BEGIN; fi",
    "test \"$(hostname)\" = \"${SET_NAME}-0\" && BEGIN",
];

#[test]
fn the_first_member_begins() {
    for check in FIRST {
        says(&galera(&check.replace("BEGIN", "NEW=--wsrep-new-cluster")).parallel(), &[NOTE]);
        let sentinel = sentinel(&format!("{ASK}\n{}", check.replace("BEGIN", "MASTER=$(hostname -f)")));
        says(&sentinel.parallel(), &[NOTE]);
    }
}

#[test]
fn a_first_master_by_name() {
    for text in [
        &format!("{ASK}\nMASTER=${{MASTER:-db-0.db-peers}}"),
        &format!(
            "{ASK}\nif [ -z \"$MASTER\" ]; then MASTER=db-0.db-peers; fi\necho replica-announce-ip $(hostname -f)"
        ),
        "echo 'sentinel monitor mymaster db-0.db-peers 6379 2' > /etc/sentinel.conf",
    ] {
        says(&sentinel(text).parallel(), &[NOTE]);
    }
}

#[test]
fn any_member_is_master() {
    for text in [
        "if [ -z \"$MASTER\" ]; then MASTER=$(hostname -f); fi",
        "MASTER=${MASTER:-$POD_IP}",
        "if [ -n \"$MASTER\" ]; then follow; else echo \"sentinel monitor mymaster $HOSTNAME 6379 2\" >> /s; fi",
    ] {
        says(&sentinel(&format!("{ASK}\n{text}")).parallel(), &[DANGEROUS]);
    }
    // Who is announced is not who is master.
    let announced = "if [ -z \"$MASTER\" ]; then choose; fi\necho replica-announce-ip $(hostname -f)";
    says(&sentinel(&format!("{ASK}\n{announced}")).parallel(), &[RISKY]);
}

#[test]
fn a_mark_that_does_not_keep_others_from_beginning() {
    let mark = "grep -q 'safe_to_bootstrap: 1' /var/lib/mysql/grastate.dat && NEW=--wsrep-new-cluster";
    says(&galera(mark).parallel(), &[NOTE]);
    let missing = "if [ ! -f /var/lib/mysql/grastate.dat ]; then NEW=--wsrep-new-cluster; fi";
    says(&galera(&format!("{missing}\n{mark}")).parallel(), &[RISKY]);
    let forced = "sed -i 's/safe_to_bootstrap: 0/safe_to_bootstrap: 1/' /var/lib/mysql/grastate.dat\n[ -n \"$B\" ] && NEW=--wsrep-new-cluster";
    says(&galera(forced).parallel(), &[RISKY]);
    let nobody = "getent hosts db-peers || NEW=--wsrep-new-cluster";
    says(&galera(&format!("{nobody}\n{mark}")).parallel(), &[DANGEROUS]);
}

#[test]
fn an_init_container_may_choose_who_begins() {
    let list = "gcomm://db-0.db-peers,db-1.db-peers";
    let mut set = Manifest::of("mariadb:11.4", &["ports: [{containerPort: 4567}]"]);
    set.pod = Box::leak(
        format!(
            "      initContainers:\n        - name: init\n          image: mariadb:11.4\n          command:\n            - bash\n            \
             - -c\n            - if [[ $(hostname) =~ -0$ ]]; then echo wsrep_cluster_address=gcomm:// > /c; else echo \
             wsrep_cluster_address={list} > /c; fi\n"
        )
        .into_boxed_str(),
    );
    says(&set, &[]);
    says(&set.parallel(), &[NOTE]);
    // What this one does to the file is not known.
    set.pod = "      initContainers: [{name: init, image: busybox, command: [sh, /s/init.sh]}]\n      volumes: [{name: c, configMap: {name: db}}]\n";
    set.more = Box::leak(
        format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: db}}\ndata:\n  g.cnf: |\n    wsrep_cluster_address={list}\n")
            .into_boxed_str(),
    );
    says(&set, &[]);
    says(&set.parallel(), &[RISKY]);
}

#[test]
fn a_count_of_peers_is_no_ordinal() {
    for none in [
        "if [ \"$(getent hosts db-peers | wc -l)\" = 0 ]; then NEW=--wsrep-new-cluster; fi",
        "NUM=$(getent hosts db-peers | wc -l)\nif [ \"$NUM\" -eq 0 ]; then NEW=--wsrep-new-cluster; fi",
        "if [ \"$(nslookup db-peers | grep -c Address | cut -d: -f1)\" = 0 ]; then NEW=--wsrep-new-cluster; fi",
        "getent hosts db-peers\nif [ $? -ne 0 ]; then NEW=--wsrep-new-cluster; fi",
        "if [ \"$(id -u)\" = 0 ]; then chown mysql .; fi\ngetent hosts db-peers || NEW=--wsrep-new-cluster",
    ] {
        says(&galera(none).parallel(), &[DANGEROUS]);
    }
}
