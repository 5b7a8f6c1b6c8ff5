//! The hook under the real pre-commit, on throwaway repositories. Skipped by name where pre-commit is not installed.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::repository::Repository;

/// A set whose Pods find each other by a Service.
fn set(name: &str, size: &str) -> String {
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
      containers:
        - {{name: {name}, image: 'ledger:4', args: ['--peer={name}-0.{name}'], readinessProbe: {{tcpSocket: {{port: 7000}}}}}}
  volumeClaimTemplates:
    - metadata: {{name: data}}
      spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: {size}}}}}}}
"
    )
}

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{clusterIP: None, selector: {{app: {name}}}}}\n"
    )
}

/// A repository that uses the hook.
struct User {
    repository: Repository,
}

/// How a command ended, and all that it printed.
struct Ended {
    passed: bool,
    words: String,
}

impl User {
    /// A repository with two sets in order and an old finding, and the hook installed; `None`, and a word about it,
    /// where something is missing.
    fn new() -> Option<User> {
        let repository = Repository::new()?;
        if Command::new("pre-commit").arg("--version").output().is_err() {
            println!("skipped: pre-commit is not installed");
            return None;
        }
        let user = User { repository };
        // The hook's repository needs no more than its manifest: the program is on the PATH.
        let hooks = Repository::new()?;
        let manifest = include_str!("../.pre-commit-hooks.yaml");
        hooks.write(".pre-commit-hooks.yaml", manifest);
        hooks.commit();
        let place = user.repository.beside("hooks");
        user.repository.git(&["clone", "--quiet", hooks.folder().to_str().unwrap(), place.to_str().unwrap()]);
        user.configure("");
        for name in ["ledger", "orders"] {
            user.repository.write(&format!("{name}/set.yaml"), &set(name, "1Gi"));
            user.repository.write(&format!("{name}/service.yaml"), &service(name));
        }
        user.repository.write("old/set.yaml", &set("old", "1Gi"));
        user.repository.commit();
        let installed = user.run("pre-commit", "", &["install", "--hook-type", "pre-commit"]);
        assert!(installed.passed, "{}", installed.words);
        Some(user)
    }

    fn configure(&self, more: &str) {
        let place = self.repository.beside("hooks");
        let revision = common::repository::git_in(&place, &["rev-parse", "HEAD"]);
        let place = place.display();
        let text = format!("repos:\n- repo: {place}\n  rev: {revision}\n  hooks:\n  - id: stslint-system\n{more}");
        self.repository.write(".pre-commit-config.yaml", &text);
    }

    fn run(&self, program: &str, folder: &str, arguments: &[&str]) -> Ended {
        let built = Path::new(env!("CARGO_BIN_EXE_stslint")).parent().unwrap().to_path_buf();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(built).chain(std::env::split_paths(&path)).collect::<Vec<PathBuf>>();
        let mut command = Command::new(program);
        command.current_dir(self.repository.folder().join(folder)).args(arguments);
        command
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("PRE_COMMIT_HOME", self.repository.beside("cache"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "t").env(format!("GIT_{who}_EMAIL"), "t@example.com");
        }
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"] {
            command.env_remove(name);
        }
        let output = command.output().unwrap();
        let words = [output.stdout, output.stderr].concat();
        Ended { passed: output.status.success(), words: String::from_utf8(words).unwrap() }
    }

    fn commit(&self, folder: &str, arguments: &[&str]) -> Ended {
        let mut all = vec!["commit", "--message", "m"];
        all.extend(arguments);
        self.run("git", folder, &all)
    }

    /// pre-commit called by hand.
    fn hook(&self, arguments: &[&str]) -> Ended {
        let mut all = vec!["run"];
        all.extend(arguments);
        self.run("pre-commit", "", &all)
    }
}

fn passes(ended: &Ended) {
    assert!(ended.passed && ended.words.contains("Passed"), "{}", ended.words);
}

fn fails(ended: &Ended, words: &[&str], others: &[&str]) {
    assert!(!ended.passed, "{}", ended.words);
    words.iter().for_each(|word| assert!(ended.words.contains(word), "no {word}: {}", ended.words));
    others.iter().for_each(|word| assert!(!ended.words.contains(word), "{word}: {}", ended.words));
}

