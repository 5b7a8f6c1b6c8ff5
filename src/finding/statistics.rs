//! How often each rule spoke.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Report, SetName, Severity};

/// The findings of one rule and severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statistic {
    /// The rule's name.
    pub rule: &'static str,
    /// How much they weigh.
    pub severity: Severity,
    /// How many there are.
    pub count: usize,
    /// How many StatefulSets they are about, by namespace and name.
    pub sets: usize,
    /// In how many files they have their main place.
    pub files: usize,
}

impl Report {
    /// The findings counted by rule and severity: the most first, of equal ones the heaviest, then by name.
    pub fn statistics(&self) -> Vec<Statistic> {
        type Seen<'a> = (usize, BTreeSet<&'a SetName>, BTreeSet<&'a str>);
        let mut all: BTreeMap<(&'static str, Severity), Seen<'_>> = BTreeMap::new();
        for finding in &self.findings {
            let (count, sets, files) = all.entry((finding.rule, finding.severity)).or_default();
            *count += 1;
            sets.extend(&finding.sets);
            files.extend(finding.location.as_ref().map(|location| location.source.name()));
        }
        let rows = all.into_iter().map(|((rule, severity), (count, sets, files))| Statistic {
            rule,
            severity,
            count,
            sets: sets.len(),
            files: files.len(),
        });
        let mut rows: Vec<Statistic> = rows.collect();
        rows.sort_by_key(|row| (Reverse(row.count), Reverse(row.severity), row.rule));
        rows
    }
}
