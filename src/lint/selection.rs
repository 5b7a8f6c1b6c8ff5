//! Which rules run.

use std::collections::BTreeSet;

use crate::finding::RuleMeta;
use crate::nearest::nearest;
use crate::rules::{ALL, find};

/// The names of groups of rules: all of them, those that run unless others are selected, those that most teams do not
/// want.
pub const GROUPS: [&str; 3] = ["all", "default", "pedantic"];

/// The rules of a run, from `--select` and `--ignore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection(BTreeSet<&'static str>);

/// A name that is neither a rule nor a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// The name as given.
    pub name: String,
    /// The nearest valid name, if one is near.
    pub nearest: Option<&'static str>,
}

impl Default for Selection {
    /// All rules that are on unless switched off.
    fn default() -> Self {
        Selection(members("default").into_iter().collect())
    }
}

impl Selection {
    /// `select` names the rules and groups that run (the default group when empty); `ignore` takes some away.
    /// A group is `default`, `pedantic` or `all`.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Selection, UnknownRule> {
        let mut chosen = if select.is_empty() { Selection::default().0 } else { BTreeSet::new() };
        for name in select {
            chosen.extend(resolve(name)?);
        }
        for name in ignore {
            for id in resolve(name)? {
                chosen.remove(id);
            }
        }
        Ok(Selection(chosen))
    }

    /// Whether a rule runs.
    pub fn includes(&self, meta: &RuleMeta) -> bool {
        self.0.contains(meta.id)
    }
}

fn resolve(name: &str) -> Result<Vec<&'static str>, UnknownRule> {
    if let Some(rule) = find(name) {
        return Ok(vec![rule.meta.id]);
    }
    if GROUPS.contains(&name) {
        return Ok(members(name));
    }
    Err(UnknownRule { name: name.to_owned(), nearest: nearest_name(name) })
}

fn members(group: &str) -> Vec<&'static str> {
    let rules = ALL.iter().filter(|rule| group == "all" || rule.meta.group.as_str() == group);
    rules.map(|rule| rule.meta.id).collect()
}

fn nearest_name(name: &str) -> Option<&'static str> {
    nearest(name, ALL.iter().map(|rule| rule.meta.id).chain(GROUPS))
}

/// The rule whose name is most like this one, if any is like it at all.
pub fn nearest_rule(name: &str) -> Option<&'static str> {
    nearest(name, ALL.iter().map(|rule| rule.meta.id))
}
