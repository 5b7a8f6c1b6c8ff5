//! Which object of the base is which object of the head.
//!
//! One object is one kind, namespace and name. Where several folders hold an object of that identity (an installation
//! each), the same file decides, then the nearest one; what stays ambiguous is no change at all, since comparing two
//! installations with each other would invent one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use aho_corasick::AhoCorasick;

use super::unread::is_possible;
use super::{Class, Inventory, Nearness, Object, ObjectId, Origin, SetView, Typed};

/// One object in both states, or in one of them.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// It is in both.
    Kept {
        /// As it was.
        base: &'a Object,
        /// As it is to be.
        head: &'a Object,
    },
    /// A StatefulSet that is gone, and a new one that is the same but for its name.
    Renamed {
        /// As it was.
        base: &'a Object,
        /// As it is to be.
        head: &'a Object,
    },
    /// It is only in the base.
    Removed {
        /// As it was.
        base: &'a Object,
    },
    /// It is only in the head.
    Added {
        /// As it is to be.
        head: &'a Object,
    },
}

/// All changes between two states, in the order of the head, then of the base.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pairs: Vec<(Option<ObjectId>, Option<ObjectId>)>,
}

/// So many comparisons of one name are made; beyond it nothing can be said of moved objects of this name.
const MAX_COMPARISONS: usize = 1_000_000;

impl Changes {
    /// Finds for every object of one state its other self.
    pub fn between(base: &Inventory, head: &Inventory) -> Changes {
        /// Those of the base and those of the head.
        type Both = (Vec<ObjectId>, Vec<ObjectId>);
        let mut groups: BTreeMap<(Class, &str), Both> = BTreeMap::new();
        for object in head.objects() {
            groups.entry((object.typed.class(), &object.name)).or_default().1.push(object.id);
        }
        for object in base.objects() {
            groups.entry((object.typed.class(), &object.name)).or_default().0.push(object.id);
        }
        let mut pairs = Vec::new();
        let mut gone = Vec::new();
        let mut new = Vec::new();
        for ((class, name), (old, now)) in groups {
            // Without a name there is no identity, and a kustomization is no object of the cluster.
            if name.is_empty() || class == Class::Kustomization {
                continue;
            }
            let mut group = Group { base, head, old, now, pairs: Vec::new() };
            group.same_file();
            group.nearest();
            pairs.extend(group.pairs.into_iter().map(|(old, now)| (Some(old), Some(now))));
            gone.extend(group.old);
            new.extend(group.now);
        }
        drop_unsure(&mut gone, base, head);
        drop_unsure(&mut new, head, base);
        renames(base, head, &mut gone, &mut new, &mut pairs);
        // What lay elsewhere was read only to find what moved.
        gone.retain(|&id| !base.origin_of(id).is_elsewhere());
        pairs.extend(new.into_iter().map(|id| (None, Some(id))));
        pairs.extend(gone.into_iter().map(|id| (Some(id), None)));
        pairs.sort_by_key(|&(old, now)| (now.is_none(), now, old));
        Changes { pairs }
    }

    /// Whether anything is in the head only.
    pub fn has_new(&self) -> bool {
        self.pairs.iter().any(|(old, now)| old.is_none() && now.is_some())
    }

    /// The changes, with the objects they are about.
    pub fn iter<'a>(&'a self, base: &'a Inventory, head: &'a Inventory) -> impl Iterator<Item = Change<'a>> {
        self.pairs.iter().filter_map(|&pair| match pair {
            (Some(old), Some(now)) => {
                let (base, head) = (base.object(old), head.object(now));
                let renamed = base.name != head.name;
                Some(if renamed { Change::Renamed { base, head } } else { Change::Kept { base, head } })
            }
            (Some(old), None) => Some(Change::Removed { base: base.object(old) }),
            (None, Some(now)) => Some(Change::Added { head: head.object(now) }),
            (None, None) => None,
        })
    }
}

