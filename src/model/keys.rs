//! Numbers for what joins compare: folders, files, names, namespaces, kustomizations.
//!
//! Thousands of sets and Services of one name may lie in as many folders: what is compared for each pair of them has to
//! be a number.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::{Class, Inventory, Nearness, ObjectId, Pick, Typed};

/// Where objects lie together: one folder, or all that one kustomization gathers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Spot {
    Folder(u32),
    Kustomization(u32),
}

/// The objects that a set may look for under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Wanted {
    pub(super) class: Class,
    pub(super) name: u32,
}

/// What an object is in numbers.
#[derive(Clone, Debug, Default)]
struct Key {
    folder: u32,
    file: u32,
    name: u32,
    /// 0 for none.
    namespace: u32,
    gathered_by: Vec<u32>,
}

/// A folder by its parent; the first one is the file system's root.
#[derive(Clone, Copy, Debug, Default)]
struct Folder {
    parent: u32,
    depth: usize,
}

/// The numbers of all objects, and where objects of one name lie.
#[derive(Debug, Default)]
pub(super) struct Keys {
    objects: Vec<Key>,
    folders: Vec<Folder>,
    names: HashMap<String, u32>,
    sets_at: HashMap<(Spot, u32), Vec<ObjectId>>,
    /// The sets and the Services of a spot, whatever their names.
    at: HashMap<(Spot, Class), Vec<ObjectId>>,
    partners: HashMap<Wanted, Vec<ObjectId>>,
    partners_at: HashMap<(Spot, Wanted), Vec<ObjectId>>,
    pub(super) memory: Memory,
}

/// What is looked for, and the name and namespace of the sets that look for it.
pub(super) type SoughtBy = (Wanted, u32, u32);

/// What is looked for, the folder, file and namespace of the sets that look for it, and their name where it is not unique.
pub(super) type SoughtFrom = (Wanted, u32, u32, u32, Option<u32>);

/// What was found nearest: how well its namespace fits, how near it lies, and what it is.
pub(super) type Nearest = ((bool, Nearness), Pick);

/// What was found out once already; filled as it is asked for.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// How near a partner lies to the nearest set of a name and namespace.
    pub(super) twins: Mutex<HashMap<(ObjectId, u32, u32), Option<Nearness>>>,
    /// The partners that have no set of this name and namespace beside them.
    pub(super) free: Mutex<HashMap<SoughtBy, Arc<[ObjectId]>>>,
    /// The best partner of those that lie together with the sets of one file, with its rank.
    pub(super) together: Mutex<HashMap<SoughtFrom, Option<Nearest>>>,
    /// What objects say, as a hash.
    pub(super) contents: Mutex<HashMap<ObjectId, Option<u64>>>,
}

impl Keys {
    pub(super) fn build(inventory: &Inventory) -> Keys {
        let mut keys = Keys { folders: vec![Folder::default()], ..Keys::default() };
        let (mut below, mut files, mut namespaces) = (HashMap::new(), HashMap::new(), HashMap::new());
        for object in inventory.objects() {
            let origin = inventory.origin_of(object.id);
            let mut folder = 0;
            for name in &origin.directory {
                folder = *below.entry((folder, name)).or_insert_with(|| {
                    let depth = keys.folders[folder as usize].depth + 1;
                    keys.folders.push(Folder { parent: folder, depth });
                    keys.folders.len() as u32 - 1
                });
            }
            let count = files.len() as u32;
            let file = *files.entry((folder, &origin.file_name)).or_insert(count);
            let count = namespaces.len() as u32 + 1;
            let namespace = object.namespace.as_deref().map_or(0, |name| *namespaces.entry(name).or_insert(count));
            let gathered_by = inventory.scopes.of(origin);
            let gathered_by: Vec<u32> = gathered_by.into_iter().flatten().map(|&number| number as u32).collect();
            let name = keys.number_of(&object.name);
            let wanted = match &object.typed {
                Typed::Service(_) | Typed::ConfigMap(_) => Some((object.typed.class(), name)),
                Typed::Autoscaler(autoscaler) if autoscaler.targets_a_set() => {
                    Some((Class::Autoscaler, keys.number_of(&autoscaler.target_name)))
                }
                _ => None,
            };
            keys.objects.push(Key { folder, file, name, namespace, gathered_by });
            let class = object.typed.class();
            for spot in keys.spots(object.id) {
                if matches!(class, Class::Set | Class::Service) {
                    keys.at.entry((spot, class)).or_default().push(object.id);
                }
                if inventory.set(object.id).is_some() {
                    keys.sets_at.entry((spot, name)).or_default().push(object.id);
                }
                if let Some((class, name)) = wanted {
                    keys.partners_at.entry((spot, Wanted { class, name })).or_default().push(object.id);
                }
            }
            if let Some((class, name)) = wanted {
                keys.partners.entry(Wanted { class, name }).or_default().push(object.id);
            }
        }
        keys
    }

