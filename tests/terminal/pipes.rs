//! Readers that leave early, disks that are full, streams that are closed.
#![cfg(target_os = "linux")]

use std::fmt::Write as _;

use crate::common::write;
use crate::shell::run;

/// Many sets whose Service is missing: far more output than a pipe holds.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut all = String::new();
    for number in 0..200 {
        let set = format!(
            "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: web{number}}}\nspec:\n  serviceName: web{number}\n  \
             replicas: 3\n  selector: {{matchLabels: {{app: web{number}}}}}\n  template:\n    metadata: {{labels: {{app: \
             web{number}}}}}\n    spec: {{containers: [{{name: web, image: registry.example/web:1}}]}}\n"
        );
        all.write_str(&set).unwrap();
    }
    write(folder.path(), &[("all.yaml", &all)]);
    folder
}

#[test]
fn a_reader_that_leaves_is_no_error_and_the_exit_code_stays() {
    let found = folder();
    for (command, code) in [
        ("stslint check", 1),
        ("stslint", 1),
        ("stslint check --fail-on never", 0),
        ("stslint check --format json", 1),
        ("stslint explain service-not-headless", 0),
        ("stslint rules --format json", 0),
        ("stslint systems --format json", 0),
        ("stslint systems --schema", 0),
        ("stslint completions bash", 0),
        ("stslint man", 0),
        ("stslint --help", 0),
        ("stslint --version", 0),
    ] {
        // The reader is gone before the first byte in the one, after the first line in the other.
        for reader in ["true", "head -n 1"] {
            let script = format!("(sleep 0.1; {command}; echo $? >code) | {reader} >/dev/null; cat code");
            let run = run("sh", found.path(), &script);
            assert_eq!(
                (run.stdout.trim(), run.stderr.as_str()),
                (code.to_string().as_str(), ""),
                "{command} | {reader}"
            );
        }
    }
}

#[test]
fn a_full_disk_is_exit_2_and_said() {
    let found = folder();
    for command in [
        "check",
        "check --format json",
        "explain duplicate-key",
        "rules",
        "systems",
        "systems etcd",
        "systems --schema",
        "completions zsh",
        "man",
        "--help",
        "check -h",
        "--version",
    ] {
        let run = run("sh", found.path(), &format!("stslint {command} >/dev/full"));
        assert_eq!(run.code, 2, "{command}");
        assert_eq!(run.stderr, "error: cannot write the output: No space left on device (os error 28)\n", "{command}");
    }
}

#[test]
fn closed_streams_end_nothing_early() {
    // Rust opens /dev/null where a standard stream is closed, so this is as if the output were thrown away.
    let found = folder();
    assert_eq!(run("sh", found.path(), "stslint check >&-").code, 1);
    assert_eq!(run("sh", found.path(), "stslint check nowhere >&- 2>&-").code, 2);
    assert_eq!(run("sh", found.path(), "stslint check 2>&- <&- >out").code, 1);
    assert!(std::fs::read_to_string(found.path().join("out")).unwrap().contains("Found 200 warnings"));
}
