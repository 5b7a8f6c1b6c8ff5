//! `stslint systems` and the annotation `stslint/system`, through the front door.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::path::Path;

use common::{of_rule, stslint, write};
use serde_json::Value;
use stslint::systems::Catalogue;

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn all_systems_are_listed_in_every_format() {
    let text = stslint(here(), &["systems"]);
    assert_eq!((text.code, text.stderr.as_str()), (0, ""));
    assert!(text.stdout.starts_with("NAME "), "{}", text.stdout);
    assert!(!text.stdout.contains('\u{1b}'), "{}", text.stdout);
    let markdown = stslint(here(), &["systems", "--format", "markdown"]).stdout;
    let list: Value = serde_json::from_str(&stslint(here(), &["systems", "--format", "json"]).stdout).unwrap();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), Catalogue::files().len());
    let (lines, rows): (Vec<&str>, Vec<&str>) = (text.stdout.lines().collect(), markdown.lines().collect());
    assert_eq!((lines.len(), rows.len()), (list.len() + 1, list.len() + 2), "one line a system, wrapped nowhere");
    for (index, system) in list.iter().enumerate() {
        let name = system["name"].as_str().unwrap();
        assert!(lines[index + 1].starts_with(name), "{name}: {}", lines[index + 1]);
        assert!(rows[index + 2].starts_with(&format!("| `{name}` | ")), "{name}: {}", rows[index + 2]);
        // Some are known by their command alone.
        for part in [&system["title"], &system["modes"][0]["name"], &system["images"][0]] {
            assert!(part.is_null() || lines[index + 1].contains(part.as_str().unwrap()), "{name}: {part}");
        }
        assert!(system["title"].is_string() && system["modes"][0]["name"].is_string(), "{name}");
        assert_eq!(system["own"], false);
    }
    let narrow = stslint(here(), &["systems", "--width", "120"]).stdout;
    assert!(narrow.lines().all(|line| line.chars().count() <= 120), "{narrow}");
    assert!(narrow.lines().count() > lines.len());
    assert_eq!(stslint(here(), &["systems", "--width", "0"]).stdout, text.stdout);
}

#[test]
fn every_system_has_a_page() {
    for (name, text) in Catalogue::files() {
        let run = stslint(here(), &["systems", name]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
        assert!(!run.stdout.contains("names end in"), "{name}: `my-etcd` is no `etcd`");
        let has_probes = text.lines().any(|line| line == "probes:");
        for (heading, expected) in
            [("\n## Modes\n", true), ("\n## Sources\n", true), ("\n## What probes answer\n", has_probes)]
        {
            assert_eq!(run.stdout.contains(heading), expected, "{name}: {heading}");
        }
        assert_eq!(run.stdout, stslint(here(), &["systems", name, "--format", "markdown"]).stdout);
        let system: Value =
            serde_json::from_str(&stslint(here(), &["systems", name, "--format", "json"]).stdout).unwrap();
        assert_eq!(system["name"], *name);
        assert_eq!(system["facts"]["title"], system["title"]);
    }
    let page = stslint(here(), &["systems", "etcd"]).stdout;
    for said in [
        "# etcd\n",
        "- votes: every member (measured on 3.7.3) [",
        "- may be lost: floor((n-1)/2) of n members: 1 of 3, 2 of 5, none of 2\n",
        "- find each other by a list of all members by Pod name, the same in every member [",
        "- may begin: a majority of a fixed list together, nobody alone (measured on 3.7.3)\n",
        "- start order: `Parallel` is preferred (etcd's own manifest does) (measured on 3.7.3) [",
        "### list not read\n\n- assumed where nothing tells another mode",
        "- `client`: 2379, called `client`, `etcd-client`",
        "  - alone: fails; quorum lost: passes\n",
        "- `{\"httpGet\":{\"path\":\"/readyz\",\"port\":\"metrics\"},\"periodSeconds\":5,\"timeoutSeconds\":5}`, from 3.5.11 on",
        "[1] https://etcd.io/docs/v3.6/op-guide/container/\n",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
}

#[test]
fn names_that_are_none_are_refused() {
    for (arguments, said) in [
        (
            &["systems", "ectd"][..],
            "error: no system is called `ectd`; did you mean `etcd`? (`stslint systems` lists them)\n",
        ),
        (&["systems", "\u{1b}[31m"], "error: no system is called `\\x1b[31m` (`stslint systems` lists them)\n"),
        (&["systems", "--format", "yaml"], "error: `--format yaml` prints one system: name it\n"),
        (&["explain", "etcd"], "error: `etcd` is no rule but a system: `stslint systems etcd` shows it\n"),
    ] {
        let run = stslint(here(), arguments);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (2, "", said), "{arguments:?}");
    }
}

/// A set of three that starts in order and is ready when 2379 answers HTTP; the image says nothing.
fn set(on_set: &str, on_pods: &str, image: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{clusterIP: None, publishNotReadyAddresses: true, \
         selector: {{app: db}}}}\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\n  annotations:\n    \
         a: b\n{on_set}spec:\n  serviceName: db\n  replicas: 3\n  selector: {{matchLabels: {{app: db}}}}\n  template:\n    \
         metadata:\n      labels: {{app: db}}\n      annotations: {{a: b{on_pods}}}\n    spec:\n      containers:\n        \
         - name: main\n          image: {image}\n          readinessProbe: {{httpGet: {{path: /health, port: 2379}}}}\n"
    )
}