    fn number_of(&mut self, name: &str) -> u32 {
        let count = self.names.len() as u32;
        match self.names.get(name) {
            Some(&number) => number,
            None => *self.names.entry(name.to_owned()).or_insert(count),
        }
    }

    fn key(&self, id: ObjectId) -> &Key {
        &self.objects[id.0 as usize]
    }

    /// What a set looks for, if any object is called so.
    pub(super) fn wanted(&self, class: Class, name: &str) -> Option<Wanted> {
        self.names.get(name).map(|&name| Wanted { class, name })
    }

    pub(super) fn partners(&self, wanted: Wanted) -> &[ObjectId] {
        self.partners.get(&wanted).map_or(&[], Vec::as_slice)
    }

    /// Those that lie together with an object, as far as spots tell.
    pub(super) fn partners_beside(&self, id: ObjectId, wanted: Wanted) -> Vec<ObjectId> {
        let at = |spot| self.partners_at.get(&(spot, wanted)).into_iter().flatten().copied();
        let mut found: Vec<ObjectId> = self.spots(id).into_iter().flat_map(at).collect();
        found.sort();
        found.dedup();
        found
    }

    /// The sets or the Services that lie together with an object, as far as spots tell.
    pub(super) fn beside(&self, id: ObjectId, class: Class) -> impl Iterator<Item = &[ObjectId]> {
        self.spots(id).into_iter().filter_map(move |spot| Some(self.at.get(&(spot, class))?.as_slice()))
    }

    /// Sets of the same name as `set` that lie together with `id`, as far as spots tell.
    pub(super) fn twins_beside(&self, id: ObjectId, set: ObjectId) -> impl Iterator<Item = ObjectId> {
        let name = self.name(set);
        self.spots(id).into_iter().flat_map(move |spot| self.sets_at.get(&(spot, name)).into_iter().flatten().copied())
    }

    fn spots(&self, id: ObjectId) -> Vec<Spot> {
        let key = self.key(id);
        let gathered = key.gathered_by.iter().map(|&number| Spot::Kustomization(number));
        std::iter::once(Spot::Folder(key.folder)).chain(gathered).collect()
    }

    pub(super) fn folder(&self, id: ObjectId) -> u32 {
        self.key(id).folder
    }

    /// The object's folder and file.
    pub(super) fn place(&self, id: ObjectId) -> (u32, u32) {
        (self.key(id).folder, self.key(id).file)
    }

    /// How deep the object's folder lies.
    pub(super) fn depth(&self, id: ObjectId) -> usize {
        self.folders[self.folder(id) as usize].depth
    }

    pub(super) fn name(&self, id: ObjectId) -> u32 {
        self.key(id).name
    }

    pub(super) fn namespace(&self, id: ObjectId) -> u32 {
        self.key(id).namespace
    }

    pub(super) fn is_gathered(&self, id: ObjectId) -> bool {
        !self.key(id).gathered_by.is_empty()
    }

    /// Whether some kustomization gathers both.
    pub(super) fn are_gathered_together(&self, a: ObjectId, b: ObjectId) -> bool {
        let theirs = &self.key(b).gathered_by;
        self.key(a).gathered_by.iter().any(|number| theirs.contains(number))
    }

    /// [`Nearness::between`], of numbers.
    pub(super) fn by_folder(&self, a: ObjectId, b: ObjectId) -> Nearness {
        let (ours, theirs) = (self.key(a), self.key(b));
        if ours.folder == theirs.folder {
            let depth = self.folders[ours.folder as usize].depth;
            return if ours.file == theirs.file { Nearness::SAME_FILE } else { Nearness::gathered(depth) };
        }
        let (mut a, mut b) = (ours.folder, theirs.folder);
        while a != b {
            let (left, right) = (self.folders[a as usize], self.folders[b as usize]);
            if left.depth >= right.depth {
                a = left.parent;
            }
            if right.depth >= left.depth {
                b = right.parent;
            }
        }
        Nearness::apart(self.folders[a as usize].depth)
    }
}
