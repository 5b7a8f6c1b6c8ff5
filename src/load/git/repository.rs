//! Opening a repository and finding a revision in it.
//!
//! Only what lies in the repository itself is believed: no environment, no configuration of user or system, no program
//! that a configuration names. A revision is looked up by the library; it never becomes an argument of anything.

use std::path::{Path, PathBuf};

use gix::bstr::{BStr, ByteSlice};
use gix::{ObjectId, Repository, ThreadSafeRepository};

use super::GitError;

/// A repository with a revision in it.
pub(super) struct Revision {
    pub(super) repository: ThreadSafeRepository,
    /// Where its files lie, links resolved.
    pub(super) worktree: PathBuf,
    /// The commit of the revision.
    pub(super) commit: ObjectId,
    /// The root tree of the revision.
    pub(super) tree: ObjectId,
    /// What Git knows of the files in the worktree; without it every file is read again.
    pub(super) index: Option<gix::worktree::Index>,
}

/// What Git tells the programs that it starts, hooks above all, about the repository at hand; each `None` when unset.
#[derive(Clone, Debug, Default)]
pub struct GitEnvironment {
    /// `GIT_DIR`.
    pub git_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`.
    pub work_tree: Option<PathBuf>,
    /// `GIT_INDEX_FILE`: `git commit --all` and `git commit FILE` commit another index than `.git/index`.
    pub index_file: Option<PathBuf>,
}

/// Opens the repository that a folder lies in, or the one that the environment names, and finds its worktree.
pub(super) fn open(folder: &Path, environment: &GitEnvironment) -> Result<(ThreadSafeRepository, PathBuf), GitError> {
    let shown = "the current folder";
    let repository = match &environment.git_dir {
        Some(named) => options().open(folder.join(named)).map_err(|error| {
            GitError(format!("the Git repository `{}` (GIT_DIR) cannot be opened: {}", named.display(), causes(&error)))
        })?,
        None => discover(folder, shown)?,
    };
    let worktree = match &environment.work_tree {
        Some(named) => std::fs::canonicalize(folder.join(named))
            .map_err(|error| GitError(format!("{} (GIT_WORK_TREE): {error}", named.display())))?,
        None => worktree(&repository.to_thread_local(), shown)?,
    };
    Ok((repository, worktree))
}

/// The commit at which two revisions parted, as its hash.
pub fn fork_point(folder: &Path, one: &str, other: &str) -> Result<String, GitError> {
    let repository = discover(folder, "the current folder")?.to_thread_local();
    let (first, second) = (resolve(&repository, one)?, resolve(&repository, other)?);
    let parted = || GitError(format!("`{one}` and `{other}` have no common ancestor in this clone"));
    let found = repository.merge_base(first, second).map_err(|error| unreadable(&repository, "history", &error))?;
    Ok(found.ok_or_else(parted)?.to_hex_with_len(12).to_string())
}

/// Whether a folder lies in a repository that has no commit yet.
pub fn is_before_first_commit(folder: &Path) -> bool {
    discover(folder, "the current folder").is_ok_and(|repository| is_unborn(&repository))
}

pub(super) fn is_unborn(repository: &ThreadSafeRepository) -> bool {
    repository.to_thread_local().head().is_ok_and(|head| head.is_unborn())
}

fn discover(folder: &Path, shown: &str) -> Result<ThreadSafeRepository, GitError> {
    let trust = gix::sec::trust::Mapping { full: options(), reduced: options() };
    ThreadSafeRepository::discover_opts(folder, gix::discover::upwards::Options::default(), trust)
        .map_err(|error| not_found(shown, &error))
}

impl Revision {
    /// The repository that a path lies in, at a revision. `shown` is the path as the user knows it.
    pub(super) fn of_path(path: &Path, shown: &str, revision: &str) -> Result<Revision, GitError> {
        let repository = Self::repository_of(path, shown)?;
        let local = repository.to_thread_local();
        let worktree = worktree(&local, shown)?;
        let git_dir = std::fs::canonicalize(local.git_dir()).unwrap_or_else(|_| local.git_dir().to_path_buf());
        if path.starts_with(&git_dir) {
            return Err(GitError(format!("{shown} lies inside of Git's own folder, which has no revisions")));
        }
        let commit = resolve(&local, revision)?;
        Self::at(repository, worktree, commit, revision)
    }

    /// The repository that a path lies in.
    pub(super) fn repository_of(path: &Path, shown: &str) -> Result<ThreadSafeRepository, GitError> {
        let start = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        discover(start, shown)
    }

    /// A revision of a repository that is open. It knows nothing of the worktree's files.
    pub(super) fn of_repository(
        repository: &ThreadSafeRepository,
        worktree: &Path,
        revision: &str,
    ) -> Result<Revision, GitError> {
        let commit = resolve(&repository.to_thread_local(), revision)?;
        let tree = tree_of(repository, commit, revision)?;
        Ok(Revision { repository: repository.clone(), worktree: worktree.to_path_buf(), commit, tree, index: None })
    }

    /// A submodule that is checked out at `path`, at the commit that its repository records.
    pub(super) fn of_submodule(
        path: &Path,
        shown: &str,
        commit: ObjectId,
        revision: &str,
    ) -> Result<Revision, GitError> {
        let missing = || {
            GitError(format!(
                "submodule {shown} is at {} at `{revision}`, and its clone does not have that commit; `git -C {shown} \
                 fetch` may bring it",
                commit.to_hex_with_len(12)
            ))
        };
        let repository = options().open(path).map_err(|_| missing())?;
        let local = repository.to_thread_local();
        let worktree = worktree(&local, shown)?;
        if local.find_commit(commit).is_err() {
            return Err(missing());
        }
        Self::at(repository, worktree, commit, revision)
    }

    fn at(
        repository: ThreadSafeRepository,
        worktree: PathBuf,
        commit: ObjectId,
        revision: &str,
    ) -> Result<Revision, GitError> {
        let tree = tree_of(&repository, commit, revision)?;
        let index = repository.to_thread_local().try_index().ok().flatten();
        Ok(Revision { repository, worktree, commit, tree, index })
    }
}

fn tree_of(repository: &ThreadSafeRepository, commit: ObjectId, revision: &str) -> Result<ObjectId, GitError> {
    let local = repository.to_thread_local();
    let tree = local.find_commit(commit).and_then(|commit| Ok(commit.tree_id()?.detach()));
    tree.map_err(|error| unreadable(&local, &format!("revision `{revision}`"), &error))
}

fn options() -> gix::open::Options {
    gix::open::Options::isolated()
}

fn worktree(repository: &Repository, shown: &str) -> Result<PathBuf, GitError> {
    let Some(worktree) = repository.workdir() else {
        return Err(GitError(format!("{shown} lies in a bare repository, which has no worktree and no index")));
    };
    std::fs::canonicalize(worktree).map_err(|error| GitError(format!("{}: {error}", worktree.display())))
}

fn not_found(shown: &str, error: &gix::Error) -> GitError {
    let words = error.to_string();
    if causes(error).contains("input=\"sha256\"") {
        return GitError(format!("the Git repository of {shown} names its objects by SHA-256, which is not read yet"));
    }
    if words.to_ascii_lowercase().contains("could not find a git repository") {
        return GitError(format!("{shown} lies in no Git repository"));
    }
    GitError(format!("the Git repository of {shown} cannot be opened: {}", causes(error)))
}

/// The commit of a revision: a branch, a tag, a hash (also abbreviated), `HEAD~1` and the like.
fn resolve(repository: &Repository, revision: &str) -> Result<ObjectId, GitError> {
    if revision.trim().is_empty() {
        return Err(GitError("an empty name is no revision".to_owned()));
    }
    if revision.contains("..") || revision.starts_with('^') {
        return Err(GitError(format!("`{revision}` is a range; name the one revision to compare with")));
    }
    let spec: &BStr = revision.as_bytes().as_bstr();
    let found = repository.rev_parse_single(spec).map_err(|error| {
        let mut words = format!("no revision `{revision}` in {}", repository.git_dir().display());
        if repository.is_shallow().unwrap_or(false) {
            words.push_str("; the clone is shallow, fetch more of its history (`git fetch --unshallow`)");
        } else if let Some(remote) = remote_branch(repository, revision) {
            words.push_str(&format!("; did you mean `{remote}`?"));
        } else {
            words.push_str(&format!(": {}", reason(&error)));
        }
        GitError(words)
    })?;
    let commit = found.object().and_then(|object| object.peel_to_commit());
    match commit {
        Ok(commit) => Ok(commit.id),
        Err(error) if repository.has_object(found) => {
            Err(GitError(format!("`{revision}` is no commit: {}", causes(&error))))
        }
        Err(error) => Err(unreadable(repository, &format!("revision `{revision}`"), &error)),
    }
}

/// The branch of this name that a remote has.
fn remote_branch(repository: &Repository, revision: &str) -> Option<String> {
    let remotes = ["origin", "upstream"].into_iter().map(|remote| format!("{remote}/{revision}"));
    remotes.into_iter().find(|name| repository.rev_parse_single(name.as_bytes().as_bstr()).is_ok())
}

/// The error for an object that is recorded and not there.
pub(super) fn unreadable(repository: &Repository, what: &str, error: &gix::Error) -> GitError {
    let hint = if repository.is_shallow().unwrap_or(false) {
        "; the clone is shallow, fetch more of its history (`git fetch --unshallow`)"
    } else if is_partial(repository) {
        "; the clone is partial, fetch what it left out (`git fetch --refetch --no-filter`)"
    } else {
        ""
    };
    GitError(format!("{what} cannot be read: {}{hint}", causes(error)))
}

/// Whether the clone was made without some of its objects.
fn is_partial(repository: &Repository) -> bool {
    let config = repository.config_snapshot();
    config.string("extensions.partialClone").is_some()
        || ["origin", "upstream"]
            .iter()
            .any(|remote| config.boolean(&*format!("remote.{remote}.promisor")) == Some(true))
}

/// The outermost of the errors that does not speak of the library's own parts.
fn reason(error: &gix::Error) -> String {
    let mut words = vec![error.to_string()];
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        words.push(cause.to_string());
        next = cause.source();
    }
    words.into_iter().find(|text| !text.contains("input=")).unwrap_or_default()
}

/// An error with what led to it.
pub(super) fn causes(error: &gix::Error) -> String {
    let mut words = vec![error.to_string()];
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        if !words.contains(&text) && words.len() < 4 {
            words.push(text);
        }
        next = cause.source();
    }
    words.join(": ")
}
