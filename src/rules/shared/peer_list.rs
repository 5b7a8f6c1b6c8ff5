//! A list of members as the catalogue finds it: whom it names, and how it reads when it is right.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use super::Context;
use super::peers::{Named, Owner, owner};
use crate::model::{PodReference, PodReferences, SetView};
use crate::systems::{FoundList, MemberList, Setting};

/// A list of members.
#[derive(Debug)]
pub(in crate::rules) struct PeerList<'a, 't> {
    pub(in crate::rules) fact: &'a MemberList,
    /// All Pods that are named, with whose they are.
    pub(in crate::rules) names: Vec<(Named<'t>, Owner<'a>)>,
    /// Whether Pods written out are all there is: no variable, no address, no other host.
    pub(in crate::rules) is_plain: bool,
    parts: &'t [(Setting, Range<usize>)],
}

impl<'a, 't> PeerList<'a, 't> {
    /// `counted`: the sets whose Pods something in the configuration counts; it may write the list anew.
    pub(in crate::rules) fn read(
        set: SetView<'a>,
        list: &'t FoundList<'a>,
        counted: &[String],
        context: &Context<'a>,
    ) -> PeerList<'a, 't> {
        let (mut names, mut is_plain) = (Vec::new(), !counted.iter().any(|one| one == set.name()));
        for (setting, range) in &list.parts {
            let references = PodReferences::of(&setting.text);
            let inside = |place: &Range<usize>| range.start <= place.start && place.end <= range.end;
            let written: Vec<_> =
                references.written.into_iter().filter(|reference| inside(&reference.range())).collect();
            is_plain &= !has_others(&setting.text, range, &written);
            for reference in written {
                let owner = owner(set, &reference, context);
                names.push((Named { setting, reference }, owner));
            }
        }
        PeerList { fact: list.fact, names, is_plain, parts: &list.parts }
    }

    /// The ordinals of the set's own Pods that are named.
    pub(in crate::rules) fn own_ordinals(&self, set: SetView<'_>) -> BTreeSet<i64> {
        let own = self.names.iter().filter(|(_, owner)| matches!(owner, Owner::Set(other) if other.id() == set.id()));
        own.flat_map(|(name, _)| name.reference.ordinals.clone()).collect()
    }

    /// Names of members, each before its address: `etcd-a` in `etcd-a=http://…`.
    pub(in crate::rules) fn member_names(&self) -> Vec<(&'t Setting, Range<usize>)> {
        let mut found = Vec::new();
        for (setting, range) in self.parts {
            let Some(text) = setting.text.get(range.clone()) else { continue };
            for entry in text.split(',') {
                let start = range.start + (entry.as_ptr() as usize - text.as_ptr() as usize);
                if let Some((name, _)) = entry.split_once('=') {
                    found.push((setting, start..start + name.len()));
                }
            }
        }
        found
    }

    /// The value with the list as it is right: each Pod of the set once, under its Service; `None` where that cannot be
    /// written safely.
    pub(in crate::rules) fn corrected(
        &self,
        set: SetView<'_>,
        ordinals: &RangeInclusive<i64>,
        is_named: bool,
    ) -> Option<(&'t Setting, String)> {
        let [(setting, range)] = self.parts else { return None };
        let list = setting.text.get(range.clone())?;
        let right = Right { set, ordinals, is_named, service: set.service_name()? };
        let written = right.by_entries(list).or_else(|| right.in_place(list))?;
        (written != list)
            .then(|| (setting, format!("{}{written}{}", &setting.text[..range.start], &setting.text[range.end..])))
    }
}

/// What the list has to say.
struct Right<'r> {
    set: SetView<'r>,
    ordinals: &'r RangeInclusive<i64>,
    /// Whether the entries begin with the member's name.
    is_named: bool,
    service: &'r str,
}

