//! One system of the catalogue, and reading it from its file.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::condition::{Condition, Pattern};
use super::facts::{Bootstrap, Candidate, Data, Form, Mode, Order, Peers, Port, ProbeFact, Texts, Votes};
use super::image::Version;
use super::shutdown::{Shutdown, Worth};
use crate::yaml::{Document, Source, split};

/// What is known of one stateful system.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct System {
    #[serde(skip)]
    pub(super) name: String,
    /// Its name as its makers write it.
    pub title: String,
    /// Last segments of its images' names, exactly.
    pub images: Vec<String>,
    /// Containers of other images that run it too.
    #[serde(default)]
    pub also: Vec<Condition>,
    /// Containers of its images that do not run it.
    #[serde(default)]
    pub except: Vec<Condition>,
    /// Its ports, by what they are for.
    #[serde(default)]
    pub ports: BTreeMap<String, Port>,
    /// The ways in which it is run; the first that fits counts.
    pub modes: Vec<Mode>,
    /// For modes that say nothing else.
    #[serde(default)]
    pub votes: Option<Votes>,
    /// For modes that say nothing else.
    #[serde(default)]
    pub peers: Option<Peers>,
    /// For modes that say nothing else.
    #[serde(default)]
    pub bootstrap: Option<Bootstrap>,
    /// For modes that say nothing else.
    #[serde(default)]
    pub order: Option<Order>,
    /// Where data lies; the first that fits counts.
    #[serde(default)]
    pub data: Vec<Data>,
    /// What common probes answer; the first that is recognised counts.
    #[serde(default)]
    pub probes: Vec<ProbeFact>,
    /// Readiness probes to propose; the first that fits counts.
    #[serde(default)]
    pub readiness: Vec<Candidate>,
    /// Liveness probes to propose; the first that fits counts.
    #[serde(default)]
    pub liveness: Vec<Candidate>,
    /// How long a member is given to stop; the first that fits counts.
    #[serde(default)]
    pub shutdown: Vec<Shutdown>,
    /// What the data on a member's disk is worth; the first that fits counts.
    #[serde(default)]
    pub worth: Vec<Worth>,
    #[serde(default)]
    pub(super) source: Texts,
}

/// What is wrong with a file of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// What is wrong, as a clause.
    pub message: String,
}

impl System {
    /// Its name in the catalogue, as in `etcd`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name as its makers write it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Reads a file; whether its facts are complete is what [`System::faults`] says.
    pub(super) fn read(name: &str, text: &str) -> Result<System, Fault> {
        let file = format!("{name}.yaml");
        let fault = |message: String| Fault { file: file.clone(), message };
        let source = Arc::new(Source::new(file.clone(), text));
        let chunk = split(source.text()).into_iter().find(|chunk| !source.slice(chunk.span).trim().is_empty());
        let chunk = chunk.ok_or_else(|| fault("is empty".to_owned()))?;
        let document = Document::parse(&source, &chunk);
        if let Some(problem) = document.problems.first() {
            return Err(fault(problem.message.clone()));
        }
        let root = document.root().ok_or_else(|| fault("is empty".to_owned()))?;
        let value = document.to_json(root.id()).map_err(|error| fault(error.to_string()))?;
        let mut system: System = serde_json::from_value(value).map_err(|error| fault(error.to_string()))?;
        name.clone_into(&mut system.name);
        Ok(system)
    }

    /// What is wrong with the facts: no source, an unknown mode or port, a pattern that is not valid.
    pub fn faults(&self) -> Vec<Fault> {
        let mut messages = Vec::new();
        self.check_sources(&mut messages);
        self.check_modes(&mut messages);
        self.check_probes(&mut messages);
        for pattern in self.patterns() {
            if pattern.regex().is_none() {
                messages.push(format!("`{}` is no valid pattern", pattern.as_str()));
            }
        }
        let versions = self.probes.iter().flat_map(|probe| [&probe.from, &probe.before]);
        let versions = versions.chain(self.candidates().flat_map(|one| [&one.from, &one.before]));
        for version in versions.chain(self.data.iter().flat_map(|one| [&one.from, &one.before])).flatten() {
            if Version::read(version).is_none() {
                messages.push(format!("`{version}` is no version"));
            }
        }
        messages.into_iter().map(|message| Fault { file: format!("{}.yaml", self.name), message }).collect()
    }

