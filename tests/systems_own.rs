//! The user's own systems, through the front door: what they change, and what is said of every fault in them.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::path::Path;

use common::{Run, of_rule, stslint, write};

const OWN: &str = "\
title: Ledger
images: [ledger]
ports:
  peer: {number: 7400}
votes: {who: every member, tolerance: majority}
peers: {by: static-list}
bootstrap: {by: majority, says: nobody serves alone.}
order: {verdict: parallel-preferred}
modes:
  - {name: cluster, clustered: true}
probes:
  - {says: asks for a leader, is: [{http: {port: peer}}], alone: fails}
  - {says: asks whether the port is open, is: [{tcp: {port: peer}}], alone: passes}
readiness:
  - {probe: {tcpSocket: {port: peer}, periodSeconds: 10}}
";

/// A set of three that starts in order and is ready when its port answers HTTP.
const SET: &str = "\
apiVersion: v1
kind: Service
metadata: {name: book}
spec: {clusterIP: None, publishNotReadyAddresses: true, selector: {app: book}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: book
spec:
  serviceName: book
  replicas: 3
  selector: {matchLabels: {app: book}}
  template:
    metadata: {labels: {app: book}}
    spec:
      containers:
        - name: book
          image: mirror.example/acme/ledger:1.2
          readinessProbe: {httpGet: {path: /ready, port: 7400}}
";

fn run(files: &[(&str, &str)], arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    stslint(folder.path(), arguments)
}

/// What is said of one file of one's own.
fn refused(text: &str) -> String {
    let run = run(&[("own/ledger.yaml", text), ("book.yaml", SET)], &["check", "--systems", "own", "book.yaml"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}\n{}", run.stderr);
    assert!(run.stderr.ends_with("fault\n") || run.stderr.ends_with("faults\n"), "{}", run.stderr);
    run.stderr
}

#[test]
fn a_system_of_ones_own_is_known() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("own/ledger.yaml", OWN), ("book.yaml", SET)]);
    let without = common::json(folder.path(), &["book.yaml"]);
    assert_eq!(of_rule(&without, "bootstrap-deadlock"), []);
    let with = common::json(folder.path(), &["--systems", "own", "book.yaml"]);
    assert_eq!(of_rule(&with, "bootstrap-deadlock"), [("book.yaml".to_owned(), 20, "error".to_owned())]);
}

#[test]
fn the_same_name_replaces_the_built_in_whole() {
    let folder = tempfile::tempdir().unwrap();
    let set = SET.replace("acme/ledger:1.2", "coreos/etcd:v3.6.4").replace("7400", "2379");
    let own = "title: etcd\nimages: [some-etcd]\nmodes: [{name: plain, clustered: false}]\n";
    write(folder.path(), &[("own/etcd.yaml", own), ("book.yaml", &set)]);
    let built_in = common::json(folder.path(), &["book.yaml"]);
    assert_eq!(of_rule(&built_in, "bootstrap-deadlock").len(), 1);
    let replaced = common::json(folder.path(), &["--systems", "own", "book.yaml"]);
    assert_eq!(of_rule(&replaced, "bootstrap-deadlock"), []);
}

#[test]
fn ones_own_is_asked_first() {
    let folder = tempfile::tempdir().unwrap();
    let set = SET.replace("acme/ledger:1.2", "acme/redis:1.2");
    write(folder.path(), &[("own/ledger.yaml", &OWN.replace("[ledger]", "[acme/redis]")), ("book.yaml", &set)]);
    let found = common::json(folder.path(), &["--systems", "own", "book.yaml"]);
    assert_eq!(of_rule(&found, "bootstrap-deadlock").len(), 1);
}

#[test]
fn what_is_built_in_is_a_file_to_begin_with() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in stslint::systems::Catalogue::files() {
        let run = stslint(folder.path(), &["systems", name, "--format", "yaml"]);
        assert_eq!((run.code, run.stdout.as_str()), (0, *text), "{name}");
        write(folder.path(), &[(&format!("own/{name}.yaml"), &run.stdout)]);
    }
    let run = stslint(folder.path(), &["systems", "--systems", "own"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("built in") && run.stdout.contains("own/etcd.yaml"), "{}", run.stdout);
}

