//! JUnit's XML, for CI systems that show test results.
//!
//! One `testsuite` a file, named by its path from the root of the repository, or a text that was rendered; one `testcase` a finding, named by rule
//! and field, so that it stays the same when lines move (a number follows where a file has several):
//!
//! - an error or a warning is a `failure` of that type, with the headline as its message and place, labels and advice
//!   as its text;
//! - a note passes, and says the same in `system-out`;
//! - what the user switched off is `skipped`, with the reason;
//! - what could not be read is an `error` in a suite `unreadable`.
//!
//! A run without findings has one test that passes, because an empty report counts as a fault in many CI systems. There
//! are no times in it: the same input gives the same bytes. Characters that XML 1.0 cannot hold are written in a form
//! that can be read.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::told::{self, Places};
use super::{Setting, summary, visible};
use crate::finding::{Report, Reported, Severity};

/// Characters of a test's name.
const NAME_CHARS: usize = 500;

/// What became of a test.
enum Outcome<'a> {
    Failed(&'static str),
    Passed,
    Skipped(&'a str),
}

struct Case<'a> {
    name: String,
    finding: &'a Reported,
    outcome: Outcome<'a>,
}

/// Writes the document.
///
/// # Errors
///
/// What `out` returns.
pub fn render(report: &Report, setting: &Setting, out: &mut dyn io::Write) -> io::Result<()> {
    let suites = suites(report, setting);
    let unreadable = &report.summary.unreadable;
    let found_nothing = suites.is_empty() && unreadable.is_empty();
    let all: usize = suites.values().map(Vec::len).sum();
    let failures = suites.values().map(|cases| failed(cases)).sum();
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let tests = all + unreadable.len() + usize::from(found_nothing);
    let root = counted("testsuites", "stslint", tests, failures, unreadable.len());
    writer.write_event(Event::Start(root))?;
    if found_nothing {
        writer.write_event(Event::Start(counted("testsuite", "stslint", 1, 0, 0)))?;
        let name = format!("no findings in {}", summary::count(report.summary.sets, "StatefulSet"));
        writer.write_event(Event::Empty(test(&name, "stslint", None)))?;
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    for (file, cases) in &suites {
        let mut start = counted("testsuite", file, cases.len(), failed(cases), 0);
        let skipped = cases.iter().filter(|case| matches!(case.outcome, Outcome::Skipped(_))).count();
        start.push_attribute(("skipped", skipped.to_string().as_str()));
        writer.write_event(Event::Start(start))?;
        for case in cases {
            write(case, file, setting, &mut writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    if !unreadable.is_empty() {
        let start = counted("testsuite", "unreadable", unreadable.len(), 0, unreadable.len());
        writer.write_event(Event::Start(start))?;
        for (path, reason) in unreadable {
            writer.write_event(Event::Start(test(path, "unreadable", None)))?;
            let mut error = BytesStart::new("error");
            error.push_attribute(("message", xml(&told::line(reason)).as_str()));
            writer.write_event(Event::Empty(error))?;
            writer.write_event(Event::End(BytesEnd::new("testcase")))?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    writeln!(out)
}

/// All tests by file; those of one file have names of their own.
fn suites<'a>(report: &'a Report, setting: &Setting) -> BTreeMap<String, Vec<Case<'a>>> {
    let mut suites: BTreeMap<String, Vec<Case<'a>>> = BTreeMap::new();
    let mut names: HashMap<(String, String), usize> = HashMap::new();
    let found = report.findings.iter().map(|finding| {
        let outcome = match finding.severity {
            Severity::Error | Severity::Warning => Outcome::Failed(finding.severity.as_str()),
            Severity::Note => Outcome::Passed,
        };
        (finding, outcome)
    });
    let off = report.suppressed.iter().map(|one| (&one.finding, Outcome::Skipped(one.reason.as_str())));
    for (finding, outcome) in found.chain(off) {
        let text = finding.location.as_ref().map(|location| location.source.name());
        let file = Places::of(finding, &setting.paths).file.or(text);
        let file = file.map_or_else(|| "stslint".to_owned(), |file| setting.paths.path(file));
        let mut name = match &finding.object {
            Some(object) => format!("{}: {}/{}", finding.rule, object.kind, object.name),
            None => finding.rule.to_owned(),
        };
        if !finding.field.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(name, " {}", finding.field);
        }
        let mut name = visible::clip(&told::line(&name), NAME_CHARS, true).into_owned();
        let before = names.entry((file.clone(), name.clone())).or_default();
        *before += 1;
        if *before > 1 {
            let _ = write!(name, " ({before})");
        }
        suites.entry(file).or_default().push(Case { name, finding, outcome });
    }
    suites
}

fn failed(cases: &[Case<'_>]) -> usize {
    cases.iter().filter(|case| matches!(case.outcome, Outcome::Failed(_))).count()
}

fn counted(tag: &'static str, name: &str, tests: usize, failures: usize, errors: usize) -> BytesStart<'static> {
    let mut start = BytesStart::new(tag);
    start.push_attribute(("name", xml(&told::line(name)).as_str()));
    for (key, value) in [("tests", tests), ("failures", failures), ("errors", errors)] {
        start.push_attribute((key, value.to_string().as_str()));
    }
    start
}

fn test(name: &str, class: &str, file: Option<&str>) -> BytesStart<'static> {
    let mut start = BytesStart::new("testcase");
    start.push_attribute(("name", xml(&told::line(name)).as_str()));
    start.push_attribute(("classname", xml(&told::line(class)).as_str()));
    if let Some(file) = file {
        start.push_attribute(("file", xml(&told::line(file)).as_str()));
    }
    start
}

fn write<W: io::Write>(case: &Case<'_>, file: &str, setting: &Setting, writer: &mut Writer<W>) -> io::Result<()> {
    let places = Places::of(case.finding, &setting.paths);
    let mut start = test(&case.name, file, places.file.map(|_| file));
    if let Some(main) = places.main {
        start.push_attribute(("line", told::region(main).line.to_string().as_str()));
    }
    writer.write_event(Event::Start(start))?;
    let message = told::line(&case.finding.message);
    let (tag, text) = match case.outcome {
        Outcome::Failed(severity) => {
            let mut failure = BytesStart::new("failure");
            failure.push_attribute(("type", severity));
            failure.push_attribute(("message", xml(&message).as_str()));
            (failure, details(case.finding, setting))
        }
        Outcome::Passed => (BytesStart::new("system-out"), format!("{message}\n{}", details(case.finding, setting))),
        Outcome::Skipped(reason) => {
            let mut skipped = BytesStart::new("skipped");
            skipped.push_attribute(("message", xml(&told::line(reason)).as_str()));
            (skipped, String::new())
        }
    };
    if text.is_empty() {
        writer.write_event(Event::Empty(tag))?;
    } else {
        let end = tag.to_end().into_owned();
        writer.write_event(Event::Start(tag))?;
        writer.write_event(Event::Text(BytesText::new(&xml(&text))))?;
        writer.write_event(Event::End(end))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

/// Places, labels and advice.
fn details(finding: &Reported, setting: &Setting) -> String {
    let places = Places::of(finding, &setting.paths);
    let mut text = String::new();
    for location in places.main.iter().chain(&places.others) {
        let place = told::line(&told::place(location, &setting.paths));
        let label = told::label(location);
        let separator = if label.is_empty() { "" } else { ": " };
        let _ = writeln!(text, "{place}{separator}{label}");
    }
    let advice = told::advice(finding);
    if !advice.is_empty() {
        let _ = writeln!(text, "{advice}");
    }
    let _ = write!(text, "{}", finding.url);
    text
}

/// The same text without the two characters that XML 1.0 cannot hold and that are no control characters; those are
/// visible by now.
fn xml(text: &str) -> String {
    text.replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}
