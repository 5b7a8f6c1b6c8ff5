//! One system of the catalogue, and reading it from its file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::condition::Condition;
use super::facts::{
    Arguments, Bootstrap, Candidate, ClusterWide, Data, EarlyClients, LostFound, MemberList, Mode, Order, Peers, Port,
    ProbeFact, Refused, Shutdown, Unreachable, Votes, Worth, fact,
};
use super::fault::Fault;
use super::review::{self, Review, Sourcing};
use crate::yaml::{Chunk, Document, Source, Span, split};

fact! {
    /// What is known of one stateful system.
    System {
        /// Its name in the catalogue, which is that of its file.
        #[serde(skip)]
        name: String,
        /// Its name as its makers write it.
        title: String,
        /// Last segments of its images' names, exactly: `etcd` means `quay.io/coreos/etcd:v3.6`, never `etcd-operator`.
        images: Vec<String>,
        /// Containers of other images that run it too.
        #[serde(default)]
        also: Vec<Condition>,
        /// Containers of its images that do not run it.
        #[serde(default)]
        except: Vec<Condition>,
        /// Its ports, by what they are for.
        #[serde(default)]
        ports: BTreeMap<String, Port>,
        /// The ways in which it is run; the first that fits counts, the last has no `when`.
        modes: Vec<Mode>,
        /// Who votes, in modes that say nothing else.
        votes: Option<Votes>,
        /// How members find each other, in modes that say nothing else.
        peers: Option<Peers>,
        /// Who may begin, in modes that say nothing else.
        bootstrap: Option<Bootstrap>,
        /// What the order of starts means, in modes that say nothing else.
        order: Option<Order>,
        /// Where members are listed by name; the first that fits and is found counts.
        #[serde(default)]
        member_lists: Vec<MemberList>,
        /// Why clients have to reach members that are not ready, where they have to.
        early_clients: Option<EarlyClients>,
        /// Where data lies; the first that fits counts.
        #[serde(default)]
        data: Vec<Data>,
        /// What happens where the data directory is the root of a file system that holds `lost+found`; the first that fits
        /// counts.
        #[serde(default)]
        lost_found: Vec<LostFound>,
        /// What common probes answer; the first that is recognised counts.
        #[serde(default)]
        probes: Vec<ProbeFact>,
        /// Probes that fail in every member at once, for what has become of another one.
        #[serde(default)]
        cluster_wide: Vec<ClusterWide>,
        /// Probes that it refuses as it comes; the first that is recognised counts.
        #[serde(default)]
        refused: Vec<Refused>,
        /// Why the kubelet cannot ask a member; the first that fits counts.
        #[serde(default)]
        unreachable: Vec<Unreachable>,
        /// Readiness probes to propose; the first that fits counts.
        #[serde(default)]
        readiness: Vec<Candidate>,
        /// Liveness probes to propose; the first that fits counts.
        #[serde(default)]
        liveness: Vec<Candidate>,
        /// How long a member is given to stop; the first that fits counts.
        #[serde(default)]
        shutdown: Vec<Shutdown>,
        /// What the data on a member's disk is worth; the first that fits counts.
        #[serde(default)]
        worth: Vec<Worth>,
        /// What its program takes on its command line.
        arguments: Option<Arguments>,
    }
}

/// What only modes say.
const OF_MODES: [&str; 6] = ["assumed", "clustered", "restart", "rollout", "unreplicated", "when"];

impl System {
    /// Its name in the catalogue, as in `etcd`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name as its makers write it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Reads a file and looks whether it is right.
    pub(super) fn read(name: &str, source: &Arc<Source>, sourcing: Sourcing) -> Result<System, Vec<Fault>> {
        let (document, more) = only_document(source).ok_or_else(|| vec![empty(source)])?;
        let mut faults: Vec<Fault> =
            document.problems.iter().map(|problem| Fault::of_problem(source, problem)).collect();
        if let Some(chunk) = more {
            let message = "a second document begins here".to_owned();
            let help = "one file holds one system".to_owned();
            faults.push(Fault { source: source.clone(), span: first_line(source, &chunk), message, help });
        }
        let Some(root) = document.root().filter(|_| faults.is_empty()) else {
            return Err(if faults.is_empty() { vec![empty(source)] } else { faults });
        };
        let faults = review::empty_values(&document, root.id());
        if !faults.is_empty() {
            return Err(faults);
        }
        let decoded = document.decode::<System>(root.id());
        let faults = decoded.errors.into_iter().map(|error| {
            // A key of the file's top; `measured` and the like are fields there and in modes.
            let key = document.node(error.node).text();
            let is_of_modes = OF_MODES.contains(&key) && error.names.contains(&"modes");
            let help = is_of_modes.then(|| format!("`{key}` is told of a mode: write it in one, below `modes`"));
            let fault = Fault::of_type(&document, error);
            Fault { help: help.unwrap_or(fault.help), ..fault }
        });
        let faults: Vec<Fault> = faults.collect();
        let Some(mut system) = decoded.value.filter(|_| faults.is_empty()) else { return Err(faults) };
        name.clone_into(&mut system.name);
        let faults = Review::of(&document, root.id(), &system, sourcing);
        if faults.is_empty() { Ok(system) } else { Err(faults) }
    }

    /// Reads a file that a test has found right.
    pub(super) fn trust(name: &str, source: &Arc<Source>) -> Option<System> {
        let (document, _) = only_document(source)?;
        let mut system = document.decode::<System>(document.root()?.id()).value?;
        name.clone_into(&mut system.name);
        Some(system)
    }
}

/// The first document that holds anything, and where a second one does.
fn only_document(source: &Arc<Source>) -> Option<(Document, Option<Chunk>)> {
    let mut chunks = split(source.text()).into_iter().filter(|chunk| !source.slice(chunk.span).trim().is_empty());
    let document = Document::parse(source, &chunks.next()?);
    let more = chunks.find(|chunk| Document::parse(source, chunk).root().is_some());
    Some((document, more))
}

fn empty(source: &Arc<Source>) -> Fault {
    let help = "`stslint systems NAME --format yaml` prints a file to begin with".to_owned();
    Fault { source: source.clone(), span: Span::new(0, 0), message: "this file is empty".to_owned(), help }
}

fn first_line(source: &Source, chunk: &Chunk) -> Span {
    let line = source.position(chunk.span.start as usize).line;
    source.line_span(line)
}