#[test]
fn every_fault_is_said_at_its_bytes() {
    for (change, with, place, message, help) in [
        ("title: Ledger\n", "colour: red\ntitle: Ledger\n", "1:1", "there is no field `colour` here, only `title`", ""),
        ("title: Ledger\n", "restart: {}\ntitle: Ledger\n", "1:1", "there is no field `restart` here", "below `modes`"),
        ("images: [ledger]", "image: [ledger]", "2:1", "there is no field `image` here", "did you mean `images`?"),
        (
            "tcp: {port",
            "tpc: {port",
            "13:49",
            "one of `http`, `tcp`, `command` is expected here, this is `tpc`",
            "`tcp`?",
        ),
        (
            "{name: cluster,",
            "{nane: x, name: cluster,",
            "10:6",
            "there is no field `nane` here",
            "did you mean `name`?",
        ),
        ("alone: fails", "alone: perhaps", "12:66", "one of `passes`, `fails`, `unknown` is expected here", ""),
        ("majority}", "majorty}", "5:39", "this is `majorty`", "did you mean `majority`?"),
        ("title: Ledger\n", "", "1:1", "`title` is missing here", ""),
        (
            "title: Ledger",
            "title: 7",
            "1:8",
            "a string is expected here, this is a number",
            "put it in quotes: `\"7\"`",
        ),
        ("title: Ledger", "title: Ledger\nmeasured: 3.7", "2:11", "a string or a list of strings", "quotes: `\"3.7\"`"),
        ("number: 7400", "number: 74000", "4:18", "a whole number from 0 to 65535 is expected here", ""),
        ("clustered: true", "clustered: maybe", "10:32", "a boolean is expected here, this is a string", ""),
        ("images: [ledger]", "images:", "2:1", "`images` has no value", "leave the key out"),
        ("[{tcp: {port: peer}}]", "[{tcp: {port: pear}}]", "13:61", "no port is called `pear`", "did you mean `peer`?"),
        ("alone: fails", "modes: [clustr], alone: fails", "12:67", "no mode is called `clustr`", "`cluster`?"),
        ("alone: fails", "from: next, alone: fails", "12:65", "`next` is no version", "begins with a number"),
        ("modes:", "except: [{argument: '('}]\nmodes:", "9:21", "this is no valid pattern: unclosed group", ""),
        ("modes:", "also: [{config: '(?=x)'}]\nmodes:", "9:17", "look-ahead", ""),
        ("modes:", "also: [{anywhere: [x, 'a{1000}{1000}']}]\nmodes:", "9:23", "too large once its repetitions", ""),
        ("port: peer}, periodSeconds", "port: sql}, periodSeconds", "15:32", "no port is called `sql`", "are `peer`"),
        ("periodSeconds: 10", "period: 10", "15:39", "a probe has no field `period`", ""),
        ("periodSeconds: 10", "periodSeconds: soon", "15:54", "a whole number is expected here", ""),
        ("order: {verdict: parallel-preferred}\n", "", "9:12", "is clustered and lacks `order`", "those of the file"),
        ("{name: cluster,", "{name: cluster, when: [{env: X}],", "10:21", "the last one has a `when`", ""),
        ("modes:\n", "modes:\n  - {name: first, clustered: false}\n", "10:12", "hides those after it", "to the end"),
        (
            "modes:\n",
            "modes:\n  - {name: cluster, clustered: true, when: [{env: X}]}\n",
            "11:12",
            "two modes are called `cluster`",
            "",
        ),
        ("  - {name: cluster, clustered: true}\n", "  []\n", "9:1", "a system has at least one mode", ""),
        ("title: Ledger\n", "title: Ledger\ntitle: Other\n", "2:1", "`title`", "line 1"),
        ("periodSeconds: 10}}", "periodSeconds: 10", "15:13", "is never closed", ""),
        (
            "title: Ledger\n",
            "title: Ledger\n---\n",
            "3:1",
            "a second document begins here",
            "one file holds one system",
        ),
    ] {
        assert!(OWN.contains(change), "{change}");
        let said = refused(&OWN.replacen(change, with, 1));
        assert!(said.contains(&format!("--> own/ledger.yaml:{place}\n")), "{with}: not at {place}\n{said}");
        assert!(said.contains(message), "{with}: {message}\n{said}");
        assert!(help.is_empty() || said.split("= help: ").skip(1).any(|one| one.contains(help)), "{help}\n{said}");
    }
    assert!(refused("").contains("this file is empty"));
    assert!(refused("# nothing\n").contains("this file is empty"));
    assert!(refused("- a\n").contains("a mapping is expected here, this is a list"));
    assert!(refused("just words\n").contains("a mapping is expected here, this is a string"));
}