/// All objects of one kind and name.
struct Group<'a> {
    base: &'a Inventory,
    head: &'a Inventory,
    /// Not yet paired.
    old: Vec<ObjectId>,
    now: Vec<ObjectId>,
    pairs: Vec<(ObjectId, ObjectId)>,
}

impl Group<'_> {
    /// Pairs what stands in the same file under the same namespace, one after the other.
    fn same_file(&mut self) {
        type Key<'k> = (&'k [Box<str>], &'k str, Option<&'k str>);
        fn key(inventory: &Inventory, id: ObjectId) -> Key<'_> {
            let origin = inventory.origin_of(id);
            (&origin.directory, &origin.file_name, inventory.object(id).namespace.as_deref())
        }
        let mut by_file: HashMap<Key<'_>, Vec<ObjectId>> = HashMap::new();
        for &id in self.old.iter().rev() {
            by_file.entry(key(self.base, id)).or_default().push(id);
        }
        let pair = |now: &ObjectId| Some((by_file.get_mut(&key(self.head, *now))?.pop()?, *now));
        let found: Vec<_> = self.now.iter().filter_map(pair).collect();
        self.take(&found);
        self.pairs.extend(found);
    }

    fn take(&mut self, found: &[(ObjectId, ObjectId)]) {
        let old: HashSet<ObjectId> = found.iter().map(|&(old, _)| old).collect();
        let now: HashSet<ObjectId> = found.iter().map(|&(_, now)| now).collect();
        self.old.retain(|id| !old.contains(id));
        self.now.retain(|id| !now.contains(id));
    }

    /// Pairs the rest by nearness: the nearest first, and only where there is no second one as near.
    fn nearest(&mut self) {
        if self.old.is_empty() || self.now.is_empty() {
            return;
        }
        if self.old.len().saturating_mul(self.now.len()) > MAX_COMPARISONS {
            (self.old, self.now) = (Vec::new(), Vec::new());
            return;
        }
        let mut ranked: BTreeMap<_, Vec<(ObjectId, ObjectId)>> = BTreeMap::new();
        for &old in &self.old {
            for &now in &self.now {
                let (ours, theirs) = (&self.base.object(old).namespace, &self.head.object(now).namespace);
                // A namespace that is written now and was not before, or the other way round, may be the same one.
                if ours == theirs || ours.is_none() || theirs.is_none() {
                    let (from, to) = (self.base.origin_of(old), self.head.origin_of(now));
                    let rank = (ours == theirs, Nearness::between(from, to), common_ending(from, to));
                    ranked.entry(rank).or_default().push((old, now));
                }
            }
        }
        for (_, mut equal) in ranked.into_iter().rev() {
            let (old, now): (HashSet<_>, HashSet<_>) = (self.old.iter().collect(), self.now.iter().collect());
            equal.retain(|(before, after)| old.contains(before) && now.contains(after));
            let mut partners: HashMap<(bool, ObjectId), usize> = HashMap::new();
            for &(old, now) in &equal {
                *partners.entry((false, old)).or_default() += 1;
                *partners.entry((true, now)).or_default() += 1;
            }
            let alone = |&&(old, now): &&(ObjectId, ObjectId)| {
                partners.get(&(false, old)) == Some(&1) && partners.get(&(true, now)) == Some(&1)
            };
            let found: Vec<_> = equal.iter().filter(alone).copied().collect();
            // Whoever has two partners as near as each other stays without one, and is neither gone nor new.
            self.take(&equal);
            self.pairs.extend(found);
        }
    }
}

/// How many names two paths have in common, counted from the end: a folder that moved keeps what is below it.
fn common_ending(a: &Origin, b: &Origin) -> usize {
    fn names(origin: &Origin) -> impl Iterator<Item = &str> {
        std::iter::once(&*origin.file_name).chain(origin.directory.iter().rev().map(|name| &**name))
    }
    names(a).zip(names(b)).take_while(|(a, b)| a == b).count()
}

