//! Finding the commit that a change began at.

use std::path::Path;

use gix::{ObjectId, Repository, ThreadSafeRepository};

use super::GitError;
use super::repository::{Revision, unreadable};

/// From what a base is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// HEAD is a merge made for a change, and this is its name; its first parent is what was merged into.
    FirstParent {
        /// The whole name of the commit that HEAD has to be.
        merge: &'a str,
    },
    /// The commit itself, by its whole name.
    Commit(&'a str),
    /// Where HEAD and this branch parted; `origin`'s, or the clone's own where `origin` has none.
    Branch(&'a str),
    /// Where HEAD and the default branch of `origin` parted.
    DefaultBranch,
}

/// A base that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundBase {
    /// The whole name of the commit.
    pub commit: String,
    /// How it was found: `the merge base of HEAD and origin/main`.
    pub found_as: String,
}

/// How a clone gets the history it lacks.
const DEEPEN: &str = "fetch more of its history: `git fetch --unshallow`, in GitHub Actions `fetch-depth: 0` for \
                      actions/checkout, in GitLab CI the variable `GIT_DEPTH: 0`";

/// Finds the base in the repository that a path lies in. `None` when HEAD is not the merge that is wanted.
///
/// # Errors
/// Words for the user: what is missing in the clone, and how to get it.
pub fn find_base(path: &Path, shown: &str, wanted: Wanted<'_>) -> Result<Option<FoundBase>, GitError> {
    let path = std::fs::canonicalize(path).map_err(|error| GitError(format!("{shown}: {error}")))?;
    let repository = Revision::repository_of(&path, shown)?;
    let repository = ThreadSafeRepository::to_thread_local(&repository);
    let (commit, found_as) = match wanted {
        Wanted::FirstParent { merge } => match first_parent(&repository, merge)? {
            Some(parent) => (parent, "the first parent of HEAD, which merges the change into it".to_owned()),
            None => return Ok(None),
        },
        Wanted::Commit(name) => (whole(&repository, name)?, "the commit that the change began at".to_owned()),
        Wanted::Branch(name) => merge_base(&repository, &branch(&repository, name)?)?,
        Wanted::DefaultBranch => merge_base(&repository, &default_branch(&repository)?)?,
    };
    Ok(Some(FoundBase { commit: commit.to_hex().to_string(), found_as }))
}

/// A branch of another repository, or of this one: how it is shown, and its commit.
struct Branch {
    shown: String,
    tip: ObjectId,
}

fn branch(repository: &Repository, name: &str) -> Result<Branch, GitError> {
    let name = name.strip_prefix("refs/heads/").unwrap_or(name);
    for (full, shown) in [
        (format!("refs/remotes/origin/{name}"), format!("origin/{name}")),
        (format!("refs/heads/{name}"), name.to_owned()),
    ] {
        if let Some(tip) = tip(repository, &full)? {
            return Ok(Branch { shown, tip });
        }
    }
    Err(GitError(format!(
        "--base auto: the change goes into `{name}`, and this clone has no such branch of `origin`; `git fetch origin \
         {name}` brings it, in GitHub Actions `fetch-depth: 0` for actions/checkout"
    )))
}

fn default_branch(repository: &Repository) -> Result<Branch, GitError> {
    let head = "refs/remotes/origin/HEAD";
    let missing = || {
        GitError(
            "--base auto: nothing in the environment speaks of a pull or merge request, and the clone does not know \
             the default branch of `origin`; `git remote set-head origin --auto` records it, or name the revision: \
             `--base REVISION`"
                .to_owned(),
        )
    };
    let tip = tip(repository, head)?.ok_or_else(missing)?;
    let target = repository.find_reference(head).ok().and_then(|reference| {
        let name = reference.target().try_name()?.as_bstr().to_string();
        name.strip_prefix("refs/remotes/").map(str::to_owned)
    });
    let shown = format!("{}, the default branch", target.unwrap_or_else(|| "origin/HEAD".to_owned()));
    Ok(Branch { shown, tip })
}

/// The commit of a reference; `None` when there is no such reference.
fn tip(repository: &Repository, name: &str) -> Result<Option<ObjectId>, GitError> {
    // A name that no reference can have is one that is not there.
    let Ok(Some(mut reference)) = repository.try_find_reference(name) else { return Ok(None) };
    match reference.peel_to_commit() {
        Ok(commit) => Ok(Some(commit.id)),
        // `origin/HEAD` may point at a branch that was not fetched.
        Err(_) if reference.target().try_name().is_some() => Ok(None),
        Err(error) => Err(unreadable(repository, &format!("`{name}`"), &error)),
    }
}

fn head(repository: &Repository) -> Result<ObjectId, GitError> {
    repository.head_id().map(gix::Id::detach).map_err(|error| unreadable(repository, "HEAD", &error))
}

fn merge_base(repository: &Repository, branch: &Branch) -> Result<(ObjectId, String), GitError> {
    let head = head(repository)?;
    let shown = &branch.shown;
    let shallow = repository.is_shallow().unwrap_or(false);
    match repository.merge_base(head, branch.tip) {
        Ok(Some(base)) => {
            let base = base.detach();
            let is_head = if base == head { ", which is HEAD itself" } else { "" };
            Ok((base, format!("the merge base of HEAD and {shown}{is_head}")))
        }
        Ok(None) | Err(_) if shallow => Err(GitError(format!(
            "--base auto: the clone is shallow and does not reach back to where HEAD and {shown} parted; {DEEPEN}"
        ))),
        Ok(None) => Err(GitError(format!("--base auto: HEAD and {shown} have no commit in common"))),
        Err(error) => Err(unreadable(repository, &format!("the history of HEAD and {shown}"), &error)),
    }
}

/// The first parent of HEAD, if HEAD is this merge.
fn first_parent(repository: &Repository, merge: &str) -> Result<Option<ObjectId>, GitError> {
    let head = head(repository)?;
    if ObjectId::from_hex(merge.as_bytes()).ok() != Some(head) {
        return Ok(None);
    }
    let commit = repository.find_commit(head).map_err(|error| unreadable(repository, "HEAD", &error))?;
    let parents: Vec<ObjectId> = commit.parent_ids().map(gix::Id::detach).collect();
    let [parent, _] = parents[..] else { return Ok(None) };
    if repository.find_commit(parent).is_err() {
        return Err(GitError(format!(
            "--base auto: the clone has HEAD without {}, which the change was merged into; in GitHub Actions \
             `fetch-depth: 2` for actions/checkout brings it",
            parent.to_hex_with_len(12)
        )));
    }
    Ok(Some(parent))
}

fn whole(repository: &Repository, name: &str) -> Result<ObjectId, GitError> {
    let id = ObjectId::from_hex(name.as_bytes())
        .map_err(|_| GitError(format!("--base auto: `{name}` is not the whole name of a commit")))?;
    match repository.find_commit(id) {
        Ok(_) => Ok(id),
        Err(_) if repository.is_shallow().unwrap_or(false) => Err(GitError(format!(
            "--base auto: the clone is shallow and does not have {}; {DEEPEN}",
            id.to_hex_with_len(12)
        ))),
        Err(error) => Err(unreadable(repository, &format!("commit {}", id.to_hex_with_len(12)), &error)),
    }
}
