//! JSON for programs.
//!
//! One object, pretty-printed, keys always in this order. A key that has no value is `null`, never absent; lists that
//! are empty are `[]`. New keys may be added within a version; [`VERSION`] changes when one is removed or changes its
//! meaning.
//!
//! | key | what it holds |
//! |---|---|
//! | `version` | [`VERSION`] |
//! | `summary.files`, `.documents`, `.sets` | how many were read; sets are StatefulSets |
//! | `summary.skipped` | for each reason `{count, with_set, places[]}`: documents recognised but not judged, how many of them speak of a StatefulSet, and where (`file:line`) |
//! | `summary.ignored` | how many files and folders ignore files or a leading dot kept out |
//! | `summary.excluded` | how many the configuration leaves out |
//! | `summary.configuration` | the user's configuration, as a path, or `null` |
//! | `summary.untouched` | whether nothing was read, because nothing that is staged concerns it |
//! | `summary.elsewhere` | how many findings lie elsewhere than where a report was asked for (`--staged`, `--context`, `--pre-commit`) |
//! | `summary.suppressed` | how many findings the user switched off |
//! | `summary.baseline` | `{file, entries, gone, written}`, or `null` without one: how many findings it holds, how many of them this run would have found and did not, and whether this run wrote it |
//! | `summary.unreadable[]` | `{path, reason}` of what could not be read |
//! | `summary.base` | `{revision, commit, found_as}` of what was compared with, or `null`; `commit` is `null` where the paths lie in several repositories, `found_as` where the user named the revision |
//! | `summary.findings` | `{error, warning, note}`: how many of each severity |
//! | `summary.rules[]` | `{rule, severity, count, sets, files}`: how often each rule spoke with a severity, about how many StatefulSets by name, in how many files; the most first |
//! | `sets[]` | the StatefulSets and what they were taken for, sorted by file and place |
//! | `findings[]` | sorted by file, place and rule |
//! | `suppressed[]` | `{by, reason, location, finding}`: what the user switched off, sorted alike; `by` is `comment`, `annotation`, `configuration` or `baseline`; `location` is where that is said, or `null` |
//!
//! A set is `{namespace, name, file, line, system, mode, assumed, identified_by, evidence}`: `system` and `mode` are names of
//! the catalogue (`stslint systems`), `null` where it knows none; `assumed` tells whether the mode is only the likeliest
//! one; `identified_by` is `annotation`, `image` or `null`; `evidence` is the `{file, line}` that told the mode, or `null`.
//!
//! A finding:
//!
//! | key | what it holds |
//! |---|---|
//! | `rule`, `severity` | `service-not-headless`; `error`, `warning` or `note` |
//! | `message` | one sentence: who, what, so what |
//! | `help[]` | `{text, block, language, file, path}`: what to do; see below |
//! | `notes[]` | the mechanism, and when it is fine to ignore |
//! | `url` | the rule's page |
//! | `fingerprint` | names the finding from run to run, wherever its lines move; unique in a report |
//! | `field` | the field at the main place, list items by name; empty where the place is no field |
//! | `sets[]` | `{namespace, name}` of the StatefulSets it is about; `namespace` is `null` where none is given |
//! | `object` | `{apiVersion, kind, namespace, name}` at the main place, or `null` |
//! | `location` | the main place, or `null` for what has no file |
//! | `related[]` | further places, in the order in which they explain the finding |
//!
//! A `block` of help is to be pasted as it stands, or `null`. `language` says what it is: `yaml`, `json` (also entries of a
//! mapping in braces), `sh` for commands; `null` without a block. Where it changes an object, `file` is the file and `path`
//! the field that it sets; where it is a new object, `file` is the one beside which it belongs and `path` is `null`.
//!
//! A place is `{file, revision, rendered_from, start, end, label}`. `file` is relative to the working directory, with
//! `/`; `revision` says which git revision was read when it is the base of a comparison; `rendered_from` names what
//! rendered text was made of: a path relative to the working directory where there is such a file, else as helm or
//! kustomize says it. `file` is then the text's own: `<stdin>`, a file, or with `--render` the command that prints it.
//! `start` and `end` (exclusive) are `{offset, line, column}`: bytes from 0 in the UTF-8 text, lines from 1, columns from
//! 1 in Unicode characters, not counting a byte order mark.
//!
//! Strings are what the manifests hold, escaped as JSON asks for; nothing is replaced. Show them to nobody raw.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::finding::{
    self, BaselineUse, HelpText, JudgedSet, Language, Location, ObjectName, Report, Reported, SetName, Severity,
    Suppressed, ToldBy,
};
use crate::yaml::Source;

