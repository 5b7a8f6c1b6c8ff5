//! Who meets whom: by nearness, namespace and name (design.md 8).

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::keys::Wanted;
use super::{Class, Inventory, Nearness, ObjectId, Typed};

/// What came of a search among candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Nobody.
    None,
    /// The nearest one.
    One(ObjectId),
    /// Several of the nearest rank, and they differ; the first of them.
    Unsure(ObjectId),
}

/// The same text has the same hash; two texts with one hash would only be taken for a copy of each other.
fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Stands for any namespace.
const ANY: u32 = u32::MAX;

impl Inventory {
    /// How near two objects lie; `None` when they can never be of one installation.
    pub fn nearness(&self, a: ObjectId, b: ObjectId) -> Option<Nearness> {
        if self.object(a).document == self.object(b).document {
            return Some(Nearness::SAME_FILE);
        }
        let by_folder = self.keys.by_folder(a, b);
        if by_folder == Nearness::SAME_FILE || !self.keys.is_gathered(a) || !self.keys.is_gathered(b) {
            return Some(by_folder);
        }
        let asked = self.keys.are_gathered_together(a, b);
        asked.then(|| self.scopes.nearness(self.origin_of(a), self.origin_of(b))).flatten()
    }

    /// The namespace that a set must have to pass for `set` in the eyes of a partner: its own, or any where the partner
    /// has none.
    fn namespace_of_twins(&self, partner: ObjectId, set: ObjectId) -> u32 {
        if self.keys.namespace(partner) == 0 { ANY } else { self.keys.namespace(set) }
    }

    /// Whether a set that passes for `set` lies as near to the partner as in its own folder, or nearer: then the partner
    /// is nobody's who lies further off.
    fn has_twin_beside(&self, partner: ObjectId, set: ObjectId) -> bool {
        let namespace = self.namespace_of_twins(partner, set);
        let folder = Some(Nearness::gathered(self.keys.depth(partner)));
        let passes = |twin: ObjectId| namespace == ANY || self.keys.namespace(twin) == namespace;
        self.keys.twins_beside(partner, set).any(|twin| passes(twin) && self.nearness(partner, twin) >= folder)
    }