    /// The probes to propose.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &Candidate> {
        self.readiness.iter().chain(&self.liveness)
    }

    fn check_sources(&self, messages: &mut Vec<String>) {
        let mut need = |what: String, origin: super::Origin| {
            if origin.source.is_empty() && origin.measured.is_empty() {
                messages.push(format!("{what} has neither `source` nor `measured`"));
            }
        };
        need("the file".to_owned(), super::Origin { source: self.source.to_vec(), measured: Vec::new() });
        let of_mode = |mode: &'_ str| if mode.is_empty() { String::new() } else { format!(" of mode `{mode}`") };
        let common = (&self.votes, &self.peers, &self.bootstrap, &self.order);
        let modes = self.modes.iter().map(|mode| {
            need(format!("mode `{}`", mode.name), mode.origin());
            if let Some(unreplicated) = &mode.unreplicated {
                need(format!("`unreplicated` of mode `{}`", mode.name), unreplicated.origin());
            }
            (mode.name.as_str(), (&mode.votes, &mode.peers, &mode.bootstrap, &mode.order))
        });
        let all: Vec<_> = modes.collect();
        for (mode, (votes, peers, bootstrap, order)) in std::iter::once(("", common)).chain(all) {
            let mut known = |what: &str, origin: Option<super::Origin>| {
                if let Some(origin) = origin {
                    need(format!("`{what}`{}", of_mode(mode)), origin);
                }
            };
            known("votes", votes.as_ref().map(Votes::origin));
            known("peers", peers.as_ref().map(Peers::origin));
            known("bootstrap", bootstrap.as_ref().map(Bootstrap::origin));
            known("order", order.as_ref().map(Order::origin));
        }
        self.ports.iter().for_each(|(name, port)| need(format!("port `{name}`"), port.origin()));
        self.data.iter().for_each(|data| need(format!("directory `{}`", data.directory), data.origin()));
        self.probes.iter().for_each(|probe| need(format!("the probe that {}", probe.says), probe.origin()));
        self.candidates().for_each(|one| need(format!("the proposal {}", one.probe), one.origin()));
        self.shutdown.iter().for_each(|one| need(format!("`shutdown` of {} s", one.seconds), one.origin()));
        self.worth.iter().for_each(|one| need(format!("`worth` of {}", one.what), one.origin()));
    }

    fn check_modes(&self, messages: &mut Vec<String>) {
        for (index, mode) in self.modes.iter().enumerate() {
            if self.modes[..index].iter().any(|other| other.name == mode.name) {
                messages.push(format!("two modes are called `{}`", mode.name));
            }
            if mode.when.is_empty() && index + 1 < self.modes.len() {
                messages.push(format!("mode `{}` hides those after it: it has no `when`", mode.name));
            }
            let complete = (mode.bootstrap.is_some() || self.bootstrap.is_some())
                && (mode.votes.is_some() || self.votes.is_some())
                && (mode.peers.is_some() || self.peers.is_some())
                && (mode.order.is_some() || self.order.is_some());
            if mode.clustered && !complete {
                messages.push(format!("mode `{}` lacks votes, peers, bootstrap or order", mode.name));
            }
        }
        if self.modes.last().is_none_or(|last| !last.when.is_empty()) {
            messages.push("no mode is left for sets that say nothing: the last one has a `when`".to_owned());
        }
        let named = self.probes.iter().flat_map(|probe| &probe.modes);
        let named = named.chain(self.shutdown.iter().flat_map(|one| &one.modes));
        let named = named.chain(self.worth.iter().flat_map(|one| &one.modes));
        for name in named.chain(self.candidates().flat_map(|one| &one.modes)) {
            if !self.modes.iter().any(|mode| mode.name == *name) {
                messages.push(format!("no mode is called `{name}`"));
            }
        }
    }

    fn check_probes(&self, messages: &mut Vec<String>) {
        let ports = self.probes.iter().flat_map(|probe| &probe.is).filter_map(|form| match form {
            Form::Http { port, .. } => port.as_ref(),
            Form::Tcp { port } => Some(port),
            Form::Command(_) => None,
        });
        for port in ports {
            if !self.ports.contains_key(port) {
                messages.push(format!("no port is called `{port}`"));
            }
        }
    }

    fn patterns(&self) -> Vec<&Pattern> {
        let mut all: Vec<&Pattern> = Vec::new();
        let conditions = self.also.iter().chain(&self.except).chain(self.modes.iter().flat_map(|mode| &mode.when));
        let conditions = conditions.chain(self.candidates().flat_map(|one| &one.when));
        let conditions = conditions.chain(self.shutdown.iter().flat_map(|one| &one.when));
        let conditions = conditions.chain(self.worth.iter().flat_map(|one| &one.when));
        let unreplicated = self.modes.iter().filter_map(|mode| mode.unreplicated.as_ref());
        let conditions = conditions.chain(unreplicated.flat_map(|one| &one.when));
        all.extend(conditions.chain(self.data.iter().flat_map(|one| &one.when)).flat_map(Condition::patterns));
        all.extend(self.ports.values().flat_map(|port| &port.set_by));
        for form in self.probes.iter().flat_map(|probe| &probe.is) {
            match form {
                Form::Http { path: Some(pattern), .. } | Form::Command(pattern) => all.push(pattern),
                Form::Http { path: None, .. } | Form::Tcp { .. } => {}
            }
        }
        all
    }
}
