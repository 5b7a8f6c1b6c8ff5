//! Notes that were read before: a run with many findings of a rule explains it once.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Style, human};
use crate::finding::Reported;

/// The notes shown so far by rule and text, with the place of the finding that they stood below.
#[derive(Default)]
pub(super) struct Shown<'a>(HashMap<(&'a str, &'a str), Option<String>>);

impl<'a> Shown<'a> {
    /// The notes to show with a finding: what stands above already is replaced by where, unless it is as short itself.
    pub(super) fn notes(&mut self, finding: &'a Reported, style: &Style) -> Cow<'a, [String]> {
        let (mut fresh, mut above, mut saved) = (Vec::new(), Vec::new(), 0);
        for note in &finding.notes {
            match self.0.get(&(finding.rule, note.as_str())) {
                None => fresh.push(note.clone()),
                Some(place) => {
                    saved += note.len();
                    let place = place.as_ref().map_or_else(String::new, |place| format!(", at {place}"));
                    let reference = format!("explained above{place}");
                    if !above.contains(&reference) {
                        above.push(reference);
                    }
                }
            }
        }
        let place = finding.location.as_ref().map(|location| human::position(location, style));
        for note in &finding.notes {
            self.0.entry((finding.rule, note.as_str())).or_insert_with(|| place.clone());
        }
        if saved <= above.iter().map(String::len).sum() {
            return Cow::Borrowed(&finding.notes);
        }
        fresh.extend(above);
        Cow::Owned(fresh)
    }
}
