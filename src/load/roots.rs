//! The paths that the user gave: what each of them is, and which of them are the same.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::bytes::reason;
use super::place::{components, display};
use super::{Failure, Options, Place};

/// A path that was given, and exists.
#[derive(Debug)]
pub(super) struct Root {
    /// Which one it is, from 0.
    pub(super) number: usize,
    /// As it was given.
    pub(super) given: PathBuf,
    /// A folder with links resolved; a file as it is opened.
    pub(super) path: PathBuf,
    /// The folder itself, or the one that the file lies in, with links resolved.
    pub(super) folder: PathBuf,
    /// How many components [`Root::folder`] has.
    pub(super) depth: usize,
}

/// All of them, each once.
#[derive(Debug, Default)]
pub(super) struct Roots {
    /// Standard input, where it is wanted.
    pub(super) stdin: Option<Root>,
    pub(super) files: Vec<Root>,
    pub(super) folders: Vec<Root>,
    /// What identifies the files and standard input: the walk leaves them alone.
    pub(super) claimed: HashSet<PathBuf>,
    /// Whether a folder lies in another one.
    pub(super) overlap: bool,
    pub(super) failures: Vec<Failure>,
}

impl Roots {
    pub(super) fn resolve(options: &Options) -> Roots {
        let mut roots = Roots::default();
        let here = [PathBuf::from(".")];
        let paths = if options.paths.is_empty() { &here[..] } else { &options.paths };
        // What standard input stands for is not read from the disk as well.
        if let Some(number) = paths.iter().position(|path| path.as_os_str() == "-") {
            roots.stdin = Some(roots.stdin(number, options));
        }
        for (number, given) in paths.iter().enumerate().filter(|(_, path)| path.as_os_str() != "-") {
            if let Err(message) = roots.add(number, given, options) {
                let path = display(given, &options.working_directory);
                roots.failures.push(Failure { path, message, named: true });
            }
        }
        let folders: HashSet<&Path> = roots.folders.iter().map(|root| root.folder.as_path()).collect();
        let inside = |root: &Root| root.folder.ancestors().skip(1).any(|folder| folders.contains(folder));
        roots.overlap = roots.folders.iter().any(inside);
        roots
    }

    /// The place of a text that belongs to a folder, by the path given that leads there.
    pub(super) fn place_of(&self, folder: &Path, name: &str) -> Place {
        let all = self.folders.iter().chain(&self.files);
        let root = all.filter(|root| folder.starts_with(&root.folder)).max_by_key(|root| root.depth);
        Place {
            root: root.map_or(0, |root| root.number),
            directory: components(folder),
            root_depth: root.map_or(0, |root| root.depth),
            file_name: name.into(),
        }
    }

    fn stdin(&mut self, number: usize, options: &Options) -> Root {
        let Some(name) = &options.stdin_filename else {
            let (given, path) = (PathBuf::from("<stdin>"), PathBuf::new());
            return Root { number, given, path, folder: PathBuf::new(), depth: 0 };
        };
        let root = file(number, Path::new(name), options);
        self.claimed.insert(identity(&root));
        root
    }

    fn add(&mut self, number: usize, given: &Path, options: &Options) -> Result<(), String> {
        if given.as_os_str().is_empty() {
            return Err("an empty path names nothing".to_owned());
        }
        let path = options.working_directory.join(given);
        let metadata = fs::metadata(&path).map_err(|error| reason(&error))?;
        if metadata.is_dir() {
            let folder = fs::canonicalize(&path).map_err(|error| reason(&error))?;
            if self.folders.iter().all(|other| other.folder != folder) {
                let depth = components(&folder).len();
                self.folders.push(Root { number, given: given.to_path_buf(), path: folder.clone(), folder, depth });
            }
            return Ok(());
        }
        let root = file(number, given, options);
        if self.claimed.insert(identity(&root)) {
            self.files.push(root);
        }
        Ok(())
    }
}

fn file(number: usize, given: &Path, options: &Options) -> Root {
    let path = options.working_directory.join(given);
    let folder = path.parent().unwrap_or(&path);
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let depth = components(&folder).len();
    Root { number, given: given.to_path_buf(), path, folder, depth }
}

/// Equal for two paths to one file. A pipe (`/dev/fd/63`) has no path but its own.
fn identity(root: &Root) -> PathBuf {
    let by_folder = || root.path.file_name().map(|name| root.folder.join(name));
    fs::canonicalize(&root.path).ok().or_else(by_folder).unwrap_or_else(|| root.path.clone())
}
