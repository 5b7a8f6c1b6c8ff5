//! The same paths at a revision of Git.
//!
//! Nothing is checked out: trees are listed, and of the files only those are read that can matter, that is, what looks
//! like a manifest and is not the same in the worktree. What is the same is taken from there.

mod blob;
mod merge_base;
mod repository;
mod staged;
mod tree;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

pub use repository::{GitEnvironment, fork_point, is_before_first_commit};
pub use staged::Staged;

use blob::{Content as Blob, Standing};
use gix::ObjectId;
use repository::Revision;
use tree::{Candidate, Listing};

pub use merge_base::{FoundBase, Wanted, find_base};

use super::chart::Charts;
use super::file::{Content, Reader};
use super::gather::{Found, Gathered};
use super::place::{components, display};
use super::{DocumentInput, Failure, Input, Options, Place, assemble};

/// Why a revision cannot be read, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitError(pub(super) String);

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GitError {}

/// The paths of a run at a revision.
pub struct Base<'a, T> {
    options: &'a Options,
    revision: &'a str,
    convert: &'a (dyn Fn(DocumentInput) -> T + Sync),
    /// The repositories that the paths lie in, and submodules.
    repositories: Vec<Revision>,
    roots: Vec<Root>,
    charts: HashSet<PathBuf>,
    /// The files listed so far.
    seen: HashMap<PathBuf, ObjectId>,
    /// What is compared with, where that is the index and not the worktree, and all files of the revision.
    staged: Option<(&'a Staged, Vec<Candidate>)>,
}

/// A path that was given.
struct Root {
    /// As it was given.
    path: PathBuf,
    /// Links resolved.
    absolute: PathBuf,
    repository: usize,
}

/// Submodules in submodules end here.
const MAX_NESTING: usize = 10;

impl<'a, T: Clone + Send + Sync> Base<'a, T> {
    fn new(options: &'a Options, revision: &'a str, convert: &'a (dyn Fn(DocumentInput) -> T + Sync)) -> Self {
        Base {
            options,
            revision,
            convert,
            repositories: Vec::new(),
            roots: Vec::new(),
            charts: HashSet::new(),
            seen: HashMap::new(),
            staged: None,
        }
    }

