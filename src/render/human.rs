//! Text for a person: each finding in its frame, notes in one line, the sum at the end.

use std::borrow::Cow;
use std::io;

use annotate_snippets::renderer::{
    DEFAULT_EMPHASIS_STYLE, DEFAULT_ERROR_STYLE, DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE,
};
use textwrap::{Options, WordSplitter, WrapAlgorithm};

use super::repeated::Shown;
use super::{Style, frame, link, statistics, summary, visible};
use crate::finding::{Diagnostic, HelpText, Location, Report, Reported, Severity};

/// Below this nothing can be laid out; the terminal may then break lines itself.
const NARROWEST: usize = 40;
/// Characters of a headline or note that are shown; JSON has the rest.
const PROSE_CHARS: usize = 2_000;
/// How far the second line of a headline stands in: further than the arrow below it.
const HANGING: &str = "    ";

/// Writes the findings and the summary.
///
/// # Errors
///
/// What `out` returns.
pub fn render(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if style.statistics {
        statistics::render(report, style, out)?;
        return summary::render(report, style, out);
    }
    let mut framed_before = false;
    let mut shown = Shown::default();
    for (index, finding) in report.findings.iter().enumerate() {
        let framed = style.verbose || finding.severity != Severity::Note;
        if index > 0 && (framed || framed_before) {
            writeln!(out)?;
        }
        if framed {
            let label = format!("{}[{}]", finding.severity, finding.rule);
            let page = link::page(&finding.url, style);
            write!(out, "{}", headline(&label, page, finding.severity, &finding.message, style))?;
            let mut frame = frame::Frame::from(finding);
            let notes = if style.verbose { Cow::Borrowed(&finding.notes[..]) } else { shown.notes(finding, style) };
            frame.notes = &notes;
            write!(out, "{}", frame::draw(&frame, style))?;
        } else {
            writeln!(out, "{}", one_line(finding, style))?;
        }
        framed_before = framed;
    }
    if !report.findings.is_empty() {
        writeln!(out)?;
    }
    summary::render(report, style, out)
}

/// Writes what is wrong with something that the user wrote for stslint itself.
///
/// # Errors
///
/// What `out` returns.
pub fn diagnose(diagnostic: &Diagnostic, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let help = diagnostic.help.iter().map(|lead| HelpText { lead: lead.clone(), ..HelpText::default() });
    let help: Vec<HelpText> = help.collect();
    let frame = frame::Frame {
        severity: Severity::Error,
        main: Some(&diagnostic.location),
        related: &[],
        notes: &[],
        help: &help,
        page: None,
    };
    write!(out, "{}", headline(Severity::Error.as_str(), None, Severity::Error, &diagnostic.message, style))?;
    write!(out, "{}", frame::draw(&frame, style))
}

/// `error[rule]: who, what, so what`, wrapped.
fn headline(label: &str, page: Option<&str>, severity: Severity, message: &str, style: &Style) -> String {
    let message = visible::line(message, style.unicode);
    let text = format!("{label}: {}", visible::clip(&message, PROSE_CHARS, style.unicode));
    let mut lines = wrap(&text, style.columns(), HANGING).into_iter();
    let mut shown = String::new();
    // The label holds no blank, so it is whole on the first line.
    let first = lines.next().unwrap_or_default();
    let (label, rest) = first.split_at(label.len().min(first.len()));
    shown.push_str(&link::to(page, &paint(style, severity_style(severity), label)));
    shown.push_str(&paint(style, DEFAULT_EMPHASIS_STYLE, rest));
    for line in lines {
        shown.push('\n');
        shown.push_str(&paint(style, DEFAULT_EMPHASIS_STYLE, &line));
    }
    shown.push('\n');
    shown
}

