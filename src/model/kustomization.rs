//! What a kustomization gathers and changes, as it is written.
//!
//! Source: kubernetes-sigs/kustomize `api/types/kustomization.go`.

use super::overlay::{LabelChange, Patch, PatchText, Replacement, Target};
use crate::yaml::Node;

/// The parts of a `kustomization.yaml` that decide which files are one scope and what is changed in them.
#[derive(Clone, Debug, Default)]
pub struct Kustomization {
    /// Files and folders: `resources`, `bases`, `components`. Remote ones are in [`Kustomization::remote`].
    pub gathers: Vec<String>,
    /// Those of [`Kustomization::gathers`] that change what this one gathered.
    pub components: Vec<String>,
    /// What it gathers from elsewhere: URLs, charts, generators. None of it was read.
    pub remote: Vec<String>,
    /// `patches`, `patchesStrategicMerge`, `patchesJson6902`.
    pub patches: Vec<Patch>,
    /// `replacements` that are written in it.
    pub replacements: Vec<Replacement>,
    /// `commonLabels` and `labels`.
    pub labels: Vec<LabelChange>,
    /// `commonAnnotations`: given to every object and to the Pods of sets.
    pub annotations: Vec<(String, String)>,
    /// `namespace`: set on every object.
    pub namespace: Option<String>,
    /// `namePrefix`.
    pub name_prefix: String,
    /// `nameSuffix`.
    pub name_suffix: String,
    /// Names whose `replicas` it sets, with the number where it can be read.
    pub replicas: Vec<(String, Option<i64>)>,
    /// `images`: what becomes of images of a name.
    pub images: Vec<ImageChange>,
}

/// An entry of `images`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageChange {
    /// The image without tag and digest.
    pub name: String,
    /// What replaces the name.
    pub new_name: Option<String>,
    /// What replaces tag and digest.
    pub new_tag: Option<String>,
    /// What replaces tag and digest.
    pub digest: Option<String>,
}

impl Kustomization {
    /// Reads the root of a kustomization; fields of another type are passed over.
    pub fn read(root: Node<'_>) -> Kustomization {
        let mut found = Kustomization::default();
        for key in ["resources", "bases", "components"] {
            for path in strings(root, key) {
                if is_remote(&path) {
                    found.remote.push(path);
                    continue;
                }
                if key == "components" {
                    found.components.push(path.clone());
                }
                found.gathers.push(path);
            }
        }
        for key in ["helmCharts", "helmChartInflationGenerator", "generators"] {
            if root.get(key).is_some_and(|node| node.items().next().is_some()) {
                found.remote.push(key.to_owned());
            }
        }
        for text in strings(root, "patchesStrategicMerge") {
            // An entry is a file's path or, with line breaks, the patch itself.
            let text = if text.contains('\n') { PatchText::Inline(text) } else { PatchText::File(text) };
            found.patches.push(Patch { target: None, text });
        }
        for key in ["patches", "patchesJson6902"] {
            for item in items(root, key) {
                let target = item.get("target").map(Target::read);
                let file = text(item, "path").map(PatchText::File);
                let inline = text(item, "patch").map(PatchText::Inline);
                let patches = file.into_iter().chain(inline);
                found.patches.extend(patches.map(|text| Patch { target: target.clone(), text }));
            }
        }
        found.replacements = items(root, "replacements").flat_map(Replacement::read).collect();
        if let Some(pairs) = root.get("commonLabels") {
            found.labels.push(LabelChange { pairs: pairs_of(pairs), selectors: true, templates: true });
        }
        for item in items(root, "labels") {
            let is = |key: &str| item.get(key).and_then(Node::as_bool).unwrap_or(false);
            let (selectors, templates) = (is("includeSelectors"), is("includeTemplates"));
            let pairs = item.get("pairs").map(pairs_of).unwrap_or_default();
            found.labels.push(LabelChange { pairs, selectors, templates });
        }
        found.annotations = root.get("commonAnnotations").map(pairs_of).unwrap_or_default();
        let own = |key: &str| text(root, key).filter(|name| !name.is_empty());
        found.namespace = own("namespace");
        found.name_prefix = own("namePrefix").unwrap_or_default();
        found.name_suffix = own("nameSuffix").unwrap_or_default();
        let count = |item: Node<'_>| Some((text(item, "name")?, item.get("count").and_then(Node::as_i64)));
        found.replicas = items(root, "replicas").filter_map(count).collect();
        let image = |item: Node<'_>| {
            Some(ImageChange {
                name: text(item, "name")?,
                new_name: text(item, "newName"),
                // `newTag: 3` is read as text, too.
                new_tag: item.get("newTag").map(|node| node.text().to_owned()).filter(|tag| !tag.is_empty()),
                digest: text(item, "digest"),
            })
        };
        found.images = items(root, "images").filter_map(image).collect();
        found
    }
}

fn items<'d>(root: Node<'d>, key: &str) -> impl Iterator<Item = Node<'d>> + use<'d> {
    root.get(key).into_iter().flat_map(Node::items)
}

fn text(node: Node<'_>, key: &str) -> Option<String> {
    node.get(key).and_then(Node::as_str).map(str::to_owned)
}

fn strings(root: Node<'_>, key: &str) -> Vec<String> {
    items(root, key).filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn pairs_of(pairs: Node<'_>) -> Vec<(String, String)> {
    let entries = pairs.entries().into_iter();
    entries.filter_map(|(key, value)| Some((key.key_text()?.into_owned(), value.text().to_owned()))).collect()
}

/// kustomize takes a path for remote when it names a host or a repository.
fn is_remote(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@") || path.contains("?ref=") || path.starts_with("github.com/")
}
