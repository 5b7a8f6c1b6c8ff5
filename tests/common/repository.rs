//! Throwaway Git repositories.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::{Run, json, places, stslint};

/// A folder under Git, deleted in the end.
pub struct Repository {
    holder: TempDir,
    folder: PathBuf,
}

/// Runs git with nothing of the machine's own configuration; `None` where there is no git.
fn run(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new("git");
    for name in ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"] {
        command.env(name, if cfg!(windows) { "NUL" } else { "/dev/null" });
    }
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "t").env(format!("GIT_{who}_EMAIL"), "t@example.com");
    }
    command.args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"]);
    command.current_dir(folder).args(arguments).output().ok()
}

impl Repository {
    /// An empty repository; `None`, and a word about it, where there is no git to make one.
    pub fn new() -> Option<Repository> {
        let holder = tempfile::tempdir().unwrap();
        let folder = holder.path().join("repository");
        std::fs::create_dir(&folder).unwrap();
        if run(&folder, &["init", "--quiet"]).is_none() {
            println!("skipped: git is not installed");
            return None;
        }
        Some(Repository { holder, folder })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A folder beside the repository.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.holder.path().join(name)
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        git_in(&self.folder, arguments)
    }

    /// As [`Repository::git`], with a file as its standard input.
    #[allow(dead_code)]
    pub fn git_with_file(&self, arguments: &[&str], file: &str) -> String {
        let input = std::fs::File::open(self.folder.join(file)).unwrap();
        let output = Command::new("git").current_dir(&self.folder).args(arguments).stdin(input).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub fn write(&self, name: &str, text: &str) {
        super::write(&self.folder, &[(name, text)]);
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.folder.join(name)).unwrap();
    }

    /// Commits everything.
    pub fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "a state"]);
    }

    pub fn stslint(&self, arguments: &[&str]) -> Run {
        stslint(&self.folder, arguments)
    }

    /// The findings of the rules that compare states, against a revision: rule, severity, file, line.
    pub fn compared(&self, revision: &str, paths: &[&str]) -> Vec<(String, String, String, u64)> {
        let base = format!("--base={revision}");
        let mut arguments = vec![base.as_str()];
        arguments.extend(paths);
        compared_in(&self.folder, &arguments)
    }
}

/// As [`Repository::git`], in any folder.
pub fn git_in(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments).unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// As [`Repository::compared`], in any folder, with any arguments.
pub fn compared_in(folder: &Path, arguments: &[&str]) -> Vec<(String, String, String, u64)> {
    let mut all = vec!["--select", "all"];
    all.extend(arguments);
    let compares = |rule: &str| rule.starts_with("immutable-") || rule.starts_with("set-re");
    places(&json(folder, &all)).into_iter().filter(|(rule, ..)| compares(rule)).collect()
}
