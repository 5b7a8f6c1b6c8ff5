//! What names a finding from run to run, wherever its lines move.

use std::collections::HashMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::locate;
use crate::finding::{Finding, ObjectName, Place, Reported, Target};
use crate::load::Anchor;
use crate::model::Inventory;
use crate::yaml::{FieldPath, Node, NodeKind, Segment};

/// The first bytes of the digest that are kept: 128 bits.
const KEPT: usize = 16;

/// The field of a place with list items by their names, which stay when others come and go.
pub(super) fn field(inventory: &Inventory, place: &Place) -> String {
    let Target::Field { object, path, .. } = &place.target else { return String::new() };
    let object = inventory.object(*object);
    named(inventory.document(object.document).node(object.node), path)
}

fn named(root: Node<'_>, path: &FieldPath) -> String {
    let mut text = String::new();
    let mut node = Some(root);
    for segment in path.segments() {
        // Writing to a string cannot fail.
        let _ = match segment {
            Segment::Index(index) => {
                node = node.filter(|node| node.kind() == NodeKind::Sequence).and_then(|node| node.items().nth(*index));
                match node.and_then(|item| item.get("name")).and_then(Node::as_str) {
                    Some(name) => write!(text, "[{name}]"),
                    None => write!(text, "[{index}]"),
                }
            }
            Segment::Key(key) => {
                node = node.and_then(|node| node.get(key));
                let dot = if text.is_empty() { "" } else { "." };
                match key.contains(['.', '/', '[', ' ']) {
                    true => write!(text, "[{key:?}]"),
                    false => write!(text, "{dot}{key}"),
                }
            }
        };
    }
    text
}

/// The fingerprint of a finding by itself; [`distinguish`] tells those apart that would share it.
pub(super) fn of(
    inventory: &Inventory,
    names: Option<&Anchor>,
    rule: &str,
    finding: &Finding,
    object: Option<&ObjectName>,
) -> String {
    let mut digest = Sha256::new();
    let mut add = |part: &str| {
        digest.update(part.as_bytes());
        // A byte that no UTF-8 text holds: parts never run into each other.
        digest.update([0xff]);
    };
    add(rule);
    let file = file(inventory, &finding.place);
    add(&names.map_or(file.into(), |names| names.name(file)));
    if let Some(object) = object {
        add(&object.kind);
        add(object.namespace.as_deref().unwrap_or_default());
        add(&object.name);
    }
    add(&field(inventory, &finding.place));
    add(flagged(inventory, &finding.place).trim());
    hexadecimal(&digest.finalize()[..KEPT])
}

fn file<'a>(inventory: &'a Inventory, place: &Place) -> &'a str {
    let document = match &place.target {
        Target::Field { object, .. } => inventory.object(*object).document,
        Target::Text { document, .. } => *document,
    };
    inventory.document(document).document.source.name()
}

/// The text of a place that its field alone does not name: a part of a value, or bytes outside any object. A whole value
/// is left out, so that another wrong value is still the same finding.
fn flagged<'a>(inventory: &'a Inventory, place: &Place) -> &'a str {
    let (document, span) = match &place.target {
        Target::Field { object, range: Some(_), .. } => {
            (inventory.object(*object).document, locate::span_of(inventory, place))
        }
        Target::Field { .. } => return "",
        Target::Text { document, span } => (*document, Some(*span)),
    };
    span.map_or("", |span| inventory.document(document).document.source.slice(span))
}

/// Gives findings that would share a fingerprint one each, by their order.
pub(super) fn distinguish<'a>(findings: impl Iterator<Item = &'a mut Reported>) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let count = seen.entry(finding.fingerprint.clone()).or_default();
        if *count > 0 {
            let digest = Sha256::digest(format!("{}/{count}", finding.fingerprint));
            finding.fingerprint = hexadecimal(&digest[..KEPT]);
        }
        *count += 1;
    }
}

/// The fingerprint of what is found in a file that never became a document.
pub fn of_file(rule: &str, name: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(rule.as_bytes());
    digest.update([0xff]);
    digest.update(name.as_bytes());
    hexadecimal(&digest.finalize()[..KEPT])
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
