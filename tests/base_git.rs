//! Repositories of every kind: each the right answer, or exit code 2 and a word that helps.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::repository::{Repository, compared_in, git_in};

fn set(size: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: ledger}}
spec:
  serviceName: ledger
  selector: {{matchLabels: {{app: ledger}}}}
  template:
    metadata: {{labels: {{app: ledger}}}}
    spec:
      containers: [{{name: ledger, image: 'ledger:4', readinessProbe: {{tcpSocket: {{port: 7000}}}}}}]
  volumeClaimTemplates:
    - metadata: {{name: data}}
      spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: {size}}}}}}}
"
    )
}

/// A repository with `set.yaml` in two commits: 1Gi, then 2Gi.
fn grown() -> Option<Repository> {
    let repository = Repository::new()?;
    for size in ["1Gi", "2Gi"] {
        repository.write("set.yaml", &set(size));
        repository.commit();
    }
    Some(repository)
}

fn refused(file: &str) -> Vec<(String, String, String, u64)> {
    vec![("immutable-field-change".to_owned(), "error".to_owned(), file.to_owned(), 13)]
}

#[test]
fn revisions_by_every_name() {
    let Some(repository) = grown() else { return };
    repository.git(&["tag", "light", "HEAD~1"]);
    repository.git(&["tag", "--annotate", "--message", "m", "heavy", "HEAD~1"]);
    repository.git(&["update-ref", "refs/heads/-x", "HEAD~1"]);
    let full = repository.git(&["rev-parse", "HEAD~1"]);
    let names =
        ["HEAD~1", "HEAD^", "main~1", "@~", "light", "heavy", "refs/tags/heavy", &full, &full[..8], "HEAD@{1}", "-x"];
    for name in names {
        assert_eq!(repository.compared(name, &[]), refused("set.yaml"), "{name}");
    }
    assert_eq!(repository.compared("HEAD", &[]), []);
}

