//! Which files of a revision can matter: those below the paths given, and those that are gone since.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use gix::objs::tree::EntryKind;
use gix::{ObjectId, Repository};

use super::GitError;
use super::repository::{Revision, unreadable};
use crate::load::walk::is_manifest;

/// A file of a revision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    /// Where it would lie in the worktree.
    pub(super) absolute: PathBuf,
    /// Its path from the worktree on, as Git spells it.
    pub(super) relative: Vec<u8>,
    /// Its content.
    pub(super) id: ObjectId,
    /// Which repository holds it: 0 is the outer one, then submodules.
    pub(super) repository: usize,
}

/// A submodule of a revision.
pub(super) struct Submodule {
    pub(super) absolute: PathBuf,
    pub(super) commit: ObjectId,
}

/// What was found in one repository.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) files: Vec<Candidate>,
    pub(super) submodules: Vec<Submodule>,
    /// Folders with a `Chart.yaml`: what lies in their `templates` is a template.
    pub(super) charts: HashSet<PathBuf>,
    entries: usize,
}

/// A repository with more entries than this is not walked to its end: a tree that names one folder again and again has
/// any number of them.
const MAX_ENTRIES: usize = 5_000_000;

/// Lists the files of a revision below a path, by the rules by which folders are walked: hidden ones are passed over, and
/// a file counts that looks like a manifest. A path that is a file itself counts whatever it is called.
pub(super) fn list(revision: &Revision, number: usize, path: &Path, into: &mut Listing) -> Result<(), GitError> {
    let local = revision.repository.to_thread_local();
    let Ok(below) = path.strip_prefix(&revision.worktree) else { return Ok(()) };
    let mut walk = Walk { local: &local, number, into };
    let mut folder = Folder { id: revision.tree, absolute: revision.worktree.clone(), relative: Vec::new() };
    for component in below.components() {
        let name = component.as_os_str().as_encoded_bytes();
        let Some((kind, id)) = walk.find(&folder, name)? else { return Ok(()) };
        let child = folder.child(name, id);
        match kind {
            EntryKind::Tree => folder = child,
            EntryKind::Commit => {
                into.submodules.push(Submodule { absolute: child.absolute, commit: id });
                return Ok(());
            }
            EntryKind::Blob | EntryKind::BlobExecutable if child.absolute == path => {
                into.files.push(child.into_candidate(number));
                return Ok(());
            }
            _ => return Ok(()),
        }
    }
    walk.all(folder)
}

/// A folder of a revision, or anything else with a path.
struct Folder {
    id: ObjectId,
    absolute: PathBuf,
    relative: Vec<u8>,
}

impl Folder {
    fn child(&self, name: &[u8], id: ObjectId) -> Folder {
        let mut relative = self.relative.clone();
        if !relative.is_empty() {
            relative.push(b'/');
        }
        relative.extend_from_slice(name);
        Folder { id, absolute: self.absolute.join(&*String::from_utf8_lossy(name)), relative }
    }

    fn into_candidate(self, repository: usize) -> Candidate {
        Candidate { absolute: self.absolute, relative: self.relative, id: self.id, repository }
    }
}

struct Walk<'a> {
    local: &'a Repository,
    number: usize,
    into: &'a mut Listing,
}

impl Walk<'_> {
    /// The entries of a folder: names that no checkout would create are left out.
    fn entries(&mut self, folder: &Folder) -> Result<Vec<(Vec<u8>, EntryKind, ObjectId)>, GitError> {
        let shown = || format!("folder {}", String::from_utf8_lossy(&folder.relative));
        let tree = self.local.find_tree(folder.id).map_err(|error| unreadable(self.local, &shown(), &error))?;
        let decoded = tree.decode().map_err(|error| unreadable(self.local, &shown(), &error))?;
        self.into.entries += decoded.entries.len();
        if self.into.entries > MAX_ENTRIES {
            return Err(GitError(format!("--base: more than {MAX_ENTRIES} files and folders")));
        }
        let fits = |name: &[u8]| {
            !name.is_empty()
                && !matches!(name, b"." | b"..")
                && !name.eq_ignore_ascii_case(b".git")
                && !name.iter().any(|byte| matches!(byte, b'/' | b'\\' | 0))
        };
        let entries = decoded.entries.iter().filter(|entry| fits(entry.filename));
        let found: Vec<_> =
            entries.map(|entry| (entry.filename.to_vec(), entry.mode.kind(), entry.oid.to_owned())).collect();
        if found.iter().any(|(name, ..)| matches!(name.as_slice(), b"Chart.yaml" | b"Chart.yml")) {
            self.into.charts.insert(folder.absolute.clone());
        }
        Ok(found)
    }

    fn find(&mut self, folder: &Folder, name: &[u8]) -> Result<Option<(EntryKind, ObjectId)>, GitError> {
        let entries = self.entries(folder)?;
        Ok(entries.into_iter().find(|(other, ..)| other == name).map(|(_, kind, id)| (kind, id)))
    }

    fn all(&mut self, folder: Folder) -> Result<(), GitError> {
        let mut pending = vec![folder];
        while let Some(folder) = pending.pop() {
            for (name, kind, id) in self.entries(&folder)? {
                if name.starts_with(b".") {
                    continue;
                }
                let child = folder.child(&name, id);
                match kind {
                    EntryKind::Tree => pending.push(child),
                    EntryKind::Commit => {
                        self.into.submodules.push(Submodule { absolute: child.absolute, commit: id });
                    }
                    EntryKind::Blob | EntryKind::BlobExecutable if is_manifest(&child.absolute) => {
                        self.into.files.push(child.into_candidate(self.number));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}
