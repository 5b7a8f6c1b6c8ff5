//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>), for GitHub's code scanning, editors and the like.
//!
//! One run:
//!
//! - `tool.driver.rules`: all rules with their pages, and the heaviest severity of each as its default level;
//! - `results`: `ruleIndex`, level, the headline with advice and mechanism as text and as Markdown; the main place as
//!   `locations`, all others as `relatedLocations` with what is true there; object and field as a logical location;
//! - `partialFingerprints`: `stslint/v1`, as in the [JSON](super::json). `primaryLocationLineHash` is left to GitHub's
//!   own uploader, which computes it from the line and complains about any other;
//! - `suppressions` on what the user switched off: `inSource` for comments and annotations, `external` for configuration
//!   and baseline, with the reason. On GitHub such results are left out, because it opens an alert for each; their number
//!   is in `properties.suppressed`;
//! - `invocations`: what could not be read, and what was recognised and not judged, as notifications;
//! - `fixes`: advice that is a certain edit of lines or of a plain value in block style; each by itself. Advice for flow
//!   style, JSON and rendered text is in the message only.
//! - `properties`: the figures of the summary, and the base.
//!
//! Paths are relative to `%SRCROOT%`, the root of the repository, which is not named: the same input gives the same
//! bytes on every machine. A file elsewhere has its absolute `file:` address. Columns count Unicode characters from 1,
//! ends are exclusive. A place at the base names the file alone: its line is none of today's. So does a place in what was
//! rendered, which names the template; without one it has no address, on GitHub that of the root, as GitHub wants one.

mod results;
mod rules;

use std::io;

use serde_json::{Map, Value, json};

use self::results::Artifacts;
use super::told;
use super::{Setting, summary};
use crate::finding::{REPOSITORY, Report, Reported, Severity};

/// Results that GitHub takes; it refuses a file with more.
const MOST_RESULTS: usize = 25_000;
/// Places of one notification.
const MOST_PLACES: usize = 100;

/// Writes the log as one JSON object and a line break.
///
/// # Errors
///
/// What `out` returns.
pub fn render(report: &Report, setting: &Setting, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report, setting))?;
    writeln!(out)
}

fn log(report: &Report, setting: &Setting) -> Value {
    let mut artifacts = Artifacts::new(setting);
    let kept = kept(report, setting);
    let mut all: Vec<Value> = kept.iter().map(|finding| results::result(finding, &mut artifacts)).collect();
    if !setting.github {
        all.extend(report.suppressed.iter().map(|off| results::suppressed(off, &mut artifacts)));
    }
    let mut notifications = notifications(report, &mut artifacts);
    if kept.len() < report.findings.len() {
        let left_out = summary::count(report.findings.len() - kept.len(), "finding");
        let text = format!("GitHub takes {MOST_RESULTS} results; {left_out} of the lightest are left out");
        notifications.push(notification("left-out", "warning", &text, Vec::new()));
    }
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "stslint",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": REPOSITORY,
                "rules": rules::all(),
                "notifications": NOTIFICATIONS.map(|(id, text)| json!({
                    "id": id,
                    "shortDescription": { "text": text },
                })),
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "%SRCROOT%": { "description": { "text": "The root of the repository." } } },
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notifications }],
            "artifacts": artifacts.list(),
            "results": all,
            "properties": properties(report),
        }],
    })
}

/// The findings that are told: on GitHub no more than it takes, the lightest left out.
fn kept<'a>(report: &'a Report, setting: &Setting) -> Vec<&'a Reported> {
    let mut all: Vec<&Reported> = report.findings.iter().collect();
    if setting.github && all.len() > MOST_RESULTS {
        all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        all.truncate(MOST_RESULTS);
    }
    all
}

const NOTIFICATIONS: [(&str, &str); 3] = [
    ("unreadable", "A file or folder could not be read."),
    ("skipped", "Documents were recognised and not judged."),
    ("left-out", "There are more findings than GitHub takes."),
];

fn notifications(report: &Report, artifacts: &mut Artifacts<'_>) -> Vec<Value> {
    let mut all = Vec::new();
    for (path, reason) in &report.summary.unreadable {
        let text = format!("{} could not be read; findings may be missing: {}", told::line(path), told::line(reason));
        all.push(notification("unreadable", "error", &text, Vec::new()));
    }
    for (reason, skipped) in &report.summary.skipped {
        let level = if skipped.with_set > 0 { "warning" } else { "note" };
        let places = skipped.places.iter().take(MOST_PLACES).filter_map(|place| {
            let (file, line) = place.rsplit_once(':')?;
            let line: usize = line.parse().ok().filter(|_| artifacts.is_file(file))?;
            Some(json!({ "physicalLocation": {
                "artifactLocation": artifacts.location(file),
                "region": { "startLine": line },
            } }))
        });
        let places = places.collect();
        let text = format!("Skipped: {}", summary::reason_count(reason, skipped));
        all.push(notification("skipped", level, &text, places));
    }
    all
}

fn notification(id: &str, level: &str, text: &str, locations: Vec<Value>) -> Value {
    let mut notification = json!({
        "descriptor": { "id": id, "index": NOTIFICATIONS.iter().position(|(known, _)| *known == id) },
        "level": level,
        "message": { "text": results::unlinked(text) },
    });
    if !locations.is_empty() {
        notification["locations"] = Value::Array(locations);
    }
    notification
}

fn properties(report: &Report) -> Value {
    let summary = &report.summary;
    let mut properties = Map::new();
    for (name, number) in [
        ("files", summary.files),
        ("documents", summary.documents),
        ("sets", summary.sets),
        ("suppressed", report.suppressed.len()),
    ] {
        properties.insert(name.to_owned(), json!(number));
    }
    for severity in Severity::ALL {
        properties.insert(format!("{severity}s"), json!(report.count(severity)));
    }
    if let Some(compared) = &summary.compared {
        let base = json!({
            "revision": compared.revision,
            "commit": compared.commit,
            "foundAs": compared.found_as,
        });
        properties.insert("base".to_owned(), base);
    }
    Value::Object(properties)
}
