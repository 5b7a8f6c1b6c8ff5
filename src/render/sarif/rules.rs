//! The rules as SARIF's reporting descriptors.

use serde_json::{Value, json};

use crate::finding::{Group, Severity};
use crate::rules::{ALL, Rule};

/// All of them; [`index`] counts in this order.
pub(super) fn all() -> Vec<Value> {
    ALL.iter().map(descriptor).collect()
}

/// Where a rule stands in [`all`].
pub(super) fn index(id: &str) -> Option<usize> {
    ALL.iter().position(|rule| rule.meta.id == id)
}

/// A severity as SARIF calls it.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn descriptor(rule: &Rule) -> Value {
    let meta = rule.meta;
    let heaviest = meta.severities.first().copied().unwrap_or(Severity::Warning);
    json!({
        "id": meta.id,
        "shortDescription": { "text": format!("{}.", meta.summary) },
        "fullDescription": { "text": meaning(rule.page).unwrap_or(meta.summary) },
        "helpUri": meta.url(),
        // All that understand the page understand Markdown; twice in every log it would be half of it.
        "help": { "text": format!("{}. {}", meta.summary, meta.url()), "markdown": rule.page },
        "defaultConfiguration": { "level": level(heaviest), "enabled": meta.group == Group::Default },
        "properties": {
            "tags": ["kubernetes", "statefulset", meta.group.as_str()],
            // How GitHub sorts what is no security fault.
            "problem.severity": match heaviest {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            },
        },
    })
}

/// The first paragraph of a page's first part.
fn meaning(page: &str) -> Option<&str> {
    let (_, after) = page.split_once("## What it means")?;
    let after = after.trim_start();
    Some(after.split("\n\n").next().unwrap_or(after).trim())
}
