//! Annotations for GitHub Actions: workflow commands on standard output.
//!
//! ```text
//! ::error file=db/set.yaml,line=7,col=16,endLine=7,endColumn=20,title=stslint%3A service-not-found::db/set.yaml:7:16: …
//! ```
//!
//! One command for each finding, `error`, `warning` or `notice`, the heaviest first; the message is the place (the log
//! does not show it otherwise), the headline, what is said there, and the advice. Files are named from the root of the
//! repository. `%`, CR and LF are written as `%25`, `%0D`, `%0A`, and in properties `:` and `,` as `%3A` and `%2C`; there
//! is no other way out of a command. Columns are left out where a place has several lines: GitHub refuses both.
//!
//! GitHub makes annotations of the first 10 commands of each kind in a step and cuts messages at 4,096 characters. What
//! is beyond that stands in a folded group of plain lines, which says so, and the summary follows. Nothing in a plain
//! line is read as a command.
//!
//! Where a place is at the base, or in what was rendered, a line of today's file would be the wrong one: the file is named
//! alone. What lies in no file is named in the message only.

use std::fmt::Write as _;
use std::io;

use super::told::{self, Places, Region};
use super::{Setting, Style, log, summary};
use crate::finding::{Location, Report, Reported, Severity};

/// Annotations of one kind that GitHub shows for a step.
const SHOWN: usize = 10;
/// Characters of a message that GitHub keeps.
const MESSAGE_CHARS: usize = 4_096;

/// Writes the commands, what is beyond GitHub's limits, and the summary.
///
/// # Errors
///
/// What `out` returns.
pub fn render(report: &Report, setting: &Setting, out: &mut dyn io::Write) -> io::Result<()> {
    let mut sorted: Vec<&Reported> = report.findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut room = Severity::ALL.map(|severity| (severity, SHOWN));
    if !report.summary.unreadable.is_empty() {
        writeln!(out, "::warning title=stslint::{}", data(&unreadable(report)))?;
        take(&mut room, Severity::Warning);
    }
    let mut beyond = Vec::new();
    for finding in sorted {
        if take(&mut room, finding.severity) {
            writeln!(out, "{}", command(finding, setting))?;
        } else {
            beyond.push(finding);
        }
    }
    if !beyond.is_empty() {
        let more = summary::count(beyond.len(), "more finding");
        writeln!(
            out,
            "::group::{more}: GitHub annotates {SHOWN} errors, {SHOWN} warnings and {SHOWN} notices of a step"
        )?;
        for finding in beyond {
            let text = format!("{}[{}] {}", finding.severity, finding.rule, headline(finding, setting));
            writeln!(out, "{}", log::plain(&text))?;
        }
        writeln!(out, "::endgroup::")?;
    }
    let style = Style { unicode: true, verbose: setting.style.verbose, ..Style::default() };
    let mut facts = Vec::new();
    summary::facts(report, &style, &mut facts)?;
    out.write_all(log::plain(&String::from_utf8_lossy(&facts)).as_bytes())
}

/// Whether one more annotation of this kind is shown.
fn take(room: &mut [(Severity, usize)], severity: Severity) -> bool {
    let left = room.iter_mut().find(|(kind, _)| *kind == severity).map(|(_, left)| left);
    left.is_some_and(|left| {
        let any = *left > 0;
        *left = left.saturating_sub(1);
        any
    })
}

fn unreadable(report: &Report) -> String {
    let paths = &report.summary.unreadable;
    let mut text = format!("Could not read {}: findings may be missing", summary::paths(paths));
    for (path, reason) in paths {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{}: {}", told::line(path), told::line(reason));
    }
    text
}

fn command(finding: &Reported, setting: &Setting) -> String {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let places = Places::of(finding, &setting.paths);
    let mut text = format!("::{kind} ");
    // Writing to a string cannot fail.
    if let Some(file) = places.file {
        let _ = write!(text, "file={},", property(&told::line(&setting.paths.path(file))));
    }
    if let Some(main) = places.main {
        let Region { line, column, end_line, end_column } = told::region(main);
        let _ = match line == end_line {
            true => write!(text, "line={line},col={column},endLine={end_line},endColumn={end_column},"),
            false => write!(text, "line={line},endLine={end_line},"),
        };
    }
    let _ = write!(text, "title={}::", property(&format!("stslint: {}", finding.rule)));
    let mut message = headline(finding, setting);
    let first = first(finding, setting);
    for location in places.main.iter().chain(&places.others) {
        let label = told::label(location);
        if label.is_empty() {
            continue;
        }
        let _ = match first.is_some_and(|first| std::ptr::eq(first, *location)) {
            true => write!(message, "\n{label}"),
            false => write!(message, "\n{}: {label}", place(location, setting)),
        };
    }
    for part in [told::advice(finding), finding.url.clone()] {
        if !part.is_empty() {
            message.push('\n');
            message.push_str(&part);
        }
    }
    text.push_str(&data(&message));
    text
}

fn headline(finding: &Reported, setting: &Setting) -> String {
    let message = told::line(&finding.message);
    match (first(finding, setting), Places::of(finding, &setting.paths).file) {
        (Some(first), _) => format!("{}: {message}", place(first, setting)),
        (None, Some(file)) => format!("{}: {message}", told::line(&setting.paths.path(file))),
        (None, None) => message,
    }
}

/// The place with which a message begins.
fn first<'a>(finding: &'a Reported, setting: &Setting) -> Option<&'a Location> {
    Places::of(finding, &setting.paths).main.or_else(|| told::rendered(finding, &setting.paths))
}

fn place(location: &Location, setting: &Setting) -> String {
    told::line(&told::place(location, &setting.paths))
}

/// A message of a command, at most as long as GitHub keeps.
fn data(text: &str) -> String {
    let text = match text.char_indices().nth(MESSAGE_CHARS) {
        Some(_) => {
            let end = text.char_indices().nth(MESSAGE_CHARS - 1).map_or(text.len(), |(at, _)| at);
            format!("{}…", &text[..end])
        }
        None => text.to_owned(),
    };
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A").replace(':', "%3A").replace(',', "%2C")
}
