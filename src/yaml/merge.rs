//! The entries of a mapping once `<<` is applied, the last of several keys winning.
//!
//! go-yaml v2 fills a mapping in the order of the text and a later value replaces an earlier one, wherever it comes from:
//! `<<` at the top gives defaults, `<<` at the bottom overrides (YAML's own merge type would let explicit keys win). In
//! a list of mappings the first one wins. `sigs.k8s.io/yaml:goyaml.v2/decode.go` (`mapping`, `merge`).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::document::Document;
use super::scalar;
use super::tree::{Flags, Kind, Tree};

impl Document {
    /// The entries of a mapping that count.
    pub(super) fn entries(&self, id: u32) -> Entries<'_> {
        let id = self.tree.resolve(id);
        let cell = self.tree.cell(id);
        if cell.flags.has(Flags::MERGES) {
            let mut merged = Merged::default();
            self.merge(id, &mut merged);
            return Entries(Inner::Merged(merged.entries.into_iter()));
        }
        let children = if cell.kind == Kind::Mapping { self.tree.children(id).len() / 2 } else { 0 };
        Entries(Inner::Written { tree: &self.tree, next: id.saturating_add(1), left: children })
    }

    fn merge<'d>(&'d self, id: u32, merged: &mut Merged<'d>) {
        for (key, value) in self.tree.pairs(id) {
            let flags = self.tree.cell(key).flags;
            if flags.has(Flags::MERGE) {
                // The parent that is filled last wins, so the first of a list comes last.
                let parents: Vec<u32> = self.parents(value).collect();
                parents.into_iter().rev().for_each(|parent| self.merge(parent, merged));
            } else if counts(flags) {
                let Some(name) = self.tree.scalar(self.source.text(), key).and_then(scalar::key) else { continue };
                match merged.places.entry(name) {
                    Entry::Occupied(place) => {
                        if let Some(entry) = merged.entries.get_mut(*place.get()) {
                            *entry = (key, value);
                        }
                    }
                    Entry::Vacant(place) => {
                        place.insert(merged.entries.len());
                        merged.entries.push((key, value));
                    }
                }
            }
        }
    }

    /// The mappings that a `<<` takes in; none where kubectl refuses the document.
    fn parents(&self, value: u32) -> impl Iterator<Item = u32> {
        let is_mapping = |id: u32| self.tree.cell(self.tree.resolve(id)).kind == Kind::Mapping;
        let list = (self.tree.cell(value).kind == Kind::Sequence).then(|| self.tree.children(value));
        let single = list.is_none().then_some(value);
        single.into_iter().chain(list.into_iter().flatten()).filter(move |&id| is_mapping(id))
    }

    /// The entry of a mapping that counts for a key.
    pub(super) fn find(&self, id: u32, name: &str) -> Option<(u32, u32)> {
        let id = self.tree.resolve(id);
        let cell = self.tree.cell(id);
        if cell.kind != Kind::Mapping {
            return None;
        }
        if let Some(found) = self.looked_up(id, name) {
            return found;
        }
        let merges = cell.flags.has(Flags::MERGES);
        let mut found = None;
        for (key, value) in self.tree.pairs(id) {
            let cell = self.tree.cell(key);
            if cell.flags.has(Flags::MERGE) {
                found = self.parents(value).find_map(|parent| self.find(parent, name)).or(found);
            } else if counts(cell.flags) && self.is_named(key, name) {
                found = Some((key, value));
                if !merges {
                    break;
                }
            }
        }
        found
    }

    fn is_named(&self, key: u32, name: &str) -> bool {
        let resolved = self.tree.cell(self.tree.resolve(key));
        match resolved.kind {
            Kind::Text => self.tree.text(self.source.text(), key) == name,
            _ => self.tree.scalar(self.source.text(), key).and_then(scalar::key).is_some_and(|key| key == name),
        }
    }
}

fn counts(flags: Flags) -> bool {
    !flags.has(Flags::NO_KEY) && !flags.has(Flags::SHADOWED)
}

#[derive(Default)]
struct Merged<'d> {
    entries: Vec<(u32, u32)>,
    places: HashMap<std::borrow::Cow<'d, str>, usize>,
}

/// Keys and values.
pub(super) struct Entries<'d>(Inner<'d>);

enum Inner<'d> {
    Written { tree: &'d Tree, next: u32, left: usize },
    Merged(std::vec::IntoIter<(u32, u32)>),
}

impl Iterator for Entries<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        match &mut self.0 {
            Inner::Merged(entries) => entries.next(),
            Inner::Written { tree, next, left } => loop {
                *left = left.checked_sub(1)?;
                let key = *next;
                let value = tree.cell(key).next;
                *next = tree.cell(value).next;
                if counts(tree.cell(key).flags) {
                    return Some((key, value));
                }
            },
        }
    }
}
