//! The index of a repository: what the next commit will hold, whatever lies in the worktree.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use gix::ThreadSafeRepository;
use gix::index::entry::{Flags, Mode, Stage};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::blob::{self, Content as Blob, Standing};
use super::repository::{self, Revision};
use super::tree::{self, Candidate, Listing};
use super::{GitEnvironment, GitError, MAX_NESTING, Outcome, in_parallel};
use crate::load::chart::Charts;
use crate::load::file::Reader;
use crate::load::gather::{Found, Gathered};
use crate::load::place::{components, display_below};
use crate::load::walk::is_manifest;
use crate::load::{DocumentInput, Failure, Input, Options, Place, assemble};

/// What is staged in the repository of the working directory.
pub struct Staged {
    worktree: PathBuf,
    index: gix::index::File,
    /// The repository itself, then submodules.
    repositories: Vec<ThreadSafeRepository>,
    /// What looks like a manifest, by its path in the worktree.
    files: BTreeMap<PathBuf, Candidate>,
    /// Those among them that a `.ignore` of the repository keeps out.
    ignored: HashSet<PathBuf>,
    charts: HashSet<PathBuf>,
}

impl Staged {
    /// Reads the index, and what is in the commits of submodules that are checked out.
    pub fn open(options: &Options, environment: &GitEnvironment) -> Result<Staged, GitError> {
        let (repository, worktree) = repository::open(&options.working_directory, environment)?;
        let index = index(&repository, &worktree, environment)?;
        let unmerged: Vec<String> = unmerged(&index);
        if let Some(first) = unmerged.first() {
            let more = match unmerged.len() - 1 {
                0 => " is".to_owned(),
                more => format!(" and {more} more are"),
            };
            return Err(GitError(format!(
                "{first}{more} not merged yet: mend the conflict and `git add` the result, then what is staged can be judged"
            )));
        }
        let mut staged = Staged {
            worktree,
            index,
            repositories: vec![repository],
            files: BTreeMap::new(),
            ignored: HashSet::new(),
            charts: HashSet::new(),
        };
        let listing = staged.list()?;
        staged.add(listing, options, 0)?;
        let rules = staged.ignore_rules()?;
        let is_out = |path: &&PathBuf| rules.keep_out(path, &staged.worktree) || options.exclude.holds(path, false);
        let kept_out = staged.files.keys().filter(is_out);
        staged.ignored = kept_out.cloned().collect();
        Ok(staged)
    }

    /// Reads the files.
    pub fn read<T: Clone + Send + Sync>(
        &self,
        options: &Options,
        convert: &(dyn Fn(DocumentInput) -> T + Sync),
    ) -> Result<Input<T>, GitError> {
        let files: Vec<Candidate> = self.files().cloned().collect();
        let reader = Reader::new(options, Charts::among(self.charts.clone()), convert);
        let mut gathered = Gathered::default();
        in_parallel(&files, options, &mut gathered, &|chunk| self.read_some(chunk, options, &reader))?;
        gathered.counts.files = files.len();
        gathered.looked_at = files.into_iter().map(|file| file.absolute).collect();
        Ok(assemble(gathered, self.ignored.len()))
    }

    fn read_some<T>(&self, files: &[Candidate], options: &Options, reader: &Reader<'_, T>) -> Outcome<T> {
        let locals: Vec<gix::Repository> =
            self.repositories.iter().map(ThreadSafeRepository::to_thread_local).collect();
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        for file in files {
            let name = || self.name(&file.absolute, options);
            let mut fail = |message: &str| {
                failures.push(Failure { path: name(), message: message.to_owned(), named: false });
            };
            let file_name = file.absolute.file_name().unwrap_or_default();
            let checked_out = (file.repository == 0).then(|| blob::checked_out(&self.index, file)).flatten();
            let content = match checked_out {
                // No filter turns what says nothing of interest into something that does.
                Some(bytes) if !reader.is_of_interest(&bytes, file_name) => continue,
                Some(bytes) if blob::is_object(&bytes, file.id) => Blob::Bytes(bytes),
                _ => blob::read(&locals[file.repository], file)?,
            };
            match content {
                Blob::Bytes(bytes) => {
                    if reader.is_of_interest(&bytes, file_name) {
                        let folder = file.absolute.parent().unwrap_or(Path::new("/"));
                        let content = reader.read(&bytes, name(), self.place(folder, file_name), folder);
                        found.push(Found { key: (0, file.absolute.clone()), content });
                    }
                }
                Blob::TooLarge => fail("larger than what is read"),
                Blob::NotFetched => fail("a Git LFS pointer whose content is not in this clone"),
            }
        }
        Ok((found, failures))
    }

