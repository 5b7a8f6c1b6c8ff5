//! Finds the files below the paths given, and reads them in parallel.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ignore::{WalkBuilder, WalkState};

use super::file::{Content, Reader};
use super::place::{components, display};
use super::prefilter::Prefilter;
use super::{DocumentInput, Failure, Options, Place};
use crate::yaml::MAX_FILE_BYTES;

/// What identifies a file, and orders files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// Links resolved up to the path given; two paths to one file have one key.
    pub(super) absolute: PathBuf,
    pub(super) root: usize,
}

pub(super) struct Found<T> {
    pub(super) key: Key,
    pub(super) content: Content<T>,
}

/// Everything that was found, in no particular order.
pub(super) struct Walked<T> {
    pub(super) files: Vec<Found<T>>,
    pub(super) failures: Vec<Failure>,
    pub(super) ignored: usize,
}

/// What the threads share.
struct Shared<'a, T> {
    options: &'a Options,
    reader: Reader<'a, T>,
    files: Mutex<Vec<Found<T>>>,
    failures: Mutex<Vec<Failure>>,
    /// Files and folders that lie in the folders walked, less those that the walker gave: what it kept back.
    present: AtomicUsize,
    given: AtomicUsize,
}

/// A path that the user gave.
struct Root<'a> {
    number: usize,
    path: &'a Path,
    /// With links resolved.
    absolute: PathBuf,
}

pub(super) fn walk<T: Send>(
    options: &Options,
    convert: &(dyn Fn(DocumentInput) -> T + Sync),
    stdin: &mut dyn Read,
) -> Walked<T> {
    let prefilter = Prefilter::new(options.kinds, options.deferred_kinds);
    let shared = Shared {
        options,
        reader: Reader { prefilter, charts: super::chart::Charts::default(), convert },
        files: Mutex::new(Vec::new()),
        failures: Mutex::new(Vec::new()),
        present: AtomicUsize::new(0),
        given: AtomicUsize::new(0),
    };
    let here = [PathBuf::from(".")];
    let paths = if options.paths.is_empty() { &here[..] } else { &options.paths };
    for (number, path) in paths.iter().enumerate() {
        if path.as_os_str() == "-" {
            shared.read_stdin(number, stdin);
            continue;
        }
        let on_disk = options.working_directory.join(path);
        match fs::canonicalize(&on_disk).and_then(|absolute| fs::metadata(&absolute).map(|found| (absolute, found))) {
            Err(error) => shared.fail(path, &error, true),
            Ok((absolute, found)) if found.is_dir() => shared.walk_folder(&Root { number, path, absolute }),
            Ok((absolute, _)) => {
                let folder = absolute.parent().unwrap_or(Path::new("/")).to_path_buf();
                let root = Root { number, path, absolute };
                shared.read_file(&root, path, &folder, &root.absolute, &mut Vec::new(), true);
            }
        }
    }
    let ignored = shared.present.load(Ordering::Relaxed).saturating_sub(shared.given.load(Ordering::Relaxed));
    Walked { files: into_inner(shared.files), failures: into_inner(shared.failures), ignored }
}