/// `note[rule]: file:line:col: message`: one line where the width is not known, so that it can be searched and counted by
/// line; wrapped in a terminal.
fn one_line(finding: &Reported, style: &Style) -> String {
    let label = format!("{}[{}]", finding.severity, finding.rule);
    let message = visible::line(&finding.message, style.unicode);
    let message = visible::clip(&message, PROSE_CHARS, style.unicode);
    let place = finding.location.as_ref().map(|location| place(location, style));
    let text = match &place {
        Some(place) => format!("{label}: {place}: {message}"),
        None => format!("{label}: {message}"),
    };
    let mut lines = wrap(&text, style.columns(), HANGING);
    if let Some(first) = lines.first_mut() {
        // The label holds no blank, so it is whole on the first line.
        let rest = first.split_off(label.len().min(first.len()));
        let label = paint(style, severity_style(finding.severity), &label);
        *first = format!("{}{rest}", link::to(link::page(&finding.url, style), &label));
    }
    if let (Some(place), Some(location)) = (&place, &finding.location) {
        // A place that is broken in two leads nowhere.
        if let Some(line) = lines.iter_mut().take(2).find(|line| line.contains(place.as_str())) {
            *line = line.replacen(place.as_str(), &linked_place(location, place, style), 1);
        }
    }
    lines.join("\n")
}

/// `file@revision:line:column (rendered from template)`, line and column true to the file.
pub(super) fn place(location: &Location, style: &Style) -> String {
    let mut place = position(location, style);
    if let Some(template) = &location.rendered_from {
        place.push_str(&format!(" (rendered from {})", visible::line(template, style.unicode)));
    }
    place
}

/// A place, or its beginning, with the part that names the file leading there.
pub(super) fn linked_place(location: &Location, text: &str, style: &Style) -> String {
    let at = location.source.position(floor(location.source.text(), location.span.range().start));
    let address = link::place(location, at.line, style);
    match text.strip_prefix(&position(location, style)) {
        Some(rest) => format!("{}{rest}", link::to(address.as_deref(), &position(location, style))),
        None => text.to_owned(),
    }
}

/// `file@revision:line:column`.
pub(super) fn position(location: &Location, style: &Style) -> String {
    let source = &location.source;
    let position = source.position(floor(source.text(), location.span.range().start));
    let mut place = visible::line(source.name(), style.unicode).into_owned();
    if let Some(revision) = &location.revision {
        place.push('@');
        place.push_str(&visible::line(revision, style.unicode));
    }
    place.push_str(&format!(":{}:{}", position.line, position.column));
    place
}

/// The nearest place not after `offset` at which the text may be cut.
pub(super) fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

/// Prose for a note or a piece of advice: visible, clipped, and wrapped where the width is known.
pub(super) fn prose(text: &str, columns: Option<usize>, style: &Style) -> String {
    let text = visible::prose(text.trim(), style.unicode);
    let text = visible::clip(&text, PROSE_CHARS, style.unicode);
    wrap(&text, columns, "").join("\n")
}

/// Wraps at blanks only: a path, a URL or `etcd-cluster` broken in two cannot be copied.
pub(super) fn wrap(text: &str, columns: Option<usize>, hanging: &str) -> Vec<String> {
    let Some(columns) = columns else {
        return text.lines().map(str::to_owned).collect();
    };
    let options = Options::new(columns)
        .subsequent_indent(hanging)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation)
        // Greedy: what a reader expects in a terminal, and linear in the length of the text.
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}

/// Text in a style, or as it is where colours are off.
pub(super) fn paint(style: &Style, look: anstyle::Style, text: &str) -> String {
    if style.color && !text.is_empty() { format!("{look}{text}{look:#}") } else { text.to_owned() }
}

/// The look of a severity, the same as in the frames.
pub(super) fn severity_style(severity: Severity) -> anstyle::Style {
    match severity {
        Severity::Error => DEFAULT_ERROR_STYLE,
        Severity::Warning => DEFAULT_WARNING_STYLE,
        Severity::Note => DEFAULT_NOTE_STYLE,
    }
}

impl Style {
    /// The width that is laid out for.
    pub(super) fn columns(&self) -> Option<usize> {
        self.width.map(|width| width.max(NARROWEST))
    }
}
