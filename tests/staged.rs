//! What is staged, judged with the whole repository around it.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::repository::{Repository, git_in};
use common::{Run, json, places};

/// A set whose Service is another file's.
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
      containers: [{{name: {name}, image: 'ledger:4', args: ['--peer={name}-0.{name}'], readinessProbe: {{tcpSocket: {{port: 7000}}}}}}]
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

/// Two sets with their Services, and an old finding: a third set that has none.
fn repository() -> Option<Repository> {
    let repository = Repository::new()?;
    for name in ["ledger", "orders"] {
        repository.write(&format!("{name}/set.yaml"), &set(name, "1Gi"));
        repository.write(&format!("{name}/service.yaml"), &service(name));
    }
    repository.write("old/set.yaml", &set("old", "1Gi"));
    repository.commit();
    Some(repository)
}

type Found = Vec<(String, String, String, u64)>;

/// Findings that weigh, as rule and file.
fn found(found: Found) -> Vec<(String, String)> {
    let weighs = found.into_iter().filter(|(_, severity, ..)| severity != "note");
    weighs.map(|(rule, _, file, _)| (rule, file)).collect()
}

fn staged(repository: &Repository, arguments: &[&str]) -> Vec<(String, String)> {
    let mut all = vec!["--staged"];
    all.extend(arguments);
    found(places(&json(repository.folder(), &all)))
}

fn one(rule: &str, file: &str) -> Vec<(String, String)> {
    vec![(rule.to_owned(), file.to_owned())]
}

fn refused(run: &Run, words: &str) {
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains(words) && run.stdout.is_empty(), "{}{}", run.stdout, run.stderr);
}

#[test]
fn the_index_counts_and_not_the_worktree() {
    let Some(repository) = repository() else { return };
    // The broken state is staged, the worktree is mended again.
    repository.write("ledger/set.yaml", &set("ledger", "2Gi"));
    repository.git(&["add", "ledger/set.yaml"]);
    repository.write("ledger/set.yaml", &set("ledger", "1Gi"));
    assert_eq!(staged(&repository, &[]), one("immutable-field-change", "ledger/set.yaml"));
    // The other way round: what is not staged, and what Git does not know, does not matter.
    repository.git(&["reset", "--quiet"]);
    repository.write("orders/set.yaml", &set("orders", "2Gi"));
    repository.write("new.yaml", &set("new", "1Gi"));
    assert_eq!(staged(&repository, &[]), []);
    repository.git(&["add", "--intent-to-add", "new.yaml"]);
    assert_eq!(staged(&repository, &[]), []);
    // A Service that Git does not know is none for the commit.
    repository.git(&["add", "new.yaml"]);
    repository.write("service.yaml", &service("new"));
    assert_eq!(staged(&repository, &[]), one("service-not-found", "new.yaml"));
}

