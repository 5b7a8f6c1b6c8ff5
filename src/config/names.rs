//! Names of rules and of groups of rules.

use crate::finding::Group;
use crate::nearest::nearest;
use crate::rules::{ALL, find};

/// The groups, the widest first, with what each of them is.
pub const GROUPS: [(&str, &str); 3] = [
    ("all", "Every rule."),
    ("default", "The rules that are on unless switched off."),
    ("pedantic", "The rules that are off unless switched on."),
];

/// A name that is neither a rule nor a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// The name as given.
    pub name: String,
    /// The nearest valid name, if one is near.
    pub nearest: Option<&'static str>,
}

/// The rules that a name means: one, or those of a group (`default`, `pedantic`, `all`).
///
/// # Errors
/// The name, where it is neither.
pub fn resolve(name: &str) -> Result<Vec<&'static str>, UnknownRule> {
    if let Some(rule) = find(name) {
        return Ok(vec![rule.meta.id]);
    }
    if is_group(name) {
        return Ok(members(name));
    }
    let names = ALL.iter().map(|rule| rule.meta.id).chain(GROUPS.map(|(group, _)| group));
    Err(UnknownRule { name: name.to_owned(), nearest: nearest(name, names) })
}

/// Whether a name means a group.
pub fn is_group(name: &str) -> bool {
    GROUPS.iter().any(|(group, _)| *group == name)
}

fn members(group: &str) -> Vec<&'static str> {
    let rules = ALL.iter().filter(|rule| group == "all" || rule.meta.group.as_str() == group);
    rules.map(|rule| rule.meta.id).collect()
}

/// Whether a rule is on where nobody says anything.
pub(super) fn is_on_by_default(rule: &str) -> bool {
    find(rule).is_some_and(|rule| rule.meta.group == Group::Default)
}

/// The rule whose name is most like this one, if any is like it at all.
pub fn nearest_rule(name: &str) -> Option<&'static str> {
    nearest(name, ALL.iter().map(|rule| rule.meta.id))
}
