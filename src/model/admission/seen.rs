//! Texts that may stand once only.

use std::collections::HashMap;

use super::review::Review;
use crate::yaml::FieldPath;

/// What was there, and where first.
#[derive(Default)]
pub(super) struct Seen(HashMap<String, FieldPath>);

impl Seen {
    /// Adds a text, and tells whether it was there before, in a place where it stays.
    pub(super) fn has_again(&mut self, text: &str, path: &FieldPath, review: &Review<'_>) -> bool {
        match self.0.get(text) {
            Some(first) => !review.is_unknowable(first),
            None => {
                self.0.insert(text.to_owned(), path.clone());
                false
            }
        }
    }

    /// Where the text stood first.
    pub(super) fn first(&self, text: &str) -> Option<&FieldPath> {
        self.0.get(text)
    }
}
