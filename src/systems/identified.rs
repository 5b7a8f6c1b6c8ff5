//! Which set runs what, found out once for all rules.

use std::collections::HashMap;

use super::{Catalogue, Running};
use crate::model::{Inventory, Object, ObjectId, SetView};

/// The systems of all sets of one inventory.
#[derive(Clone, Debug, Default)]
pub struct Identified<'a> {
    by_set: HashMap<ObjectId, (&'a Object, Running<'a>)>,
}

impl Catalogue {
    /// What every set of an inventory runs, as far as it is known.
    pub fn identify_all<'a>(&'a self, inventory: &'a Inventory) -> Identified<'a> {
        let known = inventory.sets().filter_map(|set| Some((set.id(), (set.object(), self.identify(set)?))));
        Identified { by_set: known.collect() }
    }
}

impl<'a> Identified<'a> {
    /// What a set runs, as far as it is known.
    pub fn of(&self, set: SetView<'a>) -> Option<Running<'a>> {
        let (object, running) = self.by_set.get(&set.id())?;
        // A set of another inventory may have the same number.
        std::ptr::eq(*object, set.object()).then(|| running.clone())
    }
}
