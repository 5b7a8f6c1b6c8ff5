//! Who meets whom: by nearness, namespace and name (design.md 8).

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;

use super::{Inventory, Nearness, ObjectId};

/// What came of a search among candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Nobody.
    None,
    /// The nearest one.
    One(ObjectId),
    /// Several of the nearest rank, and they differ; or the only one belongs to somebody else more than to us.
    Unsure(Vec<ObjectId>),
}

/// Numbers for the folders, names and namespaces of all objects, so that equal ones are told at once.
#[derive(Debug, Default)]
pub(super) struct Keys {
    folders: Vec<u32>,
    names: Vec<u32>,
    /// 0 for none.
    namespaces: Vec<u32>,
    /// The sets of one folder and one name.
    sets_beside: HashMap<(u32, u32), Vec<ObjectId>>,
    /// How near a partner lies to the nearest set of a name and namespace; filled as it is asked for.
    twins: Mutex<HashMap<(ObjectId, u32, u32), Option<Nearness>>>,
    /// What objects say, as a hash; filled as it is asked for.
    contents: Mutex<HashMap<ObjectId, Option<u64>>>,
}

/// The same text has the same hash; two texts with one hash would only be taken for a copy of each other.
fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Stands for any namespace in a key of [`Keys::twins`].
const ANY: u32 = u32::MAX;

impl Keys {
    pub(super) fn build(inventory: &Inventory) -> Keys {
        let mut keys = Keys::default();
        let (mut folders, mut names, mut namespaces) = (HashMap::new(), HashMap::new(), HashMap::new());
        for object in inventory.objects() {
            let count = folders.len() as u32;
            let folder = *folders.entry(&inventory.document(object.document).origin.directory).or_insert(count);
            let count = names.len() as u32;
            let name = *names.entry(object.name.as_str()).or_insert(count);
            let count = namespaces.len() as u32 + 1;
            let namespace = object.namespace.as_deref().map_or(0, |name| *namespaces.entry(name).or_insert(count));
            keys.folders.push(folder);
            keys.names.push(name);
            keys.namespaces.push(namespace);
            if inventory.set(object.id).is_some() {
                keys.sets_beside.entry((folder, name)).or_default().push(object.id);
            }
        }
        keys
    }

    fn folder(&self, id: ObjectId) -> u32 {
        self.folders.get(id.0 as usize).copied().unwrap_or_default()
    }

    fn name(&self, id: ObjectId) -> u32 {
        self.names.get(id.0 as usize).copied().unwrap_or_default()
    }

    fn namespace(&self, id: ObjectId) -> u32 {
        self.namespaces.get(id.0 as usize).copied().unwrap_or_default()
    }
}

impl Inventory {
    /// How near two objects lie; `None` when they can never be of one installation.
    pub fn nearness(&self, a: ObjectId, b: ObjectId) -> Option<Nearness> {
        if self.object(a).document == self.object(b).document {
            return Some(Nearness::SAME_FILE);
        }
        self.scopes.nearness(self.origin_of(a), self.origin_of(b))
    }

    /// How near `partner` lies to the nearest set that passes for `set`: one of equal name, and equal namespace (or
    /// any, where the partner has none).
    fn best_twin(&self, partner: ObjectId, set: ObjectId) -> Option<Nearness> {
        let keys = &self.keys;
        let named = self.sets_named(&self.object(set).name);
        if named.len() < 2 {
            return None;
        }
        let namespace = if keys.namespace(partner) == 0 { ANY } else { keys.namespace(set) };
        let key = (partner, keys.name(set), namespace);
        if let Ok(known) = keys.twins.lock()
            && let Some(&best) = known.get(&key)
        {
            return best;
        }
        let passes = |twin: &ObjectId| namespace == ANY || keys.namespace(*twin) == namespace;
        let nearest = |twins: &[ObjectId]| {
            let twins = twins.iter().copied().filter(passes);
            twins.filter_map(|twin| self.nearness(partner, twin)).max()
        };
        // Nothing lies nearer than the own folder, kustomizations aside.
        let beside = keys.sets_beside.get(&(keys.folder(partner), keys.name(set)));
        let beside = beside.filter(|_| !self.is_gathered(partner)).and_then(|twins| nearest(twins));
        let best = beside.or_else(|| nearest(named));
        if let Ok(mut known) = keys.twins.lock() {
            known.insert(key, best);
        }
        best
    }

    /// Whether both lie in one folder, with no kustomization to say otherwise; `None` when that has to be asked.
    pub(super) fn are_beside(&self, a: ObjectId, b: ObjectId) -> Option<bool> {
        let asked = self.is_gathered(a) || self.is_gathered(b);
        (!asked).then(|| self.keys.folder(a) == self.keys.folder(b))
    }

    fn is_gathered(&self, id: ObjectId) -> bool {
        self.scopes.is_gathered(self.origin_of(id))
    }

