//! The ConfigMaps that a set's Pods mount or take their environment from.

use k8s_openapi::api::core::v1::ConfigMap;

use super::deferred::referred_config_maps;
use super::{Class, Object, ObjectId, Pick, SetView, Typed};

/// A ConfigMap with its object at hand.
#[derive(Clone, Copy, Debug)]
pub struct ConfigMapView<'a> {
    /// The object behind it.
    pub object: &'a Object,
    /// The typed content.
    pub content: &'a ConfigMap,
}

impl<'a> SetView<'a> {
    /// The ConfigMaps that the Pods refer to and that were read, by name, and whether some of them were not read.
    pub fn config_maps(self) -> (Vec<ConfigMapView<'a>>, bool) {
        // Rules ask for each container of a set.
        let inventory = self.inventory;
        let of_sets = inventory.config_maps_of.get_or_init(|| inventory.sets().map(Self::find_config_maps).collect());
        let Some((found, missing)) = of_sets.get(&self.id()) else { return (Vec::new(), false) };
        let view = |&id: &ObjectId| {
            let object = inventory.object(id);
            match &object.typed {
                Typed::ConfigMap(content) => Some(ConfigMapView { object, content }),
                _ => None,
            }
        };
        (found.iter().filter_map(view).collect(), *missing)
    }

    fn find_config_maps(self) -> (ObjectId, (Vec<ObjectId>, bool)) {
        let names = self.pod_spec().map(referred_config_maps).unwrap_or_default();
        let nearest = |name: &String| match self.inventory.nearest(self.id(), Class::ConfigMap, name, |_, _| true) {
            Pick::One(id) => Some(id),
            _ => None,
        };
        let found: Vec<ObjectId> = names.iter().filter_map(nearest).collect();
        let missing = found.len() < names.len();
        (self.id(), (found, missing))
    }
}
