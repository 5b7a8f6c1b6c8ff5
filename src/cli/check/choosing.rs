//! What is read beside the paths, and what of it is reported.

use std::collections::HashSet;
use std::env;
use std::path::{Component, PathBuf};

use clap::Args;

use crate::cli::Failure;
use crate::cli::input::{Loaded, Request};
use crate::load::{self, GitEnvironment};
use crate::model::Inventory;

#[derive(Debug, Args)]
pub(super) struct Choosing {
    /// Judge what is staged in Git, whatever lies in the worktree.
    ///
    /// All of the index is read and compared with HEAD (or --base), and what the change touches or brings about is
    /// reported; with PATHs, what touches those.
    #[arg(long, conflicts_with_all = ["context", "pre_commit", "stdin_filename", "render", "watch"])]
    staged: bool,
    /// With --staged: report everything that is found in the index.
    #[arg(long, requires = "staged", conflicts_with = "paths")]
    all: bool,
    /// Read this file or folder, and report only what touches PATHs; with --base also what is new elsewhere.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["pre_commit", "stdin_filename"])]
    context: Vec<PathBuf>,
    /// How pre-commit's hook calls it.
    ///
    /// PATHs are the files that it chose, the whole repository is read. A commit is judged as it is staged.
    #[arg(long, conflicts_with_all = ["stdin_filename", "render", "watch"])]
    pre_commit: bool,
}

/// What is read, and what of it is reported.
pub(super) struct Choice {
    /// What is read in place of the paths given.
    read: Option<Vec<PathBuf>>,
    /// The paths that choose, as they were given.
    given: Vec<PathBuf>,
    /// The same from the root on; `None` where what is staged chooses.
    chosen: Option<HashSet<PathBuf>>,
    is_hook: bool,
    base: Option<String>,
    staged: Option<GitEnvironment>,
    all: bool,
    here: PathBuf,
}

impl Choosing {
    /// What is read in place of the paths, as far as options say so.
    pub(super) fn context(&self) -> &[PathBuf] {
        &self.context
    }

    /// What is asked for with these paths and this base.
    pub(super) fn choice(&self, paths: &[PathBuf], base: Option<&str>) -> Result<Choice, Failure> {
        let here = env::current_dir()
            .map_err(|error| Failure::Usage(format!("the current folder cannot be read: {error}")))?;
        let mut choice = Choice {
            read: None,
            given: Vec::new(),
            chosen: None,
            is_hook: self.pre_commit,
            base: base.map(str::to_owned),
            staged: None,
            all: self.all,
            here,
        };
        if self.staged {
            choice.staged = Some(git_environment());
            if !paths.is_empty() {
                choice.choose(paths);
            }
        } else if !self.context.is_empty() {
            if paths.is_empty() {
                let words = "--context says what is read; name the files that choose what is reported, too";
                return Err(Failure::Usage(words.to_owned()));
            }
            choice.read = Some(self.context.clone());
            choice.choose(paths);
        } else if self.pre_commit {
            choice.for_pre_commit(paths)?;
        }
        Ok(choice)
    }
}

impl Choice {
    fn choose(&mut self, paths: &[PathBuf]) {
        let real = |path: &PathBuf| std::fs::canonicalize(self.here.join(path)).ok();
        let plain = paths.iter().map(|path| load::normal(&self.here.join(path)));
        self.chosen = Some(plain.chain(paths.iter().filter_map(real)).collect());
        self.given = paths.to_vec();
    }

    /// pre-commit hides what is not staged before it calls hooks for a commit, and nothing when it is told which files to
    /// look at. In the first case Git names the index that will be committed.
    fn for_pre_commit(&mut self, paths: &[PathBuf]) -> Result<(), Failure> {
        let from_to = (set("PRE_COMMIT_FROM_REF"), set("PRE_COMMIT_TO_REF"));
        let environment = git_environment();
        self.choose(paths);
        match (self.base.is_some(), from_to) {
            (false, (Some(from), Some(to))) => {
                // What was changed on the other side since is no part of the change.
                let fork = load::fork_point(&self.here, &from.to_string_lossy(), &to.to_string_lossy());
                self.base = Some(fork.map_err(|error| Failure::Usage(format!("--pre-commit: {error}")))?);
                self.read = Some(vec![PathBuf::from(".")]);
            }
            (false, _) if environment.index_file.is_some() => self.staged = Some(environment),
            _ => {
                if self.base.is_none() && !load::is_before_first_commit(&self.here) {
                    self.base = Some("HEAD".to_owned());
                }
                self.read = Some(vec![PathBuf::from(".")]);
            }
        }
        Ok(())
    }

    /// The same request, for what is to be read.
    pub(super) fn request<'a>(&'a self, given: Request<'a>) -> Request<'a> {
        Request {
            paths: self.read.as_deref().unwrap_or(given.paths),
            base: self.base.as_deref(),
            staged: self.staged.as_ref(),
            reads_all: self.all || (self.chosen.is_some() && !self.is_hook),
            ..given
        }
    }

    /// Whether everything that is found is reported.
    pub(super) fn is_everything(&self) -> bool {
        self.all || (self.chosen.is_none() && self.staged.is_none())
    }

    /// Whether findings that touch a file are reported.
    pub(super) fn is_chosen(&self, name: &str, loaded: &Loaded) -> bool {
        let Some(chosen) = &self.chosen else { return loaded.changed.contains(name) };
        load::normal(&self.here.join(name)).ancestors().any(|path| chosen.contains(path))
    }

    /// Whether all paths that choose are known: a name that was mistyped must not pass for clean.
    pub(super) fn check(&self, loaded: &Loaded) -> Result<(), Failure> {
        if self.is_hook {
            return Ok(());
        }
        for given in &self.given {
            let path = load::normal(&self.here.join(given));
            let lies_in = |name: &str| load::normal(&self.here.join(name)).starts_with(&path);
            let on_disk = self.here.join(given).exists();
            let was_there = || {
                loaded
                    .base
                    .iter()
                    .flat_map(Inventory::documents)
                    .any(|(_, placed)| lies_in(placed.document.source.name()))
            };
            if !on_disk && !loaded.indexed.iter().chain(&loaded.changed).any(|name| lies_in(name)) && !was_there() {
                return Err(Failure::Usage(format!("{}: no such file or folder", given.display())));
            }
            let is_hidden = given.components().any(|part| match part {
                Component::Normal(name) => name.as_encoded_bytes().starts_with(b"."),
                _ => false,
            });
            let has_manifests = path.is_dir() || load::is_manifest(&path);
            if self.staged.is_some()
                && on_disk
                && has_manifests
                && !is_hidden
                && !loaded.indexed.iter().any(|name| lies_in(name))
            {
                let words = "nothing of it is in the index; `git add` it, or leave out --staged";
                return Err(Failure::Usage(format!("{}: {words}", given.display())));
            }
        }
        Ok(())
    }
}

fn git_environment() -> GitEnvironment {
    let path = |name| set(name).map(PathBuf::from);
    GitEnvironment { git_dir: path("GIT_DIR"), work_tree: path("GIT_WORK_TREE"), index_file: path("GIT_INDEX_FILE") }
}

fn set(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