    /// Finds the repositories of all paths and the revision in each.
    pub fn open(
        options: &'a Options,
        revision: &'a str,
        convert: &'a (dyn Fn(DocumentInput) -> T + Sync),
    ) -> Result<Base<'a, T>, GitError> {
        let mut base = Self::new(options, revision, convert);
        let here = [PathBuf::from(".")];
        let paths = if options.paths.is_empty() { &here[..] } else { &options.paths };
        for path in paths {
            if path.as_os_str() == "-" {
                return Err(GitError("what comes from standard input has no revision; name its files".to_owned()));
            }
            let shown = display(path, &options.working_directory);
            let absolute = std::fs::canonicalize(options.working_directory.join(path))
                .map_err(|error| GitError(format!("{shown}: {error}")))?;
            let found = Revision::of_path(&absolute, &shown, revision)?;
            let known = base.repositories.iter().position(|other| other.worktree == found.worktree);
            let repository = known.unwrap_or(base.repositories.len());
            if known.is_none() {
                base.repositories.push(found);
            }
            base.roots.push(Root { path: path.clone(), absolute, repository });
        }
        Ok(base)
    }

    /// The commit of the revision, in full; `None` where the paths lie in several repositories.
    pub fn commit(&self) -> Option<String> {
        match &self.repositories[..] {
            [one] => Some(one.commit.to_hex().to_string()),
            _ => None,
        }
    }

    /// Finds the revision that the index is compared with, and lists it; `None` where there is no commit yet.
    pub fn of_staged(
        options: &'a Options,
        revision: Option<&'a str>,
        staged: &'a Staged,
        convert: &'a (dyn Fn(DocumentInput) -> T + Sync),
    ) -> Result<Option<Base<'a, T>>, GitError> {
        if revision.is_none() && staged.is_first_commit() {
            return Ok(None);
        }
        let mut base = Self::new(options, revision.unwrap_or("HEAD"), convert);
        base.repositories.push(staged.revision(base.revision)?);
        let worktree = base.repositories[0].worktree.clone();
        let files = base.list(0, &worktree, 0)?;
        base.roots.push(Root { path: worktree.clone(), absolute: worktree, repository: 0 });
        base.staged = Some((staged, files));
        Ok(Some(base))
    }

    /// The files of the index that are not the same at the revision, and those that are gone, by the names that they are
    /// shown with; empty where none of them, as it was or as it is, holds anything that is read.
    pub fn staged_changes(&self) -> Result<HashSet<String>, GitError> {
        let Some((staged, files)) = &self.staged else { return Ok(HashSet::new()) };
        let changed = |file: &&Candidate| staged.standing(file) != Standing::Unchanged;
        let before: Vec<&Candidate> = files.iter().filter(changed).collect();
        let now: Vec<&Candidate> =
            staged.files().filter(|file| self.seen.get(&file.absolute) != Some(&file.id)).collect();
        let reader = self.reader();
        let mut matters = false;
        for file in &before {
            let repository = self.repositories[file.repository].repository.to_thread_local();
            matters = matters || staged::matters(&repository, file, &reader)?;
        }
        for file in &now {
            matters = matters || staged::matters(&staged.repository(file), file, &reader)?;
        }
        let names = before.into_iter().chain(now).map(|file| staged.name(&file.absolute, self.options));
        Ok(if matters { names.collect() } else { HashSet::new() })
    }

    /// Reads what lay below the paths. `head` is what was read of the paths as they are.
    pub fn read(&mut self, head: &Input<T>) -> Result<Input<T>, GitError> {
        let mut gathered = Gathered::default();
        if let Some((_, files)) = &self.staged {
            self.read_all(0, files, head, &mut gathered)?;
        } else {
            for number in 0..self.roots.len() {
                let (path, repository) = (self.roots[number].absolute.clone(), self.roots[number].repository);
                let files = self.list(repository, &path, 0)?;
                self.read_all(number, &files, head, &mut gathered)?;
            }
        }
        gathered.counts.files = gathered.files.len();
        Ok(assemble(gathered, 0))
    }

    /// Reads what lay elsewhere in the repositories and is gone: an object that is new below the paths may have moved
    /// from there. Files that are still there are not looked at.
    pub fn read_gone(&mut self, head: &Input<T>) -> Result<Input<T>, GitError> {
        let mut gathered = Gathered::default();
        if self.staged.is_some() {
            // All of the repository was listed.
            return Ok(assemble(gathered, 0));
        }
        let outer: Vec<usize> = self.roots.iter().map(|root| root.repository).collect();
        let outer: std::collections::BTreeSet<usize> = outer.into_iter().collect();
        for repository in outer {
            let worktree = self.repositories[repository].worktree.clone();
            let files = self.list(repository, &worktree, 0)?;
            let gone = |one: &Candidate| blob::standing(&self.repositories[one.repository], one) == Standing::Gone;
            let files: Vec<Candidate> = files.into_iter().filter(gone).collect();
            self.read_all(Place::ELSEWHERE, &files, head, &mut gathered)?;
        }
        gathered.counts.files = gathered.files.len();
        Ok(assemble(gathered, 0))
    }

    /// The files below a path that were not listed before, those of submodules that are checked out included.
    fn list(&mut self, repository: usize, path: &Path, nesting: usize) -> Result<Vec<Candidate>, GitError> {
        let mut listing = Listing::default();
        tree::list(&self.repositories[repository], repository, path, &mut listing)?;
        self.charts.extend(listing.charts);
        let mut files = listing.files;
        files.retain(|file| {
            !self.options.exclude.holds(&file.absolute, false)
                && self.seen.insert(file.absolute.clone(), file.id).is_none()
        });
        for submodule in listing.submodules {
            // One that is not checked out is not read now either.
            if nesting >= MAX_NESTING || !submodule.absolute.join(".git").exists() {
                continue;
            }
            let shown = display(&submodule.absolute, &self.options.working_directory);
            let found = Revision::of_submodule(&submodule.absolute, &shown, submodule.commit, self.revision)?;
            self.repositories.push(found);
            let inner = if path.starts_with(&submodule.absolute) { path } else { &submodule.absolute };
            files.extend(self.list(self.repositories.len() - 1, inner, nesting + 1)?);
        }
        Ok(files)
    }

    fn reader(&self) -> Reader<'a, T> {
        Reader::new(self.options, Charts::among(self.charts.clone()), self.convert)
    }

    fn standing(&self, file: &Candidate) -> Standing {
        match &self.staged {
            Some((staged, _)) => staged.standing(file),
            None => blob::standing(&self.repositories[file.repository], file),
        }
    }

    fn read_all(
        &self,
        root: usize,
        files: &[Candidate],
        head: &Input<T>,
        gathered: &mut Gathered<T>,
    ) -> Result<(), GitError> {
        let (known, reader) = (Known::new(head), self.reader());
        in_parallel(files, self.options, gathered, &|chunk| self.read_some(root, chunk, &known, &reader))
    }

    fn read_some(&self, root: usize, files: &[Candidate], known: &Known<'_, T>, reader: &Reader<'_, T>) -> Outcome<T> {
        let mut locals: BTreeMap<usize, gix::Repository> = BTreeMap::new();
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        for file in files {
            let revision = &self.repositories[file.repository];
            let standing = self.standing(file);
            let was_read = known.head.looked_at.contains(&file.absolute);
            // Ignored or hidden now: what is not read now is not compared.
            if standing == Standing::LeftOut || (standing != Standing::Gone && !was_read) {
                continue;
            }
            let place = self.place(root, file);
            let key = (root, file.absolute.clone());
            if standing == Standing::Unchanged {
                found.extend(known.content(&place).map(|content| Found { key, content }));
                continue;
            }
            let local = locals.entry(file.repository).or_insert_with(|| revision.repository.to_thread_local());
            let name = self.name(root, file);
            let fail = |message: &str| {
                let path = format!("{name} at {}", self.revision);
                Failure { path, message: message.to_owned(), named: false }
            };
            match blob::read(local, file)? {
                Blob::Bytes(bytes) => {
                    let folder = file.absolute.parent().unwrap_or(Path::new("/"));
                    let file_name = file.absolute.file_name().unwrap_or_default();
                    if reader.is_of_interest(&bytes, file_name) {
                        let content = reader.read(&bytes, name, place, folder);
                        found.push(Found { key, content });
                    }
                }
                Blob::TooLarge => failures.push(fail("larger than what is read")),
                // What cannot be known matters where something was, or may have been.
                Blob::NotFetched if standing == Standing::Gone || known.content(&place).is_some() => {
                    return Err(GitError(format!(
                        "{name} is a Git LFS pointer at `{}`, and its content is not in this clone; `git lfs \
                         fetch origin {}` brings it",
                        self.revision, self.revision
                    )));
                }
                Blob::NotFetched => failures.push(fail("a Git LFS pointer whose content is not in this clone")),
            }
        }
        Ok((found, failures))
    }

    /// Where the file stands, by the name by which the worktree's was given: a link that was named outright keeps its
    /// own.
    fn place(&self, root: usize, file: &Candidate) -> Place {
        let given = self.roots.get(root);
        let named = given.filter(|given| given.absolute == file.absolute).map(|given| {
            let path = self.options.working_directory.join(&given.path);
            let folder = path.parent().unwrap_or(&path);
            let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
            folder.join(path.file_name().unwrap_or_default())
        });
        let path = named.as_ref().unwrap_or(&file.absolute);
        let directory = components(path.parent().unwrap_or(Path::new("/")));
        let root_depth = match (given, &named) {
            (Some(_), Some(_)) => directory.len(),
            (Some(given), None) => components(&given.absolute).len().min(directory.len()),
            (None, _) => 0,
        };
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into();
        Place { root, directory, root_depth, file_name }
    }

    /// The file's name as the same file of the worktree would be shown.
    fn name(&self, root: usize, file: &Candidate) -> String {
        if let Some((staged, _)) = &self.staged {
            return staged.name(&file.absolute, self.options);
        }
        let below = self.roots.get(root).and_then(|root| {
            let below = file.absolute.strip_prefix(&root.absolute).ok()?;
            Some(if below.as_os_str().is_empty() { root.path.clone() } else { root.path.join(below) })
        });
        display(below.as_deref().unwrap_or(&file.absolute), &self.options.working_directory)
    }
}