    fn place(&self, folder: &Path, file_name: &OsStr) -> Place {
        let root_depth = components(&self.worktree).len();
        Place { root: 0, directory: components(folder), root_depth, file_name: file_name.to_string_lossy().into() }
    }

    /// Whether the repository has no commit yet.
    pub(super) fn is_first_commit(&self) -> bool {
        repository::is_unborn(&self.repositories[0])
    }

    /// A revision to compare with.
    pub(super) fn revision(&self, revision: &str) -> Result<Revision, GitError> {
        Revision::of_repository(&self.repositories[0], &self.worktree, revision)
    }

    /// The repository that holds a file.
    pub(super) fn repository(&self, file: &Candidate) -> gix::Repository {
        self.repositories[file.repository].to_thread_local()
    }

    /// The files that are read.
    pub(super) fn files(&self) -> impl Iterator<Item = &Candidate> {
        self.files.values().filter(|file| !self.ignored.contains(&file.absolute))
    }

    /// How a file of a revision stands in the index.
    pub(super) fn standing(&self, file: &Candidate) -> Standing {
        match self.files.get(&file.absolute) {
            Some(now) if now.id == file.id => Standing::Unchanged,
            Some(_) => Standing::MayDiffer,
            None => Standing::Gone,
        }
    }

    /// A file's name as it is shown.
    pub fn name(&self, absolute: &Path, options: &Options) -> String {
        display_below(absolute, &self.worktree, &options.working_directory)
    }

    /// The names of all files that look like manifests, as they are shown.
    pub fn names(&self, options: &Options) -> HashSet<String> {
        self.files.values().map(|file| self.name(&file.absolute, options)).collect()
    }

    fn list(&self) -> Result<Listing, GitError> {
        let index = &self.index;
        let local = self.repositories[0].to_thread_local();
        let mut listing = Listing::default();
        for entry in index.entries() {
            let path: &[u8] = entry.path(index);
            // A sparse index has folders in place of what is below them.
            let path = path.strip_suffix(b"/").unwrap_or(path);
            // `.` and `..`, which no Git writes, are hidden as well.
            let is_hidden = |name: &[u8]| name.is_empty() || name.starts_with(b".");
            if entry.flags.contains(Flags::INTENT_TO_ADD) || path.split(|byte| *byte == b'/').any(is_hidden) {
                continue;
            }
            let name = tree::as_path(path);
            let absolute = self.worktree.join(&*name);
            if entry.mode == Mode::DIR {
                tree::list_folder(&local, 0, &self.worktree, (path, entry.id), &mut listing)?;
            } else if entry.mode == Mode::COMMIT {
                listing.submodules.push(tree::Submodule { absolute, commit: entry.id });
            } else if entry.mode != Mode::SYMLINK && is_manifest(Path::new(&*name)) {
                if matches!(absolute.file_name().and_then(OsStr::to_str), Some("Chart.yaml" | "Chart.yml")) {
                    listing.charts.extend(absolute.parent().map(Path::to_path_buf));
                }
                listing.files.push(Candidate { absolute, relative: path.to_vec(), id: entry.id, repository: 0 });
            }
        }
        Ok(listing)
    }

    fn add(&mut self, listing: Listing, options: &Options, nesting: usize) -> Result<(), GitError> {
        self.charts.extend(listing.charts);
        self.files.extend(listing.files.into_iter().map(|file| (file.absolute.clone(), file)));
        for submodule in listing.submodules {
            if nesting >= MAX_NESTING || !submodule.absolute.join(".git").exists() {
                continue;
            }
            let shown = self.name(&submodule.absolute, options);
            let found = Revision::of_submodule(&submodule.absolute, &shown, submodule.commit, "the index")?;
            let mut inner = Listing::default();
            tree::list(&found, self.repositories.len(), &found.worktree, &mut inner)?;
            self.repositories.push(found.repository);
            self.add(inner, options, nesting + 1)?;
        }
        Ok(())
    }

