//! The last lines: what was found, in what, and what was left out.

use std::io;

use annotate_snippets::renderer::DEFAULT_WARNING_STYLE;

use super::human::{paint, severity_style, wrap};
use super::{Style, visible};
use crate::finding::{Means, Report, Severity, Skipped};

/// Words before the first of which a reason has its noun: `document without a kind` becomes `documents without a kind`.
const AFTER_NOUN: [&str; 9] = ["without", "with", "that", "of", "in", "over", "larger", "which", "not"];

/// Writes the summary.
///
/// # Errors
///
/// What `out` returns.
pub(super) fn render(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let summary = &report.summary;
    if summary.untouched {
        return writeln!(out, "Nothing that is staged is read by stslint: nothing to judge.");
    }
    writeln!(out, "{}", found(report, style))?;
    if summary.elsewhere > 0 {
        let verb = if summary.elsewhere == 1 { "was there before and lies" } else { "were there before and lie" };
        writeln!(out, "{} {verb} elsewhere.", count(summary.elsewhere, "other finding"))?;
    }

    if !summary.skipped.is_empty() {
        let reasons: Vec<String> =
            summary.skipped.iter().map(|(reason, skipped)| reason_count(reason, skipped)).collect();
        for line in wrap(&format!("Skipped: {}.", reasons.join(", ")), style.columns(), "  ") {
            writeln!(out, "{}", visible::line(&line, style.unicode))?;
        }
        if style.verbose {
            for (reason, skipped) in &summary.skipped {
                for place in &skipped.places {
                    writeln!(out, "  {}: {reason}", visible::line(place, style.unicode))?;
                }
            }
        }
    }
    if style.verbose && summary.ignored > 0 {
        let kept = count(summary.ignored, "file or folder");
        writeln!(out, "Passed over: {kept} that .gitignore, .ignore or a leading dot keeps out.")?;
    }
    for means in Means::ALL {
        let number = report.suppressed.iter().filter(|one| one.by == means).count();
        let by = match means {
            Means::Comment => "comments",
            Means::Annotation => "annotations",
            Means::Configuration => "the configuration",
            Means::Baseline => "the baseline",
        };
        if number > 0 {
            writeln!(out, "Suppressed by {by}: {}.", count(number, "finding"))?;
        }
    }
    if let Some(baseline) = &summary.baseline {
        let file = visible::line(&baseline.file, style.unicode);
        if baseline.written {
            writeln!(out, "Wrote {file}: {}.", count(baseline.entries, "finding"))?;
        } else if baseline.gone > 0 {
            let gone = count(baseline.gone, "finding");
            let verb = if baseline.gone == 1 { "is" } else { "are" };
            writeln!(out, "Of the baseline {gone} {verb} gone; `--write-baseline {file}` takes them out.")?;
        }
    }
    if !summary.unreadable.is_empty() {
        let what = format!("Could not read {}:", count(summary.unreadable.len(), "path"));
        writeln!(out, "{} findings may be missing.", paint(style, DEFAULT_WARNING_STYLE, &what))?;
        for (path, reason) in &summary.unreadable {
            writeln!(out, "  {}: {}", visible::line(path, style.unicode), visible::line(reason, style.unicode))?;
        }
    }
    let more = report.findings.iter().any(|finding| finding.severity == Severity::Note);
    let places = summary.skipped.values().any(|skipped| !skipped.places.is_empty());
    match (style.verbose, more, places) {
        (true, _, _) | (_, false, false) => Ok(()),
        (_, true, false) => writeln!(out, "`--verbose` shows notes in full."),
        (_, false, true) => writeln!(out, "`--verbose` lists what was skipped."),
        (_, true, true) => writeln!(out, "`--verbose` shows notes in full and lists what was skipped."),
    }
}

/// The sentence that a reader looks for first.
fn found(report: &Report, style: &Style) -> String {
    let summary = &report.summary;
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .filter(|severity| report.count(*severity) > 0)
        .map(|severity| {
            let many = count(report.count(severity), severity.as_str());
            paint(style, severity_style(severity), &many)
        })
        .collect();
    let files = count(summary.files, "file");
    let read = format!("{files}, {}", count(summary.documents, "document"));
    let sets = count(summary.sets, "StatefulSet");
    match (counts.is_empty(), summary.sets) {
        (true, 0) => format!("No StatefulSet found in {files}."),
        (true, _) => format!("No findings in {sets} ({read})."),
        (false, 0) => format!("Found {}, but no StatefulSet ({read}).", counts.join(", ")),
        (false, _) => format!("Found {} in {sets} ({read}).", counts.join(", ")),
    }
}

/// `3 Helm templates (2 with a StatefulSet)`.
fn reason_count(reason: &str, skipped: &Skipped) -> String {
    let many = count(skipped.count, reason);
    match (skipped.count, skipped.with_set) {
        (_, 0) => many,
        (1, _) => format!("{many} (with a StatefulSet)"),
        (_, with_set) => format!("{many} ({with_set} with a StatefulSet)"),
    }
}

/// `1 file`, `2 files`.
fn count(many: usize, what: &str) -> String {
    if many == 1 { format!("1 {what}") } else { format!("{many} {}", plural(what)) }
}

fn plural(what: &str) -> String {
    let mut words: Vec<String> = what.split(' ').map(str::to_owned).collect();
    let noun = words.iter().position(|word| AFTER_NOUN.contains(&word.as_str())).unwrap_or(words.len());
    if let Some(noun) = noun.checked_sub(1).and_then(|at| words.get_mut(at)) {
        if let Some(stem) = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u'])) {
            *noun = format!("{stem}ies");
        } else if ["s", "x", "z", "ch", "sh"].iter().any(|end| noun.ends_with(end)) {
            noun.push_str("es");
        } else {
            noun.push('s');
        }
    }
    words.join(" ")
}
