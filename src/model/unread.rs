//! What was recognised but could not be read: the absence of something that may stand there proves nothing.

use std::collections::{BTreeSet, HashSet};
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
    /// Governing Services by the places whose unread texts with a Service in them name them.
    services: HashSet<(Spot, String)>,
    /// Sets by the places whose unread texts with an autoscaler in them name them.
    autoscaled: HashSet<(Spot, String)>,
    /// Folders with a template of a Service: rendered, it may have any name.
    folders_of_templates: HashSet<Vec<Box<str>>>,
}

/// Where things lie together: a folder, or what one kustomization gathers. What two kustomizations gather apart from each
/// other is apart, although it lies in one folder.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Spot {
    Folder { path: Vec<Box<str>>, is_gathered: bool },
    Kustomization(usize),
}

impl Inventory {
    /// Whether the Service of this name, wanted by this set, may stand in something that could not be read: a text
    /// that names it, or a template in the set's own folder.
    pub fn service_may_be_unread(&self, set: ObjectId, name: &str) -> bool {
        let unreadable = self.unreadable.get_or_init(|| self.find_unreadable());
        let origin = self.origin_of(set);
        unreadable.folders_of_templates.contains(&origin.directory)
            || self.spots_around(origin).any(|spot| unreadable.services.contains(&(spot, name.to_owned())))
    }

    /// Whether an autoscaler of this set may stand in something that could not be read.
    pub(super) fn autoscaler_may_be_unread(&self, set: ObjectId) -> bool {
        let autoscaled = &self.unreadable.get_or_init(|| self.find_unreadable()).autoscaled;
        let name = &self.object(set).name;
        !autoscaled.is_empty()
            && self.spots_around(self.origin_of(set)).any(|spot| autoscaled.contains(&(spot, name.clone())))
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
        let services = Names::new(self.sets().filter_map(|set| set.service_name()));
        let sets = Names::new(self.sets().map(|set| set.name()));
        let (Some(services), Some(sets)) = (services, sets) else { return found };
        let spots = |unread: &Unread, name: &str| -> Vec<(Spot, String)> {
            self.spots_of(&unread.origin).map(|spot| (spot, name.to_owned())).collect()
        };
        for unread in self.unread() {
            if is_of_kind(&unread.text, "Service") {
                let named = services.in_text(&unread.text);
                found.services.extend(named.into_iter().flat_map(|name| spots(unread, name)));
                if unread.text.contains("{{") {
                    found.folders_of_templates.insert(unread.origin.directory.clone());
                }
            }
            if AUTOSCALERS.iter().any(|kind| unread.text.contains(kind)) {
                let named = sets.in_text(&unread.text);
                found.autoscaled.extend(named.into_iter().flat_map(|name| spots(unread, name)));
            }
        }
        found
    }

    /// The places that something read from here belongs to.
    fn spots_of(&self, origin: &Origin) -> impl Iterator<Item = Spot> {
        let gathered_by = self.scopes.of(origin).into_iter().flatten().copied();
        let is_gathered = self.is_gathered(origin);
        let folder = Spot::Folder { path: origin.directory.clone(), is_gathered };
        gathered_by.map(Spot::Kustomization).chain(std::iter::once(folder))
    }

    /// The places whose things lie together with what is read from here: what no kustomization gathers lies together with
    /// all of its folder.
    fn spots_around(&self, origin: &Origin) -> impl Iterator<Item = Spot> {
        let gathered_by = self.scopes.of(origin).into_iter().flatten().copied();
        let beside = |is_gathered| Spot::Folder { path: origin.directory.clone(), is_gathered };
        let gathered_beside = (!self.is_gathered(origin)).then(|| beside(true));
        gathered_by.map(Spot::Kustomization).chain(std::iter::once(beside(false))).chain(gathered_beside)
    }

    fn is_gathered(&self, origin: &Origin) -> bool {
        self.scopes.of(origin).is_some_and(|numbers| !numbers.is_empty())
    }
}

const AUTOSCALERS: [&str; 2] = ["HorizontalPodAutoscaler", "ScaledObject"];

/// Names that are looked for in texts, all at once.
struct Names<'n> {
    names: Vec<&'n str>,
    any: AhoCorasick,
}

impl<'n> Names<'n> {
    fn new(names: impl Iterator<Item = &'n str>) -> Option<Names<'n>> {
        let names: BTreeSet<&str> = names.filter(|name| !name.is_empty() && is_possible(name)).collect();
        let names: Vec<&str> = names.into_iter().collect();
        Some(Names { any: AhoCorasick::new(&names).ok()?, names })
    }

    /// Those that stand in a text by themselves.
    fn in_text(&self, text: &str) -> HashSet<&'n str> {
        let hits = self.any.find_overlapping_iter(text).filter(|hit| is_whole_name(text, hit.range()));
        hits.map(|hit| self.names[hit.pattern().as_usize()]).collect()
    }
}

/// Whether a text that does not parse speaks of an object of this kind, in YAML or in JSON.
fn is_of_kind(text: &str, kind: &str) -> bool {
    let quotes = ['"', '\''];
    text.match_indices("kind").any(|(at, word)| {
        let after = text[at + word.len()..].trim_start_matches(quotes).trim_start().strip_prefix(':');
        let value = after.map(|after| after.trim_start_matches([' ', '\t']).trim_start_matches(quotes));
        let rest = value.and_then(|value| value.strip_prefix(kind));
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
    })
}

/// Whether an object can have this name: a longer one costs time by its square to look for, and is nobody's.
pub(super) fn is_possible(name: &str) -> bool {
    name.len() <= 253
}

/// Whether a match is a name by itself, not a part of another one.
fn is_whole_name(text: &str, range: std::ops::Range<usize>) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let bytes = text.as_bytes();
    let before = range.start.checked_sub(1).and_then(|at| bytes.get(at));
    !before.is_some_and(is_name) && !bytes.get(range.end).is_some_and(is_name)
}