/// What a thread brings: files with something in them, and what could not be read.
type Outcome<T> = Result<(Vec<Found<T>>, Vec<Failure>), GitError>;

/// Reads files in several threads.
fn in_parallel<T: Send>(
    files: &[Candidate],
    options: &Options,
    gathered: &mut Gathered<T>,
    one: &(dyn Fn(&[Candidate]) -> Outcome<T> + Sync),
) -> Result<(), GitError> {
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from));
    // A thread for a handful of files costs more than it brings.
    let threads = threads.unwrap_or(1).min(files.len().div_ceil(64)).max(1);
    let size = files.len().div_ceil(threads).max(1);
    let results: Vec<Outcome<T>> = std::thread::scope(|scope| {
        let running: Vec<_> = files.chunks(size).map(|chunk| scope.spawn(|| one(chunk))).collect();
        let lost = |_| Err(GitError("a reading thread ended early".to_owned()));
        running.into_iter().map(|thread| thread.join().unwrap_or_else(lost)).collect()
    });
    for result in results {
        let (some, failed) = result?;
        gathered.files.extend(some);
        gathered.failures.extend(failed);
    }
    Ok(())
}

/// What was read of the worktree, by place.
struct Known<'a, T> {
    head: &'a Input<T>,
    files: HashMap<(&'a [Box<str>], &'a str), Parts>,
}

