//! What has to be watched to learn that another run would read something else.

use std::fs;
use std::path::{Path, PathBuf};

use super::walk;

/// The folders that a run walks or takes files from, and what in them is its business.
#[derive(Debug, Default)]
pub struct Watched {
    /// Each to be watched on its own, without what lies below; links resolved.
    pub folders: Vec<PathBuf>,
    /// Files and folders that were named; links resolved as far as they exist.
    roots: Vec<PathBuf>,
    /// Whether every file below them counts, and not only manifests: programs read what they like.
    all_files: bool,
}

impl Watched {
    /// Finds the folders of `paths`, which are relative to `working_directory`; of that folder itself when there are none.
    /// `found` is told of each as soon as it is found, before what lies in it is listed: what is made in the meantime is
    /// then seen by the one or the other. With `all_files` every file that is not hidden is the run's business.
    pub fn find(paths: &[PathBuf], working_directory: &Path, all_files: bool, found: &mut dyn FnMut(&Path)) -> Watched {
        let mut watched = Watched { all_files, ..Watched::default() };
        let here = [PathBuf::from(".")];
        for path in if paths.is_empty() { &here[..] } else { paths } {
            let path = working_directory.join(path);
            // Links are replaced by renaming, as files are; what they lead to may change as well.
            for path in [resolve(&path, false), resolve(&path, true)] {
                watched.root(path, found);
            }
        }
        watched
    }

    fn root(&mut self, path: PathBuf, found: &mut dyn FnMut(&Path)) {
        if self.roots.contains(&path) {
            return;
        }
        // Its own coming and going is told by the folder above.
        if let Some(above) = path.ancestors().skip(1).find(|above| above.is_dir()) {
            self.add(above, found);
        }
        if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir()) {
            for entry in walk::builder(&path).build().flatten() {
                if entry.file_type().is_some_and(|kind| kind.is_dir()) {
                    self.add(entry.path(), found);
                }
            }
        }
        self.roots.push(path);
    }

    fn add(&mut self, folder: &Path, found: &mut dyn FnMut(&Path)) {
        self.folders.push(folder.to_path_buf());
        found(folder);
    }

    /// Whether something that happened to this path may change what a run reads.
    pub fn concerns(&self, path: &Path) -> bool {
        if self.roots.iter().any(|root| root.starts_with(path)) {
            return true;
        }
        if !self.roots.iter().any(|root| path.starts_with(root)) {
            return false;
        }
        let name = Path::new(path.file_name().unwrap_or_default());
        let is_ignore_file = [".gitignore", ".ignore"].iter().any(|known| name.as_os_str() == *known);
        let is_read = match self.all_files {
            true => walk::is_manifest(name) || !name.as_os_str().as_encoded_bytes().starts_with(b"."),
            false => walk::is_manifest(name),
        };
        // A folder that has gone is known by its path only.
        is_ignore_file || is_read || path.is_dir() || self.folders.iter().any(|folder| folder == path)
    }
}

/// A path with its links resolved as far as it exists; that of the last name only where asked for.
fn resolve(path: &Path, last: bool) -> PathBuf {
    if last && let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    let above = path.ancestors().skip(1).find_map(|above| Some((above, fs::canonicalize(above).ok()?)));
    match above {
        // `.` and `..` have no name of their own.
        Some((above, real)) if path.file_name().is_some() => {
            real.join(path.strip_prefix(above).unwrap_or(Path::new("")))
        }
        _ => fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()),
    }
}
