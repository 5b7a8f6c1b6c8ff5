//! Documents that are kept as text until somebody needs them: ConfigMaps that a set refers to, and workloads that may
//! share a budget with a set.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use k8s_openapi::api::core::v1::PodSpec;

use super::unread::is_possible;
use super::{Inventory, ObjectId, Origin, Parsed, SetView, read};
use crate::yaml::{Chunk, Document, Source};

/// The kinds that are kept as text; most of them are never parsed. A `List` is one when it holds nothing else of
/// interest.
pub const DEFERRED_KINDS: &[&str] =
    &["ConfigMap", "Deployment", "ReplicaSet", "ReplicationController", "DaemonSet", "Pod", "Rollout", "List"];

/// What JSON6902 patches are called among the deferred; they have no kind, and matter only where a kustomization names
/// their file.
pub const JSON_PATCH: &str = "JSON6902 patch";

fn is_workload(kind: &str) -> bool {
    !matches!(kind, "ConfigMap" | JSON_PATCH)
}

/// A document that was not parsed yet.
#[derive(Clone, Debug)]
pub struct Deferred {
    /// The file's text.
    pub source: Arc<Source>,
    /// The document's part of it.
    pub chunk: Chunk,
    /// Where the file lies.
    pub origin: Arc<Origin>,
    /// One of [`DEFERRED_KINDS`], or [`JSON_PATCH`].
    pub kind: &'static str,
}

impl Deferred {
    pub(super) fn text(&self) -> &str {
        self.source.slice(self.chunk.span)
    }

    pub(super) fn parse(&self) -> Document {
        Document::parse(&self.source, &self.chunk)
    }
}

/// Parses the ConfigMaps of these names; one that no set refers to stays text.
pub(super) fn config_maps(deferred: &[Deferred], names: &BTreeSet<String>) -> Vec<Parsed> {
    let Ok(any_name) = AhoCorasick::new(names.iter().filter(|name| is_possible(name))) else { return Vec::new() };
    if names.is_empty() {
        return Vec::new();
    }
    let mentioned = deferred.iter().filter(|one| one.kind == "ConfigMap" && any_name.is_match(one.text()));
    let parsed = mentioned.filter_map(|one| {
        let document = one.parse();
        let name = document.root()?.get("metadata")?.get("name")?.as_str()?.to_owned();
        let items = read(&document, &one.origin.file_name);
        names.contains(&name).then(|| Parsed { document: Arc::new(document), origin: one.origin.clone(), items })
    });
    parsed.collect()
}

/// The ConfigMaps that Pods mount or take their environment from.
pub(super) fn referred_config_maps(spec: &PodSpec) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for volume in spec.volumes.iter().flatten() {
        names.extend(volume.config_map.iter().map(|source| source.name.clone()));
        let projected = volume.projected.iter().flat_map(|projected| projected.sources.iter().flatten());
        names.extend(projected.filter_map(|source| Some(source.config_map.as_ref()?.name.clone())));
    }
    for container in spec.containers.iter().chain(spec.init_containers.iter().flatten()) {
        let from = container.env_from.iter().flatten();
        names.extend(from.filter_map(|source| Some(source.config_map_ref.as_ref()?.name.clone())));
        let values = container.env.iter().flatten().filter_map(|env| env.value_from.as_ref());
        names.extend(values.filter_map(|value| Some(value.config_map_key_ref.as_ref()?.name.clone())));
    }
    names.retain(|name| !name.is_empty());
    names
}

impl Inventory {
    /// The workloads that are no StatefulSets in the folder of an object, by their number.
    fn workloads_beside(&self, object: ObjectId) -> &[usize] {
        let by_folder = self.workloads_by_folder.get_or_init(|| {
            let mut by_folder: HashMap<Vec<Box<str>>, Vec<usize>> = HashMap::new();
            for (number, one) in self.deferred.iter().enumerate().filter(|(_, one)| is_workload(one.kind)) {
                by_folder.entry(one.origin.directory.clone()).or_default().push(number);
            }
            by_folder
        });
        by_folder.get(&self.origin_of(object).directory).map_or(&[][..], Vec::as_slice)
    }

    /// Whether a workload in the folder of a set, no StatefulSet itself, names an image whose last segment is one of these.
    pub fn workload_beside(&self, set: SetView<'_>, images: &[&str]) -> bool {
        self.workloads_beside(set.id()).iter().any(|&number| {
            let text = self.deferred[number].text();
            text.lines().filter_map(|line| line.split_once("image:")).any(|(_, image)| {
                let image = image.trim().trim_matches(['"', '\'']);
                let name = image.split('@').next().unwrap_or(image);
                let last = name.rsplit('/').next().unwrap_or(name);
                images.contains(&last.split(':').next().unwrap_or(last))
            })
        })
    }

    /// Whether a workload in the folder of a set, no StatefulSet itself, spells one of these words.
    pub fn spelled_by_workload_beside(&self, set: SetView<'_>, words: &[&str]) -> bool {
        let mut texts = self.workloads_beside(set.id()).iter().map(|&number| self.deferred[number].text());
        texts.any(|text| words.iter().any(|word| text.contains(word)))
    }
}