impl Right<'_> {
    fn pod(&self, ordinal: i64) -> String {
        format!("{}-{ordinal}", self.set.name())
    }

    /// Entries that differ in nothing but the Pod: one of them is written once for each Pod.
    fn by_entries(&self, list: &str) -> Option<String> {
        let mut template = None;
        for entry in list.split(',') {
            let this = self.template(entry)?;
            if *template.get_or_insert_with(|| this.clone()) != this {
                return None;
            }
        }
        let template = template?;
        let entries = self.ordinals.clone().map(|ordinal| template.replace('\0', &self.pod(ordinal)));
        Some(entries.collect::<Vec<_>>().join(","))
    }

    /// An entry with the right Service, and a mark in place of the Pod.
    fn template(&self, entry: &str) -> Option<String> {
        let (name, address) = match entry.split_once('=') {
            Some((_, address)) if self.is_named => ("\0=", address),
            _ if self.is_named => return None,
            _ => ("", entry),
        };
        let references = PodReferences::of(address);
        let [reference] = references.written.as_slice() else { return None };
        if references.computed || reference.ordinals.start() != reference.ordinals.end() {
            return None;
        }
        let (before, behind) = (&address[..reference.pod.start], self.behind(address, reference)?);
        // The Pod's number in another place, `server.1=` or `1@`, would have to change with it.
        let is_numbered = before.contains(|c: char| c.is_ascii_digit());
        (!is_numbered).then(|| format!("{name}{before}\0.{}{behind}", self.service))
    }

    /// What follows the Service's name, with the set's own namespace in place of another.
    fn behind<'t>(&self, text: &'t str, reference: &PodReference) -> Option<std::borrow::Cow<'t, str>> {
        let rest = &text[reference.domain.end..];
        match (&reference.namespace, self.set.namespace()) {
            (Some(written), Some(own)) if written != own => {
                Some(format!(".{own}{}", rest.strip_prefix('.')?.strip_prefix(written.as_str())?).into())
            }
            _ => Some(rest.into()),
        }
    }

    /// Each name where it stands, where the ordinals are those that the Pods have.
    fn in_place(&self, list: &str) -> Option<String> {
        let references = PodReferences::of(list);
        let named: Vec<i64> = references.written.iter().flat_map(|reference| reference.ordinals.clone()).collect();
        let distinct: BTreeSet<i64> = named.iter().copied().collect();
        let is_right = distinct.len() == named.len() && self.ordinals.clone().eq(distinct);
        if references.computed || !is_right || self.is_named {
            return None;
        }
        let (mut written, mut end) = (String::new(), 0);
        for reference in &references.written {
            let pod = &list[reference.pod.clone()];
            written.push_str(&list[end..reference.pod.start]);
            written.push_str(self.set.name());
            written.push_str(&pod[reference.set.len()..]);
            written.push('.');
            written.push_str(self.service);
            end = reference.domain.end;
            if let (Some(range), Some(own)) = (reference.namespace_range(), self.set.namespace()) {
                written.push('.');
                written.push_str(own);
                end = range.end;
            }
        }
        written.push_str(&list[end..]);
        Some(written)
    }
}

/// Whether something beside the Pods stands for a member: a variable, an address, a host of another kind.
fn has_others(text: &str, range: &Range<usize>, names: &[PodReference]) -> bool {
    let Some(list) = text.get(range.clone()) else { return true };
    let mut rest = list.as_bytes().to_vec();
    for name in names {
        // What follows a Pod's name is its namespace, which a variable may stand for, and the cluster's domain.
        let start = name.domain.end + variable_namespace(&text[name.domain.end..range.end]);
        let end = text[start..range.end].find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
        let end = end.map_or(range.end, |end| start + end);
        rest[name.pod.start - range.start..end - range.start].fill(b' ');
    }
    let rest = String::from_utf8_lossy(&rest);
    let mut words = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
    let is_host = |word: &str| {
        let is_server = word.strip_prefix("server.").is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
        word == "localhost" || (word.contains('.') && word.trim_matches('.').len() > 1 && !is_server)
    };
    rest.contains(['$', '`']) || words.any(is_host)
}

/// How long a namespace is for which a variable stands: `.$(NAMESPACE)`, `.${NAMESPACE}`, `.$NAMESPACE`; 0 where none does.
fn variable_namespace(behind: &str) -> usize {
    let Some(name) = behind.strip_prefix(".$") else { return 0 };
    let closing = match name.chars().next() {
        Some('(') => Some(')'),
        Some('{') => Some('}'),
        _ => None,
    };
    let word = name.strip_prefix(['(', '{']).unwrap_or(name);
    let length = word.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let closes = closing.is_none_or(|closing| word[length..].starts_with(closing));
    if length > 0 && closes { 2 + length + 2 * usize::from(closing.is_some()) } else { 0 }
}
