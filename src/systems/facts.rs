//! The facts of the catalogue, as `rules/systems/*.yaml` writes them down (the schema is documented there).

use serde::Deserialize;
use serde_json::Value;

use super::condition::{Condition, Pattern};
use super::replication::Unreplicated;

/// Where a fact comes from: at least one of the two is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Addresses, or paths in public repositories.
    pub source: Vec<String>,
    /// The versions that were observed.
    pub measured: Vec<String>,
}

/// One text or several.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Texts {
    /// None.
    #[default]
    None,
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Texts {
    pub(super) fn to_vec(&self) -> Vec<String> {
        match self {
            Texts::None => Vec::new(),
            Texts::One(text) => vec![text.clone()],
            Texts::Many(texts) => texts.clone(),
        }
    }
}

/// Declares a fact: its fields, and where it comes from.
macro_rules! fact {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $kind,)*
            #[serde(default)]
            pub(super) source: Texts,
            #[serde(default)]
            pub(super) measured: Texts,
        }

        impl $name {
            /// Where it comes from.
            pub fn origin(&self) -> Origin {
                Origin { source: self.source.to_vec(), measured: self.measured.to_vec() }
            }
        }
    };
}

pub(super) use fact;

fact! {
    /// Who votes, and what the loss of members means.
    Votes {
        /// Who votes, in words: `every member`, `controllers`, `nobody`.
        who: String,
        /// How the number of members that may be lost follows from the number there is.
        tolerance: Tolerance,
        /// What happens to a group of two, as a clause: `when one is away, nothing can be written`.
        #[serde(default)]
        lost: Option<String>,
        /// Images, besides the system's own, whose containers vote as well: arbiters.
        #[serde(default)]
        others: Vec<String>,
        /// Whether the system itself leaves one of an even number of voters out.
        #[serde(default)]
        even_is_handled: bool,
    }
}

/// How the number of members that may be lost follows from the number there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tolerance {
    /// One consensus group over the whole set: floor((n-1)/2).
    Majority,
    /// Sharded data: the replication factor decides, not the number of members; 1 with the usual factor of 3.
    ReplicationFactor,
    /// Votes elsewhere, or not at all.
    None,
}

fact! {
    /// How members find each other.
    Peers {
        /// By what.
        by: PeersBy,
    }
}

/// By what members find each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeersBy {
    /// A list of all members, each by its own Pod name, the same in every member.
    StaticList,
    /// A list of some members that newcomers ask, by Pod names.
    Seeds,
    /// Pod names that a script or the system itself makes up.
    Names,
    /// A third party: the Kubernetes API, a DCS, ZooKeeper.
    Registry,
    /// Somebody tells them, by address.
    Told,
    /// They do not.
    Nobody,
}

impl PeersBy {
    /// Whether peers have to resolve Pod names before anything can form.
    pub fn needs_names(self) -> bool {
        matches!(self, PeersBy::StaticList | PeersBy::Seeds | PeersBy::Names)
    }
}

fact! {
    /// Who may start the cluster, and whether a member that is alone waits.
    Bootstrap {
        /// Who.
        by: BootstrapBy,
        /// Whether a member with data that is alone, after all have stopped, waits for others before it serves.
        #[serde(default)]
        restart_waits: bool,
        /// What follows for a start of all members at once, as a sentence.
        says: String,
        /// What to change where that is dangerous, as a sentence.
        #[serde(default)]
        advice: Option<String>,
    }
}

/// Who may start the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BootstrapBy {
    /// A majority of a fixed list, together: nobody alone, and never two clusters.
    Majority,
    /// Only the first ordinal, or one member that the configuration names.
    OneMember,
    /// Any member that finds nobody else.
    AnyMember,
    /// Every member starts its own.
    EveryMember,
    /// Only members that come after the first ordinal.
    LaterMember,
    /// A person or a Job, once.
    ByHand,
    /// Each member serves by itself; what they share is decided elsewhere (a DCS, ZooKeeper), or not at all.
    Each,
    /// No member and nobody else: none ever starts.
    Nobody,
    /// It depends on what was not read.
    Unknown,
}

impl BootstrapBy {
    /// Whether a member without data that is alone waits for others before it serves.
    pub fn waits_alone(self) -> bool {
        matches!(self, BootstrapBy::Majority | BootstrapBy::ByHand)
    }
}

