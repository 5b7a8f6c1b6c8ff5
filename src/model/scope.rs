//! Which objects can meet: kustomizations, folders, namespaces (design.md 8).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Item, Kustomization, Nearness, Origin, Parsed, Typed};

/// A file by folder and name.
type FileKey = (Vec<Box<str>>, Box<str>);

/// Which kustomizations gather which files.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// For every file that some kustomization gathers: the numbers of these kustomizations.
    gathered_by: HashMap<FileKey, BTreeSet<usize>>,
    depths: Vec<usize>,
    namespaces: Vec<Option<String>>,
    remote: Vec<bool>,
    /// Names of sets whose `replicas` a kustomization changes, with its number; no name where any set may be meant.
    replicas: HashSet<(usize, Option<String>)>,
    /// For every file that some kustomization lists as a patch: the numbers of these kustomizations.
    patched: HashMap<FileKey, BTreeSet<usize>>,
}

impl Scopes {
    pub(super) fn build(parsed: &[Parsed]) -> Scopes {
        let kustomizations: Vec<(&Origin, &Kustomization)> = parsed
            .iter()
            .flat_map(|one| one.items.iter().map(|item| (one.origin.as_ref(), item)))
            .filter_map(|(origin, item)| Some((origin, kustomization_of(item)?)))
            .collect();
        let mut scopes = Scopes::default();
        if kustomizations.is_empty() {
            return scopes;
        }
        let by_folder: HashMap<&[Box<str>], usize> = kustomizations
            .iter()
            .enumerate()
            .map(|(number, (origin, _))| (origin.directory.as_slice(), number))
            .collect();
        for (number, (origin, kustomization)) in kustomizations.iter().enumerate() {
            scopes.depths.push(origin.directory.len());
            scopes.namespaces.push(kustomization.namespace.clone());
            let mut remote = !kustomization.remote.is_empty();
            for name in &kustomization.replicas {
                scopes.replicas.insert((number, Some(name.clone())));
            }
            if kustomization.inline_patches.iter().any(|patch| patch.contains("replicas")) {
                scopes.replicas.insert((number, None));
            }
            for path in &kustomization.patches {
                if let Some(key) = file_key(origin, path) {
                    scopes.patched.entry(key).or_default().insert(number);
                }
            }
            // Folders that are gathered bring their own kustomizations; each is walked once.
            let mut pending = vec![number];
            let mut seen = HashSet::from([number]);
            while let Some(current) = pending.pop() {
                let (origin, kustomization) = &kustomizations[current];
                remote |= !kustomization.remote.is_empty();
                for path in &kustomization.gathers {
                    let Some(target) = origin.resolve(path) else { continue };
                    if let Some(&inner) = by_folder.get(target.as_slice()) {
                        if seen.insert(inner) {
                            pending.push(inner);
                        }
                    } else if let Some((name, folder)) = target.split_last() {
                        scopes.gathered_by.entry((folder.to_vec(), name.clone())).or_default().insert(number);
                    }
                }
            }
            scopes.remote.push(remote);
        }
        scopes
    }

    fn of(&self, origin: &Origin) -> Option<&BTreeSet<usize>> {
        if self.gathered_by.is_empty() {
            return None;
        }
        self.gathered_by.get(&(origin.directory.clone(), origin.file_name.clone()))
    }

    /// The namespace that every kustomization gathering this file agrees on, where any sets one.
    pub(super) fn namespace_of(&self, origin: &Origin) -> Option<&str> {
        let mut names = self.of(origin)?.iter().filter_map(|&number| self.namespaces[number].as_deref());
        let first = names.next()?;
        names.all(|name| name == first).then_some(first)
    }

    /// Whether a kustomization that gathers this file also gathers something that was not read.
    pub(super) fn gathers_unread(&self, origin: &Origin) -> bool {
        self.of(origin).is_some_and(|numbers| numbers.iter().any(|&number| self.remote[number]))
    }

    /// Whether this file is listed as a patch by some kustomization.
    pub(super) fn is_patch(&self, origin: &Origin) -> bool {
        !self.patched.is_empty() && self.patched.contains_key(&(origin.directory.clone(), origin.file_name.clone()))
    }

    /// Whether a kustomization that gathers this file sets the replicas of this set.
    pub(super) fn sets_replicas(&self, origin: &Origin, name: &str) -> bool {
        let Some(numbers) = self.of(origin) else { return false };
        let sets = |&number: &usize| {
            self.replicas.contains(&(number, None)) || self.replicas.contains(&(number, Some(name.to_owned())))
        };
        numbers.iter().any(sets)
    }

    /// Whether a patch in the file `patch` can be laid over an object in the file `target`: a kustomization lists the
    /// one and gathers the other, or nobody lists the patch and both lie together.
    pub(super) fn patch_applies(&self, patch: &Origin, target: &Origin) -> bool {
        match (self.patched.get(&(patch.directory.clone(), patch.file_name.clone())), self.of(target)) {
            (Some(listed), Some(gathered)) => !listed.is_disjoint(gathered),
            (Some(_), None) => false,
            (None, _) => self.nearness(patch, target).is_some_and(Nearness::is_together),
        }
    }

    /// The numbers of the kustomizations that gather this file.
    pub(super) fn gatherers(&self, origin: &Origin) -> Option<&BTreeSet<usize>> {
        self.of(origin)
    }

    /// How near two files lie; `None` when kustomizations keep them apart.
    pub(super) fn nearness(&self, a: &Origin, b: &Origin) -> Option<Nearness> {
        let by_folder = Nearness::between(a, b);
        if by_folder == Nearness::SAME_FILE {
            return Some(by_folder);
        }
        match (self.of(a), self.of(b)) {
            (Some(ours), Some(theirs)) => {
                let depth = ours.intersection(theirs).map(|&number| self.depths[number]).max()?;
                Some(by_folder.max(Nearness::gathered(depth)))
            }
            _ => Some(by_folder),
        }
    }
}

fn file_key(origin: &Origin, path: &str) -> Option<FileKey> {
    let target = origin.resolve(path)?;
    let (name, folder) = target.split_last()?;
    Some((folder.to_vec(), name.clone()))
}

fn kustomization_of(item: &Item) -> Option<&Kustomization> {
    match item {
        Item::Object(object) => match &object.typed {
            Typed::Kustomization(kustomization) => Some(kustomization),
            _ => None,
        },
        Item::Skipped(_) => None,
    }
}
