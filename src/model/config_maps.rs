//! The ConfigMaps that a set's Pods mount or take their environment from.

use k8s_openapi::api::core::v1::ConfigMap;

use super::deferred::referred_config_maps;
use super::{Class, Object, Pick, SetView, Typed};

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
        let names = self.pod_spec().map(referred_config_maps).unwrap_or_default();
        let wanted = names.len();
        let found: Vec<ConfigMapView<'a>> = names.into_iter().filter_map(|name| self.config_map(&name)).collect();
        let missing = found.len() < wanted;
        (found, missing)
    }

    fn config_map(self, name: &str) -> Option<ConfigMapView<'a>> {
        let found = self.inventory.nearest(self.id(), Class::ConfigMap, name, |_, _| true);
        let Pick::One(id) = found else { return None };
        let object = self.inventory.object(id);
        match &object.typed {
            Typed::ConfigMap(content) => Some(ConfigMapView { object, content }),
            _ => None,
        }
    }
}
