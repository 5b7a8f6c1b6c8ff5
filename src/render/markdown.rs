//! Markdown, for the summary of a CI job or a comment on a change.
//!
//! A heading with the sum, the figures, a table of all findings, and each in full below it, folded. Files are named from
//! the root of the repository.
//!
//! Nothing in a manifest becomes markup, a link, a mention of somebody or a reference to an issue: what stands in
//! backticks is a code span whatever it holds, punctuation elsewhere is escaped, a word that a forge would make
//! something of is put into a code span, and a block is fenced by more backticks than it has.
//!
//! Where there is a limit (GitHub takes 1 MiB for the summary of a step), findings in full are left out from the end
//! and then lines of the table, and the report says how many.

use std::fmt::Write as _;
use std::io;

use super::told::{self, Places};
use super::{Setting, Style, summary};
use crate::finding::{Means, Report, Reported, Severity};

/// What is kept free below a limit for the words about what was left out.
const RESERVE: usize = 512;

/// Writes the report.
///
/// # Errors
///
/// What `out` returns.
pub fn render(report: &Report, setting: &Setting, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(within(report, setting, usize::MAX).as_bytes())
}

/// The report in at most so many bytes, as far as its head is not longer.
pub fn within(report: &Report, setting: &Setting, limit: usize) -> String {
    let limit = limit.saturating_sub(RESERVE);
    let mut sorted: Vec<&Reported> = report.findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut text = head(report);
    if sorted.is_empty() {
        return text;
    }
    let mut rows = 0;
    text.push_str("\n| severity | where | what | rule |\n| --- | --- | --- | --- |\n");
    for finding in &sorted {
        let row = row(finding, setting);
        if text.len() + row.len() > limit {
            break;
        }
        text.push_str(&row);
        rows += 1;
    }
    // Writing to a string cannot fail.
    if rows < sorted.len() {
        let more = summary::count(sorted.len() - rows, "more finding");
        let _ = write!(text, "\n{more} did not fit in here; the log has them.\n");
        return text;
    }
    let (open, close) = ("\n<details>\n<summary>Findings in full</summary>\n", "\n</details>\n");
    let start = text.len();
    text.push_str(open);
    let mut full = 0;
    for finding in &sorted {
        let part = in_full(finding, setting);
        if text.len() + part.len() + close.len() > limit {
            break;
        }
        text.push_str(&part);
        full += 1;
    }
    if full == 0 {
        text.truncate(start);
    } else {
        text.push_str(close);
    }
    if full < sorted.len() {
        let more = summary::count(sorted.len() - full, "finding");
        let _ = write!(text, "\n{more} in full did not fit in here; the log has them.\n");
    }
    text
}

fn head(report: &Report) -> String {
    let style = Style { unicode: true, ..Style::default() };
    let summary = &report.summary;
    let found = if summary.untouched { summary::UNTOUCHED.to_owned() } else { summary::found(report, &style) };
    let mut text = format!("## stslint\n\n{}\n", inline(&found));
    let mut facts: Vec<String> = summary::elsewhere(summary).into_iter().collect();
    if let Some(compared) = &summary.compared {
        facts.push(format!("Compared with {}.", compared.in_words()));
    }
    if !summary.skipped.is_empty() {
        let reasons: Vec<String> =
            summary.skipped.iter().map(|(reason, skipped)| summary::reason_count(reason, skipped)).collect();
        facts.push(format!("Skipped: {}.", reasons.join(", ")));
    }
    facts.extend(summary::excluded(summary));
    for means in Means::ALL {
        let number = report.suppressed.iter().filter(|one| one.by == means).count();
        if number > 0 {
            facts.push(format!("Suppressed by {}: {}.", summary::by(means), summary::count(number, "finding")));
        }
    }
    if let Some(baseline) = &summary.baseline {
        let known = || format!("Baseline: `{}`.", baseline.file.replace('`', "'"));
        facts.push(summary::baseline(baseline).unwrap_or_else(known));
    }
    if let Some(file) = &summary.configuration {
        facts.push(format!("Configuration: `{}`.", file.replace('`', "'")));
    }
    let unreadable = &summary.unreadable;
    if !unreadable.is_empty() {
        facts.push(format!("Could not read {}; findings may be missing:", summary::paths(unreadable)));
    }
    if !facts.is_empty() {
        text.push('\n');
    }
    for fact in facts {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "- {}", inline(&fact));
    }
    for (path, reason) in unreadable {
        let _ = writeln!(text, "  - {}", inline(&format!("`{}`: {reason}", path.replace('`', "'"))));
    }
    text
}

