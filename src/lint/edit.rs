//! From a proposal to the edit of a file that makes it, where that is certain.
//!
//! Only block style is edited, and only where whole lines or a plain value change hands: everything else (flow style,
//! aliases, what a chart or kustomization renders) is left to the reader.

use serde_json::{Map, Value};

use crate::finding::{Edit, Fix, Help, Proposal};
use crate::model::{Inventory, Object};
use crate::yaml::{Document, FieldPath, Located, Node, NodeKind, ScalarStyle, Segment, Source, Span};

/// The edits that make all that a piece of advice proposes; `None` where one of them is not certain.
pub(super) fn fix(inventory: &Inventory, help: &Help) -> Option<Fix> {
    let mut edits: Vec<Edit> = Vec::new();
    for proposal in &help.proposals {
        let (object, path) = match proposal {
            Proposal::Set { object, path, .. } | Proposal::Remove { object, path } => (inventory.object(*object), path),
            Proposal::Create { .. } | Proposal::Run { .. } => return None,
        };
        let document = &inventory.document(object.document).document;
        // What was rendered is no file to edit, and what an overlay changes is not as it stands here.
        if document.rendered_from.is_some() || inventory.written(object.document).is_some() || object.is_patched(path) {
            return None;
        }
        let (span, text) = match proposal {
            Proposal::Set { value, .. } => set(document, object, path, value)?,
            _ => (remove(document, object, path)?, String::new()),
        };
        edits.push(Edit { source: document.source.clone(), span, text });
    }
    let edits = joined(edits)?;
    (!edits.is_empty()).then(|| Fix { lead: help.lead.trim_end_matches(':').to_owned(), edits })
}

fn set(document: &Document, object: &Object, path: &FieldPath, value: &Value) -> Option<(Span, String)> {
    let (segments, kept) = match document.locate(object.node, path) {
        Located::Exact { node, value: span, .. } => return replace(document.node(node), span, value),
        Located::Nearest { depth, .. } => (path.segments(), depth),
    };
    let Located::Exact { node, .. } = document.locate(object.node, &FieldPath::from(segments.get(..kept)?.to_vec()))
    else {
        return None;
    };
    let holder = document.node(node);
    if holder.kind() != NodeKind::Mapping || holder.is_flow() || holder.is_alias() {
        return None;
    }
    let mut nested = value.clone();
    for segment in segments.get(kept..)?.iter().rev() {
        let Segment::Key(key) = segment else { return None };
        nested = Value::Object(Map::from_iter([(key.to_string(), nested)]));
    }
    let source = &document.source;
    // A key that begins its line: before it a line can be added. The first one of a list item stands behind a dash.
    let entries = holder.entries();
    let (line, column) = entries.iter().find_map(|(key, _)| own_line(source, key.span()))?;
    let line = above_comments(source, line, column);
    let margin = " ".repeat(column);
    let ending = if source.text().contains("\r\n") { "\r\n" } else { "\n" };
    let text = yaml_serde::to_string(&nested).ok()?;
    let text: String = text.trim_end().lines().map(|line| format!("{margin}{line}{ending}")).collect();
    let start = source.line_span(line).start as usize;
    Some((Span::new(start, start), text))
}

/// A plain or quoted value of one line gives way to another.
fn replace(node: Node<'_>, span: Span, value: &Value) -> Option<(Span, String)> {
    let is_simple = matches!(node.style(), ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    let written = node.document().source.slice(span);
    let is_scalar = matches!(value, Value::String(_) | Value::Bool(_) | Value::Number(_));
    if !is_scalar || !is_simple || node.is_alias() || written.is_empty() || written.contains(['\n', '&', '!', '*']) {
        return None;
    }
    let text = yaml_serde::to_string(value).ok()?;
    let text = text.trim_end();
    (!text.contains('\n')).then(|| (span, text.to_owned()))
}

/// The line of a key with a value of one line, to be taken out.
fn remove(document: &Document, object: &Object, path: &FieldPath) -> Option<Span> {
    let Located::Exact { key: Some(key), value, node } = document.locate(object.node, path) else { return None };
    let source = &document.source;
    let (line, _) = own_line(source, key)?;
    let node = document.node(node);
    let is_collection = matches!(node.kind(), NodeKind::Mapping | NodeKind::Sequence) && !node.is_flow();
    if is_collection || source.position(value.end as usize).line != line {
        return None;
    }
    // A mapping that loses its only entry becomes null.
    let parent = document.locate(object.node, &path.parent()?);
    let Located::Exact { node, .. } = parent else { return None };
    if document.node(node).is_flow() || document.node(node).entries().len() < 2 {
        return None;
    }
    let start = source.line_span(line).start as usize;
    let end = if line < source.line_count() { source.line_span(line + 1).start as usize } else { source.text().len() };
    Some(Span::new(start, end))
}

/// The line and the indentation of a key with nothing but blanks before it.
fn own_line(source: &Source, key: Span) -> Option<(usize, usize)> {
    let line = source.position(key.start as usize).line;
    let start = source.line_span(line).start as usize;
    let before = source.text().get(start..key.start as usize)?;
    before.chars().all(|one| one == ' ').then_some((line, before.len()))
}

/// The first of the comment lines that stand right above a key, in its column: they speak of it.
fn above_comments(source: &Source, mut line: usize, column: usize) -> usize {
    while line > 1 {
        let above = source.slice(source.line_span(line - 1));
        let is_its = above.len() > column && above.bytes().take(column).all(|byte| byte == b' ');
        if !is_its || !above[column..].starts_with('#') {
            break;
        }
        line -= 1;
    }
    line
}

/// Edits in the order of their places, what begins where another one begins made one; `None` where they overlap.
fn joined(mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
    edits.sort_by(|a, b| (a.source.name(), a.span).cmp(&(b.source.name(), b.span)));
    let mut joined: Vec<Edit> = Vec::new();
    for edit in edits {
        match joined.last_mut().filter(|last| last.source.name() == edit.source.name()) {
            Some(last) if last.span.start == edit.span.start => {
                if !last.text.is_empty() && !edit.text.is_empty() && last.span.end != last.span.start {
                    return None;
                }
                last.span = Span::new(last.span.start as usize, last.span.end.max(edit.span.end) as usize);
                last.text.push_str(&edit.text);
            }
            Some(last) if edit.span.start < last.span.end => return None,
            _ => joined.push(edit),
        }
    }
    Some(joined)
}
