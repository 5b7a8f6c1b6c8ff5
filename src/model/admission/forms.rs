//! Forms of single values that several kinds share, and how they are refused (`pkg/apis/core/validation/validation.go`).

use super::name::{Flaw, flaw};
use super::review::Review;
use crate::yaml::FieldPath;

/// Seen a field by its path and the keys below it.
pub(super) fn below(path: &FieldPath, key: &'static str) -> FieldPath {
    path.clone().key(key)
}

/// One refusal for each flaw of the value at a path.
pub(super) fn flawed(path: &FieldPath, flaws: impl IntoIterator<Item = Flaw>, review: &mut Review<'_>) {
    for (detail, reason) in flaws {
        review.invalid(path.clone(), detail, reason);
    }
}

/// The same, where the server names another field than the one that is written.
pub(super) fn flawed_as(path: &FieldPath, named: &str, flaws: Vec<Flaw>, review: &mut Review<'_>) {
    for (detail, reason) in flaws {
        review.invalid(path.clone(), detail, reason).named(path, named);
    }
}

/// A text that is there; an empty one is the default.
pub(super) fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// The field of `spec` with this key.
pub(super) fn in_spec(key: &'static str) -> FieldPath {
    FieldPath::of("spec").key(key)
}

/// A text that may not be empty.
pub(super) fn filled(path: &FieldPath, key: &'static str, text: &str, review: &mut Review<'_>) {
    if text.is_empty() {
        review.required(below(path, key), "", "");
    }
}

/// One of a fixed list; an absent value is one of them.
pub(super) fn one_of(path: &FieldPath, text: Option<&str>, known: &[&'static str], review: &mut Review<'_>) {
    if text.is_some_and(|text| !known.contains(&text)) {
        review.unsupported(path.clone(), known);
    }
}

/// A user's or a group's number (IsValidUserID, IsValidGroupID).
pub(super) fn id(path: &FieldPath, number: i64, review: &mut Review<'_>) {
    if i32::try_from(number).is_err() || number < 0 {
        review.invalid(path.clone(), "must be between 0 and 2147483647, inclusive", "not from 0 to 2147483647");
    }
}

/// The permissions of a file.
pub(super) fn mode(path: &FieldPath, key: &'static str, mode: Option<i32>, review: &mut Review<'_>) {
    const DETAIL: &str = "must be a number between 0 and 0777 (octal), both inclusive";
    if mode.is_some_and(|mode| !(0..=0o777).contains(&mode)) {
        review.invalid(below(path, key), DETAIL, "no file mode: 0 to 0777, in decimal 0 to 511");
    }
}

/// A weight or count within bounds.
pub(super) fn within(path: FieldPath, value: i32, from: i32, to: i32, review: &mut Review<'_>) {
    if !(from..=to).contains(&value) {
        let detail = format!("must be between {from} and {to}, inclusive");
        review.invalid(path, detail, format!("not from {from} to {to}"));
    }
}

/// A port's number (IsValidPortNum).
pub(super) fn port_number_flaws(number: i32) -> Vec<Flaw> {
    match number {
        1..=65535 => Vec::new(),
        _ => vec![flaw("must be between 1 and 65535, inclusive", "ports are 1 to 65535")],
    }
}

/// A path that stays below where it starts and does not begin with two dots (ValidateLocalNonReservedPath).
pub(super) fn local_path(path: &FieldPath, named: &str, text: &str, review: &mut Review<'_>) {
    descending_path(path, named, text, review);
    if text.starts_with("..") && !text.starts_with("../") {
        review.invalid(path.clone(), "must not start with '..'", "starts with `..`").named(path, named);
    }
}

/// validateLocalDescendingPath.
pub(super) fn descending_path(path: &FieldPath, named: &str, text: &str, review: &mut Review<'_>) {
    if text.starts_with('/') {
        review.invalid(path.clone(), "must be a relative path", "an absolute path").named(path, named);
    }
    no_backsteps(path, named, text, review);
}

/// validatePathNoBacksteps.
pub(super) fn no_backsteps(path: &FieldPath, named: &str, text: &str, review: &mut Review<'_>) {
    if text.split('/').any(|part| part == "..") {
        review.invalid(path.clone(), "must not contain '..'", "leads up by `..`").named(path, named);
    }
}