fact! {
    /// What the order of starts means here.
    Order {
        /// Which policy fits.
        verdict: Verdict,
        /// Who ships `Parallel`, after "as": `etcd's own manifest does`.
        #[serde(default)]
        shipped_by: Option<String>,
        /// Why the order matters, where it does, as a clause.
        #[serde(default)]
        says: Option<String>,
    }
}

/// Which `podManagementPolicy` fits; the required ones mean that the other was shown to block or to break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Verdict {
    OrderedRequired,
    OrderedPreferred,
    Either,
    ParallelPreferred,
    ParallelRequired,
}

fact! {
    /// One way in which a system can be run.
    Mode {
        /// Its name, unique in the file.
        name: String,
        /// The system's name in this mode, where it differs.
        #[serde(default)]
        title: Option<String>,
        /// By what it is recognised: any of these; the last mode may have none.
        #[serde(default)]
        when: Vec<Condition>,
        /// Whether it is only the likeliest, since what would tell was not read.
        #[serde(default)]
        assumed: bool,
        /// Whether several Pods of it form one cluster.
        clustered: bool,
        #[serde(default)]
        #[allow(missing_docs)]
        votes: Option<Votes>,
        #[serde(default)]
        #[allow(missing_docs)]
        peers: Option<Peers>,
        #[serde(default)]
        #[allow(missing_docs)]
        bootstrap: Option<Bootstrap>,
        #[serde(default)]
        #[allow(missing_docs)]
        order: Option<Order>,
        /// What several Pods are, where nothing replicates between them.
        #[serde(default)]
        unreplicated: Option<Unreplicated>,
    }
}

fact! {
    /// Where data lies.
    Data {
        /// The directory, unless something sets another one.
        directory: String,
        /// Variables and flags that set it.
        #[serde(default)]
        set_by: Vec<String>,
        /// Only for images like this.
        #[serde(default)]
        when: Vec<Condition>,
        #[serde(default)]
        #[allow(missing_docs)]
        from: Option<String>,
        #[serde(default)]
        #[allow(missing_docs)]
        before: Option<String>,
    }
}

fact! {
    /// A port by what it is for.
    Port {
        /// Its usual number; none where it is only open when configured.
        #[serde(default)]
        number: Option<u16>,
        /// Names that container ports give it.
        #[serde(default)]
        names: Vec<String>,
        /// Patterns that find another number in the configuration, in their first group.
        #[serde(default)]
        set_by: Vec<Pattern>,
    }
}

fact! {
    /// What a common probe answers.
    ProbeFact {
        /// What it asks for, as a clause: `needs a leader`.
        says: String,
        /// The forms it has in manifests.
        is: Vec<Form>,
        /// Only in these modes.
        #[serde(default)]
        modes: Vec<String>,
        /// Only from this version on, the version included.
        #[serde(default)]
        from: Option<String>,
        /// Only before this version.
        #[serde(default)]
        before: Option<String>,
        /// In a member that waits for others: at the first start, or after all have stopped.
        alone: Answer,
        /// Whether it fails in every member that is alone, one that may begin by itself included.
        #[serde(default)]
        needs_others: bool,
        /// In a member that runs and has lost the others.
        #[serde(default)]
        quorum_lost: Option<Answer>,
    }
}

/// What a probe answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Answer {
    Passes,
    Fails,
}

/// One form of a probe.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Form {
    /// `httpGet`.
    Http {
        /// One of the file's ports; any port when left out.
        #[serde(default)]
        port: Option<String>,
        /// Matches the whole path, query included; any path when left out.
        #[serde(default)]
        path: Option<Pattern>,
    },
    /// `tcpSocket`.
    Tcp {
        /// One of the file's ports.
        port: String,
    },
    /// `exec`: found in the words, joined by blanks, and in scripts from ConfigMaps that they name.
    Command(Pattern),
}

fact! {
    /// A probe to propose.
    Candidate {
        /// The probe as YAML; a port is the name of one of the file's ports, `{name}` in a command.
        probe: Value,
        /// Any of these holds; always when empty.
        #[serde(default)]
        when: Vec<Condition>,
        /// Only in these modes.
        #[serde(default)]
        modes: Vec<String>,
        #[serde(default)]
        #[allow(missing_docs)]
        from: Option<String>,
        #[serde(default)]
        #[allow(missing_docs)]
        before: Option<String>,
        /// Why this one fits, as a sentence.
        #[serde(default)]
        says: Option<String>,
    }
}
