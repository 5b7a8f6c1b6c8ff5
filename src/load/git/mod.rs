//! The same paths at a revision of Git.
//!
//! Nothing is checked out: trees are listed, and of the files only those are read that can matter, that is, what looks
//! like a manifest and is not the same in the worktree. What is the same is taken from there.

mod blob;
mod repository;
mod tree;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use blob::{Content as Blob, Standing};
use repository::Revision;
use tree::{Candidate, Listing};

use super::chart::Charts;
use super::file::{Content, Reader};
use super::gather::{Found, Gathered};
use super::place::{components, display};
use super::prefilter::Prefilter;
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
    head: &'a Input<T>,
    convert: &'a (dyn Fn(DocumentInput) -> T + Sync),
    /// The repositories that the paths lie in, and submodules.
    repositories: Vec<Revision>,
    roots: Vec<Root>,
    charts: HashSet<PathBuf>,
    seen: HashSet<PathBuf>,
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
    /// Finds the repositories of all paths and the revision in each. `head` is what was read of the paths as they are.
    pub fn open(
        options: &'a Options,
        revision: &'a str,
        head: &'a Input<T>,
        convert: &'a (dyn Fn(DocumentInput) -> T + Sync),
    ) -> Result<Base<'a, T>, GitError> {
        let mut base = Base {
            options,
            revision,
            head,
            convert,
            repositories: Vec::new(),
            roots: Vec::new(),
            charts: HashSet::new(),
            seen: HashSet::new(),
        };
        let here = [PathBuf::from(".")];
        let paths = if options.paths.is_empty() { &here[..] } else { &options.paths };
        for path in paths {
            if path.as_os_str() == "-" {
                return Err(GitError(
                    "--base: what comes from standard input has no revision; name its files".to_owned(),
                ));
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

    /// Reads what lay below the paths.
    pub fn read(&mut self) -> Result<Input<T>, GitError> {
        let mut gathered = Gathered::default();
        for number in 0..self.roots.len() {
            let (path, repository) = (self.roots[number].absolute.clone(), self.roots[number].repository);
            let files = self.list(repository, &path, 0)?;
            self.read_all(number, &files, &mut gathered.files, &mut gathered.failures)?;
        }
        gathered.counts.files = gathered.files.len();
        Ok(assemble(gathered, 0))
    }

    /// Reads what lay elsewhere in the repositories and is gone: an object that is new below the paths may have moved
    /// from there. Files that are still there are not looked at.
    pub fn read_gone(&mut self) -> Result<Input<T>, GitError> {
        let mut gathered = Gathered::default();
        let outer: Vec<usize> = self.roots.iter().map(|root| root.repository).collect();
        let outer: std::collections::BTreeSet<usize> = outer.into_iter().collect();
        for repository in outer {
            let worktree = self.repositories[repository].worktree.clone();
            let files = self.list(repository, &worktree, 0)?;
            let gone = |one: &Candidate| blob::standing(&self.repositories[one.repository], one) == Standing::Gone;
            let files: Vec<Candidate> = files.into_iter().filter(gone).collect();
            self.read_all(Place::ELSEWHERE, &files, &mut gathered.files, &mut gathered.failures)?;
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
        files.retain(|file| self.seen.insert(file.absolute.clone()));
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

    fn read_all(
        &self,
        root: usize,
        files: &[Candidate],
        found: &mut Vec<Found<T>>,
        failures: &mut Vec<Failure>,
    ) -> Result<(), GitError> {
        let known = Known::new(self.head);
        let reader = Reader {
            prefilter: Prefilter::new(self.options),
            charts: Charts::among(self.charts.clone()),
            convert: self.convert,
        };
        let threads = self.options.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from));
        // A thread for a handful of files costs more than it brings.
        let threads = threads.unwrap_or(1).min(files.len().div_ceil(64)).max(1);
        let size = files.len().div_ceil(threads).max(1);
        let one = |chunk: &[Candidate]| self.read_some(root, chunk, &known, &reader);
        let results: Vec<_> = std::thread::scope(|scope| {
            let running: Vec<_> = files.chunks(size).map(|chunk| scope.spawn(|| one(chunk))).collect();
            let lost = |_| Err(GitError("--base: a reading thread ended early".to_owned()));
            running.into_iter().map(|thread| thread.join().unwrap_or_else(lost)).collect()
        });
        for result in results {
            let (some, failed) = result?;
            found.extend(some);
            failures.extend(failed);
        }
        Ok(())
    }

    #[allow(clippy::type_complexity)]
    fn read_some(
        &self,
        root: usize,
        files: &[Candidate],
        known: &Known<'_, T>,
        reader: &Reader<'_, T>,
    ) -> Result<(Vec<Found<T>>, Vec<Failure>), GitError> {
        let mut locals: BTreeMap<usize, gix::Repository> = BTreeMap::new();
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        for file in files {
            let revision = &self.repositories[file.repository];
            let standing = blob::standing(revision, file);
            let was_read = self.head.looked_at.contains(&file.absolute);
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
                        "--base: {name} is a Git LFS pointer at `{}`, and its content is not in this clone; `git lfs \
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
        let below = self.roots.get(root).and_then(|root| {
            let below = file.absolute.strip_prefix(&root.absolute).ok()?;
            Some(if below.as_os_str().is_empty() { root.path.clone() } else { root.path.join(below) })
        });
        display(below.as_deref().unwrap_or(&file.absolute), &self.options.working_directory)
    }
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
