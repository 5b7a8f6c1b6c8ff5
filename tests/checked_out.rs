//! What is staged, read from the worktree where Git would take its copies for unchanged.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::time::{Duration, SystemTime};

use common::repository::Repository;
use common::{json, places};

/// A set without its Service.
fn set(name: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: {name}}}
spec:
  serviceName: {name}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers: [{{name: {name}, image: 'ledger:4', args: ['--peer={name}-0.{name}'], readinessProbe: {{tcpSocket: {{port: 7000}}}}}}]
"
    )
}

/// Writes a file that is as old as to be told from what is written now.
fn write_earlier(repository: &Repository, name: &str, text: &[u8]) {
    std::fs::write(repository.folder().join(name), text).unwrap();
    let file = std::fs::File::options().append(true).open(repository.folder().join(name)).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)).unwrap();
}

/// Files with a finding that weighs, and its line.
fn staged(repository: &Repository) -> Vec<(String, u64)> {
    let found = places(&json(repository.folder(), &["--staged", "--all"]));
    let weighs = found.into_iter().filter(|(_, severity, ..)| severity != "note");
    weighs.map(|(_, _, file, line)| (file, line)).collect()
}

#[test]
fn a_copy_without_interest_is_not_unpacked() {
    let Some(repository) = Repository::new() else { return };
    repository.write("set.yaml", &set("ledger"));
    write_earlier(&repository, "web.yaml", b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n");
    repository.git(&["add", "--all"]);
    let id = repository.git(&["rev-parse", ":web.yaml"]);
    std::fs::remove_file(repository.folder().join(format!(".git/objects/{}/{}", &id[..2], &id[2..]))).unwrap();
    assert_eq!(staged(&repository), [("set.yaml".to_owned(), 5)]);
    // Only the object tells what is staged once the copy has been written again.
    repository.write("web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\n");
    let run = repository.stslint(&["check", "--staged"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("web.yaml"), "{}", run.stderr);
}

#[test]
fn a_copy_that_was_written_again_says_nothing_of_what_is_staged() {
    let Some(repository) = Repository::new() else { return };
    write_earlier(&repository, "set.yaml", set("ledger").as_bytes());
    repository.git(&["add", "--all"]);
    assert_eq!(staged(&repository), [("set.yaml".to_owned(), 5)]);
    // As long as before, and as old.
    write_earlier(&repository, "set.yaml", set("ledger").replace("kind: StatefulSet", "kind: DaemonSets2").as_bytes());
    assert_eq!(staged(&repository), [("set.yaml".to_owned(), 5)]);
}

#[test]
fn what_filters_did_to_a_copy_is_not_judged() {
    let Some(repository) = Repository::new() else { return };
    repository
        .write(".gitattributes", "crlf.yaml text eol=crlf\nwide.yaml working-tree-encoding=UTF-16LE\nid.yaml ident\n");
    write_earlier(&repository, "crlf.yaml", set("crlf").replace('\n', "\r\n").as_bytes());
    let wide: Vec<u8> = set("wide").encode_utf16().flat_map(u16::to_le_bytes).collect();
    write_earlier(&repository, "wide.yaml", &wide);
    write_earlier(&repository, "id.yaml", format!("# $Id: as it is checked out $\n{}", set("id")).as_bytes());
    repository.git(&["add", "--all"]);
    for name in ["crlf.yaml", "wide.yaml", "id.yaml"] {
        assert_ne!(
            repository.git(&["hash-object", "--no-filters", name]),
            repository.git(&["rev-parse", &format!(":{name}")])
        );
    }
    let all =
        |line| ["crlf.yaml", "id.yaml", "wide.yaml"].map(|name| (name.to_owned(), line + u64::from(name == "id.yaml")));
    assert_eq!(staged(&repository), all(5));
    let report = json(repository.folder(), &["--staged", "--all"]).to_string();
    assert!(!report.contains("\\r"), "{report}");
}
