//! Which objects can meet: kustomizations, folders, namespaces (design.md 8).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::overlay::PatchText;
use super::{Item, Kustomization, Nearness, Origin, Parsed, Typed};

/// A file by folder and name.
pub(super) type FileKey = (Vec<Box<str>>, Box<str>);

/// Which kustomizations gather which files.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// For every file that some kustomization gathers: the numbers of these kustomizations.
    gathered_by: HashMap<FileKey, BTreeSet<usize>>,
    /// For every kustomization: those that gather it, directly or through others.
    included_by: Vec<BTreeSet<usize>>,
    /// For every kustomization: itself and the components that change what it gathered.
    at_work: Vec<Vec<usize>>,
    depths: Vec<usize>,
    /// For every kustomization: its file.
    files: Vec<FileKey>,
    namespaces: Vec<Option<String>>,
    /// For every kustomization: the names in its `replicas`.
    scaled: Vec<HashSet<String>>,
    remote: Vec<bool>,
    /// The files that some kustomization lists as a patch.
    patched: HashSet<FileKey>,
    /// For every kustomization: how it stands on its own.
    pub(super) own: Vec<Own>,
}

/// What is known of a kustomization without the others.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) file: FileKey,
    /// A `kind: Component`, which only ever changes what others gather.
    pub(super) is_component: bool,
    /// What it gathers from elsewhere.
    pub(super) remote: Vec<String>,
    /// The files that it lists as patches.
    pub(super) patches: Vec<FileKey>,
    /// Whether it changes what it gathered by something that was not read.
    pub(super) changes_unread: bool,
}