#[test]
fn all_faults_of_all_files_are_said_at_once() {
    let first = OWN.replace("alone: fails", "alone: perhaps").replace("majority}", "majorty}");
    let files = [("own/a.yaml", first.as_str()), ("own/b.yaml", "title: 1\n"), ("own/c.yaml", OWN)];
    let said = run(&files, &["systems", "--systems", "own"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert_eq!(said.stderr.matches("--> own/a.yaml:").count(), 2, "{}", said.stderr);
    assert!(said.stderr.contains("--> own/b.yaml:1:"), "{}", said.stderr);
    assert!(said.stderr.contains("error: the systems in own cannot be used: "), "{}", said.stderr);
    let many = format!("{}{}", OWN, (0..50).map(|number| format!("key-{number}: 1\n")).collect::<String>());
    let said = refused(&many);
    assert_eq!(said.matches("--> ").count(), 20, "{said}");
    assert!(said.contains("and 30 more\n") && said.ends_with(": 50 faults\n"), "{said}");
}

#[test]
fn folders_and_files_that_cannot_be_read_end_the_run() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("book.yaml", SET), ("empty/README.md", ""), ("yml/ledger.yml", OWN)]);
    write(folder.path(), &[("odd/My DB.yaml", OWN), ("none/none.yaml", OWN), ("deep/x.yaml/y.yaml", OWN)]);
    let fails = |systems: &str| {
        let run = stslint(folder.path(), &["check", "--systems", systems, "book.yaml"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{systems}");
        run.stderr
    };
    assert_eq!(fails("nowhere"), "error: nowhere: no such file or folder\n");
    assert_eq!(fails("book.yaml"), "error: book.yaml: not a directory\n");
    assert_eq!(fails("empty"), "error: no NAME.yaml in empty, which --systems names\n");
    assert_eq!(fails("yml"), "error: yml/ledger.yml: files end in .yaml here: call it ledger.yaml\n");
    assert!(fails("odd").starts_with("error: odd/My DB.yaml: a system's name has lower-case letters"));
    assert!(fails("none").starts_with("error: none/none.yaml: a system's name"));
    assert_eq!(fails("deep"), "error: deep/x.yaml: is no file\n");
    write(folder.path(), &[("long/ledger.yaml", &format!("{OWN}#{}", "x".repeat(1 << 20)))]);
    assert_eq!(fails("long"), "error: long/ledger.yaml: larger than 1 MiB, the most that is read here\n");
    std::fs::create_dir(folder.path().join("bytes")).unwrap();
    std::fs::write(folder.path().join("bytes/ledger.yaml"), b"title: X\nimages: [\xff]\n").unwrap();
    let said = fails("bytes");
    assert!(said.contains("this is not UTF-8 text") && said.contains("--> bytes/ledger.yaml:2:10"), "{said}");
    // Hidden files and other endings are nobody's systems.
    write(folder.path(), &[("mixed/ledger.yaml", OWN), ("mixed/.x.yaml", "{"), ("mixed/schema.json", "{")]);
    assert_eq!(stslint(folder.path(), &["systems", "--systems", "mixed"]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_and_a_pipe_end_the_run() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("own/ledger.yaml", OWN), ("pipe/other.yaml", OWN)]);
    let path = folder.path().join("own/ledger.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything (root) reads this too.
    if std::fs::read(&path).is_err() {
        let run = stslint(folder.path(), &["systems", "--systems", "own"]);
        assert_eq!((run.code, run.stderr.as_str()), (2, "error: own/ledger.yaml: permission denied\n"));
    }
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe/fifo.yaml")).status();
    if made.is_ok_and(|status| status.success()) {
        let run = stslint(folder.path(), &["systems", "--systems", "pipe"]);
        assert_eq!((run.code, run.stderr.as_str()), (2, "error: pipe/fifo.yaml: is no file\n"));
    }
}

#[test]
fn nothing_in_them_is_trusted() {
    let evil = OWN.replace("title: Ledger", "title: \"\\e[31mLedger\\e]0;x\\a\"").replace("leader", "leader\\u202e");
    let evil = evil.replace("says: asks for a leader\\u202e", "says: \"asks for a leader\\u202e\\n# Heading\"");
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("own/ledger.yaml", &evil), ("book.yaml", SET)]);
    for arguments in [
        &["systems", "--systems", "own"][..],
        &["systems", "ledger", "--systems", "own"],
        &["systems", "--systems", "own", "--format", "markdown"],
        &["systems", "--systems", "own", "--format", "json"],
        &["check", "--systems", "own", "book.yaml"],
    ] {
        let run = stslint(folder.path(), arguments);
        assert!(run.code < 2, "{arguments:?}: {}", run.stderr);
        assert!(!run.stdout.contains(['\u{1b}', '\u{7}']), "{arguments:?}: {}", run.stdout);
        assert!(!run.stdout.lines().any(|line| line == "# Heading"), "{arguments:?}: {}", run.stdout);
    }
    let page = stslint(folder.path(), &["systems", "ledger", "--systems", "own"]).stdout;
    assert!(!page.contains('\u{202e}') && page.contains("\\u{202e}"), "{page}");
    // In what is said of faults, too.
    let said = refused(&OWN.replace("peer}}]", "\"\\e[31m\"}}]"));
    assert!(said.contains("no port is called `\\x1b[31m`"), "{said}");
    let said = refused(&OWN.replace("title:", "\"\\e[2J\": 1\ntitle:"));
    assert!(!said.contains('\u{1b}'), "{said}");
}

