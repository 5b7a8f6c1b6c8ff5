//! The program under the name by which kubectl finds it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with a link to the program.
fn linked(name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join(name);
    symlink(env!("CARGO_BIN_EXE_stslint"), &link).unwrap();
    (folder, link)
}

fn words(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr].concat()).unwrap()
}

fn run(program: &Path, arguments: &[&str]) -> String {
    words(&Command::new(program).args(arguments).output().unwrap())
}

#[test]
fn usage_names_the_program_as_it_was_called() {
    let (_folder, plugin) = linked("kubectl-stslint");
    assert!(run(&plugin, &["--help"]).contains("\nUsage: kubectl stslint "));
    assert!(run(&plugin, &["check", "--help"]).contains("\nUsage: kubectl stslint check "));
    assert!(run(&plugin, &["explain"]).contains("Usage: kubectl stslint explain <RULE>"));
    assert!(run(&plugin, &["--version"]).starts_with("stslint "));
    let (_folder, link) = linked("stslint");
    assert!(run(&link, &["--help"]).contains("\nUsage: stslint "));
}

#[test]
fn kubectl_finds_it() {
    let (folder, _) = linked("kubectl-stslint");
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(folder.path().to_path_buf()).chain(std::env::split_paths(&paths));
    let mut kubectl = Command::new("kubectl");
    kubectl.env("PATH", std::env::join_paths(paths).unwrap()).args(["stslint", "explain"]);
    match kubectl.output() {
        Ok(output) => assert!(words(&output).contains("Usage: kubectl stslint explain <RULE>"), "{}", words(&output)),
        Err(_) => println!("skipped: kubectl is not installed"),
    }
}