impl Scopes {
    /// Kustomizations are numbered in the order of the input.
    pub(super) fn build(parsed: &[Parsed]) -> Scopes {
        let read: Vec<(&Origin, &str, &Kustomization)> = parsed
            .iter()
            .flat_map(|one| one.items.iter().map(|item| (one.origin.as_ref(), item)))
            .filter_map(|(origin, item)| kustomization_of(item).map(|(kind, found)| (origin, kind, found)))
            .collect();
        let mut scopes = Scopes::default();
        if read.is_empty() {
            return scopes;
        }
        let kustomizations: Vec<(&Origin, &Kustomization)> =
            read.iter().map(|&(origin, _, found)| (origin, found)).collect();
        let by_folder: HashMap<&[Box<str>], usize> = kustomizations
            .iter()
            .enumerate()
            .map(|(number, (origin, _))| (origin.directory.as_slice(), number))
            .collect();
        scopes.included_by = vec![BTreeSet::new(); kustomizations.len()];
        // Paths are followed once; what is left is numbers: kustomizations and files that each one gathers by itself.
        let mut numbers: HashMap<FileKey, usize> = HashMap::new();
        let mut gathered: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
        for (origin, kustomization) in &kustomizations {
            let mut own = (Vec::new(), Vec::new());
            for target in kustomization.gathers.iter().filter_map(|path| origin.resolve(path)) {
                if let Some(&inner) = by_folder.get(target.as_slice()) {
                    own.0.push(inner);
                } else if let Some((name, folder)) = target.split_last() {
                    let next = numbers.len();
                    own.1.push(*numbers.entry((folder.to_vec(), name.clone())).or_insert(next));
                }
            }
            gathered.push(own);
        }
        let mut gatherers: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); numbers.len()];
        for (number, &(origin, kind, kustomization)) in read.iter().enumerate() {
            scopes.depths.push(origin.directory.len());
            scopes.files.push((origin.directory.clone(), origin.file_name.clone()));
            let mut remote = !kustomization.remote.is_empty();
            let files = kustomization.patches.iter().filter_map(|patch| match &patch.text {
                PatchText::File(path) => file_key(origin, path),
                PatchText::Inline(_) => None,
            });
            let patches: Vec<FileKey> = files.collect();
            scopes.patched.extend(patches.iter().cloned());
            scopes.own.push(Own {
                file: (origin.directory.clone(), origin.file_name.clone()),
                is_component: kind == "Component",
                remote: kustomization.remote.clone(),
                patches,
                changes_unread: kustomization.changes_unread
                    || kustomization.components.iter().any(|path| {
                        let target = origin.resolve(path);
                        !target.is_some_and(|target| by_folder.contains_key(target.as_slice()))
                    }),
            });
            // Folders that are gathered bring their own kustomizations; each is walked once.
            let mut pending = vec![number];
            let mut seen = HashSet::from([number]);
            while let Some(current) = pending.pop() {
                remote |= !kustomizations[current].1.remote.is_empty();
                for &inner in &gathered[current].0 {
                    if seen.insert(inner) {
                        scopes.included_by[inner].insert(number);
                        pending.push(inner);
                    }
                }
                for &file in &gathered[current].1 {
                    gatherers[file].insert(number);
                }
            }
            scopes.remote.push(remote);
            scopes.scaled.push(kustomization.replicas.iter().map(|(name, _)| name.clone()).collect());
            scopes.at_work.push(at_work(number, &kustomizations, &by_folder));
            // A component that sets the namespace sets it for what its includer gathered; the includer comes last.
            let last = |number: &usize| kustomizations[*number].1.namespace.clone();
            let namespace = scopes.at_work[number].iter().find_map(last);
            scopes.namespaces.push(namespace);
        }
        scopes.gathered_by =
            numbers.into_iter().map(|(key, number)| (key, std::mem::take(&mut gatherers[number]))).collect();
        scopes
    }

    /// The kustomizations that gather a file.
    pub(super) fn of(&self, origin: &Origin) -> Option<&BTreeSet<usize>> {
        if self.gathered_by.is_empty() {
            return None;
        }
        self.gathered_by.get(&(origin.directory.clone(), origin.file_name.clone()))
    }

    /// The files of all kustomizations that take part in building a file's objects.
    pub(super) fn files_at_work(&self, origin: &Origin) -> Vec<&FileKey> {
        let numbers = self.of(origin).into_iter().flatten().flat_map(|&number| self.at_work[number].iter());
        numbers.map(|&number| &self.files[number]).collect()
    }

    /// A kustomization and the components that change what it gathered.
    pub(super) fn at_work_in(&self, number: usize) -> &[usize] {
        &self.at_work[number]
    }

    /// The same kustomizations, those that others include first.
    pub(super) fn inner_first(&self, numbers: &BTreeSet<usize>) -> Vec<usize> {
        let mut sorted: Vec<usize> = numbers.iter().copied().collect();
        // Whoever includes another is included by fewer.
        sorted.sort_by_key(|&number| std::cmp::Reverse(self.included_by[number].len()));
        sorted
    }

    /// Those of the kustomizations that nobody includes: what is built.
    pub(super) fn outermost(&self, numbers: &BTreeSet<usize>) -> Vec<usize> {
        numbers.iter().copied().filter(|&number| self.included_by[number].is_empty()).collect()
    }

    /// Whether nobody includes a kustomization.
    pub(super) fn is_outermost(&self, number: usize) -> bool {
        self.included_by[number].is_empty()
    }

    /// Whether a kustomization takes part when another one is built.
    pub(super) fn works_under(&self, number: usize, top: usize) -> bool {
        number == top || self.included_by[number].contains(&top)
    }

    /// The namespaces that a kustomization and those that it includes set.
    pub(super) fn namespaces_under(&self, top: usize) -> impl Iterator<Item = &str> {
        let all = self.namespaces.iter().enumerate();
        all.filter(move |(number, _)| self.works_under(*number, top)).filter_map(|(_, name)| name.as_deref())
    }

    /// The namespace that a file's objects have wherever they are built, as far as kustomizations say one: the outermost
    /// one decides.
    pub(super) fn namespace_of(&self, origin: &Origin) -> Option<&str> {
        let gatherers = self.of(origin)?;
        let speak = gatherers.iter().copied().filter(|&number| self.namespaces[number].is_some()).collect();
        let outermost_first: Vec<usize> = self.inner_first(&speak).into_iter().rev().collect();
        let mut names = BTreeSet::new();
        for top in self.outermost(gatherers) {
            // Whoever is included by another that speaks is included by one of the last.
            let mut last: Vec<usize> = Vec::new();
            for &number in outermost_first.iter().filter(|&&number| self.works_under(number, top)) {
                if !last.iter().any(|other| self.included_by[number].contains(other)) {
                    last.push(number);
                }
            }
            names.extend(last.into_iter().filter_map(|number| self.namespaces[number].as_deref()));
        }
        let first = names.pop_first()?;
        names.is_empty().then_some(first)
    }

    /// Whether a kustomization sets the `replicas` of a name in a file that it gathers.
    pub(super) fn sets_replicas(&self, origin: &Origin, name: &str) -> bool {
        let sets = |number: &usize| self.at_work[*number].iter().any(|&at_work| self.scaled[at_work].contains(name));
        self.of(origin).is_some_and(|numbers| numbers.iter().any(sets))
    }

    /// Whether a kustomization that gathers this file also gathers something that was not read.
    pub(super) fn gathers_unread(&self, origin: &Origin) -> bool {
        self.of(origin).is_some_and(|numbers| numbers.iter().any(|&number| self.remote[number]))
    }

    /// Whether this file is listed as a patch by some kustomization.
    pub(super) fn is_patch(&self, origin: &Origin) -> bool {
        !self.patched.is_empty() && self.patched.contains(&(origin.directory.clone(), origin.file_name.clone()))
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

/// A kustomization, then its components and theirs, the last one first.
fn at_work(
    number: usize,
    kustomizations: &[(&Origin, &Kustomization)],
    by_folder: &HashMap<&[Box<str>], usize>,
) -> Vec<usize> {
    let mut found = vec![number];
    let mut seen = HashSet::from([number]);
    let mut next = 0;
    while let Some(&current) = found.get(next) {
        next += 1;
        let (origin, kustomization) = &kustomizations[current];
        for path in kustomization.components.iter().rev() {
            let inner = origin.resolve(path).and_then(|target| by_folder.get(target.as_slice()));
            found.extend(inner.copied().filter(|&inner| seen.insert(inner)));
        }
    }
    found
}

/// The file that a path in a kustomization leads to.
pub(super) fn file_key(origin: &Origin, path: &str) -> Option<FileKey> {
    let target = origin.resolve(path)?;
    let (name, folder) = target.split_last()?;
    Some((folder.to_vec(), name.clone()))
}

fn kustomization_of(item: &Item) -> Option<(&str, &Kustomization)> {
    match item {
        Item::Object(object) => match &object.typed {
            Typed::Kustomization(kustomization) => Some((object.kind.as_str(), kustomization)),
            _ => None,
        },
        Item::Skipped(_) => None,
    }
}
