//! From a proposal to what a reader can paste.

use serde_json::{Map, Value};

use super::written;
use crate::finding::{Help, HelpText, Language, Proposal};
use crate::model::{Inventory, ObjectId};
use crate::yaml::{FieldPath, Located, Segment};

/// The words and the YAML of one piece of advice: one text for each thing that is pasted in a place of its own.
pub(super) fn texts(inventory: &Inventory, help: &Help) -> Vec<HelpText> {
    let mut texts: Vec<HelpText> = Vec::new();
    for proposal in &help.proposals {
        let Some((block, language)) = block(inventory, proposal) else { continue };
        let lead = if texts.is_empty() { help.lead.clone() } else { next_lead(inventory, proposal) };
        let (file, path) = target(inventory, proposal);
        texts.push(HelpText { lead, block: Some(block), language: Some(language), file, path });
    }
    if texts.is_empty() {
        texts.push(HelpText { lead: help.lead.clone(), ..HelpText::default() });
    }
    texts
}

/// Introduces what else belongs to a piece of advice.
fn next_lead(inventory: &Inventory, proposal: &Proposal) -> String {
    match proposal {
        Proposal::Set { object, path, .. } | Proposal::Remove { object, path } => {
            let object = inventory.object(*object);
            format!("and set `{path}` of {} `{}`:", object.kind, object.name)
        }
        Proposal::Create { manifest, .. } => {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            format!("and create {} `{}`:", text(&manifest["kind"]), text(&manifest["metadata"]["name"]))
        }
        Proposal::Run { .. } => "and run:".to_owned(),
    }
}

/// The file that a proposal is about, and the field.
fn target(inventory: &Inventory, proposal: &Proposal) -> (Option<String>, Option<String>) {
    let file = |object: ObjectId| {
        let rendered = inventory.object(object).document;
        let document = inventory.written(rendered).map_or(rendered, |(document, _)| document);
        Some(inventory.document(document).document.source.name().to_owned())
    };
    match proposal {
        Proposal::Set { object, path, .. } | Proposal::Remove { object, path } => {
            (file(*object), Some(path.to_string()))
        }
        Proposal::Create { beside, .. } => (file(*beside), None),
        Proposal::Run { .. } => (None, None),
    }
}

fn block(inventory: &Inventory, proposal: &Proposal) -> Option<(String, Language)> {
    match proposal {
        Proposal::Set { object, path, value } => {
            let object = inventory.object(*object);
            let document = &inventory.document(object.document).document;
            let (found, parent) = match document.locate(object.node, path) {
                Located::Exact { node, .. } => (path.segments().len(), Some(node)),
                Located::Nearest { depth, node, .. } => (depth, Some(node)),
            };
            // What is missing on the way is written out; what is there gives the indentation.
            let kept = found.min(path.segments().len().saturating_sub(1));
            let nested = nest(&path.segments()[kept..], value)?;
            let holder = FieldPath::from(path.segments()[..kept].to_vec());
            // It is pasted into the file, not into what was rendered of it.
            if let Some((text, node)) = written::holder(inventory, object.id, &holder) {
                let is_flow = inventory.document(text).document.node(node).is_flow();
                return if is_flow {
                    Some((entries_in_flow(&nested)?, Language::Json))
                } else {
                    Some((indent(&yaml(&nested)?, column_of_entries(inventory, text, node)), Language::Yaml))
                };
            }
            let holder = document.locate(object.node, &holder);
            match (holder, parent) {
                (Located::Exact { node, .. }, _) if document.node(node).is_flow() => {
                    Some((entries_in_flow(&nested)?, Language::Json))
                }
                (Located::Exact { node, .. }, _) => {
                    let text = indent(&yaml(&nested)?, column_of_entries(inventory, object.document, node));
                    Some((text, Language::Yaml))
                }
                _ => Some((yaml(&nested)?, Language::Yaml)),
            }
        }
        Proposal::Create { beside, manifest } => {
            let beside = inventory.object(*beside);
            let is_json = inventory.document(beside.document).node(beside.node).is_flow();
            if is_json {
                Some((serde_json::to_string_pretty(manifest).ok()?, Language::Json))
            } else {
                Some((yaml(manifest)?, Language::Yaml))
            }
        }
        Proposal::Run { commands } => Some((commands.join("\n"), Language::Shell)),
        // Said by the lead and by what is set in its place.
        Proposal::Remove { .. } => None,
    }
}

/// What goes between the braces or brackets of a mapping or list in flow style: JSON, which is YAML as well.
fn entries_in_flow(value: &Value) -> Option<String> {
    let text = serde_json::to_string_pretty(value).ok()?;
    let inner = text.strip_prefix(['{', '[']).and_then(|text| text.strip_suffix(['}', ']']));
    let lines: Vec<&str> =
        inner?.trim_matches('\n').lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
    Some(lines.join("\n"))
}

/// How far the keys of a block mapping are indented.
fn column_of_entries(inventory: &Inventory, document: crate::model::DocumentId, node: crate::yaml::NodeId) -> usize {
    let document = &inventory.document(document).document;
    let first = document.node(node).entries().first().map(|(key, _)| key.span());
    first.map_or(0, |span| document.source.position(span.start as usize).column - 1)
}

fn nest(segments: &[Segment], value: &Value) -> Option<Value> {
    let mut nested = value.clone();
    for segment in segments.iter().rev() {
        nested = match segment {
            Segment::Key(key) => Value::Object(Map::from_iter([(key.to_string(), nested)])),
            Segment::Index(_) => Value::Array(vec![nested]),
        };
    }
    Some(nested)
}

fn yaml(value: &Value) -> Option<String> {
    yaml_serde::to_string(value).ok().map(|text| text.trim_end().to_owned())
}

fn indent(text: &str, column: usize) -> String {
    let margin = " ".repeat(column);
    let lines: Vec<String> = text.lines().map(|line| format!("{margin}{line}")).collect();
    lines.join("\n")
}