    /// How near `partner` lies to the nearest set that passes for `set`: one of equal name, and equal namespace (or
    /// any, where the partner has none).
    fn best_twin(&self, partner: ObjectId, set: ObjectId) -> Option<Nearness> {
        let keys = &self.keys;
        let named = self.sets_named(&self.object(set).name);
        if named.len() < 2 {
            return None;
        }
        let namespace = self.namespace_of_twins(partner, set);
        let key = (partner, keys.name(set), namespace);
        if let Ok(known) = keys.memory.twins.lock()
            && let Some(&best) = known.get(&key)
        {
            return best;
        }
        let passes = |twin: &ObjectId| namespace == ANY || keys.namespace(*twin) == namespace;
        let nearest = |twins: &mut dyn Iterator<Item = ObjectId>| {
            twins.filter(passes).filter_map(|twin| self.nearness(partner, twin)).max()
        };
        // Nothing lies nearer than the own folder, kustomizations aside.
        let beside = if keys.is_gathered(partner) { None } else { nearest(&mut keys.twins_beside(partner, set)) };
        let best = beside.or_else(|| nearest(&mut named.iter().copied()));
        if let Ok(mut known) = keys.memory.twins.lock() {
            known.insert(key, best);
        }
        best
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

    /// Whether two objects lie in one folder, with no kustomization to say otherwise, and have one namespace: nothing
    /// can come before such a partner but one of the same file.
    pub(super) fn is_plainly_beside(&self, a: ObjectId, b: ObjectId) -> bool {
        let keys = &self.keys;
        !keys.is_gathered(a) && keys.folder(a) == keys.folder(b) && keys.namespace(a) == keys.namespace(b)
    }

    /// The partners of this name that may meet a set which they do not lie beside. In a tree with a folder for every
    /// installation these are few: most belong to the set beside them.
    fn free_partners(&self, set: ObjectId, wanted: Wanted) -> Arc<[ObjectId]> {
        let key = (wanted, self.keys.name(set), self.keys.namespace(set));
        if let Ok(known) = self.keys.memory.free.lock()
            && let Some(free) = known.get(&key)
        {
            return free.clone();
        }
        let all = self.keys.partners(wanted).iter().copied();
        let free: Arc<[ObjectId]> = if self.sets_named(&self.object(set).name).len() < 2 {
            all.collect()
        } else {
            all.filter(|&partner| !self.has_twin_beside(partner, set)).collect()
        };
        if let Ok(mut known) = self.keys.memory.free.lock() {
            known.insert(key, free.clone());
        }
        free
    }

    /// The nearest object of this kind and name that can meet this set and belong to it, among those that lie together
    /// with it, and of the others those that `admits` lets pass. Those of its own namespace come first, those without a say in it only when nobody of its own namespace is
    /// there. An autoscaler's name is that of its target.
    pub(super) fn nearest(
        &self,
        set: ObjectId,
        class: Class,
        name: &str,
        admits: impl Fn(ObjectId, Nearness) -> bool,
    ) -> Pick {
        let wanted = self.keys.wanted(class, name).filter(|&wanted| !self.keys.partners(wanted).is_empty());
        let Some(wanted) = wanted else { return Pick::None };
        let keys = &self.keys;
        let (folder, file) = keys.place(set);
        // Sets of one file that nothing tells apart find the same.
        let name = if self.sets_named(&self.object(set).name).len() < 2 { None } else { Some(keys.name(set)) };
        let key = (wanted, folder, file, keys.namespace(set), name);
        let known = keys.memory.together.lock().ok().and_then(|known| known.get(&key).copied());
        let together = known.unwrap_or_else(|| {
            let beside = keys.partners_beside(set, wanted);
            let found = self.best_of(set, beside.into_iter(), |_, near| near.is_together());
            if let Ok(mut known) = keys.memory.together.lock() {
                known.insert(key, found);
            }
            found
        });
        if let Some((rank, pick)) = together
            && rank >= (true, Nearness::gathered(keys.depth(set)))
        {
            return pick;
        }
        let free = self.free_partners(set, wanted);
        let mut candidates: Vec<ObjectId> = keys.partners_beside(set, wanted);
        candidates.extend(free.iter());
        candidates.sort();
        candidates.dedup();
        let admits = |candidate, near: Nearness| near.is_together() || admits(candidate, near);
        self.best_of(set, candidates.into_iter(), admits).map_or(Pick::None, |(_, pick)| pick)
    }

    /// The first of the candidates that meet a set, with its rank: whether it is of the set's own namespace, then how
    /// near it lies.
    fn best_of(
        &self,
        set: ObjectId,
        candidates: impl Iterator<Item = ObjectId>,
        admits: impl Fn(ObjectId, Nearness) -> bool,
    ) -> Option<((bool, Nearness), Pick)> {
        let rank = |candidate: ObjectId| {
            let near = self.meets(candidate, set).filter(|&near| admits(candidate, near))?;
            Some(((self.keys.namespace(candidate) == self.keys.namespace(set), near), candidate))
        };
        let met: Vec<((bool, Nearness), ObjectId)> = candidates.filter_map(rank).collect();
        let best = met.iter().map(|&(rank, _)| rank).max()?;
        let mut at_best = met.iter().filter(|&&(rank, _)| rank == best).map(|&(_, id)| id);
        let first = at_best.next()?;
        let pick = if at_best.all(|other| self.says_the_same(first, other)) { Pick::One } else { Pick::Unsure };
        Some((best, pick(first)))
    }

    /// Those of the candidates that may lie together with an object; found among its neighbours where these are fewer.
    pub(super) fn among_neighbours(&self, id: ObjectId, class: Class, candidates: &[ObjectId]) -> Vec<ObjectId> {
        if self.keys.beside(id, class).map(<[ObjectId]>::len).sum::<usize>() >= candidates.len() {
            return candidates.to_vec();
        }
        let mut found: Vec<ObjectId> = self.keys.beside(id, class).flatten().copied().collect();
        found.sort();
        found.dedup();
        found
    }

    /// The sets among the candidates that a partner with a selector joins: those of its own namespace, and those
    /// without a say in it only when none of its own is there; of these all that lie nearest, where one folder, one
    /// kustomization and one file count as equally near.
    pub(super) fn joined<T: Copy>(&self, partner: ObjectId, candidates: Vec<(ObjectId, T)>) -> Vec<(ObjectId, T)> {
        let folder = Nearness::gathered(self.keys.depth(partner));
        let rank = |set: ObjectId| {
            let near = self.meets(partner, set)?;
            let near = if near == Nearness::SAME_FILE { folder } else { near };
            Some((self.keys.namespace(set) == self.keys.namespace(partner), near))
        };
        let ranked = candidates.into_iter().filter_map(|(set, with)| Some((rank(set)?, (set, with))));
        let met: Vec<_> = ranked.collect();
        let best = met.iter().map(|&(rank, _)| rank).max();
        met.into_iter().filter(|&(rank, _)| Some(rank) == best).map(|(_, set)| set).collect()
    }

    /// Whether two objects of one kind and name do the same: labels and annotations say nothing to those that they meet.
    fn says_the_same(&self, a: ObjectId, b: ObjectId) -> bool {
        if let (Typed::Autoscaler(a), Typed::Autoscaler(b)) = (&self.object(a).typed, &self.object(b).typed) {
            return (a.min, a.max) == (b.min, b.max);
        }
        let content = |id: ObjectId| {
            let mut known = self.keys.memory.contents.lock().ok()?;
            let hash = known.entry(id).or_insert_with(|| {
                let object = self.object(id);
                let mut json = self.document_of(id).document.to_json(object.node).ok()?;
                for key in ["apiVersion", "metadata", "status"] {
                    json.as_object_mut()?.remove(key);
                }
                json.sort_all_objects();
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

    /// Whether a kustomization builds an object: what is applied is not its file.
    pub fn is_kustomized(&self, id: ObjectId) -> bool {
        self.scopes.of(self.origin_of(id)).is_some_and(|numbers| !numbers.is_empty())
    }

    /// Whether something that the set's kustomization gathers was not read (a URL, a chart, a generator).
    pub fn gathers_unread(&self, id: ObjectId) -> bool {
        self.scopes.gathers_unread(self.origin_of(id))
    }

    /// The kustomizations that take part in building an object.
    pub fn kustomizations_of(&self, id: ObjectId) -> Vec<ObjectId> {
        let files = self.scopes.files_at_work(self.origin_of(id));
        let takes_part = |id: &ObjectId| {
            let origin = self.origin_of(*id);
            files.iter().any(|(folder, name)| *folder == origin.directory && *name == origin.file_name)
        };
        let all = if files.is_empty() { &[][..] } else { self.of_class(Class::Kustomization) };
        all.iter().copied().filter(takes_part).collect()
    }
}