/// Numbers into the lists of an [`Input`].
#[derive(Default)]
struct Parts {
    file: Option<usize>,
    deferred: Vec<usize>,
    unread: Vec<usize>,
}

impl<'a, T: Clone> Known<'a, T> {
    fn new(head: &'a Input<T>) -> Known<'a, T> {
        fn key(place: &Place) -> (&[Box<str>], &str) {
            (&place.directory, &place.file_name)
        }
        let mut files: HashMap<(&'a [Box<str>], &'a str), Parts> = HashMap::new();
        for (number, file) in head.files.iter().enumerate() {
            files.entry(key(&file.place)).or_default().file = Some(number);
        }
        for (number, deferred) in head.deferred.iter().enumerate() {
            files.entry(key(&deferred.place)).or_default().deferred.push(number);
        }
        for (number, unread) in head.unread.iter().enumerate() {
            files.entry(key(&unread.place)).or_default().unread.push(number);
        }
        Known { head, files }
    }

    /// The same content again; `None` when there was nothing of interest in it.
    fn content(&self, place: &Place) -> Option<Content<T>> {
        let parts = self.files.get(&(place.directory.as_slice(), &*place.file_name))?;
        let file = parts.file.and_then(|number| self.head.files.get(number));
        Some(Content {
            source: file.map(|file| (file.source.clone(), file.place.clone())),
            documents: file.map(|file| file.documents.clone()).unwrap_or_default(),
            deferred: parts.deferred.iter().filter_map(|&number| self.head.deferred.get(number).cloned()).collect(),
            unread: parts.unread.iter().filter_map(|&number| self.head.unread.get(number).cloned()).collect(),
            not_text: None,
            unwanted_documents: 0,
        })
    }
}
