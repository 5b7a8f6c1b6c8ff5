//! `--base auto`: the base of a pull request, found by itself.

use std::env;
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::load::{self, FoundBase, Wanted};

/// The word that asks for it; a branch of this name is `refs/heads/auto`.
const AUTO: &str = "auto";
/// Digits by which a commit that was found is shown.
const SHORT: usize = 12;

/// A revision to compare with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Base {
    /// As it is looked up and shown.
    pub(super) revision: String,
    /// How it was found, where the user did not name it.
    pub(super) found_as: Option<String>,
}

impl Base {
    /// What was asked for, with `auto` resolved in the repository of the first path.
    pub(super) fn resolve(asked: &str, paths: &[PathBuf]) -> Result<Base, Failure> {
        if asked != AUTO {
            return Ok(Base { revision: asked.to_owned(), found_as: None });
        }
        let path = paths.iter().map(PathBuf::as_path).find(|path| path.as_os_str() != "-");
        let path = path.unwrap_or(Path::new("."));
        let find = |wanted: Wanted<'_>| {
            load::find_base(path, &path.display().to_string(), wanted)
                .map_err(|error| Failure::Usage(error.to_string()))
        };
        for (variable, wanted) in wanted(&|name| env::var(name).ok()) {
            if let Some(found) = find(wanted.borrowed())? {
                let from = variable.map_or_else(String::new, |variable| format!(" ({variable})"));
                return Ok(Base::found(&found, &from));
            }
        }
        Err(Failure::Usage("--base auto: nothing says what the change began at".to_owned()))
    }

    fn found(found: &FoundBase, from: &str) -> Base {
        let revision = found.commit.get(..SHORT).unwrap_or(&found.commit).to_owned();
        Base { revision, found_as: Some(format!("{}{from}", found.found_as)) }
    }
}

/// [`Wanted`] that owns its names.
#[derive(Debug, PartialEq, Eq)]
enum Owned {
    FirstParent(String),
    Commit(String),
    Branch(String),
    DefaultBranch,
}

impl Owned {
    fn borrowed(&self) -> Wanted<'_> {
        match self {
            Owned::FirstParent(merge) => Wanted::FirstParent { merge },
            Owned::Commit(name) => Wanted::Commit(name),
            Owned::Branch(name) => Wanted::Branch(name),
            Owned::DefaultBranch => Wanted::DefaultBranch,
        }
    }
}

/// What the environment says of the change, best first, with the variable that says it. What a CI system says of a pull
/// request is never overruled by a guess.
fn wanted(variable: &dyn Fn(&str) -> Option<String>) -> Vec<(Option<&'static str>, Owned)> {
    let set = |name: &'static str| variable(name).filter(|value| !value.trim().is_empty());
    let mut all = Vec::new();
    // GitHub, and those that speak its language. What it checks out is a merge of the change into its target.
    if let Some(target) = set("GITHUB_BASE_REF") {
        let is_merge = set("GITHUB_REF").is_some_and(|name| name.starts_with("refs/pull/") && name.ends_with("/merge"));
        if let Some(merge) = set("GITHUB_SHA").filter(|_| is_merge) {
            all.push((Some("GITHUB_SHA"), Owned::FirstParent(merge)));
        }
        all.push((Some("GITHUB_BASE_REF"), Owned::Branch(target)));
        return all;
    }
    // GitLab: what is merged for a pipeline of merged results holds the target as it is now.
    if let Some(target) = set("CI_MERGE_REQUEST_TARGET_BRANCH_SHA") {
        return vec![(Some("CI_MERGE_REQUEST_TARGET_BRANCH_SHA"), Owned::Commit(target))];
    }
    if let Some(base) = set("CI_MERGE_REQUEST_DIFF_BASE_SHA") {
        return vec![(Some("CI_MERGE_REQUEST_DIFF_BASE_SHA"), Owned::Commit(base))];
    }
    vec![(None, Owned::DefaultBranch)]
}

#[cfg(test)]
mod tests {
    use super::{Owned, wanted};

    fn of(variables: &[(&str, &str)]) -> Vec<Owned> {
        let get = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        wanted(&get).into_iter().map(|(_, wanted)| wanted).collect()
    }

    #[test]
    fn the_environment_says_what_the_change_is() {
        let merge = [("GITHUB_BASE_REF", "main"), ("GITHUB_REF", "refs/pull/7/merge"), ("GITHUB_SHA", "abc")];
        assert_eq!(of(&merge), [Owned::FirstParent("abc".into()), Owned::Branch("main".into())]);
        let head = [("GITHUB_BASE_REF", "main"), ("GITHUB_REF", "refs/heads/main"), ("GITHUB_SHA", "abc")];
        assert_eq!(of(&head), [Owned::Branch("main".into())]);
        let merged = [("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "aa"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "bb")];
        assert_eq!(of(&merged), [Owned::Commit("aa".into())]);
        let detached = [("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ""), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "bb")];
        assert_eq!(of(&detached), [Owned::Commit("bb".into())]);
        assert_eq!(of(&[("GITHUB_BASE_REF", ""), ("GITHUB_SHA", "abc")]), [Owned::DefaultBranch]);
    }
}