    /// What the `.ignore` files of the index say. `.gitignore` says nothing about files that Git knows already.
    fn ignore_rules(&self) -> Result<IgnoreRules, GitError> {
        let index = &self.index;
        let local = self.repositories[0].to_thread_local();
        let mut rules = IgnoreRules::default();
        for entry in index.entries() {
            let path: &[u8] = entry.path(index);
            if !(path == b".ignore" || path.ends_with(b"/.ignore")) || entry.mode == Mode::SYMLINK {
                continue;
            }
            let file = self.worktree.join(&*tree::as_path(path));
            let folder = file.parent().unwrap_or(&self.worktree).to_path_buf();
            let one = Candidate { absolute: file.clone(), relative: path.to_vec(), id: entry.id, repository: 0 };
            let Blob::Bytes(bytes) = blob::read(&local, &one)? else { continue };
            let mut builder = GitignoreBuilder::new(&folder);
            for line in String::from_utf8_lossy(&bytes).lines() {
                // A line that is no pattern is passed over, as the walk of a folder does.
                let _ = builder.add_line(None, line);
            }
            if let Ok(matcher) = builder.build() {
                rules.by_folder.insert(folder, matcher);
            }
        }
        Ok(rules)
    }
}

/// Patterns of `.ignore` files.
#[derive(Default)]
struct IgnoreRules {
    by_folder: HashMap<PathBuf, Gitignore>,
}

impl IgnoreRules {
    /// Whether a file, or a folder on the way to it, is kept out. The nearest pattern decides.
    fn keep_out(&self, file: &Path, worktree: &Path) -> bool {
        if self.by_folder.is_empty() {
            return false;
        }
        let mut way: Vec<&Path> = file.ancestors().take_while(|path| *path != worktree).collect();
        way.reverse();
        way.into_iter().any(|path| {
            let verdicts = path.ancestors().skip(1).filter_map(|folder| self.by_folder.get(folder));
            let mut verdicts = verdicts.map(|rules| rules.matched(path, path != file));
            verdicts.find(|verdict| !verdict.is_none()).is_some_and(|verdict| verdict.is_ignore())
        })
    }
}

/// Whether a file holds something that is read, or decides how others are read.
pub(super) fn matters<T>(
    repository: &gix::Repository,
    file: &Candidate,
    reader: &Reader<'_, T>,
) -> Result<bool, GitError> {
    let name = file.absolute.file_name().unwrap_or_default();
    if matches!(name.to_str(), Some("Chart.yaml" | "Chart.yml")) {
        return Ok(true);
    }
    Ok(match blob::read(repository, file)? {
        Blob::Bytes(bytes) => reader.is_of_interest(&bytes, name),
        Blob::TooLarge | Blob::NotFetched => true,
    })
}

fn index(
    repository: &ThreadSafeRepository,
    worktree: &Path,
    environment: &GitEnvironment,
) -> Result<gix::index::File, GitError> {
    let local = repository.to_thread_local();
    let path = match &environment.index_file {
        // Git itself stands in the worktree's top folder when it looks the file up.
        Some(named) => worktree.join(named),
        None => local.index_path(),
    };
    gix::index::File::at_or_default(&path, local.object_hash(), false, gix::index::decode::Options::default()).map_err(
        |error| {
            let reason = repository::causes(&error);
            GitError(format!("the index {} cannot be read: {reason}", path.display()))
        },
    )
}

/// The files of which the index holds several versions, each once.
fn unmerged(index: &gix::index::File) -> Vec<String> {
    let entries = index.entries().iter().filter(|entry| entry.stage() != Stage::Unconflicted);
    let mut names: Vec<String> = entries.map(|entry| entry.path(index).to_string()).collect();
    names.dedup();
    names
}
