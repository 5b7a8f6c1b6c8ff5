//! Which rules run, and with which weight they speak: the command line over the user's file over the default.

use std::collections::BTreeSet;

use crate::config::{Level, Policy, Subject, UnknownRule, resolve};
use crate::finding::RuleMeta;

/// The rules of a run and their levels. `--select` decides in place of the file's `rules` which rules run, and `--ignore`
/// has the last word; severities, overrides and `ignore` entries are the file's.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// What `--select` names; `None` where it is not given.
    selected: Option<BTreeSet<&'static str>>,
    /// What `--ignore` names.
    ignored: BTreeSet<&'static str>,
    policy: Policy,
    /// Whether the run reads all that the file speaks of.
    is_whole: bool,
}

impl Selection {
    /// `select` names the rules and groups that run (where it is empty, those that are on), `ignore` takes some away. A
    /// group is `default`, `pedantic` or `all`.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Selection, UnknownRule> {
        let all = |names: &[String]| {
            let mut all = BTreeSet::new();
            for name in names {
                all.extend(resolve(name)?);
            }
            Ok(all)
        };
        let selected = if select.is_empty() { None } else { Some(all(select)?) };
        Ok(Selection { selected, ignored: all(ignore)?, ..Selection::default() })
    }

    /// The same with what the user's file says. `is_whole` says that the run reads all that lies below the file's folder:
    /// only then an entry without paths can be known to do nothing.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy, is_whole: bool) -> Selection {
        (self.policy, self.is_whole) = (policy, is_whole);
        self
    }

    /// Whether a rule runs, be it for some files only.
    pub fn includes(&self, meta: &RuleMeta) -> bool {
        let is_on = || self.policy.level(meta.id) != Level::Off || self.policy.is_on_somewhere(meta.id);
        !self.ignored.contains(meta.id)
            && self.selected.as_ref().map_or_else(is_on, |selected| selected.contains(meta.id))
    }

    /// The level of a rule for what a finding is about.
    pub(super) fn level(&self, rule: &str, subjects: &[Subject<'_>]) -> Level {
        match (self.policy.overriding(rule, subjects), self.policy.level(rule)) {
            (Some(level), _) => level,
            (None, Level::Off) if self.selected.is_some() => Level::On,
            (None, level) => level,
        }
    }

    /// What the user's file says.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether the run reads all that the file speaks of.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether rules were chosen on the command line.
    pub(super) fn is_choice(&self) -> bool {
        self.selected.is_some() || !self.ignored.is_empty()
    }
}