/// Leaves out what may stand, in the other state, in something that could not be read, or is there as a patch: that it
/// was not found proves nothing.
fn drop_unsure(ids: &mut Vec<ObjectId>, own: &Inventory, other: &Inventory) {
    let names = ids.iter().map(|&id| own.object(id).name.as_str());
    let names: Vec<&str> = names.filter(|name| is_possible(name)).collect();
    let mut unsure: HashSet<&str> = other.skipped().iter().map(|(_, skipped)| skipped.name.as_str()).collect();
    if let Ok(any_name) = AhoCorasick::new(&names) {
        for unread in other.unread() {
            let hits = any_name.find_overlapping_iter(&unread.text);
            unsure.extend(hits.map(|hit| names[hit.pattern().as_usize()]));
        }
    }
    ids.retain(|&id| !unsure.contains(own.object(id).name.as_str()));
}

/// Pairs sets that are gone with new ones that have everything in common but the name.
fn renames(
    base: &Inventory,
    head: &Inventory,
    gone: &mut Vec<ObjectId>,
    new: &mut Vec<ObjectId>,
    pairs: &mut Vec<(Option<ObjectId>, Option<ObjectId>)>,
) {
    let sets = |inventory: &Inventory, ids: &[ObjectId]| -> Vec<ObjectId> {
        let is_set = |id: &ObjectId| matches!(inventory.object(*id).typed, Typed::StatefulSet(_));
        ids.iter().copied().filter(is_set).collect()
    };
    let (old, now) = (sets(base, gone), sets(head, new));
    if old.len().saturating_mul(now.len()) > MAX_COMPARISONS {
        return;
    }
    let mut alike = Vec::new();
    for &old in &old {
        for &now in &now {
            if let (Some(before), Some(after)) = (base.set(old), head.set(now))
                && before.namespace() == after.namespace()
                && have_much_in_common(before, after)
            {
                let near = Nearness::between(base.origin_of(old), head.origin_of(now));
                alike.push((near, old, now));
            }
        }
    }
    // The nearest partner of each, and how many there are as near.
    let mut best: HashMap<(bool, ObjectId), (Nearness, usize)> = HashMap::new();
    for &(near, old, now) in &alike {
        for key in [(false, old), (true, now)] {
            let known = best.entry(key).or_insert((near, 0));
            match near.cmp(&known.0) {
                Ordering::Greater => *known = (near, 1),
                Ordering::Equal => known.1 += 1,
                Ordering::Less => {}
            }
        }
    }
    for (near, old, now) in alike {
        let only = Some(&(near, 1));
        if best.get(&(false, old)) == only && best.get(&(true, now)) == only {
            gone.retain(|id| *id != old);
            new.retain(|id| *id != now);
            pairs.push((Some(old), Some(now)));
        }
    }
}

/// Whether two sets run the same containers from the same images (whatever their tags) on the same claims.
fn have_much_in_common(before: SetView<'_>, after: SetView<'_>) -> bool {
    let containers = |set: SetView<'_>| -> Vec<(String, String)> {
        let repository = |image: &str| {
            let name_at = image.rfind('/').map_or(0, |at| at + 1);
            let end = image[name_at..].find([':', '@']).map_or(image.len(), |at| name_at + at);
            image[..end].to_owned()
        };
        let image = |image: &Option<String>| repository(image.as_deref().unwrap_or_default());
        set.containers().iter().map(|one| (one.name.clone(), image(&one.image))).collect()
    };
    let claims = |set: SetView<'_>| -> Vec<Option<String>> {
        let templates = set.spec().volume_claim_templates.as_deref().unwrap_or_default();
        templates.iter().map(|claim| claim.metadata.name.clone()).collect()
    };
    !containers(before).is_empty() && containers(before) == containers(after) && claims(before) == claims(after)
}
