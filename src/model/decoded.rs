//! An object as its type, by the server's rules.

use serde::de::DeserializeOwned;

use super::{Quantity, meant};
use crate::yaml::{Decoded, FieldPath, MAX_TYPE_ERRORS, Node, NodeId, TypeError};

/// Decodes an object. A misspelt kind is taken for the one that it must mean, and what is no quantity is an error.
pub(super) fn decoded<T: DeserializeOwned>(root: Node<'_>, kind: &str) -> Decoded<T> {
    let misspelt = root.get("kind").filter(|written| written.text() != kind);
    let mut readings: Vec<_> =
        misspelt.and_then(|written| Some((written.id(), meant(written.text())?))).into_iter().collect();
    if kind == "StatefulSet" {
        readings.extend(kinds_of_claim_templates(root));
    }
    let mut decoded = root.document().decode_reading::<T>(root.id(), &readings);
    decoded.errors.extend(no_quantities(root, &decoded.quantities));
    decoded.errors.sort_by_cached_key(|error| root.document().node(error.node).span());
    decoded.errors.truncate(MAX_TYPE_ERRORS);
    decoded
}

/// What claim templates say of their own kind, which no server looks at: those of every version take `kind: PVC` there
/// (`testdata/truth/verdicts.jsonl`).
fn kinds_of_claim_templates(root: Node<'_>) -> Vec<(NodeId, &'static str)> {
    let templates = root.at(&FieldPath::of("spec.volumeClaimTemplates")).into_iter().flat_map(Node::items);
    let own = [("apiVersion", "v1"), ("kind", "PersistentVolumeClaim")];
    let written = templates.flat_map(|template| own.map(|(key, word)| (template.get(key), word)));
    written.filter_map(|(node, word)| Some((node.filter(|node| node.as_str().is_some())?.id(), word))).collect()
}

/// Those of some values that the server cannot read as a quantity (apimachinery `pkg/api/resource/quantity.go`): it refuses
/// the object as it does for a value of the wrong type.
fn no_quantities(root: Node<'_>, quantities: &[NodeId]) -> Vec<TypeError> {
    // Any number is one, however YAML lets it be written.
    let texts = quantities.iter().filter_map(|&node| Some((node, root.document().node(node).as_str()?)));
    let wrong = texts.filter(|(_, text)| Quantity::parse(text).is_none());
    let error = |(node, text): (NodeId, &str)| {
        let path = root.document().path_between(root.id(), node)?;
        Some(TypeError { node, path, message: Quantity::words(text), names: &[] })
    };
    wrong.filter_map(error).collect()
}
