//! Which files of a revision can matter: those below the paths given, and those that are gone since.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

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
}

/// A repository whose folders have more entries than this is not walked to its end.
const MAX_ENTRIES: usize = 5_000_000;
/// So many files and folders are compared. A tree that names one folder again and again has any number of them, though
/// only a handful of entries were ever read.
const MAX_FOUND: usize = 1_000_000;
/// No checkout creates a longer path.
const MAX_PATH: usize = 4096;

/// Lists the files of a revision below a path, by the rules by which folders are walked: hidden ones are passed over, and
/// a file counts that looks like a manifest. A path that is a file itself counts whatever it is called.
pub(super) fn list(revision: &Revision, number: usize, path: &Path, into: &mut Listing) -> Result<(), GitError> {
    let local = revision.repository.to_thread_local();
    let Ok(below) = path.strip_prefix(&revision.worktree) else { return Ok(()) };
    let mut walk = Walk::new(&local, number, into);
    let mut folder = Folder { id: revision.tree, absolute: revision.worktree.clone(), relative: Vec::new() };
    for component in below.components() {
        let name = component.as_os_str().as_encoded_bytes();
        let entries = walk.entries(folder.id, &folder.relative)?;
        let Some(&(_, kind, id)) = entries.iter().find(|(other, ..)| other == name) else { return Ok(()) };
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

/// Lists what a folder of a repository holds. `relative` is its path from the worktree on.
pub(super) fn list_folder(
    local: &Repository,
    number: usize,
    worktree: &Path,
    (relative, id): (&[u8], ObjectId),
    into: &mut Listing,
) -> Result<(), GitError> {
    let absolute = worktree.join(&*as_path(relative));
    Walk::new(local, number, into).all(Folder { id, absolute, relative: relative.to_vec() })
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
        Folder { id, absolute: self.absolute.join(&*as_path(name)), relative }
    }

    fn into_candidate(self, repository: usize) -> Candidate {
        Candidate { absolute: self.absolute, relative: self.relative, id: self.id, repository }
    }
}

/// One entry of a folder: its name, what it is, and which object.
type Entry = (Vec<u8>, EntryKind, ObjectId);

struct Walk<'a> {
    local: &'a Repository,
    number: usize,
    into: &'a mut Listing,
    /// The entries of folders, read once however often they occur.
    trees: HashMap<ObjectId, Rc<[Entry]>>,
    /// Whether anything below a folder matters.
    matters: HashMap<ObjectId, bool>,
    /// How many entries were read.
    entries: usize,
    /// How many files and folders were found.
    found: usize,
}

impl<'a> Walk<'a> {
    fn new(local: &'a Repository, number: usize, into: &'a mut Listing) -> Walk<'a> {
        Walk { local, number, into, trees: HashMap::new(), matters: HashMap::new(), entries: 0, found: 0 }
    }

    /// The entries of a folder: names that no checkout would create are left out.
    fn entries(&mut self, id: ObjectId, relative: &[u8]) -> Result<Rc<[Entry]>, GitError> {
        if let Some(known) = self.trees.get(&id) {
            return Ok(known.clone());
        }
        let shown = || match String::from_utf8_lossy(relative) {
            name if name.is_empty() => format!("a folder (tree {})", id.to_hex_with_len(12)),
            name => format!("folder {name}"),
        };
        let tree = self.local.find_tree(id).map_err(|error| unreadable(self.local, &shown(), &error))?;
        let decoded = tree.decode().map_err(|error| unreadable(self.local, &shown(), &error))?;
        self.entries += decoded.entries.len();
        if self.entries > MAX_ENTRIES {
            return Err(too_many(MAX_ENTRIES));
        }
        let fits = |name: &[u8]| {
            !name.is_empty()
                && !matches!(name, b"." | b"..")
                && !name.eq_ignore_ascii_case(b".git")
                && !name.iter().any(|byte| matches!(byte, b'/' | b'\\' | 0))
        };
        let entries = decoded.entries.iter().filter(|entry| fits(entry.filename));
        let found: Rc<[Entry]> =
            entries.map(|entry| (entry.filename.to_vec(), entry.mode.kind(), entry.oid.to_owned())).collect();
        self.trees.insert(id, found.clone());
        Ok(found)
    }

    /// Whether a folder holds, at any depth, something that is listed. Asked once for each tree, so a folder that
    /// occurs a million times costs what it costs once.
    fn matters(&mut self, root: ObjectId) -> Result<bool, GitError> {
        // Trees name each other by hash, so none can contain itself.
        let mut open: Vec<(ObjectId, usize)> = vec![(root, 0)];
        while let Some((id, next)) = open.pop() {
            if self.matters.contains_key(&id) {
                continue;
            }
            let entries = self.entries(id, b"")?;
            let mut at = next;
            let verdict = loop {
                let Some((name, kind, child)) = entries.get(at) else { break Some(false) };
                let is_listed = match kind {
                    _ if name.starts_with(b".") => Some(false),
                    EntryKind::Tree => self.matters.get(child).copied(),
                    EntryKind::Commit => Some(true),
                    EntryKind::Blob | EntryKind::BlobExecutable => Some(is_manifest(Path::new(&*as_path(name)))),
                    EntryKind::Link => Some(false),
                };
                match is_listed {
                    Some(false) => at += 1,
                    Some(true) => break Some(true),
                    None => {
                        open.push((id, at));
                        open.push((*child, 0));
                        break None;
                    }
                }
            };
            if let Some(verdict) = verdict {
                self.matters.insert(id, verdict);
            }
        }
        Ok(self.matters.get(&root).copied().unwrap_or(false))
    }

    fn all(&mut self, folder: Folder) -> Result<(), GitError> {
        let mut pending = vec![folder];
        while let Some(folder) = pending.pop() {
            if folder.relative.len() > MAX_PATH || !self.matters(folder.id)? {
                continue;
            }
            let entries = self.entries(folder.id, &folder.relative)?;
            if entries.iter().any(|(name, ..)| matches!(name.as_slice(), b"Chart.yaml" | b"Chart.yml")) {
                self.into.charts.insert(folder.absolute.clone());
            }
            for (name, kind, id) in entries.iter() {
                if name.starts_with(b".") {
                    continue;
                }
                let child = || folder.child(name, *id);
                match kind {
                    EntryKind::Tree if self.matters(*id)? => pending.push(child()),
                    EntryKind::Commit => {
                        self.into.submodules.push(Submodule { absolute: child().absolute, commit: *id });
                    }
                    EntryKind::Blob | EntryKind::BlobExecutable if is_manifest(Path::new(&*as_path(name))) => {
                        self.into.files.push(child().into_candidate(self.number));
                    }
                    _ => continue,
                }
                self.found += 1;
                if self.found > MAX_FOUND {
                    return Err(too_many(MAX_FOUND));
                }
            }
        }
        Ok(())
    }
}

pub(super) fn as_path(name: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(name)
}

fn too_many(limit: usize) -> GitError {
    GitError(format!(
        "more than {limit} files and folders, which is more than can be compared; give the folders that matter \
         as paths"
    ))
}
