//! Members of a cluster that are no Pods of the set.

use super::Running;
use crate::model::PodReferences;

impl<'a> Running<'a> {
    /// Whether what told the mode names members that are no Pods of this set, or another number of members: an ensemble
    /// over several sets, or one that is grown from outside.
    pub fn names_other_members(&self, members: i64) -> bool {
        let beyond = |text: &str| {
            let end = self.settings.set.first_ordinal().saturating_add(members);
            let pods = PodReferences::of(text).written;
            pods.iter().any(|pod| pod.set == self.settings.set.name() && *pod.ordinals.end() >= end)
        };
        if self.settings.find_anywhere(|text| beyond(text).then_some(0..0)).is_some() {
            return true;
        }
        let Some(found) = self.told() else { return false };
        let Some(text) = self.settings.text_at(found) else { return false };
        let own = self.settings.set.name();
        if PodReferences::of(text).written.iter().any(|pod| pod.set != own) {
            return true;
        }
        // A list in one line, entry by entry. Fewer than two are no list.
        let entries = text.split([',', ';', ' ', '\n']).filter(|entry| entry.contains([':', '='])).count();
        let is_list = !text.trim().contains('\n') && text.contains([',', ';']) && entries > 1;
        is_list && i64::try_from(entries).is_ok_and(|entries| entries != members)
    }

    /// The images whose containers vote as this set's do: those of the system, and what the catalogue names beside them.
    pub fn images_that_vote(&self) -> Vec<&'a str> {
        let others = self.votes().into_iter().flat_map(|votes| &votes.others);
        self.system.images.iter().chain(others).map(String::as_str).collect()
    }
}
