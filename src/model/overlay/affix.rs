//! The names that `namePrefix` and `nameSuffix` make of one.

use crate::model::Kustomization;

/// Beyond so many, further combinations are left out: siblings that are never applied together make most of them.
const MOST: usize = 64;

/// The name as written, then what kustomizations, innermost first, can make of it.
pub(super) fn names<'k>(name: &str, kustomizations: impl Iterator<Item = &'k Kustomization>) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    for one in kustomizations {
        // First the one, then the other: the name in between is known, too.
        for (prefix, suffix) in [(one.name_prefix.as_str(), ""), ("", one.name_suffix.as_str())] {
            if !prefix.is_empty() || !suffix.is_empty() {
                let affixed = |name: &String| format!("{prefix}{name}{suffix}");
                let more: Vec<String> = names.iter().map(affixed).take(MOST.saturating_sub(names.len())).collect();
                names.extend(more);
            }
        }
    }
    names
}
