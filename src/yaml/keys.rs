//! The keys of a mapping: set twice, no strings, merging what cannot be merged.

use std::borrow::Cow;
use std::collections::HashMap;

use super::document::{Problem, ProblemKind, Problems};
use super::scalar;
use super::tree::{Flags, Kind, Tree};

/// Looks at the keys of a mapping that is complete, and marks those that do not count.
pub(super) fn check(tree: &mut Tree, source: &str, id: u32, problems: &mut Problems) {
    let mut keys = Keys::new(tree.children(id).len() / 2);
    let mut flagged = Vec::new();
    let mut repeated = Repeated::default();
    for (key, value) in tree.pairs(id) {
        // An alias to `<<` is a key like any other.
        if tree.cell(key).flags.has(Flags::MERGE) {
            flagged.push((id, Flags::MERGES));
            if let Some(wrong) = not_mergeable(tree, value) {
                let span = tree.cell(wrong).span;
                let message = "`<<` takes a mapping or a list of mappings, and this is neither";
                problems.push(Problem::new(ProblemKind::Merge, span, message));
            }
            continue;
        }
        let name = tree.scalar(source, key).and_then(scalar::key);
        let Some(name) = name else {
            flagged.push((key, Flags::NO_KEY));
            let what = match tree.cell(tree.resolve(key)).kind {
                Kind::Null => "null",
                Kind::Mapping => "a mapping",
                Kind::Sequence => "a list",
                _ => "this number",
            };
            let message = format!("a key is a string; {what} cannot be one");
            problems.push(Problem::new(ProblemKind::Key, tree.cell(key).span, message));
            continue;
        };
        if let Some(before) = keys.insert(name, key) {
            flagged.push((before, Flags::SHADOWED));
            repeated.push(before, key);
        }
    }
    for copies in repeated.in_order() {
        let [first, between @ .., last] = copies.as_slice() else { continue };
        let shown = super::quoted(tree.text(source, *last));
        problems.push(Problem {
            kind: ProblemKind::DuplicateKey,
            span: tree.cell(*last).span,
            message: format!("{shown} is already set in this mapping, and the last one wins"),
            related: Some((tree.cell(*first).span, format!("{shown} is set here, without effect"))),
            between: between.iter().map(|&copy| tree.cell(copy).span).collect(),
        });
    }
    for (cell, flag) in flagged {
        if let Some(cell) = tree.cells.get_mut(cell as usize) {
            cell.flags.set(flag);
        }
    }
}

/// The node that makes a merge impossible, as go-yaml sees it: it follows an alias to a mapping, but to no list.
fn not_mergeable(tree: &Tree, value: u32) -> Option<u32> {
    let is_mapping = |id: u32| tree.cell(tree.resolve(id)).kind == Kind::Mapping;
    match tree.cell(value).kind {
        Kind::Sequence => tree.children(value).find(|&item| !is_mapping(item)),
        _ => (!is_mapping(value)).then_some(value),
    }
}

/// The keys that stand more than once, each with all its copies.
#[derive(Default)]
struct Repeated {
    copies: Vec<Vec<u32>>,
    by_last: HashMap<u32, usize>,
}

impl Repeated {
    fn push(&mut self, before: u32, key: u32) {
        let position = self.by_last.remove(&before).unwrap_or_else(|| {
            self.copies.push(vec![before]);
            self.copies.len() - 1
        });
        self.copies[position].push(key);
        self.by_last.insert(key, position);
    }

    /// In the order of the copies that win.
    fn in_order(mut self) -> Vec<Vec<u32>> {
        self.copies.sort_by_key(|copies| copies.last().copied());
        self.copies
    }
}

/// The keys of one mapping: a list while they are few, which is nearly always.
enum Keys<'k> {
    Few(Vec<(Cow<'k, str>, u32)>),
    Many(HashMap<Cow<'k, str>, u32>),
}

impl<'k> Keys<'k> {
    fn new(expected: usize) -> Self {
        if expected <= 16 {
            Keys::Few(Vec::with_capacity(expected))
        } else {
            Keys::Many(HashMap::with_capacity(expected))
        }
    }

    /// Notes a key; returns the one of the same name that was there.
    fn insert(&mut self, name: Cow<'k, str>, key: u32) -> Option<u32> {
        match self {
            Keys::Many(keys) => keys.insert(name, key),
            Keys::Few(keys) => match keys.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => Some(std::mem::replace(known, key)),
                None => {
                    keys.push((name, key));
                    None
                }
            },
        }
    }
}
