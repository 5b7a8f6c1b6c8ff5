//! What the file says of one finding.

use std::collections::BTreeMap;
use std::path::Path;

use super::anchor::{Anchor, Paths};
use super::ignored::Entry;
use super::level::Level;
use super::names::is_on_by_default;
use crate::model::Pattern;

/// An object that a finding is about, or the file where it is about no object.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// The file, as it is shown.
    pub file: &'a str,
    /// The object's kind; empty where there is no object.
    pub kind: &'a str,
    /// Its namespace; empty where none is known.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// Levels, overrides and `ignore` entries.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub(super) anchor: Anchor,
    /// By rule; what is missing is as it is by default.
    pub(super) levels: BTreeMap<&'static str, Level>,
    pub(super) overrides: Vec<Exception>,
    pub(super) ignore: Vec<Entry>,
}

/// Other levels for some files or objects.
#[derive(Clone, Debug)]
pub(super) struct Exception {
    pub(super) scope: Scope,
    pub(super) levels: BTreeMap<&'static str, Level>,
}

/// What an override or an `ignore` entry is about: all that is given has to fit.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) paths: Paths,
    pub(super) kinds: Vec<Pattern>,
    pub(super) namespaces: Vec<Pattern>,
    pub(super) names: Vec<Pattern>,
}

impl Scope {
    /// Whether it is about everything.
    pub(super) fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.kinds.is_empty() && self.namespaces.is_empty() && self.names.is_empty()
    }

    pub(super) fn has_file(&self, anchor: &Anchor, file: &str) -> bool {
        anchor.relative(Path::new(file)).is_some_and(|path| self.paths.fits(&path, false))
    }

    pub(super) fn fits(&self, anchor: &Anchor, subject: &Subject<'_>) -> bool {
        let any = |patterns: &[Pattern], name: &str| patterns.is_empty() || patterns.iter().any(|one| one.fits(name));
        any(&self.kinds, subject.kind)
            && any(&self.namespaces, subject.namespace)
            && any(&self.names, subject.name)
            && (self.paths.is_empty() || self.has_file(anchor, subject.file))
    }
}

impl Policy {
    /// The level of a rule where no override says another.
    pub fn level(&self, rule: &str) -> Level {
        let default = if is_on_by_default(rule) { Level::On } else { Level::Off };
        self.levels.get(rule).copied().unwrap_or(default)
    }

    /// Whether the file says a level for a rule.
    pub fn is_set(&self, rule: &str) -> bool {
        self.levels.contains_key(rule)
    }

    /// Whether an override lets a rule speak somewhere.
    pub fn is_on_somewhere(&self, rule: &str) -> bool {
        self.overrides.iter().any(|one| one.levels.get(rule).is_some_and(|level| *level != Level::Off))
    }

    /// The level that an override gives a rule for what a finding is about; the last one that fits counts.
    pub fn overriding(&self, rule: &str, subjects: &[Subject<'_>]) -> Option<Level> {
        let fits = |one: &Exception| subjects.iter().any(|subject| one.scope.fits(&self.anchor, subject));
        let mut levels = self.overrides.iter().rev().filter_map(|one| Some((one, *one.levels.get(rule)?)));
        levels.find(|(one, _)| fits(one)).map(|(_, level)| level)
    }
}
