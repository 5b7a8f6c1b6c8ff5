//! What was recognised but could not be read: the absence of something that may stand there proves nothing.

use std::collections::HashSet;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::{Inventory, ObjectId, Origin};

/// Something in the input that was recognised but could not be read: broken, encrypted, a template.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Where its file lies.
    pub origin: Arc<Origin>,
    /// Its text.
    pub text: String,
}

/// What the unread texts may hold, found out once for all sets.
#[derive(Debug, Default)]
pub(super) struct Unreadable {
    /// Governing Services that some unread text with a Service in it names.
    services: HashSet<String>,
    /// Folders with a template of a Service: rendered, it may have any name.
    folders_of_templates: HashSet<Vec<Box<str>>>,
}

impl Inventory {
    /// Whether the Service of this name, wanted by this set, may stand in something that could not be read: a text
    /// that names it, or a template in the set's own folder.
    pub fn service_may_be_unread(&self, set: ObjectId, name: &str) -> bool {
        let unreadable = self.unreadable.get_or_init(|| self.find_unreadable());
        unreadable.services.contains(name) || unreadable.folders_of_templates.contains(&self.origin_of(set).directory)
    }

    /// Whether a budget for this set may stand in something that could not be read, or that is recognised and not judged.
    pub fn budget_may_be_unread(&self, set: ObjectId) -> bool {
        const KIND: &str = "PodDisruptionBudget";
        let origin = self.origin_of(set);
        let near = |other: &Origin| self.scopes.nearness(origin, other).is_some_and(super::Nearness::is_together);
        self.gathers_unread(set)
            || self.unread().iter().any(|unread| near(&unread.origin) && unread.text.contains(KIND))
            || self.skipped().iter().any(|(document, item)| item.kind == KIND && near(&self.document(*document).origin))
    }

    fn find_unreadable(&self) -> Unreadable {
        let mut found = Unreadable::default();
        let names: Vec<&str> = self.sets().filter_map(|set| set.service_name()).collect();
        let Ok(any_name) = AhoCorasick::new(&names) else { return found };
        for unread in self.unread().iter().filter(|unread| unread.text.contains("Service")) {
            for hit in any_name.find_overlapping_iter(&unread.text) {
                if is_whole_name(&unread.text, hit.range()) {
                    found.services.insert(names[hit.pattern().as_usize()].to_owned());
                }
            }
            if unread.text.contains("{{") {
                found.folders_of_templates.insert(unread.origin.directory.clone());
            }
        }
        found
    }
}

/// Whether a match is a name by itself, not a part of another one.
fn is_whole_name(text: &str, range: std::ops::Range<usize>) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let bytes = text.as_bytes();
    let before = range.start.checked_sub(1).and_then(|at| bytes.get(at));
    !before.is_some_and(is_name) && !bytes.get(range.end).is_some_and(is_name)
}