#[test]
fn nothing_staged_is_said_and_costs_nothing() {
    let Some(repository) = repository() else { return };
    let run = repository.stslint(&["check", "--staged"]);
    assert_eq!((run.code, run.stdout.lines().count()), (0, 1), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("Nothing"), "{}", run.stdout);
    // A file that is never read.
    repository.write("values.yaml", "replicas: 3\n");
    repository.git(&["add", "values.yaml"]);
    assert_eq!(repository.stslint(&["check", "--staged"]).stdout, run.stdout);
    assert_eq!(staged(&repository, &["--all"]), one("service-not-found", "old/set.yaml"));
    // JSON stays JSON.
    assert_eq!(json(repository.folder(), &["--staged"])["findings"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_a_deletion_brings_about_is_reported_where_it_is_missed() {
    let Some(repository) = repository() else { return };
    repository.git(&["rm", "--quiet", "orders/service.yaml"]);
    assert_eq!(staged(&repository, &[]), one("service-not-found", "orders/set.yaml"));
    // Called as pre-commit calls it: the file that is gone is not among the names.
    let run = repository.stslint(&["check", "--pre-commit"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("orders/set.yaml") && !run.stdout.contains("old/set.yaml"), "{}", run.stdout);
    assert!(run.stdout.contains("1 other finding was there before and lies elsewhere."), "{}", run.stdout);
}

#[test]
fn what_was_there_before_is_not_reported_unless_its_file_changes() {
    let Some(repository) = repository() else { return };
    repository.write("ledger/set.yaml", &(set("ledger", "1Gi") + "# a word\n"));
    repository.git(&["add", "--all"]);
    assert_eq!(staged(&repository, &[]), []);
    repository.write("old/set.yaml", &(set("old", "1Gi") + "# a word\n"));
    repository.git(&["add", "--all"]);
    assert_eq!(staged(&repository, &[]), one("service-not-found", "old/set.yaml"));
    assert_eq!(staged(&repository, &["ledger"]), []);
    assert_eq!(staged(&repository, &["./old/", "ledger/set.yaml"]), one("service-not-found", "old/set.yaml"));
}

#[test]
fn a_kustomization_touches_the_sets_that_it_builds() {
    let Some(repository) = repository() else { return };
    let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [set.yaml]\n";
    repository.write("old/kustomization.yaml", kustomization);
    repository.commit();
    repository.write("old/kustomization.yaml", &format!("{kustomization}commonAnnotations: {{a: b}}\n"));
    repository.git(&["add", "--all"]);
    assert_eq!(staged(&repository, &[]), one("service-not-found", "old/set.yaml"));
}

#[test]
fn renamed_files_are_the_same_objects() {
    let Some(repository) = repository() else { return };
    repository.git(&["mv", "ledger", "books"]);
    assert_eq!(staged(&repository, &[]), []);
    repository.write("books/set.yaml", &set("ledger", "2Gi"));
    repository.git(&["add", "--all"]);
    assert_eq!(staged(&repository, &[]), one("immutable-field-change", "books/set.yaml"));
}

#[test]
fn the_first_commit_has_nothing_to_be_compared_with() {
    let Some(repository) = Repository::new() else { return };
    repository.write("set.yaml", &set("ledger", "1Gi"));
    assert_eq!(repository.stslint(&["check", "--staged"]).code, 0);
    repository.git(&["add", "set.yaml"]);
    assert_eq!(staged(&repository, &[]), one("service-not-found", "set.yaml"));
    // pre-commit, called by hand.
    assert_eq!(repository.stslint(&["check", "--pre-commit", "set.yaml"]).code, 1);
    repository.write("service.yaml", &service("ledger"));
    repository.git(&["add", "service.yaml"]);
    assert_eq!(staged(&repository, &[]), []);
}

#[test]
fn from_a_folder_below_the_whole_repository_is_judged() {
    let Some(repository) = repository() else { return };
    repository.git(&["rm", "--quiet", "orders/service.yaml"]);
    repository.write("ledger/set.yaml", &set("ledger", "2Gi"));
    repository.git(&["add", "--all"]);
    let report = json(&repository.folder().join("ledger"), &["--staged"]);
    let expected = [("service-not-found", "../orders/set.yaml"), ("immutable-field-change", "set.yaml")];
    assert_eq!(found(places(&report)), expected.map(|(rule, file)| (rule.to_owned(), file.to_owned())));
}

#[test]
fn the_index_that_git_names_is_the_one_that_is_committed() {
    let Some(repository) = repository() else { return };
    repository.write("ledger/set.yaml", &set("ledger", "2Gi"));
    let run = |folder: &str, environment: &[(&str, &str)]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_stslint"));
        command.current_dir(repository.folder().join(folder)).args(["check", "--pre-commit", "ledger/set.yaml"]);
        let output = command.envs(environment.iter().copied()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    std::fs::copy(repository.folder().join(".git/index"), repository.folder().join(".git/next")).unwrap();
    assert_eq!(run("", &[("GIT_INDEX_FILE", ".git/next")]).0, 0);
    repository.git(&["add", "--all"]);
    assert_eq!(run("", &[("GIT_INDEX_FILE", ".git/next")]).0, 0, "the other index has nothing staged");
    let (code, words) = run("", &[("GIT_INDEX_FILE", ".git/index")]);
    assert_eq!(code, 1);
    assert!(words.contains("cannot be updated"), "{words}");
    let all = repository.folder().join(".git");
    let environment = [("GIT_INDEX_FILE", ".git/index"), ("GIT_DIR", all.to_str().unwrap()), ("GIT_WORK_TREE", ".")];
    assert_eq!(run("", &environment).0, 1);
}

#[test]
fn what_git_itself_calls_sees_what_is_committed() {
    let Some(repository) = repository() else { return };
    let hook = repository.folder().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, format!("#!/bin/sh\nexec {} check --staged\n", env!("CARGO_BIN_EXE_stslint"))).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let commits = |folder: &str, arguments: &[&str]| {
        let before = repository.git(&["rev-parse", "HEAD"]);
        let mut command = std::process::Command::new("git");
        command.current_dir(repository.folder().join(folder)).args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
        ]);
        let output = command.args(["commit", "--quiet", "--message", "m"]).args(arguments).output().unwrap();
        let committed = repository.git(&["rev-parse", "HEAD"]) != before;
        assert_eq!(output.status.success(), committed, "{}", String::from_utf8_lossy(&output.stderr));
        committed
    };
    repository.write("ledger/set.yaml", &set("ledger", "2Gi"));
    repository.write("orders/set.yaml", &(set("orders", "1Gi") + "# a word\n"));
    assert!(!commits("", &["--all"]));
    assert!(!commits("ledger", &["set.yaml"]));
    assert!(commits("orders", &["set.yaml"]));
    // In a linked worktree Git names both folder and index.
    let linked = repository.beside("linked");
    repository.git(&["worktree", "add", "--quiet", "--detach", linked.to_str().unwrap()]);
    std::fs::remove_file(linked.join("ledger/service.yaml")).unwrap();
    git_in(&linked, &["add", "--all"]);
    let output = std::process::Command::new("git")
        .current_dir(&linked)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--message", "m"])
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && words.contains("ledger/set.yaml"), "{words}");
}

#[test]
fn what_is_not_in_order_ends_with_words() {
    let Some(repository) = repository() else { return };
    let folder = tempfile::tempdir().unwrap();
    refused(&common::stslint(folder.path(), &["check", "--staged"]), "lies in no Git repository");
    git_in(folder.path(), &["init", "--quiet", "--bare"]);
    refused(&common::stslint(folder.path(), &["check", "--staged"]), "bare repository");
    refused(&repository.stslint(&["check", "--staged", "nowhere.yaml"]), "nowhere.yaml: no such file");
    refused(&repository.stslint(&["check", "--staged", "--base", "nowhere"]), "no revision `nowhere`");
    refused(&repository.stslint(&["check", "--context", "."]), "--context says what is read");
    refused(&repository.stslint(&["check", "--context", ".", "nowhere.yaml"]), "nowhere.yaml: no such file");
    repository.write("new.yaml", &set("new", "1Gi"));
    refused(&repository.stslint(&["check", "--staged", "new.yaml"]), "nothing of it is in the index");
    let index = repository.folder().join(".git/index");
    let good = std::fs::read(&index).unwrap();
    let mut bad = good.clone();
    let middle = bad.len() / 2;
    bad[middle] ^= 0xff;
    for bytes in [&bad[..], &good[..40], b"", b"DIRC"] {
        std::fs::write(&index, bytes).unwrap();
        refused(&repository.stslint(&["check", "--staged"]), "the index");
    }
}

#[test]
fn conflicts_have_to_be_mended_first() {
    let Some(repository) = repository() else { return };
    repository.git(&["checkout", "--quiet", "-b", "other"]);
    repository.write("ledger/set.yaml", &set("ledger", "3Gi"));
    repository.commit();
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("ledger/set.yaml", &set("ledger", "2Gi"));
    repository.commit();
    let merge = std::process::Command::new("git").current_dir(repository.folder()).args(["merge", "other"]).output();
    assert!(!merge.unwrap().status.success());
    refused(&repository.stslint(&["check", "--staged"]), "ledger/set.yaml is not merged yet");
}

#[test]
fn indexes_of_every_kind() {
    let Some(repository) = repository() else { return };
    repository.write("ledger/set.yaml", &set("ledger", "2Gi"));
    repository.git(&["add", "--all"]);
    let expected = one("immutable-field-change", "ledger/set.yaml");
    for setting in [&["--index-version", "4"][..], &["--split-index"], &["--no-split-index", "--untracked-cache"]] {
        let mut arguments = vec!["update-index"];
        arguments.extend(setting);
        repository.git(&arguments);
        assert_eq!(staged(&repository, &[]), expected, "{setting:?}");
    }
    // Left out of the worktree, and folders in place of their files: all of it is still committed.
    repository.git(&["commit", "--quiet", "--message", "m"]);
    for kind in ["--no-sparse-index", "--sparse-index"] {
        repository.git(&["sparse-checkout", "set", "--cone", kind, "orders"]);
        assert!(!repository.folder().join("old").exists());
        assert_eq!(staged(&repository, &["--all"]), one("service-not-found", "old/set.yaml"), "{kind}");
        assert_eq!(staged(&repository, &[]), [], "{kind}");
    }
    repository.git(&["rm", "--quiet", "orders/service.yaml"]);
    assert_eq!(staged(&repository, &[]), one("service-not-found", "orders/set.yaml"));
}

#[test]
fn what_git_knows_counts_and_what_ignore_files_keep_out_does_not() {
    let Some(repository) = repository() else { return };
    repository.write(".gitignore", "/new\n");
    repository.write(".ignore", "/vendor/*\n!/vendor/ours\n");
    for folder in ["new", "vendor/theirs", "vendor/ours", ".hidden"] {
        repository.write(&format!("{folder}/set.yaml"), &set("ledger-copy", "1Gi"));
    }
    repository.git(&["add", "--all", "--force"]);
    let names: Vec<String> = staged(&repository, &[]).into_iter().map(|(_, file)| file).collect();
    assert_eq!(names, ["new/set.yaml", "vendor/ours/set.yaml"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let Some(repository) = repository() else { return };
    let outside = repository.beside("outside.yaml");
    std::fs::write(&outside, set("outside", "1Gi")).unwrap();
    std::os::unix::fs::symlink(&outside, repository.folder().join("link.yaml")).unwrap();
    repository.git(&["rm", "--quiet", "ledger/service.yaml"]);
    std::os::unix::fs::symlink("../orders/service.yaml", repository.folder().join("ledger/service.yaml")).unwrap();
    repository.git(&["add", "--all"]);
    assert_eq!(staged(&repository, &[]), one("service-not-found", "ledger/set.yaml"));
}

#[test]
fn submodules_are_read_at_the_commit_that_is_staged() {
    let (Some(repository), Some(inner)) = (repository(), Repository::new()) else { return };
    inner.write("service.yaml", &service("old"));
    inner.commit();
    repository.git(&["submodule", "--quiet", "add", inner.folder().to_str().unwrap(), "old/inner"]);
    repository.git(&["commit", "--quiet", "--message", "m"]);
    assert_eq!(staged(&repository, &["--all"]), []);
    let checkout = repository.folder().join("old/inner");
    git_in(&checkout, &["rm", "--quiet", "service.yaml"]);
    git_in(&checkout, &["commit", "--quiet", "--message", "m"]);
    assert_eq!(staged(&repository, &[]), []);
    repository.git(&["add", "old/inner"]);
    assert_eq!(staged(&repository, &[]), one("service-not-found", "old/set.yaml"));
    // Not checked out: nothing of it is known, and that is no error.
    repository.git(&["submodule", "--quiet", "deinit", "--force", "old/inner"]);
    assert_eq!(staged(&repository, &["--all"]), one("service-not-found", "old/set.yaml"));
}

#[test]
fn large_files_elsewhere_are_named() {
    let Some(repository) = repository() else { return };
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 5\n", "a".repeat(64));
    repository.write("ledger/large.yaml", &pointer);
    repository.git(&["add", "--all"]);
    let run = repository.stslint(&["check", "--staged"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("ledger/large.yaml: a Git LFS pointer"), "{}", run.stdout);
}

#[test]
fn no_program_of_the_repository_runs() {
    let Some(repository) = repository() else { return };
    let settings = [
        ("core.fsmonitor", "touch pwned; false"),
        ("filter.x.clean", "touch pwned"),
        ("filter.x.smudge", "touch pwned"),
        ("filter.x.process", "touch pwned"),
        ("diff.x.textconv", "touch pwned"),
        ("core.hooksPath", "hooks"),
    ];
    repository.write(".gitattributes", "*.yaml filter=x diff=x\n");
    repository.git(&["rm", "--quiet", "orders/service.yaml"]);
    for (name, value) in settings {
        repository.git(&["config", name, value]);
    }
    assert_eq!(staged(&repository, &[]), one("service-not-found", "orders/set.yaml"));
    assert!(!repository.folder().join("pwned").exists());
}

#[test]
fn a_context_is_read_and_the_paths_choose() {
    let Some(repository) = repository() else { return };
    let chosen = |arguments: &[&str]| found(places(&json(repository.folder(), arguments)));
    assert_eq!(chosen(&["--context", ".", "ledger/set.yaml"]), []);
    assert_eq!(chosen(&["--context", ".", "ledger/set.yaml", "old"]), one("service-not-found", "old/set.yaml"));
    assert_eq!(chosen(&["ledger/set.yaml"]), one("service-not-found", "ledger/set.yaml"));
    repository.remove("ledger/service.yaml");
    let base = ["--context", ".", "--base", "HEAD", "ledger/service.yaml"];
    assert_eq!(chosen(&base), one("service-not-found", "ledger/set.yaml"));
    assert_eq!(chosen(&["--context", ".", "--base", "HEAD", "orders"]), one("service-not-found", "ledger/set.yaml"));
    // Without a base nothing is known of before, and of a file that changed it would not be true.
    let elsewhere = |arguments: &[&str]| {
        let run = repository.stslint(&[&["check", "--context", "."], arguments].concat());
        run.stdout.lines().find(|line| line.ends_with(" elsewhere.")).unwrap_or_default().to_owned()
    };
    assert_eq!(elsewhere(&["orders"]), "2 other findings lie elsewhere.");
    assert_eq!(elsewhere(&["--base", "HEAD", "orders"]), "1 other finding was there before and lies elsewhere.");
    // A file that changed and was not chosen: its own findings are not wanted.
    repository.write("orders/set.yaml", &set("orders", "5Gi"));
    assert_eq!(chosen(&["--context", ".", "--base", "HEAD", "ledger"]), one("service-not-found", "ledger/set.yaml"));
    assert_eq!(elsewhere(&["--base", "HEAD", "ledger"]), "2 other findings lie elsewhere.");
}

#[test]
fn what_lies_elsewhere_and_cannot_be_read_as_text_is_not_reported() {
    let Some(repository) = repository() else { return };
    std::fs::write(repository.folder().join("bad.yaml"), b"kind: StatefulSet\n\xff\xfe\n").unwrap();
    repository.write("broken.yaml", "kind: StatefulSet\napiVersion: apps/v1\nspec: a: b\n");
    repository.write("orders/chart/Chart.yaml", "name: chart\n");
    repository.write("orders/chart/templates/set.yaml", "kind: StatefulSet\nmetadata: {{ toYaml . }}\n");
    repository.commit();
    repository.write("ledger/set.yaml", &(set("ledger", "1Gi") + "# a word\n"));
    repository.git(&["add", "--all"]);
    let run = repository.stslint(&["check", "--staged"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    for word in ["bad.yaml", "broken.yaml", "Helm", "Could not read"] {
        assert!(!run.stdout.contains(word), "{word}: {}", run.stdout);
    }
    repository.git(&["mv", "bad.yaml", "worse.yaml"]);
    assert_eq!(staged(&repository, &[]), one("invalid-manifest", "worse.yaml"));
}