#[test]
fn commits() {
    let Some(user) = User::new() else { return };
    let repository = &user.repository;

    repository.write("ledger/set.yaml", &(set("ledger", "1Gi") + "# a word\n"));
    repository.git(&["add", "--all"]);
    // What is not staged, and what Git does not know, does not matter.
    repository.write("orders/set.yaml", &set("orders", "2Gi"));
    repository.write("new.yaml", &set("new", "1Gi"));
    passes(&user.commit("", &[]));

    repository.write("service.yaml", &service("new"));
    repository.git(&["add", "new.yaml"]);
    fails(&user.commit("", &[]), &["new.yaml:5", "Service `new`"], &["old/set.yaml:5", "orders/set.yaml:5"]);
    repository.git(&["add", "service.yaml"]);
    passes(&user.commit("", &[]));

    // `--all`, and files by name, commit another index than the one at hand.
    let words = ["orders/set.yaml", "cannot be updated"];
    fails(&user.commit("", &["--all"]), &words, &["old/set.yaml:5"]);
    fails(&user.commit("orders", &["set.yaml"]), &words, &["old/set.yaml:5"]);
    repository.git(&["checkout", "--quiet", "orders/set.yaml"]);

    // A file that is read by nobody, and a message alone.
    repository.write("notes.txt", "a word\n");
    repository.git(&["add", "--all"]);
    passes(&user.commit("", &[]));
    passes(&user.commit("", &["--amend"]));

    // The old finding is spoken of where its file is touched.
    repository.write("old/set.yaml", &(set("old", "1Gi") + "# a word\n"));
    fails(&user.commit("", &["--all"]), &["old/set.yaml:5"], &[]);
}

#[test]
fn a_deleted_service_is_missed() {
    let Some(user) = User::new() else { return };
    user.repository.git(&["rm", "--quiet", "orders/service.yaml"]);
    fails(&user.commit("", &[]), &["orders/set.yaml:5", "Service `orders`"], &["old/set.yaml:5"]);
    // By hand, too; and together with a file that is named.
    fails(&user.hook(&[]), &["orders/set.yaml:5"], &["old/set.yaml:5"]);
    user.repository.write("ledger/set.yaml", &(set("ledger", "1Gi") + "# a word\n"));
    fails(&user.commit("", &["--all"]), &["orders/set.yaml:5"], &["old/set.yaml:5"]);
    user.repository.git(&["rm", "--quiet", "--force", "-r", "orders"]);
    // A set that goes is said, and refuses nothing by itself where `--fail-on error` is asked for.
    user.configure("    args: [--fail-on, error]\n");
    user.repository.git(&["add", "--all"]);
    passes(&user.commit("", &[]));
}

#[test]
fn files_that_the_user_excludes_are_not_reported() {
    let Some(user) = User::new() else { return };
    user.configure("    exclude: ^vendor/\n");
    user.repository.write("vendor/set.yaml", &set("vendored", "1Gi"));
    user.repository.git(&["add", "--all"]);
    passes(&user.commit("", &[]));
    user.repository.write("vendor/set.yaml", &set("vendored", "2Gi"));
    user.repository.write("ledger/set.yaml", &(set("ledger", "1Gi") + "# a word\n"));
    passes(&user.commit("", &["--all"]));
}

#[test]
fn all_files_and_ranges() {
    let Some(user) = User::new() else { return };
    let repository = &user.repository;
    fails(&user.hook(&["--all-files"]), &["old/set.yaml:5"], &["ledger/set.yaml:5", "orders/set.yaml:5"]);
    // What lies there counts, as for every other hook: it need not be staged.
    repository.write("ledger/set.yaml", &set("ledger", "2Gi"));
    fails(&user.hook(&["--files", "ledger/set.yaml"]), &["cannot be updated"], &["old/set.yaml:5"]);
    repository.git(&["checkout", "--quiet", "ledger/set.yaml"]);
    passes(&user.hook(&["--files", "ledger/set.yaml"]));

    // A branch against the one that it came from, which has moved on since.
    repository.git(&["checkout", "--quiet", "-b", "branch"]);
    repository.write("ledger/set.yaml", &set("ledger", "2Gi"));
    repository.git(&["rm", "--quiet", "orders/service.yaml"]);
    repository.git(&["commit", "--quiet", "--all", "--no-verify", "--message", "m"]);
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("old/service.yaml", &service("old"));
    repository.git(&["add", "--all"]);
    repository.git(&["commit", "--quiet", "--no-verify", "--message", "m"]);
    repository.git(&["checkout", "--quiet", "branch"]);
    let range = ["--from-ref", "main", "--to-ref", "branch"];
    fails(&user.hook(&range), &["ledger/set.yaml", "orders/set.yaml:5"], &["old/set.yaml:5"]);
}

#[test]
fn conflicts_and_merges() {
    let Some(user) = User::new() else { return };
    let repository = &user.repository;
    repository.git(&["checkout", "--quiet", "-b", "other"]);
    repository.write("ledger/set.yaml", &(set("ledger", "1Gi") + "# theirs\n"));
    repository.git(&["commit", "--quiet", "--all", "--no-verify", "--message", "m"]);
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("ledger/set.yaml", &(set("ledger", "1Gi") + "# ours\n"));
    repository.git(&["commit", "--quiet", "--all", "--no-verify", "--message", "m"]);
    assert!(!user.run("git", "", &["merge", "other"]).passed);
    repository.write("ledger/set.yaml", &(set("ledger", "1Gi") + "# both\n"));
    repository.git(&["add", "--all"]);
    passes(&user.commit("", &[]));
}
