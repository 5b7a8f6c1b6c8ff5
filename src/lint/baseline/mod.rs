//! The baseline: what was found before, so that a run fails on what is new only.

mod text;

use std::collections::{HashMap, HashSet};

use super::Selection;
use crate::finding::{Means, Report, Reported, Severity, Suppressed};
use crate::load::Anchor;
use crate::rules::{self, Check};

/// Findings that are known, sorted by file, rule, object, field and words.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    entries: Vec<Entry>,
}

/// A finding as a baseline knows it. Lines have no part in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    fingerprint: String,
    rule: String,
    severity: Severity,
    /// From the repository's root.
    file: String,
    /// Kind, namespace and name.
    object: String,
    field: String,
    message: String,
}

/// What a run can say of an entry that it did not meet.
pub struct Scope<'a> {
    /// What files are called.
    pub names: &'a Anchor,
    /// The rules that ran.
    pub selection: &'a Selection,
    /// Whether a file of this name would have been read.
    pub covers: &'a dyn Fn(&str) -> bool,
    /// Whether part of what belongs together was not read: then nothing is known to be gone.
    pub partial: bool,
}

impl Baseline {
    /// The findings of a report that can be known before: what a change does is new each time.
    pub fn of(report: &Report, names: &Anchor) -> Baseline {
        let known = report.findings.iter().filter(|finding| !is_about_change(finding.rule));
        Baseline::sorted(known.map(|finding| Entry::of(finding, names)).collect())
    }

    fn sorted(mut entries: Vec<Entry>) -> Baseline {
        entries.sort_by(|a, b| a.order().cmp(&b.order()));
        entries.dedup_by(|a, b| a.fingerprint == b.fingerprint);
        Baseline { entries }
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes over what another one knows and this run could not have found.
    pub fn keep(self, old: &Baseline, scope: &Scope<'_>) -> Baseline {
        let mut entries = self.entries;
        entries.extend(old.entries.iter().filter(|entry| !entry.is_judged(scope)).cloned());
        Baseline::sorted(entries)
    }

    /// Moves what is known from a report's findings to what is suppressed, and counts the entries that are gone.
    ///
    /// A finding is known by its fingerprint, or where that has changed by its words: in the same file, or in another one
    /// when the file of the entry is gone. One that weighs more than it did is new.
    pub fn hide(&self, report: &mut Report, scope: &Scope<'_>) -> usize {
        let mut open = self.match_all(&mut report.findings, scope.names);
        let (known, new) = std::mem::take(&mut report.findings).into_iter().partition(|finding| open.is_known(finding));
        report.findings = new;
        let known: Vec<Reported> = known;
        report.suppressed.extend(known.into_iter().map(|finding| Suppressed {
            finding,
            by: Means::Baseline,
            reason: String::new(),
            location: None,
        }));
        report.sort();
        open.entries.retain(|&number| self.entries[number].is_judged(scope));
        open.entries.len()
    }

    fn match_all(&self, findings: &mut [Reported], names: &Anchor) -> Open {
        let by_fingerprint: HashMap<&str, usize> =
            self.entries.iter().enumerate().map(|(number, entry)| (entry.fingerprint.as_str(), number)).collect();
        let mut open = Open { entries: (0..self.entries.len()).collect(), known: HashSet::new() };
        let mut met = HashSet::new();
        let (mut rest, mut unmet) = (Vec::new(), Vec::new());
        for finding in findings.iter_mut().filter(|finding| !is_about_change(finding.rule)) {
            match by_fingerprint.get(finding.fingerprint.as_str()) {
                Some(&number) => {
                    met.insert(number);
                    open.admit(&self.entries[number], finding);
                }
                None => {
                    rest.push(Entry::of(finding, names));
                    unmet.push(finding);
                }
            }
        }
        // By their words, those that are left; an entry stands for one finding.
        let mut by_words: HashMap<Words<'_>, Vec<usize>> = HashMap::new();
        for (number, entry) in self.entries.iter().enumerate().filter(|(number, _)| !met.contains(number)) {
            by_words.entry(entry.words()).or_default().push(number);
        }
        let is_gone = |file: &str| names.path(file).is_some_and(|path| std::fs::symlink_metadata(path).is_err());
        let mut gone: HashMap<&str, bool> = HashMap::new();
        for is_same_file in [true, false] {
            for (entry, finding) in rest.iter().zip(&mut unmet) {
                let Some(numbers) = by_words.get_mut(&entry.words()) else { continue };
                let at = numbers.iter().position(|&number| {
                    let file = self.entries[number].file.as_str();
                    match is_same_file {
                        true => file == entry.file,
                        false => *gone.entry(file).or_insert_with(|| is_gone(file)),
                    }
                });
                if let Some(at) = at.filter(|_| !open.known.contains(&finding.fingerprint)) {
                    let number = numbers.remove(at);
                    met.insert(number);
                    open.admit(&self.entries[number], finding);
                }
            }
        }
        open.entries.retain(|number| !met.contains(number));
        open
    }
}

/// What matching leaves.
struct Open {
    /// Entries that no finding met.
    entries: Vec<usize>,
    /// Fingerprints of the findings that are known.
    known: HashSet<String>,
}

impl Open {
    /// A finding that an entry stands for: known, unless it weighs more by now.
    fn admit(&mut self, entry: &Entry, finding: &mut Reported) {
        if finding.severity <= entry.severity {
            self.known.insert(finding.fingerprint.clone());
        } else {
            let (now, then) = (finding.severity.as_str(), entry.severity.as_str());
            finding.notes.push(format!("the baseline knows it as {}: as {} it is new.", article(then), article(now)));
        }
    }

    fn is_known(&self, finding: &Reported) -> bool {
        self.known.contains(&finding.fingerprint)
    }
}

fn article(severity: &str) -> String {
    let article = if severity.starts_with('e') { "an" } else { "a" };
    format!("{article} {severity}")
}

/// Whether a rule speaks of the difference to the base: the next change in the same place is another finding.
fn is_about_change(rule: &str) -> bool {
    rules::find(rule).is_some_and(|rule| matches!(rule.check, Check::Change(_)))
}

/// What a finding says, wherever its file lies: rule, object, field, message.
type Words<'e> = (&'e str, &'e str, &'e str, &'e str);

impl Entry {
    fn of(finding: &Reported, names: &Anchor) -> Entry {
        let file = finding.location.as_ref().map(|location| names.name(location.source.name()).into_owned());
        let object = finding.object.as_ref().map(|object| match &object.namespace {
            Some(namespace) => format!("{} {namespace}/{}", object.kind, object.name),
            None => format!("{} {}", object.kind, object.name),
        });
        Entry {
            fingerprint: finding.fingerprint.clone(),
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            file: file.unwrap_or_default(),
            object: object.unwrap_or_default(),
            field: finding.field.clone(),
            message: finding.message.clone(),
        }
    }

    fn order(&self) -> [&str; 6] {
        [&self.file, &self.rule, &self.object, &self.field, &self.message, &self.fingerprint]
    }

    fn words(&self) -> Words<'_> {
        (&self.rule, &self.object, &self.field, &self.message)
    }

    /// Whether the run would have found it, were it still there.
    fn is_judged(&self, scope: &Scope<'_>) -> bool {
        let has_run = rules::find(&self.rule).is_none_or(|rule| scope.selection.includes(rule.meta));
        has_run && !scope.partial && (scope.covers)(&self.file)
    }
}
