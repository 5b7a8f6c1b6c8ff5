//! The valid name that somebody most likely meant.

/// Names longer than this are nobody's typing error, and comparing them takes long.
const LONGEST: usize = 200;

/// Of some valid names the one that is most like another, if any is like it at all.
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > LONGEST {
        return None;
    }
    let scored = names.into_iter().map(|candidate| (likeness(name, candidate), candidate));
    let (score, best) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score > 0.75).then_some(best)
}

/// Of some valid names the one that a slip or two of the finger make of another. For words that may as well mean something
/// else: `manifests` is no misspelt `man`.
pub fn misspelt<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > LONGEST {
        return None;
    }
    let slips = if name.len() > 4 { 2 } else { 1 };
    let all = names.into_iter().map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate));
    all.filter(|(distance, _)| *distance <= slips).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// From 0 to 1. In a short name one slip (`tpc`) is much of it, and still no more than a slip.
fn likeness(name: &str, candidate: &str) -> f64 {
    let is_slip = candidate.len() > 2 && strsim::damerau_levenshtein(name, candidate) == 1;
    strsim::jaro_winkler(name, candidate).max(if is_slip { 0.9 } else { 0.0 })
}
