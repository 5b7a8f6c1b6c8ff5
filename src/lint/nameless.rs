//! Sets that have no name yet, in words.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::finding::Reported;

/// A name in backticks that is empty, or begins with the dash that would follow it: a Pod's.
static EMPTY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("`(-\\d+)?`").ok());

/// Says "this set" of a set without a name, and `NAME-0` of its Pods.
pub(super) fn in_words(mut finding: Reported) -> Reported {
    if !finding.sets.iter().any(|set| set.name.is_empty()) {
        return finding;
    }
    let prose = std::iter::once(&mut finding.message).chain(&mut finding.notes);
    let labels = finding.location.iter_mut().chain(&mut finding.related).map(|location| &mut location.label);
    for text in prose.chain(labels).chain(finding.help.iter_mut().map(|help| &mut help.lead)) {
        named(text);
    }
    finding
}

fn named(text: &mut String) {
    let Some(empty) = EMPTY.as_ref() else { return };
    let word = |found: &Captures<'_>| match found.get(1) {
        Some(ordinal) => format!("`NAME{}`", ordinal.as_str()),
        None => "this set".to_owned(),
    };
    *text = empty.replace_all(text, word).into_owned();
}