#[test]
fn hostile_files_are_bounded() {
    let conditions: String = (0..1_100).map(|number| format!("  - {{env: X, value: 'a{number}'}}\n")).collect();
    let said = refused(&format!("{OWN}also:\n{conditions}"));
    assert!(said.contains("this is the file's pattern number 1001"), "{said}");
    let modes: String =
        (0..200).map(|number| format!("  - {{name: m{number}, clustered: false, when: [{{env: X}}]}}\n")).collect();
    assert!(refused(&OWN.replace("modes:\n", &format!("modes:\n{modes}"))).contains("a system has at most 100 modes"));
    let long = format!("also: [{{config: {}}}]\nmodes:", "a".repeat(2_001));
    assert!(refused(&OWN.replacen("modes:", &long, 1)).contains("it is longer than 2000 bytes"));
    let mut deep = String::from("{env: X}");
    for _ in 0..200 {
        deep = format!("{{not: [{deep}]}}");
    }
    assert!(
        refused(&OWN.replacen("modes:", &format!("also: [{deep}]\nmodes:"), 1)).contains("deeper than stslint reads")
    );
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let before = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 9].join(", ")));
    }
    refused(&format!("{bomb}images: *a8\n"));
}

#[test]
fn sources_are_required_of_nobody_but_the_built_in() {
    assert!(!OWN.contains("source"));
    let run = run(&[("own/ledger.yaml", OWN)], &["systems", "ledger", "--systems", "own"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("## Sources"), "{}", run.stdout);
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/systems/etcd.yaml").exists());
}