    /// The nearness at which a set and a partner meet; `None` when they do not, or when the partner lies nearer to
    /// another set that is the same set elsewhere.
    fn meets(&self, partner: ObjectId, set: ObjectId) -> Option<Nearness> {
        let (ours, theirs) = (self.keys.namespace(set), self.keys.namespace(partner));
        if ours != theirs && ours != 0 && theirs != 0 {
            return None;
        }
        let near = self.nearness(partner, set)?;
        // Another set of this name lies nearer to the partner: then it is that one's.
        (self.best_twin(partner, set) <= Some(near)).then_some(near)
    }

    /// Those of the candidates that lie in the object's own folder and have its namespace, if `meets` admits any of
    /// them: then no other can come before them, and the others need not be looked at.
    fn beside(&self, object: ObjectId, candidates: Vec<ObjectId>, meets: impl Fn(ObjectId) -> bool) -> Vec<ObjectId> {
        if self.is_gathered(object) {
            return candidates;
        }
        let keys = &self.keys;
        let (folder, namespace) = (keys.folder(object), keys.namespace(object));
        let is_beside = |other: &ObjectId| keys.folder(*other) == folder && keys.namespace(*other) == namespace;
        let beside: Vec<ObjectId> = candidates.iter().copied().filter(is_beside).collect();
        if beside.iter().any(|&other| meets(other)) { beside } else { candidates }
    }

    /// The nearest of the candidates that can meet this set and belong to it. Those of its own namespace come first,
    /// those without a say in it only when nobody of its own namespace is there.
    pub(super) fn nearest(&self, set: ObjectId, candidates: impl Iterator<Item = ObjectId>) -> Pick {
        let candidates = self.beside(set, candidates.collect(), |candidate| self.meets(candidate, set).is_some());
        let met = candidates.into_iter().filter_map(|candidate| {
            let near = self.meets(candidate, set)?;
            Some((self.keys.namespace(candidate) == self.keys.namespace(set), near, candidate))
        });
        let met: Vec<(bool, Nearness, ObjectId)> = met.collect();
        let Some(best) = met.iter().map(|&(exact, near, _)| (exact, near)).max() else { return Pick::None };
        let at_best = met.iter().filter(|&&(exact, near, _)| (exact, near) == best);
        let at_best: Vec<ObjectId> = at_best.map(|&(_, _, id)| id).collect();
        match at_best.split_first() {
            Some((&first, rest)) if rest.iter().all(|&other| self.says_the_same(first, other)) => Pick::One(first),
            _ => Pick::Unsure(at_best),
        }
    }

    /// The sets among the candidates that a partner with a selector joins: those of its own namespace, and those
    /// without a say in it only when none of its own is there; of these all that lie nearest, where one folder, one
    /// kustomization and one file count as equally near.
    pub(super) fn joined(
        &self,
        partner: ObjectId,
        candidates: Vec<ObjectId>,
        selects: impl Fn(ObjectId) -> bool,
    ) -> Vec<ObjectId> {
        let folder = Nearness::gathered(self.origin_of(partner).directory.len());
        let rank = |set| {
            let near = self.meets(partner, set)?;
            let near = if near == Nearness::SAME_FILE { folder } else { near };
            Some((self.keys.namespace(set) == self.keys.namespace(partner), near))
        };
        let meets = |set| selects(set) && self.meets(partner, set).is_some();
        let candidates = self.beside(partner, candidates, meets);
        let met = candidates.into_iter().filter(|&set| selects(set));
        let met: Vec<_> = met.filter_map(|set| Some((rank(set)?, set))).collect();
        let best = met.iter().map(|&(rank, _)| rank).max();
        met.into_iter().filter(|&(rank, _)| Some(rank) == best).map(|(_, set)| set).collect()
    }

    /// Whether two objects of one kind and name have the same content.
    fn says_the_same(&self, a: ObjectId, b: ObjectId) -> bool {
        let content = |id: ObjectId| {
            let mut known = self.keys.contents.lock().ok()?;
            let hash = known.entry(id).or_insert_with(|| {
                let object = self.object(id);
                let json = self.document_of(id).document.to_json(object.node).ok()?;
                Some(hash_of(&json.to_string()))
            });
            *hash
        };
        let (a, b) = (content(a), content(b));
        a.is_some() && a == b
    }

    /// Whether both were read from one folder, one file or one kustomization.
    pub fn is_together(&self, a: ObjectId, b: ObjectId) -> bool {
        self.nearness(a, b).is_some_and(Nearness::is_together)
    }

    /// Whether something that the set's kustomization gathers was not read (a URL, a chart, a generator).
    pub fn gathers_unread(&self, id: ObjectId) -> bool {
        self.scopes.gathers_unread(self.origin_of(id))
    }
}
