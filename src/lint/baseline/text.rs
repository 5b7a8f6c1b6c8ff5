//! A baseline as a file: JSON with one finding a line, so that a review sees what comes and goes.
//!
//! ```json
//! {
//!   "stslint-baseline": 1,
//!   "findings": [
//!     {"fingerprint": "…", "rule": "…", "severity": "…", "file": "…", "object": "…", "field": "…", "message": "…"}
//!   ]
//! }
//! ```
//!
//! `fingerprint` names the finding. The others are for people, and find it again when its file has another name.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, de};

use super::{Baseline, Entry};
use crate::finding::{Diagnostic, Location, Severity};
use crate::nearest::nearest;
use crate::yaml::{Source, Span};

/// The version of the format.
const VERSION: u64 = 1;

/// The key that makes a file a baseline.
const MARK: &str = "stslint-baseline";

/// How to get rid of a file that is of no use.
const ANEW: &str = "remove the file, and `--write-baseline` writes it anew";

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "stslint-baseline")]
    version: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "stslint-baseline")]
    _version: de::IgnoredAny,
    findings: Vec<Line>,
}

/// A finding on its line, keys in this order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(deserialize_with = "fingerprint")]
    fingerprint: String,
    rule: String,
    #[serde(deserialize_with = "severity")]
    severity: String,
    file: String,
    object: String,
    field: String,
    message: String,
}

/// The keys of a file and of its findings.
const KEYS: &[&str] = &[MARK, "findings", "fingerprint", "rule", "severity", "file", "object", "field", "message"];

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it, and where: it is no JSON, no baseline, of another version, or holds what no baseline does.
    pub fn read(source: &Arc<Source>) -> Result<Baseline, Box<Diagnostic>> {
        let fault = |span: Span, message: String, help: &str| {
            let location =
                Location { source: source.clone(), span, label: String::new(), revision: None, rendered_from: None };
            Box::new(Diagnostic { message, location, help: Some(help.to_owned()).filter(|help| !help.is_empty()) })
        };
        let text = source.text().trim_start_matches('\u{feff}');
        if let Some(span) = conflict(source) {
            let message = "a merge of Git left its marks here".to_owned();
            return Err(fault(span, message, &format!("keep the lines of both sides without the marks, or {ANEW}")));
        }
        let wrong = |error: &serde_json::Error| {
            let span = place(source, error.line(), error.column());
            let (message, help) = words(error);
            fault(span, message, &help)
        };
        let head: Head = serde_json::from_str(text).map_err(|error| wrong(&error))?;
        // The key is there, or the value would not be.
        let mark = source.text().find(MARK).map_or(Span::default(), |at| Span::new(at - 1, at + MARK.len() + 1));
        match head.version.map(|version| (version.as_u64(), version)) {
            Some((Some(VERSION), _)) => {}
            Some((_, version)) => {
                let message =
                    format!("this baseline is of version {version}, and this stslint reads version {VERSION}");
                return Err(fault(
                    mark,
                    message,
                    "write it anew with the stslint that you use, or use the one that wrote it",
                ));
            }
            None => {
                let start = source.text().find('{').unwrap_or_default();
                let message = format!("this is no baseline: it has no `{MARK}`");
                return Err(fault(Span::new(start, start + 1), message, "`--write-baseline FILE` writes one"));
            }
        }
        let file: File = serde_json::from_str(text).map_err(|error| wrong(&error))?;
        Ok(Baseline::sorted(file.findings.into_iter().map(Entry::from).collect()))
    }

    /// The file's text.
    pub fn write(&self) -> String {
        let lines: Vec<String> = self.entries.iter().map(|entry| format!("    {}", line(entry))).collect();
        match lines.is_empty() {
            true => format!("{{\n  \"{MARK}\": {VERSION},\n  \"findings\": []\n}}\n"),
            false => format!("{{\n  \"{MARK}\": {VERSION},\n  \"findings\": [\n{}\n  ]\n}}\n", lines.join(",\n")),
        }
    }
}

impl From<Line> for Entry {
    fn from(line: Line) -> Entry {
        let severity = Severity::ALL.into_iter().find(|severity| severity.as_str() == line.severity);
        Entry {
            fingerprint: line.fingerprint,
            rule: line.rule,
            // `severity` has let no other word pass.
            severity: severity.unwrap_or(Severity::Note),
            file: line.file,
            object: line.object,
            field: line.field,
            message: line.message,
        }
    }
}

/// An entry as JSON with a blank behind colons and commas.
fn line(entry: &Entry) -> String {
    let pairs = [
        ("fingerprint", entry.fingerprint.as_str()),
        ("rule", &entry.rule),
        ("severity", entry.severity.as_str()),
        ("file", &entry.file),
        ("object", &entry.object),
        ("field", &entry.field),
        ("message", &entry.message),
    ];
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("\"{key}\": {}", string(value))).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// A JSON string in which nothing is invisible or moves what stands beside it: the file is read in reviews.
fn string(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let mut shown = String::with_capacity(quoted.len());
    for char in quoted.chars() {
        if char.is_control()
            || matches!(char, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        {
            shown.push_str(&format!("\\u{:04x}", u32::from(char)));
        } else {
            shown.push(char);
        }
    }
    shown
}

/// The first mark of a merge that nobody finished.
fn conflict(source: &Source) -> Option<Span> {
    let line = (1..=source.line_count()).find(|&line| {
        let text = source.slice(source.line_span(line));
        ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|mark| text.starts_with(mark))
    })?;
    Some(source.line_span(line))
}

/// From serde_json's line and column (in bytes, the last one read) to bytes.
fn place(source: &Source, line: usize, column: usize) -> Span {
    let line = source.line_span(line.clamp(1, source.line_count().max(1)));
    let text = source.text();
    let at = (line.start as usize + column.saturating_sub(1)).min(line.end as usize).min(text.len());
    let at = text.floor_char_boundary(at);
    let width = text[at..line.end as usize].chars().next().map_or(0, char::len_utf8);
    Span::new(at, at + width)
}

/// What serde_json says without its place, and what to do.
fn words(error: &serde_json::Error) -> (String, String) {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default().to_owned();
    if error.is_eof() {
        return (format!("the file ends too early ({text})"), ANEW.to_owned());
    }
    if !error.is_data() {
        return (format!("this is no JSON: {text}"), ANEW.to_owned());
    }
    let named = text.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let help = named.and_then(|name| nearest(name, KEYS.iter().copied()));
    match help {
        Some(nearest) => (text, format!("write `{nearest}`, if that is meant")),
        None => (text, ANEW.to_owned()),
    }
}

fn fingerprint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match text.len() == 32 && text.bytes().all(is_digit) {
        true => Ok(text),
        false => Err(de::Error::custom("a fingerprint has 32 hexadecimal digits")),
    }
}

fn severity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match Severity::ALL.iter().any(|severity| severity.as_str() == text) {
        true => Ok(text),
        false => Err(de::Error::custom("a severity is `error`, `warning` or `note`")),
    }
}
