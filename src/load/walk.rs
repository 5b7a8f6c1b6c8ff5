//! Finds the files below the paths given, and has them read in parallel.

use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::bytes::{read_all, reason};
use super::gather::{Gathered, Shared, Worker, lock};
use super::roots::{Root, Roots};

/// Reads standard input, then the files named, then the folders: what is named outright is never left to a walk, so
/// where paths overlap it does not matter which thread is faster.
pub(super) fn walk<T: Send>(shared: Shared<'_, T>, roots: &Roots, stdin: &mut dyn Read) -> Gathered<T> {
    if let Some(root) = &roots.stdin {
        let mut worker = Worker::new(&shared);
        let mut bytes = Vec::new();
        match read_all(stdin, &mut bytes) {
            Ok(length) => {
                bytes.truncate(length);
                worker.stdin(root, bytes);
            }
            Err(error) => worker.fail(&root.given, reason(&error), true),
        }
    }
    read_named(&shared, &roots.files);
    let seen = roots.overlap.then(Mutex::default);
    for root in &roots.folders {
        walk_folder(&shared, root, &roots.claimed, seen.as_ref());
    }
    shared.gathered.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn read_named<T: Send>(shared: &Shared<'_, T>, files: &[Root]) {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut worker = Worker::new(shared);
        while let Some(root) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            if !worker.excludes(&root.given, false) {
                worker.named(root);
            }
        }
    };
    let helpers = shared.threads.min(files.len()).saturating_sub(1);
    thread::scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(work);
        }
        work();
    });
}

/// What is walked of a folder.
pub(super) fn builder(folder: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(folder);
    // The user's own ignore file would make a run differ from machine to machine.
    builder.git_global(false).require_git(false).follow_links(false);
    builder
}

/// Walks one folder. `claimed` is read already; `seen` remembers the files where folders overlap.
fn walk_folder<T: Send>(
    shared: &Shared<'_, T>,
    root: &Root,
    claimed: &HashSet<PathBuf>,
    seen: Option<&Mutex<HashSet<PathBuf>>>,
) {
    let mut builder = builder(&root.path);
    builder.threads(shared.threads);
    let is_new = |path: &Path| !claimed.contains(path) && seen.is_none_or(|seen| lock(seen).insert(path.to_path_buf()));
    builder.build_parallel().run(|| {
        let mut worker = Worker::new(shared);
        Box::new(move |entry| {
            match entry {
                Err(error) => walk_error(&mut worker, root, &error),
                Ok(entry) => match sort_out(&entry) {
                    Met::Folder => {
                        worker.own.given += usize::from(entry.depth() > 0);
                        if worker.excludes(&given(root, entry.path()), true) {
                            return WalkState::Skip;
                        }
                        worker.own.present += candidates(entry.path());
                    }
                    Met::Manifest => {
                        worker.own.given += 1;
                        if !worker.excludes(&given(root, entry.path()), false) && is_new(entry.path()) {
                            worker.met(root, entry.path());
                        }
                    }
                    Met::Other => {}
                },
            }
            WalkState::Continue
        })
    });
}

/// The path of something that the walk meets, as the user would give it.
fn given(root: &Root, path: &Path) -> PathBuf {
    root.given.join(path.strip_prefix(&root.folder).unwrap_or(path))
}

/// What the walk meets.
enum Met {
    Folder,
    Manifest,
    Other,
}

fn sort_out(entry: &DirEntry) -> Met {
    match entry.file_type() {
        Some(kind) if kind.is_dir() => Met::Folder,
        // Not links: what they lead to lies elsewhere in the tree, or outside it.
        Some(kind) if kind.is_file() && is_manifest(Path::new(entry.file_name())) => Met::Manifest,
        _ => Met::Other,
    }
}

/// How many of a folder's entries the walker could give: manifests and folders, hidden ones included; `.git` is no
/// content of anybody's, and stslint's own file is no manifest.
fn candidates(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let counts = |entry: &fs::DirEntry| {
        let Ok(kind) = entry.file_type() else { return false };
        let name = entry.file_name();
        let is_own = name == ".stslint.yaml" || name == ".stslint.yml";
        (kind.is_dir() && name != ".git") || (kind.is_file() && !is_own && is_manifest(Path::new(&name)))
    };
    entries.flatten().filter(counts).count()
}

/// Whether a file's name says that it may hold manifests.
pub fn is_manifest(name: &Path) -> bool {
    let ending = name.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
        || name.as_os_str() == "Kustomization"
}

fn walk_error<T>(worker: &mut Worker<'_, T>, root: &Root, error: &ignore::Error) {
    // A line of an ignore file that is no pattern costs nothing that was asked for: the walk goes on without it.
    let Some(inner) = error.io_error() else { return };
    let (path, depth) = parts(error);
    let below = path.and_then(|path| path.strip_prefix(&root.path).ok());
    let shown = below.map_or_else(|| root.given.clone(), |below| root.given.join(below));
    worker.fail(&shown, reason(inner), depth == Some(0) || below.is_some_and(|below| below.as_os_str().is_empty()));
}

/// The path and depth inside an error of the walker.
fn parts(error: &ignore::Error) -> (Option<&Path>, Option<usize>) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), parts(err).1),
        ignore::Error::WithDepth { depth, err } => (parts(err).0, Some(*depth)),
        ignore::Error::WithLineNumber { err, .. } => parts(err),
        _ => (None, None),
    }
}
