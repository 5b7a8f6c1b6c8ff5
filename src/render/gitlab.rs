//! GitLab's code quality report: one JSON array, shown beside the lines of a merge request.
//!
//! | key | what it holds |
//! |---|---|
//! | `description` | the headline |
//! | `check_name` | the rule |
//! | `fingerprint` | as in the [JSON](super::json): unique in a report, the same when lines move; GitLab tells new findings from old ones by it |
//! | `severity` | `critical` for errors, `major` for warnings, `info` for notes |
//! | `location.path` | from the root of the repository; of what was rendered the template's |
//! | `location.lines.begin`, `.end` | from 1; 1 where the place is not in the file as it is now |
//! | `content.body` | the advice, and where the rule's page is; GitLab does not show it yet |
//!
//! What the user switched off is not in it. A finding without a file, which GitLab would refuse, is at the first line
//! of `.`.

use std::io;

use serde_json::{Value, json};

use super::Setting;
use super::told::{self, Places};
use crate::finding::{Report, Reported, Severity};

/// Writes the array and a line break.
///
/// # Errors
///
/// What `out` returns.
pub fn render(report: &Report, setting: &Setting, out: &mut dyn io::Write) -> io::Result<()> {
    let issues: Vec<Value> = report.findings.iter().map(|finding| issue(finding, setting)).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue(finding: &Reported, setting: &Setting) -> Value {
    let places = Places::of(finding, &setting.paths);
    let lines = places.main.map(told::region);
    let advice = told::advice(finding);
    json!({
        "description": told::line(&finding.message),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        "location": {
            "path": places.file.map_or_else(|| ".".to_owned(), |file| setting.paths.path(file)),
            "lines": {
                "begin": lines.map_or(1, |region| region.line),
                "end": lines.map_or(1, |region| region.end_line),
            },
        },
        "content": { "body": format!("{advice}\n{}", finding.url).trim_start() },
    })
}
