//! Long lists by position and large mappings by key. The tree keeps no list of children, so that whoever asks for all
//! items of a list by their paths would walk the list once for each.

use std::collections::HashMap;

use super::document::Document;
use super::scalar;
use super::tree::{Flags, Kind};

/// Walking fewer children than this costs less than looking them up.
const MANY: u32 = 32;

/// The children of the document's long lists, and the entries of its large mappings that merge nothing.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    lists: HashMap<u32, Box<[u32]>>,
    mappings: HashMap<u32, HashMap<Box<str>, (u32, u32)>>,
}

impl Document {
    /// The item of a list at a position.
    pub(super) fn item(&self, id: u32, index: usize) -> Option<u32> {
        let id = self.tree.resolve(id);
        if self.tree.cell(id).kind != Kind::Sequence {
            return None;
        }
        if self.tree.count(id) < MANY {
            return self.tree.children(id).nth(index);
        }
        self.lookup().lists.get(&id)?.get(index).copied()
    }

    /// The entry that counts for a key of a large mapping; `None` where the mapping has to be walked.
    pub(super) fn looked_up(&self, id: u32, name: &str) -> Option<Option<(u32, u32)>> {
        if self.tree.count(id) / 2 < MANY {
            return None;
        }
        self.lookup().mappings.get(&id).map(|mapping| mapping.get(name).copied())
    }

    fn lookup(&self) -> &Lookup {
        self.lookup.get_or_init(|| {
            let mut lookup = Lookup::default();
            for (id, cell) in (0..).zip(&self.tree.cells) {
                match cell.kind {
                    Kind::Sequence if self.tree.count(id) >= MANY => {
                        lookup.lists.insert(id, self.tree.children(id).collect());
                    }
                    Kind::Mapping if self.tree.count(id) / 2 >= MANY && !cell.flags.has(Flags::MERGES) => {
                        let named = |(key, value)| {
                            let name = self.tree.scalar(self.source.text(), key).and_then(scalar::key)?;
                            Some((name.into(), (key, value)))
                        };
                        lookup.mappings.insert(id, self.entries(id).filter_map(named).collect());
                    }
                    _ => {}
                }
            }
            lookup
        })
    }
}
