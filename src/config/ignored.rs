//! The `ignore` entries: what each of them switches off, and which of them do nothing.

use std::sync::Arc;

use super::date::Date;
use super::policy::{Policy, Scope, Subject};
use crate::model::Pattern;
use crate::yaml::{Source, Span};

/// One entry of `ignore`.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) source: Arc<Source>,
    pub(super) rules: Vec<Named>,
    pub(super) scope: Scope,
    pub(super) fields: Vec<Pattern>,
    pub(super) reason: String,
    /// The last day on which it counts, where one is given, and where that stands.
    pub(super) until: Option<(Date, Span)>,
    /// Whether that day is over.
    pub(super) is_over: bool,
}

/// A name in an entry.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) means: Vec<&'static str>,
    pub(super) is_group: bool,
}

/// Which names in which entries have met a finding.
#[derive(Clone, Debug, Default)]
pub struct Tally(Vec<Vec<bool>>);

/// An entry that switches a finding off.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'a> {
    /// The user's reason.
    pub reason: &'a str,
    /// The file.
    pub source: &'a Arc<Source>,
    /// The rule's name in the entry.
    pub span: Span,
}

/// A name in an entry that does nothing.
#[derive(Clone, Debug)]
pub struct Idle<'a> {
    /// The rule or group.
    pub name: &'a str,
    /// The file.
    pub source: &'a Arc<Source>,
    /// Where the entry says it.
    pub span: Span,
    /// Why it does nothing.
    pub why: Idleness,
}

/// Why an entry does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idleness {
    /// Nothing that it could switch off was found.
    Unneeded,
    /// Its last day is over, and what it switched off is reported again.
    Over(Date),
}

/// What a run could have found.
pub struct Run<'a> {
    /// Whether everything below the file's folder was to be read.
    pub is_whole: bool,
    /// Whether part of what belongs together was not read: what is not needed now may be needed then.
    pub is_partial: bool,
    /// The files that were read, as they are shown.
    pub files: &'a [&'a str],
    /// Whether a rule ran.
    pub ran: &'a dyn Fn(&'static str) -> bool,
    /// Whether rules were chosen on the command line.
    pub is_choice: bool,
}

impl Entry {
    fn fits(&self, policy: &Policy, field: &str, subjects: &[Subject<'_>]) -> bool {
        (self.fields.is_empty() || self.fields.iter().any(|pattern| holds(pattern, field)))
            && subjects.iter().any(|subject| self.scope.fits(&policy.anchor, subject))
    }

    /// Whether a run saw what the entry is about.
    fn was_met(&self, policy: &Policy, run: &Run<'_>) -> bool {
        !run.is_partial
            && (run.is_whole
                || (!self.scope.paths.is_empty()
                    && run.files.iter().any(|file| self.scope.has_file(&policy.anchor, file))))
    }
}

/// Whether a pattern names a field or one that it lies in.
fn holds(pattern: &Pattern, field: &str) -> bool {
    let ends = field.char_indices().filter(|(_, next)| matches!(next, '.' | '[')).map(|(at, _)| at);
    ends.chain([field.len()]).any(|end| pattern.fits(&field[..end]))
}

impl Policy {
    /// A tally in which nothing has met anything.
    pub fn tally(&self) -> Tally {
        Tally(self.ignore.iter().map(|entry| vec![false; entry.rules.len()]).collect())
    }

    /// The entry that switches a finding of a rule off, if one does. All are asked, so that each that fits counts as
    /// used.
    pub fn ignores(&self, tally: &mut Tally, rule: &str, field: &str, subjects: &[Subject<'_>]) -> Option<Hit<'_>> {
        let mut hit = None;
        for (entry, met) in self.ignore.iter().zip(&mut tally.0) {
            let means = |named: &Named| named.means.contains(&rule);
            if !entry.rules.iter().any(means) || !entry.fits(self, field, subjects) {
                continue;
            }
            for (named, met) in entry.rules.iter().zip(met).filter(|(named, _)| means(named)) {
                *met = true;
                if !entry.is_over && hit.is_none() {
                    hit = Some(Hit { reason: &entry.reason, source: &entry.source, span: named.span });
                }
            }
        }
        hit
    }

    /// The names in entries that do nothing, as far as the run can tell.
    pub fn idle(&self, tally: &Tally, run: &Run<'_>) -> Vec<Idle<'_>> {
        let mut idle = Vec::new();
        for (entry, met) in self.ignore.iter().zip(&tally.0) {
            let over = entry.until.filter(|_| entry.is_over);
            if let (Some((date, span)), true) = (over, met.contains(&true)) {
                let name = entry.rules.iter().zip(met).find(|(_, met)| **met).map_or("", |(named, _)| &*named.name);
                idle.push(Idle { name, source: &entry.source, span, why: Idleness::Over(date) });
            }
            if !entry.was_met(self, run) {
                continue;
            }
            let ran = |named: &Named| match named.is_group {
                true => !run.is_choice,
                false => named.means.iter().all(|rule| (run.ran)(rule)),
            };
            let unmet = entry.rules.iter().zip(met).filter(|(named, met)| !**met && ran(named));
            idle.extend(unmet.map(|(named, _)| Idle {
                name: &named.name,
                source: &entry.source,
                span: named.span,
                why: Idleness::Unneeded,
            }));
        }
        idle
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, holds};

    #[test]
    fn a_field_is_meant_by_what_it_lies_in() {
        let field = "spec.template.spec.containers[web].image";
        for (pattern, expected) in [
            ("spec", true),
            ("spec.template.spec.containers[web]", true),
            ("spec.template.spec.containers[*].image", true),
            (field, true),
            ("*.image", true),
            ("spec.temp", false),
            ("spec.replicas", false),
            ("image", false),
        ] {
            assert_eq!(holds(&Pattern::new(pattern), field), expected, "{pattern}");
        }
        assert!(!holds(&Pattern::new("spec"), ""));
    }
}
