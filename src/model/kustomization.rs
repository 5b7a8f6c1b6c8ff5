//! What a kustomization gathers and changes.
//!
//! Source: kubernetes-sigs/kustomize `api/types/kustomization.go`.

use crate::yaml::Node;

/// The parts of a `kustomization.yaml` that decide which files are one scope and what is changed in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kustomization {
    /// Files and folders: `resources`, `bases`, `components`, `crds`. Remote ones are in [`Kustomization::remote`].
    pub gathers: Vec<String>,
    /// What it gathers from elsewhere: URLs, charts, generators. None of it was read.
    pub remote: Vec<String>,
    /// Files that hold patches.
    pub patches: Vec<String>,
    /// `namespace`: set on every object.
    pub namespace: Option<String>,
    /// Names whose `replicas` it sets.
    pub replicas: Vec<String>,
    /// Inline patches, as text.
    pub inline_patches: Vec<String>,
}

impl Kustomization {
    /// Reads the root of a kustomization; fields of another type are passed over.
    pub fn read(root: Node<'_>) -> Kustomization {
        let mut found = Kustomization::default();
        for key in ["resources", "bases", "components"] {
            for path in strings(root, key) {
                if is_remote(&path) { found.remote.push(path) } else { found.gathers.push(path) }
            }
        }
        for key in ["helmCharts", "helmChartInflationGenerator", "generators"] {
            if root.get(key).is_some_and(|node| node.items().next().is_some()) {
                found.remote.push(key.to_owned());
            }
        }
        for text in strings(root, "patchesStrategicMerge") {
            // An entry is a file's path or, with line breaks, the patch itself.
            if text.contains('\n') { found.inline_patches.push(text) } else { found.patches.push(text) }
        }
        for key in ["patches", "patchesJson6902"] {
            for item in root.get(key).into_iter().flat_map(Node::items) {
                if let Some(path) = item.get("path").and_then(Node::as_str) {
                    found.patches.push(path.to_owned());
                }
                if let Some(patch) = item.get("patch").and_then(Node::as_str) {
                    found.inline_patches.push(patch.to_owned());
                }
            }
        }
        found.namespace =
            root.get("namespace").and_then(Node::as_str).filter(|name| !name.is_empty()).map(str::to_owned);
        let replicas = root.get("replicas").into_iter().flat_map(Node::items);
        found.replicas = replicas.filter_map(|item| item.get("name")?.as_str().map(str::to_owned)).collect();
        found
    }
}

fn strings(root: Node<'_>, key: &str) -> Vec<String> {
    root.get(key).into_iter().flat_map(Node::items).filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// kustomize takes a path for remote when it names a host or a repository.
fn is_remote(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@") || path.contains("?ref=") || path.starts_with("github.com/")
}