/// The version of the format.
pub const VERSION: u32 = 1;

/// Writes the report as one JSON object and a line break.
///
/// # Errors
///
/// What `out` returns.
pub fn render(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Json::from(report))?;
    writeln!(out)
}

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    summary: Sum<'a>,
    sets: Vec<Judged<'a>>,
    findings: Vec<Finding<'a>>,
    suppressed: Vec<Off<'a>>,
}

#[derive(Serialize)]
struct Off<'a> {
    by: &'a str,
    reason: &'a str,
    location: Option<Place<'a>>,
    finding: Finding<'a>,
}

#[derive(Serialize)]
struct Sum<'a> {
    files: usize,
    documents: usize,
    sets: usize,
    skipped: BTreeMap<&'a str, Skip<'a>>,
    ignored: usize,
    excluded: usize,
    configuration: Option<&'a str>,
    untouched: bool,
    elsewhere: usize,
    suppressed: usize,
    baseline: Option<Baseline<'a>>,
    unreadable: Vec<Unreadable<'a>>,
    base: Option<Base<'a>>,
    findings: Counts,
    rules: Vec<Statistic>,
}

#[derive(Serialize)]
struct Statistic {
    rule: &'static str,
    severity: &'static str,
    count: usize,
    sets: usize,
    files: usize,
}

#[derive(Serialize)]
struct Base<'a> {
    revision: &'a str,
    commit: Option<&'a str>,
    found_as: Option<&'a str>,
}

#[derive(Serialize)]
struct Skip<'a> {
    count: usize,
    with_set: usize,
    places: &'a [String],
}

#[derive(Serialize)]
struct Baseline<'a> {
    file: &'a str,
    entries: usize,
    gone: usize,
    written: bool,
}

#[derive(Serialize)]
struct Unreadable<'a> {
    path: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Counts {
    error: usize,
    warning: usize,
    note: usize,
}

#[derive(Serialize)]
struct Judged<'a> {
    namespace: Option<&'a str>,
    name: &'a str,
    file: &'a str,
    line: usize,
    system: Option<&'a str>,
    mode: Option<&'a str>,
    assumed: bool,
    identified_by: Option<&'a str>,
    evidence: Option<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    help: Vec<Help<'a>>,
    notes: &'a [String],
    url: &'a str,
    fingerprint: &'a str,
    field: &'a str,
    sets: Vec<Set<'a>>,
    object: Option<Object<'a>>,
    location: Option<Place<'a>>,
    related: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    block: Option<&'a str>,
    language: Option<&'a str>,
    file: Option<&'a str>,
    path: Option<&'a str>,
}

#[derive(Serialize)]
struct Set<'a> {
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    revision: Option<&'a str>,
    rendered_from: Option<&'a str>,
    start: Point,
    end: Point,
    label: &'a str,
}

#[derive(Serialize)]
struct Point {
    offset: usize,
    line: usize,
    column: usize,
}

impl<'a> From<&'a Report> for Json<'a> {
    fn from(report: &'a Report) -> Self {
        let summary = &report.summary;
        let skipped = summary.skipped.iter().map(|(reason, skipped)| {
            (*reason, Skip { count: skipped.count, with_set: skipped.with_set, places: &skipped.places })
        });
        Json {
            version: VERSION,
            summary: Sum {
                files: summary.files,
                documents: summary.documents,
                sets: summary.sets,
                skipped: skipped.collect(),
                ignored: summary.ignored,
                excluded: summary.excluded,
                configuration: summary.configuration.as_deref(),
                untouched: summary.untouched,
                elsewhere: summary.elsewhere,
                suppressed: report.suppressed.len(),
                baseline: summary.baseline.as_ref().map(Baseline::from),
                unreadable: summary.unreadable.iter().map(|(path, reason)| Unreadable { path, reason }).collect(),
                base: summary.compared.as_ref().map(|compared| Base {
                    revision: &compared.revision,
                    commit: compared.commit.as_deref(),
                    found_as: compared.found_as.as_deref(),
                }),
                findings: Counts {
                    error: report.count(Severity::Error),
                    warning: report.count(Severity::Warning),
                    note: report.count(Severity::Note),
                },
                rules: report.statistics().into_iter().map(Statistic::from).collect(),
            },
            sets: report.sets.iter().map(Judged::from).collect(),
            findings: report.findings.iter().map(Finding::from).collect(),
            suppressed: report.suppressed.iter().map(Off::from).collect(),
        }
    }
}

