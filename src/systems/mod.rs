//! The catalogue: what is known of stateful systems, each fact with its source, in `rules/systems/`.

mod image;

use std::sync::{Arc, LazyLock};

use serde_json::Value;

use crate::model::SetView;
use crate::yaml::{Document, Node, Source, split};

include!(concat!(env!("OUT_DIR"), "/systems.rs"));

/// What is known of one stateful system.
#[derive(Clone, Debug)]
pub struct System {
    name: String,
    title: String,
    images: Vec<String>,
    clustered: bool,
    readiness_probe: Option<Value>,
}

/// All systems.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    systems: Vec<System>,
}

static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| {
    let systems = FILES.iter().filter_map(|(name, text)| System::read(name, text)).collect();
    Catalogue { systems }
});

impl System {
    /// Its name in the catalogue, as in `etcd`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name as its makers write it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether several Pods of it form one cluster, whose members find each other by name.
    pub fn is_clustered(&self) -> bool {
        self.clustered
    }

    /// A readiness probe that fits every member, one that is alone included.
    pub fn readiness_probe(&self) -> Option<&Value> {
        self.readiness_probe.as_ref()
    }

    fn read(name: &str, text: &str) -> Option<System> {
        let source = Arc::new(Source::new(format!("rules/systems/{name}.yaml"), text));
        let chunk = split(source.text()).into_iter().next()?;
        let document = Document::parse(&source, &chunk);
        let root = document.root()?;
        let strings = |key: &str| {
            let items = root.get(key).into_iter().flat_map(Node::items);
            items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
        };
        Some(System {
            name: name.to_owned(),
            title: root.get("title")?.as_str()?.to_owned(),
            images: strings("images"),
            clustered: root.get("clustered")?.as_bool()?,
            readiness_probe: root.get("readinessProbe").and_then(|node| document.to_json(node.id()).ok()),
        })
    }
}

impl Catalogue {
    /// The catalogue that is compiled in.
    pub fn built_in() -> &'static Catalogue {
        &BUILT_IN
    }

    /// All systems, by name.
    pub fn systems(&self) -> &[System] {
        &self.systems
    }

    /// The system that a set runs and the position of the container that runs it: by the last segment of the image's
    /// name, exactly, so that `etcd-operator` is no etcd.
    pub fn identify(&self, set: SetView<'_>) -> Option<(&System, usize)> {
        set.containers().iter().enumerate().find_map(|(position, container)| {
            let name = image::last_segment(container.image.as_deref()?);
            let system = self.systems.iter().find(|system| system.images.iter().any(|one| one == name))?;
            Some((system, position))
        })
    }
}