fn row(finding: &Reported, setting: &Setting) -> String {
    let places = Places::of(finding, &setting.paths);
    let place = match (places.main.or_else(|| told::rendered(finding, &setting.paths)), places.file) {
        (Some(main), _) => code(&format!("{}:{}", setting.paths.path(main.source.name()), told::region(main).line)),
        (None, Some(file)) => code(&setting.paths.path(file)),
        (None, None) => String::new(),
    };
    let cells = [finding.severity.as_str().to_owned(), place, inline(&finding.message), link(finding)];
    format!("| {} |\n", cells.map(|cell| one_cell(&cell)).join(" | "))
}

/// The one character that a table sees even in a code span. Behind a backslash it cannot be escaped there: the table
/// takes the two backslashes for a pair.
fn one_cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        match c {
            '|' if cell.ends_with('\\') => cell.push_str("\\x7c"),
            '|' => cell.push_str("\\|"),
            _ => cell.push(c),
        }
    }
    cell
}

fn in_full(finding: &Reported, setting: &Setting) -> String {
    let places = Places::of(finding, &setting.paths);
    let mark = match finding.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Note => "Note",
    };
    // Writing to a string cannot fail.
    let mut text = format!("\n#### {mark}: {}\n\n", inline(&finding.message));
    for location in places.main.iter().chain(&places.others) {
        let label = told::label(location);
        let separator = if label.is_empty() { "" } else { ": " };
        let _ = writeln!(text, "- {}{separator}{}", code(&told::place(location, &setting.paths)), inline(&label));
    }
    advice(finding, &mut text);
    let _ = write!(text, "\n{}\n", link(finding));
    text
}

/// Headline, advice and mechanism, without places.
pub(super) fn message(finding: &Reported) -> String {
    let mut text = format!("{}\n", inline(&finding.message));
    advice(finding, &mut text);
    text.truncate(text.trim_end().len());
    text
}

fn advice(finding: &Reported, text: &mut String) {
    // Writing to a string cannot fail.
    for help in &finding.help {
        let _ = write!(text, "\n**help:** {}\n", inline(&help.lead));
        if let Some(block) = &help.block {
            text.push('\n');
            text.push_str(&fenced(block));
        }
    }
    for note in &finding.notes {
        let _ = write!(text, "\n**note:** {}\n", inline(note));
    }
}

/// The rule's name, with its page: both are the project's own.
fn link(finding: &Reported) -> String {
    format!("[{}]({})", finding.rule, finding.url)
}

/// Text on one line, with what stands between backticks as code.
fn inline(text: &str) -> String {
    let text = told::line(text);
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        // A last backtick that nothing closes opens no code.
        if index % 2 == 1 && index + 1 < parts.len() {
            out.push_str(&code(part));
        } else {
            plain(part, &mut out);
        }
    }
    out
}

/// A code span. In it nothing has a meaning but backticks.
fn code(text: &str) -> String {
    let text = told::line(text).replace('`', "'");
    if text.trim().is_empty() { String::new() } else { format!("`{text}`") }
}

fn plain(text: &str, out: &mut String) {
    for word in text.split_inclusive(' ') {
        let (word, blank) = word.strip_suffix(' ').map_or((word, ""), |word| (word, " "));
        if is_reference(word) {
            out.push_str(&code(word));
        } else {
            for c in word.chars() {
                match c {
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '&' => out.push_str("&amp;"),
                    '\\' | '*' | '_' | '[' | ']' | '~' | '#' | '$' | '!' => out.extend(['\\', c]),
                    _ => out.push(c),
                }
            }
        }
        out.push_str(blank);
    }
}

/// Whether a forge makes a link of a word: a person, an issue, a change, an address.
fn is_reference(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    let referring =
        chars.windows(2).any(|pair| "@#!~$&%^*".contains(pair[0]) && (pair[1].is_alphanumeric() || pair[1] == '"'));
    let lower = word.to_ascii_lowercase();
    let issue = lower.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).starts_with("gh-");
    referring || issue || lower.contains("://") || lower.contains("www.")
}

/// A block that its own backticks cannot end.
fn fenced(block: &str) -> String {
    let block = told::block(block);
    let longest = block.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{block}\n{fence}\n")
}
