//! What the threads find, each on its own, and together at the end.

use std::ffi::OsStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::bytes::{read_all, read_file, reason};
use super::file::{Content, Reader};
use super::pipe::Pipe;
use super::place::{components, display};
use super::roots::Root;
use super::{Counts, Exclude, Failure, Place};

/// A file that holds something.
pub(super) struct Found<T> {
    /// Which path given it was reached by, and its path: what files are ordered by.
    pub(super) key: (usize, PathBuf),
    pub(super) content: Content<T>,
}

/// What was found, in no particular order.
pub(super) struct Gathered<T> {
    pub(super) files: Vec<Found<T>>,
    pub(super) failures: Vec<Failure>,
    pub(super) counts: Counts,
    /// The paths of all files read, whatever was in them.
    pub(super) looked_at: Vec<PathBuf>,
    /// Manifests and folders that lie in the folders walked, and those among them that the walker gave us: the difference
    /// is what it kept back.
    pub(super) present: usize,
    pub(super) given: usize,
}

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            failures: Vec::new(),
            counts: Counts::default(),
            looked_at: Vec::new(),
            present: 0,
            given: 0,
        }
    }
}

impl<T> Gathered<T> {
    fn absorb(&mut self, mut other: Gathered<T>) {
        self.files.append(&mut other.files);
        self.failures.append(&mut other.failures);
        self.looked_at.append(&mut other.looked_at);
        self.counts.files += other.counts.files;
        self.counts.excluded += other.counts.excluded;
        self.counts.bytes += other.counts.bytes;
        self.present += other.present;
        self.given += other.given;
    }
}

/// What all threads share.
pub(super) struct Shared<'a, T> {
    pub(super) reader: Reader<'a, T>,
    pub(super) working_directory: &'a Path,
    pub(super) files_read: &'a AtomicUsize,
    pub(super) exclude: &'a Exclude,
    pub(super) threads: usize,
    pub(super) gathered: Mutex<Gathered<T>>,
}

/// The value behind a lock. A thread that panicked has left it whole: it is only ever extended.
pub(super) fn lock<V>(mutex: &Mutex<V>) -> MutexGuard<'_, V> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One thread's part: a buffer that is used again for every file, and what was found so far. Hands it over when dropped.
pub(super) struct Worker<'a, T> {
    shared: &'a Shared<'a, T>,
    buffer: Vec<u8>,
    pub(super) own: Gathered<T>,
}

impl<T> Drop for Worker<'_, T> {
    fn drop(&mut self) {
        lock(&self.shared.gathered).absorb(std::mem::take(&mut self.own));
    }
}

impl<'a, T> Worker<'a, T> {
    pub(super) fn new(shared: &'a Shared<'a, T>) -> Self {
        Self { shared, buffer: Vec::new(), own: Gathered::default() }
    }

    /// Reads a file that the user named.
    pub(super) fn named(&mut self, root: &Root) {
        let read = match Pipe::open(&root.path) {
            Ok(Some(mut pipe)) => read_all(&mut pipe, &mut self.buffer),
            Ok(None) => read_file(&root.path, &mut self.buffer),
            Err(error) => Err(error),
        };
        match read {
            Ok(length) => self.bytes(length, root, Path::new(""), &root.path),
            Err(error) => self.fail(&root.given, reason(&error), true),
        }
    }

    /// Reads a file that the walk met.
    pub(super) fn met(&mut self, root: &Root, path: &Path) {
        let below = path.strip_prefix(&root.folder).unwrap_or(path);
        match read_file(path, &mut self.buffer) {
            Ok(length) => self.bytes(length, root, below, path),
            Err(error) => self.fail(&root.given.join(below), reason(&error), false),
        }
    }

    /// Takes what standard input held.
    pub(super) fn stdin(&mut self, root: &Root, bytes: Vec<u8>) {
        let length = bytes.len();
        self.buffer = bytes;
        self.bytes(length, root, Path::new(""), &root.path);
    }

    /// Whether a path is left out on the user's wish; counts it.
    pub(super) fn excludes(&mut self, path: &Path, is_folder: bool) -> bool {
        let excludes = self.shared.exclude.holds(path, is_folder);
        self.own.counts.excluded += usize::from(excludes);
        excludes
    }

    pub(super) fn fail(&mut self, path: &Path, message: String, named: bool) {
        let path = display(path, self.shared.working_directory);
        self.own.failures.push(Failure { path, message, named });
    }

    /// Finds what is in the first `length` bytes of the buffer. `below` is the path below a folder given.
    fn bytes(&mut self, length: usize, root: &Root, below: &Path, path: &Path) {
        let bytes = &self.buffer[..length];
        let file_name = if root.path.as_os_str().is_empty() { root.given.file_name() } else { path.file_name() };
        let file_name = file_name.unwrap_or_default();
        self.own.counts.files += 1;
        self.shared.files_read.fetch_add(1, Ordering::Relaxed);
        // What a walk meets has no links in its path; what is named outright may.
        let named = below.as_os_str().is_empty();
        let real = if named { std::fs::canonicalize(path).ok() } else { None };
        self.own.looked_at.push(real.unwrap_or_else(|| path.to_path_buf()));
        self.own.counts.bytes += length as u64;
        // A fault of ours in one file must not cost the others.
        let content = catch_unwind(AssertUnwindSafe(|| {
            self.shared.reader.is_of_interest(bytes, file_name).then(|| {
                let name = display(&root.given.join(below), self.shared.working_directory);
                self.shared.reader.read(bytes, name, place(root, below, file_name), &folder(root, below))
            })
        }));
        match content {
            Ok(Some(content)) => self.own.files.push(Found { key: (root.number, path.to_path_buf()), content }),
            Ok(None) => {}
            Err(_) => {
                let message = "stslint itself failed on this file; please report it with the file".to_owned();
                self.fail(&root.given.join(below), message, false);
            }
        }
    }
}

/// The folder on disk that a file lies in, links resolved.
fn folder(root: &Root, below: &Path) -> PathBuf {
    below.parent().map_or_else(|| root.folder.clone(), |below| root.folder.join(below))
}

fn place(root: &Root, below: &Path, file_name: &OsStr) -> Place {
    Place {
        root: root.number,
        directory: components(&folder(root, below)),
        root_depth: root.depth,
        file_name: file_name.to_string_lossy().into(),
    }
}
