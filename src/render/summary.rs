//! The last lines: what was found, in what, and what was left out.

use std::io;

use annotate_snippets::renderer::DEFAULT_WARNING_STYLE;

use super::human::{paint, severity_style, wrap};
use super::{Style, human, visible};
use crate::finding::{BaselineUse, JudgedSet, Means, Report, Severity, Skipped, Summary, ToldBy};

/// Said of a run that had nothing to read.
pub(super) const UNTOUCHED: &str = "Nothing that is staged is read by stslint: nothing to judge.";

/// Words before the first of which a reason has its noun: `document without a kind` becomes `documents without a kind`.
const AFTER_NOUN: [&str; 9] = ["without", "with", "that", "of", "in", "over", "larger", "which", "not"];

/// Writes the summary.
///
/// # Errors
///
/// What `out` returns.
pub(super) fn render(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    facts(report, style, out)?;
    let more = report.findings.iter().any(|finding| finding.severity == Severity::Note) && !style.statistics;
    let places = report.summary.skipped.values().any(|skipped| !skipped.places.is_empty());
    match (style.verbose, more, places) {
        (true, _, _) | (_, false, false) => Ok(()),
        (_, true, false) => say("`--verbose` shows notes in full.", style, out),
        (_, false, true) => say("`--verbose` lists what was skipped.", style, out),
        (_, true, true) => say("`--verbose` shows notes in full and lists what was skipped.", style, out),
    }?;
    if report.summary.renders_more {
        say("`--render` judges what your helm and kustomize make of charts and patches.", style, out)?;
    }
    Ok(())
}

/// Writes the summary without a word about options.
///
/// # Errors
///
/// What `out` returns.
pub(super) fn facts(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let summary = &report.summary;
    if summary.untouched {
        return say(UNTOUCHED, style, out);
    }
    say(&found(report, style), style, out)?;
    if let Some(elsewhere) = elsewhere(summary) {
        say(&elsewhere, style, out)?;
    }
    if let Some(compared) = &summary.compared {
        let words = compared.in_words();
        say(&format!("Compared with {}.", visible::line(&words, style.unicode)), style, out)?;
    }
    if style.verbose {
        taken_for(report, style, out)?;
    }

    if !summary.skipped.is_empty() {
        let reasons: Vec<String> =
            summary.skipped.iter().map(|(reason, skipped)| reason_count(reason, skipped)).collect();
        say(&visible::line(&format!("Skipped: {}.", reasons.join(", ")), style.unicode), style, out)?;
        if style.verbose {
            for (reason, skipped) in &summary.skipped {
                for place in &skipped.places {
                    writeln!(out, "  {}: {reason}", visible::line(place, style.unicode))?;
                }
            }
        }
    }
    if style.verbose && summary.ignored > 0 {
        let kept = count(summary.ignored, "path");
        say(&format!("Passed over: {kept} that .gitignore, .ignore or a leading dot keeps out."), style, out)?;
    }
    if let Some(excluded) = excluded(summary) {
        say(&excluded, style, out)?;
    }
    for means in Means::ALL {
        let number = report.suppressed.iter().filter(|one| one.by == means).count();
        if number > 0 {
            writeln!(out, "Suppressed by {}: {}.", by(means), count(number, "finding"))?;
        }
    }
    if let Some(told) = summary.baseline.as_ref().and_then(baseline) {
        say(&visible::line(&told, style.unicode), style, out)?;
    }
    if !summary.unreadable.is_empty() {
        let what = format!("Could not read {}:", paths(&summary.unreadable));
        say(&format!("{} findings may be missing.", paint(style, DEFAULT_WARNING_STYLE, &what)), style, out)?;
        for (path, reason) in &summary.unreadable {
            let (path, reason) = (visible::line(path, style.unicode), visible::line(reason, style.unicode));
            for line in wrap(&format!("{path}: {reason}"), style.columns().map(|columns| columns - 2), "  ") {
                writeln!(out, "  {line}")?;
            }
        }
    }
    if let Some(file) = &summary.configuration {
        say(&format!("Configuration: {}.", visible::line(file, style.unicode)), style, out)?;
    }
    Ok(())
}