fn judged(on_set: &str, on_pods: &str, image: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("db.yaml", &set(on_set, on_pods, image))]);
    common::json(folder.path(), &["db.yaml"])
}

#[test]
fn the_annotation_decides() {
    let deadlocks = |report: &Value| of_rule(report, "bootstrap-deadlock").len();
    let unknown = |report: &Value| of_rule(report, "unknown-system").len();
    for (on_set, on_pods, image, expected) in [
        ("", "", "acme/store:1", 0),
        ("", "", "coreos/etcd:v3.6.1", 1),
        ("    stslint/system: etcd\n", "", "acme/store:1", 1),
        ("", ", stslint/system: etcd", "acme/store:1", 1),
        ("    stslint/system: none\n", "", "coreos/etcd:v3.6.1", 0),
        ("", ", stslint/system: none", "coreos/etcd:v3.6.1", 0),
        // The set's own counts.
        ("    stslint/system: etcd\n", ", stslint/system: none", "acme/store:1", 1),
        ("    stslint/system: redis\n", "", "coreos/etcd:v3.6.1", 0),
        // The mode, too.
        ("    stslint/system: etcd/one member each\n", "", "acme/store:1", 0),
        ("    stslint/system: etcd/static list\n", "", "acme/store:1", 1),
    ] {
        let report = judged(on_set, on_pods, image);
        assert_eq!((deadlocks(&report), unknown(&report)), (expected, 0), "{on_set}{on_pods} {image}: {report:#}");
    }
}

#[test]
fn a_mode_that_the_set_says_is_no_guess() {
    let weight = |annotation: &str| {
        let report = judged(annotation, "", "acme/store:1");
        let found = of_rule(&report, "budget-missing").into_iter().map(|(_, _, severity)| severity).collect::<String>();
        (found, report["sets"][0].clone())
    };
    let (guessed, set) = weight("    stslint/system: etcd\n");
    assert_eq!(
        (guessed.as_str(), &set["assumed"], set["mode"].as_str()),
        ("note", &true.into(), Some("list not read"))
    );
    let (said, set) = weight("    stslint/system: etcd/list not read\n");
    assert_eq!(
        (said.as_str(), &set["assumed"], set["identified_by"].as_str()),
        ("warning", &false.into(), Some("annotation"))
    );
}

#[test]
fn no_label_says_of_an_annotation_what_settings_do() {
    let folder = tempfile::tempdir().unwrap();
    let set = set("    stslint/system: redis/Sentinel, who finds none is master\n", "", "acme/store:1");
    let set = set.replace("  replicas: 3\n", "  replicas: 3\n  podManagementPolicy: Parallel\n");
    write(folder.path(), &[("db.yaml", &set)]);
    let report = common::json(folder.path(), &["db.yaml"]);
    assert_eq!(of_rule(&report, "parallel-quorum-bootstrap"), [("db.yaml".to_owned(), 16, "error".to_owned())]);
    for finding in report["findings"].as_array().unwrap() {
        let places = std::iter::once(&finding["location"]).chain(finding["related"].as_array().unwrap());
        assert!(places.into_iter().all(|place| place["start"]["line"] != 12), "{finding:#}");
    }
}