impl From<finding::Statistic> for Statistic {
    fn from(row: finding::Statistic) -> Self {
        let finding::Statistic { rule, severity, count, sets, files } = row;
        Statistic { rule, severity: severity.as_str(), count, sets, files }
    }
}

impl<'a> From<&'a BaselineUse> for Baseline<'a> {
    fn from(baseline: &'a BaselineUse) -> Self {
        let BaselineUse { file, entries, gone, written } = baseline;
        Baseline { file, entries: *entries, gone: *gone, written: *written }
    }
}

impl<'a> From<&'a Suppressed> for Off<'a> {
    fn from(off: &'a Suppressed) -> Self {
        Off {
            by: off.by.as_str(),
            reason: &off.reason,
            location: off.location.as_ref().map(Place::from),
            finding: Finding::from(&off.finding),
        }
    }
}

impl<'a> From<&'a JudgedSet> for Judged<'a> {
    fn from(judged: &'a JudgedSet) -> Self {
        let runs = judged.runs.as_ref();
        let Line { file, line } = Line::from(&judged.location);
        Judged {
            namespace: judged.set.namespace.as_deref(),
            name: &judged.set.name,
            file,
            line,
            system: runs.map(|runs| runs.system.as_str()),
            mode: runs.map(|runs| runs.mode.as_str()),
            assumed: runs.is_some_and(|runs| runs.is_assumed),
            identified_by: judged.told_by.map(ToldBy::as_str),
            evidence: runs.and_then(|runs| runs.evidence.as_ref()).map(Line::from),
        }
    }
}

impl<'a> From<&'a Location> for Line<'a> {
    fn from(location: &'a Location) -> Self {
        Line { file: location.source.name(), line: point(&location.source, location.span.range().start).line }
    }
}

impl<'a> From<&'a Reported> for Finding<'a> {
    fn from(finding: &'a Reported) -> Self {
        Finding {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            message: &finding.message,
            help: finding.help.iter().map(Help::from).collect(),
            notes: &finding.notes,
            url: &finding.url,
            fingerprint: &finding.fingerprint,
            field: &finding.field,
            sets: finding.sets.iter().map(Set::from).collect(),
            object: finding.object.as_ref().map(Object::from),
            location: finding.location.as_ref().map(Place::from),
            related: finding.related.iter().map(Place::from).collect(),
        }
    }
}

impl<'a> From<&'a HelpText> for Help<'a> {
    fn from(help: &'a HelpText) -> Self {
        Help {
            text: &help.lead,
            block: help.block.as_deref(),
            language: help.language.map(Language::as_str),
            file: help.file.as_deref(),
            path: help.path.as_deref(),
        }
    }
}

impl<'a> From<&'a SetName> for Set<'a> {
    fn from(set: &'a SetName) -> Self {
        Set { namespace: set.namespace.as_deref(), name: &set.name }
    }
}

impl<'a> From<&'a ObjectName> for Object<'a> {
    fn from(object: &'a ObjectName) -> Self {
        Object {
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: object.namespace.as_deref(),
            name: &object.name,
        }
    }
}

impl<'a> From<&'a Location> for Place<'a> {
    fn from(location: &'a Location) -> Self {
        let range = location.span.range();
        Place {
            file: location.source.name(),
            revision: location.revision.as_deref(),
            rendered_from: location.rendered_from.as_deref(),
            start: point(&location.source, range.start),
            end: point(&location.source, range.end.max(range.start)),
            label: &location.label,
        }
    }
}

fn point(source: &Source, offset: usize) -> Point {
    let text = source.text();
    let position = source.position(text.floor_char_boundary(offset.min(text.len())));
    Point { offset: position.offset, line: position.line, column: position.column }
}
