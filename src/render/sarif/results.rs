//! Findings as SARIF's results, and the files that they are in.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::rules;
use crate::finding::{Fix, Location, Means, Reported, Suppressed};
use crate::render::told::{self, Places, Region};
use crate::render::{Setting, markdown};

/// Places of one result that are told beside the main one; GitHub shows no more.
const MOST_RELATED: usize = 99;

/// The files that results point into, in the order in which they are first named.
pub(super) struct Artifacts<'a> {
    setting: &'a Setting,
    locations: Vec<Value>,
    by_name: HashMap<String, usize>,
}

impl<'a> Artifacts<'a> {
    pub(super) fn new(setting: &'a Setting) -> Artifacts<'a> {
        Artifacts { setting, locations: Vec::new(), by_name: HashMap::new() }
    }

    /// Whether a name is that of a file.
    pub(super) fn is_file(&self, name: &str) -> bool {
        self.setting.paths.is_file(name)
    }

    fn has_file(&self, location: &Location) -> bool {
        told::file(location, &self.setting.paths).is_some()
    }

    /// Where a file is, by the name that the report calls it.
    pub(super) fn location(&mut self, name: &str) -> Value {
        let index = match self.by_name.get(name) {
            Some(index) => *index,
            None => {
                let named = self.setting.paths.of(name);
                let location = if named.inside {
                    json!({ "uri": encoded(&named.path), "uriBaseId": "%SRCROOT%" })
                } else {
                    let slash = if named.path.starts_with('/') { "" } else { "/" };
                    json!({ "uri": format!("file://{slash}{}", encoded(&named.path)) })
                };
                self.locations.push(location);
                self.by_name.insert(name.to_owned(), self.locations.len() - 1);
                self.locations.len() - 1
            }
        };
        let mut location = self.locations[index].clone();
        location["index"] = json!(index);
        location
    }

    pub(super) fn list(self) -> Vec<Value> {
        self.locations.into_iter().map(|location| json!({ "location": location })).collect()
    }
}

/// What an address may hold as it is; a colon could pass for a scheme.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
    out
}

/// A finding.
pub(super) fn result(finding: &Reported, artifacts: &mut Artifacts<'_>) -> Value {
    let places = Places::of(finding, &artifacts.setting.paths);
    let mut result = json!({ "ruleId": finding.rule });
    if let Some(index) = rules::index(finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    result["level"] = json!(rules::level(finding.severity));
    result["message"] = message(finding);
    result["locations"] = match (places.main, places.file) {
        (Some(main), _) => json!([with_object(physical(main, artifacts), finding)]),
        (None, Some(file)) => json!([with_object(at_file(file, artifacts), finding)]),
        // GitHub refuses the whole log for one result without a file.
        (None, None) if artifacts.setting.github => json!([with_object(at_file(".", artifacts), finding)]),
        (None, None) if finding.object.is_some() => json!([with_object(json!({}), finding)]),
        (None, None) => json!([]),
    };
    let github = artifacts.setting.github;
    let related = places.others.iter().filter(|location| !github || artifacts.has_file(location));
    let related: Vec<&Location> = related.take(MOST_RELATED).copied().collect();
    let related: Vec<Value> = related
        .into_iter()
        .enumerate()
        .map(|(index, location)| {
            let mut place = physical(location, artifacts);
            place["id"] = json!(index + 1);
            place
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    let fixes: Vec<Value> = finding.fixes.iter().map(|one| fix(one, artifacts)).collect();
    if !fixes.is_empty() {
        result["fixes"] = Value::Array(fixes);
    }
    result["partialFingerprints"] = json!({ "stslint/v1": finding.fingerprint });
    result
}

/// A piece of advice as SARIF's replacements, grouped by file.
fn fix(fix: &Fix, artifacts: &mut Artifacts<'_>) -> Value {
    let mut changes: Vec<(String, Vec<Value>)> = Vec::new();
    for edit in &fix.edits {
        let Region { line, column, end_line, end_column } = told::span(&edit.source, edit.span);
        let replacement = json!({
            "deletedRegion":
                { "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column },
            "insertedContent": { "text": edit.text },
        });
        match changes.last_mut().filter(|(name, _)| name == edit.source.name()) {
            Some((_, replacements)) => replacements.push(replacement),
            None => changes.push((edit.source.name().to_owned(), vec![replacement])),
        }
    }
    let changes: Vec<Value> = changes
        .into_iter()
        .map(|(name, replacements)| json!({ "artifactLocation": artifacts.location(&name), "replacements": replacements }))
        .collect();
    json!({ "description": { "text": unlinked(&told::line(&fix.lead)) }, "artifactChanges": changes })
}

/// A finding that the user switched off.
pub(super) fn suppressed(off: &Suppressed, artifacts: &mut Artifacts<'_>) -> Value {
    let kind = match off.by {
        Means::Comment | Means::Annotation => "inSource",
        Means::Configuration | Means::Baseline => "external",
    };
    let mut suppression = json!({ "kind": kind, "status": "accepted" });
    if !off.reason.is_empty() {
        suppression["justification"] = json!(told::prose(&off.reason));
    }
    if let Some(location) = &off.location {
        suppression["location"] = physical(location, artifacts);
    }
    suppression["properties"] = json!({ "by": off.by.as_str() });
    let mut result = result(&off.finding, artifacts);
    result["suppressions"] = json!([suppression]);
    result
}

fn message(finding: &Reported) -> Value {
    let headline = told::line(&finding.message);
    let advice = told::advice(finding);
    // Where there is little room the first sentence is shown alone.
    let text = if advice.is_empty() { format!("{headline}.") } else { format!("{headline}.\n\n{advice}") };
    json!({ "text": unlinked(&text), "markdown": markdown::message(finding) })
}

/// Plain text in SARIF may hold links, `[text](address)`; what a manifest holds is none.
pub(super) fn unlinked(text: &str) -> String {
    text.replace("](", "] (")
}

/// A place, with the object and the field it is in.
fn with_object(mut place: Value, finding: &Reported) -> Value {
    if let Some(object) = &finding.object {
        let namespace = object.namespace.as_ref().map_or_else(String::new, |namespace| format!("{namespace}/"));
        let mut name = format!("{}/{namespace}{}", object.kind, object.name);
        if !finding.field.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(name, " {}", finding.field);
        }
        place["logicalLocations"] = json!([{ "fullyQualifiedName": told::line(&name), "kind": "object" }]);
    }
    place
}

/// A file alone.
fn at_file(name: &str, artifacts: &mut Artifacts<'_>) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifacts.location(name) } })
}

/// A place; of what was rendered the template, and where there is none only what is said.
fn physical(location: &Location, artifacts: &mut Artifacts<'_>) -> Value {
    let paths = &artifacts.setting.paths;
    let is_now = location.revision.is_none() && paths.is_file(location.source.name());
    let mut place = match told::file(location, paths) {
        Some(file) => at_file(file, artifacts),
        None => json!({}),
    };
    if is_now {
        let Region { line, column, end_line, end_column } = told::region(location);
        place["physicalLocation"]["region"] =
            json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
    }
    let mut label = told::label(location);
    if !paths.is_file(location.source.name()) {
        let separator = if label.is_empty() { "" } else { ": " };
        label = format!("{}{separator}{label}", told::line(&told::place(location, paths)));
    }
    if !label.is_empty() {
        place["message"] = json!({ "text": unlinked(&label) });
    }
    place
}
