//! Members of a cluster that are no Pods of the set.

use super::Running;

impl<'a> Running<'a> {
    /// Whether what told the mode names members that are no Pods of this set, or another number of members: an ensemble
    /// over several sets, or one that is grown from outside.
    pub fn names_other_members(&self, members: i64) -> bool {
        let beyond = |text: &str| {
            let own = pods_in(text).filter(|(set, _)| *set == self.settings.set.name());
            own.into_iter().any(|(_, ordinal)| ordinal >= self.settings.set.first_ordinal().saturating_add(members))
        };
        if self.settings.find_anywhere(|text| beyond(text).then_some(0..0)).is_some() {
            return true;
        }
        let Some(found) = self.told() else { return false };
        let Some(text) = self.settings.text_at(found) else { return false };
        let own = self.settings.set.name();
        if pods_in(text).any(|(set, _)| set != own) {
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

/// The Pods that a text addresses by DNS name: set and ordinal, `zk` and 0 for `zk-0.zk-headless`.
fn pods_in(text: &str) -> impl Iterator<Item = (&str, i64)> {
    text.match_indices('.').filter_map(|(dot, _)| {
        let start = text[..dot].rfind(|c: char| !c.is_ascii_alphanumeric() && c != '-').map_or(0, |at| at + 1);
        let (set, ordinal) = text[start..dot].rsplit_once('-')?;
        let numbered = !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit());
        let ordinal = ordinal.parse().ok().filter(|_| numbered)?;
        set.starts_with(|c: char| c.is_ascii_lowercase()).then_some((set, ordinal))
    })
}

#[cfg(test)]
mod tests {
    use super::pods_in;

    #[test]
    fn sets_are_read_off_their_pods_names() {
        let text = "a-0=http://etcd-0.etcd:2380,b=http://etcd-b-11.etcd.ns.svc:2380,http://10.0.0.1:2380,x.y,v-1";
        assert_eq!(pods_in(text).collect::<Vec<_>>(), [("etcd", 0), ("etcd-b", 11)]);
    }
}