#[test]
fn names_that_are_no_revision() {
    let Some(repository) = grown() else { return };
    let names = [
        ("-x", "no revision `-x`"),
        ("--upload-pack=touch pwned", "no revision"),
        ("--output=pwned", "no revision"),
        ("HEAD~1..HEAD", "is a range"),
        ("main...HEAD", "is a range"),
        ("^HEAD", "is a range"),
        ("", "empty name"),
        ("nowhere", "no revision `nowhere`"),
        ("HEAD~9", "no revision `HEAD~9`"),
        ("HEAD^{tree}", "is no commit"),
        ("HEAD:set.yaml", "is no commit"),
        ("\u{1b}[31m", "no revision"),
    ];
    for (name, words) in names {
        let run = repository.stslint(&["check", &format!("--base={name}")]);
        assert_eq!(run.code, 2, "{name:?}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(words), "{name:?}: {}", run.stderr);
        assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
    }
    assert!(!repository.folder().join("pwned").exists());
}

#[test]
fn a_folder_outside_any_repository() {
    let folder = tempfile::tempdir().unwrap();
    common::write(folder.path(), &[("set.yaml", &set("1Gi"))]);
    let run = common::stslint(folder.path(), &["check", "--base", "HEAD"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("lies in no Git repository"), "{}", run.stderr);
}

#[test]
fn standard_input_has_no_revision() {
    let Some(repository) = grown() else { return };
    let run = common::with_stdin(repository.folder(), &["check", "--base", "HEAD~1", "-"], set("1Gi").as_bytes());
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("standard input has no revision"), "{}", run.stderr);
}

#[test]
fn a_repository_without_a_commit() {
    let Some(repository) = Repository::new() else { return };
    repository.write("set.yaml", &set("1Gi"));
    let run = repository.stslint(&["check", "--base", "HEAD"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no revision `HEAD`"), "{}", run.stderr);
}

#[test]
fn linked_worktrees() {
    let Some(repository) = grown() else { return };
    let linked = repository.beside("linked");
    repository.git(&["worktree", "add", "--quiet", "--detach", linked.to_str().unwrap()]);
    assert_eq!(compared_in(&linked, &["--base", "HEAD~1"]), refused("set.yaml"));
    // From elsewhere, with the paths of both.
    let both = [repository.folder().to_str().unwrap(), linked.to_str().unwrap(), "--base", "HEAD~1"];
    assert_eq!(compared_in(&repository.beside("."), &both).len(), 2);
}

#[test]
fn shallow_clones() {
    let Some(repository) = grown() else { return };
    let shallow = repository.beside("shallow");
    let url = format!("file://{}", repository.folder().display());
    git_in(&repository.beside("."), &["clone", "--quiet", "--depth", "1", &url, shallow.to_str().unwrap()]);
    let run = common::stslint(&shallow, &["check", "--base", "HEAD~1"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("shallow"), "{}", run.stderr);
    // What is there can be compared.
    common::write(&shallow, &[("set.yaml", &set("3Gi"))]);
    assert_eq!(compared_in(&shallow, &["--base", "HEAD"]), refused("set.yaml"));
    let run = common::stslint(&shallow, &["check", "--base", "main"]);
    assert_ne!(run.code, 2, "{}", run.stderr);
}

#[test]
fn a_branch_that_only_the_remote_has() {
    let Some(repository) = grown() else { return };
    repository.git(&["branch", "stable"]);
    let clone = repository.beside("clone");
    let url = format!("file://{}", repository.folder().display());
    git_in(&repository.beside("."), &["clone", "--quiet", &url, clone.to_str().unwrap()]);
    let run = common::stslint(&clone, &["check", "--base", "stable"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("did you mean `origin/stable`?"), "{}", run.stderr);
}

#[test]
fn submodules() {
    let Some(inner) = grown() else { return };
    let Some(outer) = Repository::new() else { return };
    let url = format!("file://{}", inner.folder().display());
    let first = inner.git(&["rev-parse", "HEAD~1"]);
    outer.git(&["submodule", "--quiet", "add", &url, "inner"]);
    git_in(&outer.folder().join("inner"), &["checkout", "--quiet", &first]);
    outer.commit();
    git_in(&outer.folder().join("inner"), &["checkout", "--quiet", "main"]);
    outer.commit();
    assert_eq!(outer.compared("HEAD~1", &[]), refused("inner/set.yaml"));
    // A path inside of it has the submodule's own revisions.
    assert_eq!(outer.compared("HEAD~1", &["inner"]), refused("inner/set.yaml"));
    // The commit that the base records is not in the clone.
    outer.git(&["update-index", "--cacheinfo", &format!("160000,{},inner", "1".repeat(40))]);
    outer.git(&["commit", "--quiet", "--message", "a commit that nobody has"]);
    let run = outer.stslint(&["check", "--base", "HEAD"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("submodule inner is at 111111111111"), "{}", run.stderr);
    // Not checked out: neither state is read.
    let clone = outer.beside("clone");
    let url = format!("file://{}", outer.folder().display());
    git_in(&outer.beside("."), &["clone", "--quiet", &url, clone.to_str().unwrap()]);
    common::write(&clone, &[("own.yaml", &set("1Gi"))]);
    assert_eq!(compared_in(&clone, &["--base", "HEAD~1"]), []);
}

#[test]
fn pointers_of_git_lfs() {
    let Some(repository) = Repository::new() else { return };
    let hash = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{hash}\nsize 400\n");
    repository.write("set.yaml", &pointer);
    repository.write("other.yaml", "a: 1\n");
    repository.commit();
    // As a checkout with LFS leaves it: the file has its content, Git has the pointer.
    repository.write("set.yaml", &set("2Gi"));
    let run = repository.stslint(&["check", "--base", "HEAD"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("set.yaml is a Git LFS pointer at `HEAD`"), "{}", run.stderr);
    let folder = format!(".git/lfs/objects/{}/{}", &hash[..2], &hash[2..4]);
    repository.write(&format!("{folder}/{hash}"), &set("1Gi"));
    assert_eq!(repository.compared("HEAD", &[]), refused("set.yaml"));
}

#[test]
fn what_is_ignored_or_hidden_now_is_not_missed() {
    let Some(repository) = Repository::new() else { return };
    repository.write("vendor/set.yaml", &set("1Gi"));
    repository.write(".hidden/set.yaml", &set("1Gi"));
    repository.write("here.yaml", "a: 1\n");
    repository.commit();
    repository.write(".gitignore", "vendor/\n");
    repository.write("vendor/set.yaml", &set("2Gi"));
    repository.write(".hidden/set.yaml", &set("2Gi"));
    assert_eq!(repository.compared("HEAD", &[]), []);
    assert_eq!(repository.compared("HEAD", &[".hidden"]), refused(".hidden/set.yaml"));
}

#[test]
fn links_and_odd_files_of_the_base_are_passed_over() {
    let Some(repository) = Repository::new() else { return };
    repository.write("set.yaml", &set("1Gi"));
    repository.write("binary.yaml", "kind: StatefulSet\u{0}\u{1}");
    repository.write("chart/Chart.yaml", "name: x\n");
    repository.write("chart/templates/set.yaml", &set("7Gi").replace("name: ledger", "name: '{{ .Release.Name }}'"));
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", repository.folder().join("link.yaml")).unwrap();
    repository.commit();
    std::fs::remove_dir_all(repository.folder().join("chart")).unwrap();
    repository.remove("binary.yaml");
    assert_eq!(repository.compared("HEAD", &[]), []);
}

#[test]
fn nothing_of_the_repositorys_configuration_runs() {
    let Some(repository) = grown() else { return };
    let marker = repository.beside("marker");
    let program = format!("touch '{}'", marker.display());
    let settings = [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "core.askPass",
        "filter.evil.smudge",
        "filter.evil.clean",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.external",
        "credential.helper",
        "uploadpack.packObjectsHook",
    ];
    repository.write(".gitattributes", "*.yaml filter=evil diff=evil\n");
    for setting in settings {
        repository.git(&["config", setting, &program]);
    }
    repository.git(&["config", "core.hooksPath", repository.beside("hooks").to_str().unwrap()]);
    for hook in ["post-checkout", "post-index-change", "pre-commit", "reference-transaction"] {
        common::write(&repository.beside("hooks"), &[(hook, &format!("#!/bin/sh\n{program}\n"))]);
    }
    let _ = std::fs::remove_file(&marker);
    assert_eq!(repository.compared("HEAD~1", &[]), refused("set.yaml"));
    assert!(!marker.exists(), "a program of the configuration ran");
}

#[test]
fn the_environment_does_not_lead_elsewhere() {
    let Some(repository) = grown() else { return };
    let Some(other) = Repository::new() else { return };
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.current_dir(repository.folder()).env("GIT_DIR", other.folder().join(".git"));
    command.args(["check", "--base", "HEAD~1", "--select", "immutable-field-change"]);
    assert_eq!(command.output().unwrap().status.code(), Some(1));
}

#[test]
fn one_file_by_any_path() {
    let Some(repository) = grown() else { return };
    repository.write("sub/note.txt", "x");
    let below = repository.folder().join("sub");
    assert_eq!(compared_in(&below, &["--base", "HEAD~1", "../set.yaml"]), refused("../set.yaml"));
    assert_eq!(compared_in(&below, &["--base", "HEAD~1", ".."]), refused("../set.yaml"));
    assert_eq!(repository.compared("HEAD~1", &["sub/../set.yaml"]), refused("sub/../set.yaml"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("set.yaml", repository.folder().join("link.yaml")).unwrap();
        std::os::unix::fs::symlink(".", repository.folder().join("here")).unwrap();
        assert_eq!(repository.compared("HEAD~1", &["link.yaml"]), refused("link.yaml"));
        assert_eq!(repository.compared("HEAD~1", &["here/set.yaml"]), refused("here/set.yaml"));
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_gave_its_place_to_a_link_has_moved() {
    let Some(repository) = Repository::new() else { return };
    repository.write("set.yaml", &set("1Gi"));
    repository.commit();
    repository.write("sets/set.yaml", &set("2Gi"));
    repository.remove("set.yaml");
    std::os::unix::fs::symlink("sets/set.yaml", repository.folder().join("set.yaml")).unwrap();
    assert_eq!(repository.compared("HEAD", &[]), refused("sets/set.yaml"));
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_gone() {
    let Some(repository) = Repository::new() else { return };
    for folder in ["a", "b"] {
        let named = set("1Gi").replace("name: ledger}", &format!("name: ledger-{folder}}}"));
        repository.write(&format!("{folder}/set.yaml"), &named);
    }
    repository.write("a/other.yaml", "a: 1\n");
    repository.commit();
    for kind in [&["sparse-checkout", "set", "a"][..], &["sparse-checkout", "set", "--sparse-index", "a"]] {
        repository.git(kind);
        assert!(!repository.folder().join("b/set.yaml").exists());
        assert_eq!(repository.compared("HEAD", &[]), [], "{kind:?}");
    }
    let changed = set("2Gi").replace("name: ledger}", "name: ledger-a}");
    repository.write("a/set.yaml", &changed);
    assert_eq!(repository.compared("HEAD", &[]), refused("a/set.yaml"));
    repository.git(&["update-index", "--skip-worktree", "a/set.yaml"]);
    repository.remove("a/set.yaml");
    assert_eq!(repository.compared("HEAD", &[]), []);
}

#[test]
fn object_names_of_another_kind() {
    let Some(repository) = Repository::new() else { return };
    let other = repository.beside("sha256");
    git_in(&repository.beside("."), &["init", "--quiet", "--object-format=sha256", other.to_str().unwrap()]);
    common::write(&other, &[("set.yaml", &set("1Gi"))]);
    let run = common::stslint(&other, &["check", "--base", "HEAD"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("SHA-256"), "{}", run.stderr);
}

/// A commit whose root names one folder ten times, which names another ten times, and so on; `entry` is the last one.
fn bomb(repository: &Repository, mut entry: String) -> String {
    for level in 0..9 {
        let lines: String = (0..10).map(|number| format!("{}\n", entry.replace("NAME", &number.to_string()))).collect();
        repository.write("level", &lines);
        let tree = repository.git_with_file(&["mktree"], "level");
        assert!(!tree.is_empty(), "level {level}");
        entry = format!("040000 tree {tree}\tNAME");
    }
    let tree = entry.split_whitespace().nth(2).unwrap();
    repository.remove("level");
    repository.git(&["commit-tree", "-m", "m", tree])
}

#[test]
fn a_tree_that_names_itself_again_and_again_ends() {
    let Some(repository) = Repository::new() else { return };
    repository.write("set.yaml", &set("1Gi"));
    repository.write("notes.txt", "nothing");
    repository.commit();
    // 10^9 files that nobody asks for cost what one of them costs.
    let text = repository.git(&["rev-parse", "HEAD:notes.txt"]);
    let commit = bomb(&repository, format!("100644 blob {text}\tNAME.txt"));
    assert_eq!(repository.stslint(&["check", "--base", &commit, "--fail-on", "never"]).code, 0);
    // And 10^9 manifests are too many.
    let manifest = repository.git(&["rev-parse", "HEAD:set.yaml"]);
    let commit = bomb(&repository, format!("100644 blob {manifest}\tNAME.yaml"));
    let run = repository.stslint(&["check", "--base", &commit]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("files and folders"), "{}", run.stderr);
}

#[test]
fn threads_change_nothing() {
    let Some(repository) = Repository::new() else { return };
    for number in 0..300 {
        let text = set("1Gi").replace("name: ledger}", &format!("name: ledger-{number}}}"));
        repository.write(&format!("d{}/set-{number}.yaml", number % 7), &text);
    }
    repository.commit();
    for number in (0..300).step_by(3) {
        let text = set("2Gi").replace("name: ledger}", &format!("name: ledger-{number}}}"));
        repository.write(&format!("d{}/set-{number}.yaml", number % 7), &text);
    }
    let run = |threads: &str| repository.stslint(&["check", "--base", "HEAD", "--threads", threads]).stdout;
    assert_eq!(run("1"), run("4"));
    assert_eq!(repository.compared("HEAD", &[]).len(), 100);
}
