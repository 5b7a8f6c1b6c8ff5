//! How members find each other.

use super::*;

fact! {
    /// How members find each other.
    Peers {
        /// By what.
        by: PeersBy,
        /// What a member does that cannot resolve the others, where it does not try again by itself: a clause that begins
        /// with "a member that".
        unresolved: Option<String>,
    }
}

/// By what members find each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PeersBy {
    /// A list of all members, each by its own Pod name, the same in every member.
    StaticList,
    /// A list of some members that newcomers ask, by Pod names.
    Seeds,
    /// Pod names that a script or the system itself makes up.
    Names,
    /// The addresses behind the name of a Service, whichever it is: no Pod's own name.
    Service,
    /// A third party: the Kubernetes API, a DCS, ZooKeeper.
    Registry,
    /// Somebody tells them, by address.
    Told,
    /// Addresses, from a Service for all of them, a database or by gossip: Pod names play no part.
    Addresses,
    /// They do not.
    Nobody,
}

impl Reviewed for PeersBy {}

impl PeersBy {
    /// Whether peers have to resolve names of Pods, or of a Service to Pods, before anything can form.
    pub fn needs_names(self) -> bool {
        matches!(self, PeersBy::StaticList | PeersBy::Seeds | PeersBy::Names | PeersBy::Service)
    }

    /// Whether Pod names may be of use to peers at all.
    pub fn may_use_names(self) -> bool {
        !matches!(self, PeersBy::Service | PeersBy::Addresses | PeersBy::Nobody)
    }

    /// How members find each other, after "by".
    pub fn in_words(self) -> &'static str {
        match self {
            PeersBy::StaticList => "a list of all members by Pod name, the same in every member",
            PeersBy::Seeds => "a list of some members by Pod name, which newcomers ask",
            PeersBy::Names => "Pod names that a script or the system itself makes up",
            PeersBy::Service => "the addresses behind the name of a Service",
            PeersBy::Addresses => "addresses, from one Service for all, a database or gossip; Pod names play no part",
            PeersBy::Registry => "asking a third party (the Kubernetes API, a DCS, ZooKeeper)",
            PeersBy::Told => "addresses that somebody tells them",
            PeersBy::Nobody => "nothing: they do not look for each other",
        }
    }
}