#[test]
fn an_unknown_name_is_a_finding_at_its_bytes() {
    for (on_set, on_pods, columns, said, help) in [
        ("    stslint/system: ectd\n", "", (12, 21, 25), "`ectd`, which stslint does not know", Some("etcd")),
        ("", ", stslint/system: \"nnoe\"", (19, 43, 49), "which stslint does not know", Some("none")),
        (
            "    stslint/system: etcd/static lst\n",
            "",
            (12, 26, 36),
            "a mode that stslint does not know",
            Some("static list"),
        ),
        ("    stslint/system: Acme store\n", "", (12, 21, 31), "`Acme store`, which stslint does not know", None),
        ("    stslint/system: ''\n", "", (12, 21, 23), "which stslint does not know", None),
        ("    stslint/system: ectd/static list\n", "", (12, 21, 25), "`ectd/static list`", Some("etcd")),
    ] {
        let report = judged(on_set, on_pods, "acme/store:1");
        let found = report["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "unknown-system").unwrap();
        let location = &found["location"];
        let number = |value: &Value| value.as_u64().unwrap();
        let place = (
            number(&location["start"]["line"]),
            number(&location["start"]["column"]),
            number(&location["end"]["column"]),
        );
        assert_eq!(place, columns, "{on_set}{on_pods}: {found:#}");
        assert_eq!(found["severity"], "warning");
        assert!(found["message"].as_str().unwrap().contains(said), "{found:#}");
        let block = found["help"][0]["block"].as_str();
        match help {
            Some(name) => assert!(block.unwrap().contains(name), "{found:#}"),
            None => assert_eq!(block, None, "{found:#}"),
        }
    }
    // Nothing is said twice: a number is the wrong type, and `invalid-manifest` has said it.
    let report = judged("    stslint/system: 7\n", "", "acme/store:1");
    assert_eq!(of_rule(&report, "unknown-system"), []);
    assert_eq!(of_rule(&report, "invalid-manifest").len(), 1);
}

fn runbook(image: &str, replicas: i64, more: &str) -> Vec<String> {
    let set = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: kv}}\nspec:\n  serviceName: kv\n  replicas: \
         {replicas}\n  podManagementPolicy: Parallel\n  selector: {{matchLabels: {{app: kv}}}}\n  template:\n    metadata: \
         {{labels: {{app: kv}}}}\n    spec:\n      containers:\n        - name: main\n          image: {image}\n          \
         {more}\n          volumeMounts: [{{name: data, mountPath: /data}}]\n  volumeClaimTemplates:\n    - metadata: {{name: \
         data}}\n      spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n"
    );
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("kv.yaml", &set)]);
    let rules = "full-restart-deadlock,update-strategy-unsuited";
    let report = common::json(folder.path(), &["--select", rules]);
    let blocks = report["findings"].as_array().unwrap().iter().flat_map(|finding| finding["help"].as_array().unwrap());
    let text: Vec<&str> = blocks.filter_map(|help| help["block"].as_str()).collect();
    text.join("\n").lines().map(str::to_owned).collect()
}

#[test]
fn a_runbook_for_many_members_says_where_it_is_cut() {
    let command = "command: [redis-server, --cluster-enabled, 'yes']";
    let cut = |lines: &[String]| lines.iter().filter(|line| line.starts_with("# ... ")).cloned().collect::<Vec<_>>();
    let short = runbook("redis:8.0", 6, command);
    assert!(short.iter().any(|line| line.contains("get pod kv-5")), "{short:#?}");
    assert_eq!(cut(&short), Vec::<String>::new());
    assert_eq!(cut(&runbook("redis:8.0", 12, command)), ["# ... and the same for kv-9 to kv-11"]);
}

#[test]
fn what_is_pasted_whole_deletes_no_servers() {
    for (image, program) in [("hashicorp/vault:1.20", "vault"), ("openbao/openbao:2.3", "openbao")] {
        let settings =
            format!("env: [{{name: X, value: 'storage \"raft\" {{}}'}}]\n          args: [server, {program}]");
        let lines = runbook(image, 3, &settings);
        assert!(lines.iter().any(|line| line.contains("delete pod kv-2")), "{lines:#?}");
        assert!(lines.iter().all(|line| !line.starts_with("kubectl delete")), "{lines:#?}");
    }
}