fn into_inner<V>(mutex: Mutex<V>) -> V {
    // A thread that panicked has already ended the walk; what the others found is whole.
    mutex.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl<T: Send> Shared<'_, T> {
    fn walk_folder(&self, root: &Root<'_>) {
        let mut builder = WalkBuilder::new(&root.absolute);
        // The user's own ignore file would make a run differ from machine to machine.
        builder.git_global(false).require_git(false).follow_links(false);
        builder.threads(self.options.threads.unwrap_or(0));
        builder.build_parallel().run(|| {
            let mut buffer = Vec::new();
            Box::new(move |entry| {
                match entry {
                    Err(error) => self.walk_error(root, &error),
                    Ok(entry) => {
                        let Some(kind) = entry.file_type() else { return WalkState::Continue };
                        if kind.is_dir() {
                            self.given.fetch_add(usize::from(entry.depth() > 0), Ordering::Relaxed);
                            self.present.fetch_add(candidates(entry.path()), Ordering::Relaxed);
                        } else if kind.is_file() && is_manifest(entry.path()) {
                            self.given.fetch_add(1, Ordering::Relaxed);
                            let below = entry.path().strip_prefix(&root.absolute).unwrap_or(entry.path());
                            let shown = root.path.join(below);
                            let folder = entry.path().parent().unwrap_or(&root.absolute).to_path_buf();
                            self.read_file(root, &shown, &folder, entry.path(), &mut buffer, false);
                        }
                    }
                }
                WalkState::Continue
            })
        });
    }

    fn read_file(&self, root: &Root<'_>, shown: &Path, folder: &Path, path: &Path, buffer: &mut Vec<u8>, named: bool) {
        let length = match read_into(path, buffer) {
            Ok(length) => length,
            Err(error) => return self.fail(shown, &error, named),
        };
        let directory = components(folder);
        let root_folder = if root.absolute.is_dir() { &root.absolute } else { folder };
        let place = Place {
            root: root.number,
            root_depth: components(root_folder).len().min(directory.len()),
            directory,
            file_name: path.file_name().unwrap_or_default().to_string_lossy().into(),
        };
        let name = display(shown, &self.options.working_directory);
        let content = self.reader.read(&buffer[..length], name, place, Some(folder));
        self.push(Found { key: Key { absolute: path.to_path_buf(), root: root.number }, content });
    }

    fn read_stdin(&self, number: usize, stdin: &mut dyn Read) {
        let name = self.options.stdin_filename.clone().unwrap_or_else(|| "<stdin>".to_owned());
        let mut bytes = Vec::new();
        match stdin.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes) {
            Err(error) => return self.fail(Path::new(&name), &error, true),
            Ok(length) if length > MAX_FILE_BYTES => return self.fail(Path::new(&name), &too_large(), true),
            Ok(_) => {}
        }
        let file_name = Path::new(&name).file_name().unwrap_or_default().to_string_lossy().into();
        let place = Place { root: number, directory: Vec::new(), root_depth: 0, file_name };
        let content = self.reader.read(&bytes, name, place, None);
        self.push(Found { key: Key { absolute: PathBuf::from("-"), root: number }, content });
    }

    fn push(&self, found: Found<T>) {
        if let Ok(mut files) = self.files.lock() {
            files.push(found);
        }
    }

    fn fail(&self, path: &Path, error: &io::Error, named: bool) {
        let path = display(path, &self.options.working_directory);
        if let Ok(mut failures) = self.failures.lock() {
            failures.push(Failure { path, message: reason(error), named });
        }
    }

    fn walk_error(&self, root: &Root<'_>, error: &ignore::Error) {
        let (path, depth) = parts(error);
        let named = depth == Some(0);
        let below = path.as_deref().and_then(|path| path.strip_prefix(&root.absolute).ok());
        let shown = below.map_or_else(|| root.path.to_path_buf(), |below| root.path.join(below));
        let unknown = || io::Error::other(error.to_string());
        match error.io_error() {
            Some(inner) => self.fail(&shown, &io::Error::from(inner.kind()), named),
            // A line of an ignore file that is no pattern: the walk goes on without it.
            None => self.fail(&shown, &unknown(), false),
        }
    }
}

/// The path and depth inside an error of the walker.
fn parts(error: &ignore::Error) -> (Option<PathBuf>, Option<usize>) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path.clone()), parts(err).1),
        ignore::Error::WithDepth { depth, err } => (parts(err).0, Some(*depth)),
        ignore::Error::WithLineNumber { err, .. } => parts(err),
        _ => (None, None),
    }
}

/// Reads a file into a buffer that is used again, and returns how many bytes it holds.
fn read_into(path: &Path, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut file = fs::File::open(path)?;
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize((buffer.len() * 2).max(64 << 10), 0);
        }
        let read = file.read(&mut buffer[filled..])?;
        if read == 0 {
            return Ok(filled);
        }
        filled += read;
        if filled > MAX_FILE_BYTES {
            return Err(too_large());
        }
    }
}

fn too_large() -> io::Error {
    io::Error::other(format!("larger than {} MiB", MAX_FILE_BYTES >> 20))
}

/// The error in words, without the number of the operating system.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// How many of a folder's entries the walker could give: manifests and folders, hidden ones included; `.git` is no
/// content of anybody's.
fn candidates(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let counts = |entry: &fs::DirEntry| {
        let Ok(kind) = entry.file_type() else { return false };
        (kind.is_dir() && entry.file_name() != ".git") || (kind.is_file() && is_manifest(Path::new(&entry.file_name())))
    };
    entries.flatten().filter(counts).count()
}

/// Whether a file's name says that it may hold manifests.
pub(super) fn is_manifest(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
        || path.file_name().is_some_and(|name| name == "Kustomization")
}