/// What lies outside of what was to be reported.
pub(super) fn elsewhere(summary: &Summary) -> Option<String> {
    let verb = match (summary.elsewhere == 1, summary.elsewhere_is_old) {
        (true, true) => "was there before and lies",
        (false, true) => "were there before and lie",
        (true, false) => "lies",
        (false, false) => "lie",
    };
    (summary.elsewhere > 0).then(|| format!("{} {verb} elsewhere.", count(summary.elsewhere, "other finding")))
}

/// What the configuration leaves out.
pub(super) fn excluded(summary: &Summary) -> Option<String> {
    let left = count(summary.excluded, "path");
    (summary.excluded > 0).then(|| format!("Left out by `exclude` in the configuration: {left}."))
}

/// What became of a baseline beside what it hides.
pub(super) fn baseline(baseline: &BaselineUse) -> Option<String> {
    let file = &baseline.file;
    if baseline.written {
        return Some(format!("Wrote {file}: {}.", count(baseline.entries, "finding")));
    }
    let (verb, them) = if baseline.gone == 1 { ("is", "it") } else { ("are", "them") };
    let gone = count(baseline.gone, "finding");
    (baseline.gone > 0)
        .then(|| format!("Of the baseline {gone} {verb} gone; `--write-baseline {file}` takes {them} out."))
}

/// What switched findings off, after "by".
pub(super) fn by(means: Means) -> &'static str {
    match means {
        Means::Comment => "comments",
        Means::Annotation => "annotations",
        Means::Configuration => "the configuration",
        Means::Baseline => "the baseline",
    }
}

/// Which system each set was taken for, and what told it.
fn taken_for(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if !report.sets.is_empty() {
        writeln!(out, "Taken for (`stslint systems` lists what is known):")?;
    }
    for judged in &report.sets {
        let place = human::place(&judged.location, style);
        writeln!(out, "  {place}: {}", visible::line(&identity(judged, style), style.unicode))?;
    }
    Ok(())
}

/// Writes a sentence, wrapped.
fn say(text: &str, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for line in wrap(text, style.columns(), "  ") {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// `` `db`: etcd, static list; by its image, the mode by set.yaml:24:18 ``.
fn identity(judged: &JudgedSet, style: &Style) -> String {
    let name = if judged.set.name.is_empty() { "a set without a name" } else { &format!("`{}`", judged.set.name) };
    let by = match judged.told_by {
        Some(ToldBy::Annotation) => "by its annotation",
        _ => "by its image",
    };
    let Some(runs) = &judged.runs else {
        return match judged.told_by {
            Some(_) => format!("{name}: no system, {by}"),
            None => format!("{name}: no system that is known"),
        };
    };
    let likely = if runs.is_assumed { " (only likely)" } else { "" };
    let mode = match &runs.evidence {
        Some(evidence) => format!(", the mode by {}", human::place(evidence, style)),
        None => String::new(),
    };
    format!("{name}: {}, {}{likely}; {by}{mode}", runs.system, runs.mode)
}

/// The sentence that a reader looks for first.
pub(super) fn found(report: &Report, style: &Style) -> String {
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
pub(super) fn reason_count(reason: &str, skipped: &Skipped) -> String {
    let many = count(skipped.count, reason);
    match (skipped.count, skipped.with_set) {
        (_, 0) => many,
        (1, _) => format!("{many} (with a StatefulSet)"),
        (_, with_set) => format!("{many} ({with_set} with a StatefulSet)"),
    }
}

/// How many paths could not be read; several documents of one file are one.
pub(super) fn paths(unreadable: &[(String, String)]) -> String {
    let paths: std::collections::BTreeSet<&str> = unreadable.iter().map(|(path, _)| path.as_str()).collect();
    count(paths.len(), "path")
}

/// `1 file`, `2 files`.
pub(super) fn count(many: usize, what: &str) -> String {
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
