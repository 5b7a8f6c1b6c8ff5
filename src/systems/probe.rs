//! What a set's probes ask, and probes to propose.

use k8s_openapi::api::core::v1::{Container, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value;

use super::Running;
use super::condition::any_holds;
use super::facts::{Candidate, ClusterWide, Form, Port, ProbeFact, Unreachable};
use super::script::{Asked, depends_on};

/// A probe that the catalogue proposes for one set.
#[derive(Clone, Debug)]
pub struct Proposed<'a> {
    /// The probe as YAML.
    pub probe: Value,
    /// What it answers.
    pub fact: &'a ProbeFact,
    /// Why it fits, as a sentence.
    pub says: Option<String>,
}

impl<'a> Running<'a> {
    /// Whether a container runs the same system: the server itself, or a second process of the same images.
    pub fn is_run_in(&self, container: &Container) -> bool {
        let image = super::image::Image::read(container.image.as_deref().unwrap_or_default());
        std::ptr::eq(container, self.settings.container) || self.system.images.iter().any(|name| image.is(name))
    }

    /// What the catalogue knows of a probe; `None` where it is not recognised with certainty.
    pub fn recognise(&self, probe: &Probe, container: &Container) -> Option<&'a ProbeFact> {
        self.system.probes.iter().find(|fact| {
            self.concerns(&fact.modes, fact.from.as_deref(), fact.before.as_deref())
                && fact.is.iter().any(|form| self.has_form(probe, container, form))
        })
    }

    /// Why a probe fails in every member at once; `None` where it is not one that asks for the whole cluster each time.
    pub fn asks_whole_cluster(&self, probe: &Probe, container: &Container) -> Option<&'a ClusterWide> {
        self.system.cluster_wide.iter().find(|fact| {
            self.concerns(&fact.modes, fact.from.as_deref(), fact.before.as_deref())
                && fact.is.iter().any(|form| self.has_form_asked(probe, container, form, Asked::EachTime))
        })
    }

    pub(super) fn has_form(&self, probe: &Probe, container: &Container, form: &Form) -> bool {
        self.has_form_asked(probe, container, form, Asked::AtFirst)
    }

    fn has_form_asked(&self, probe: &Probe, container: &Container, form: &Form, asked: Asked) -> bool {
        match form {
            Form::Http { port, path } => probe.http_get.as_ref().is_some_and(|get| {
                let number = number_of(&get.port, container);
                let written = get.path.as_deref().filter(|path| !path.is_empty()).unwrap_or("/");
                port.as_deref().is_none_or(|port| self.is_port(number, port))
                    && path.as_ref().is_none_or(|path| path.matches_whole(written))
            }),
            Form::Tcp { port } => {
                let socket = probe.tcp_socket.as_ref();
                socket.is_some_and(|socket| self.is_port(number_of(&socket.port, container), port))
            }
            Form::Command(pattern) => {
                let words = probe.exec.as_ref().and_then(|exec| exec.command.as_ref());
                let Some(command) = words.map(|words| words.join(" ")) else { return false };
                let Some(regex) = pattern.regex() else { return false };
                let mut scripts = std::iter::once(command.as_str()).chain(self.settings.scripts_named_in(&command));
                scripts.any(|script| depends_on(script, regex, asked))
            }
        }
    }

    fn is_port(&self, number: Option<i32>, port: &str) -> bool {
        let Some(port) = self.system.ports.get(port) else { return false };
        number.is_some_and(|number| self.numbers(port).0.contains(&number))
    }

    /// The numbers that a port has in this set, and whether the set itself says so: by its configuration, else by the
    /// ports of the container. Otherwise it is the usual one.
    fn numbers(&self, port: &Port) -> (Vec<i32>, bool) {
        let mut found = Vec::new();
        for pattern in &port.set_by {
            let Some(regex) = pattern.regex() else { continue };
            self.settings.find_anywhere(|text| {
                let groups = regex.captures_iter(text).filter_map(|captures| captures.get(1));
                // 0 turns a port off.
                found
                    .extend(groups.filter_map(|group| group.as_str().parse::<i32>().ok()).filter(|number| *number > 0));
                None
            });
        }
        if !found.is_empty() {
            found.sort_unstable();
            found.dedup();
            return (found, true);
        }
        let usual = port.number.map(i32::from);
        let is_declared = |number: i32| self.settings.ports().any(|(declared, _)| declared == number);
        if usual.is_some_and(is_declared) {
            return (usual.into_iter().collect(), true);
        }
        let named = self.settings.ports().filter(|(_, name)| name.is_some_and(|name| has_name(port, name)));
        let named: Vec<i32> = named.map(|(number, _)| number).collect();
        if named.is_empty() { (usual.into_iter().collect(), false) } else { (named, true) }
    }

    /// The first readiness probe of the catalogue that fits this set, of those that the rule can use.
    pub fn readiness(&self, is_fit: impl Fn(&ProbeFact) -> bool) -> Option<Proposed<'a>> {
        self.first_fit(&self.system.readiness, is_fit)
    }

    /// The first liveness probe of the catalogue that fits this set, of those that the rule can use.
    pub fn liveness(&self, is_fit: impl Fn(&ProbeFact) -> bool) -> Option<Proposed<'a>> {
        self.first_fit(&self.system.liveness, is_fit)
    }

    /// Why the kubelet cannot ask a member of this set, where that is known.
    pub fn unreachable(&self) -> Option<&'a Unreachable> {
        self.system.unreachable.iter().find(|fact| any_holds(&fact.when, &self.settings))
    }

    fn first_fit(&self, candidates: &'a [Candidate], is_fit: impl Fn(&ProbeFact) -> bool) -> Option<Proposed<'a>> {
        candidates.iter().filter(|candidate| self.admits(candidate)).find_map(|candidate| {
            let probe = self.with_ports(&candidate.probe)?;
            let typed: Probe = serde_json::from_value(probe.clone()).ok()?;
            // What a proposal answers is asked as of any probe: one that is not recognised is not proposed.
            let fact = self.recognise(&typed, self.settings.container)?;
            let says = candidate.says.as_deref().and_then(|says| self.with_numbers(says));
            is_fit(fact).then_some(Proposed { probe, fact, says })
        })
    }

    /// The value with numbers in place of the names of ports; `None` where a number is not known for sure.
    fn with_ports(&self, value: &Value) -> Option<Value> {
        Some(match value {
            Value::Object(fields) => {
                let field = |(key, value): (&String, &Value)| {
                    let value = match (key.as_str(), value) {
                        ("port", Value::String(name)) => Value::from(self.only_number(name)?),
                        _ => self.with_ports(value)?,
                    };
                    Some((key.clone(), value))
                };
                Value::Object(fields.iter().map(field).collect::<Option<_>>()?)
            }
            Value::Array(items) => Value::Array(items.iter().map(|item| self.with_ports(item)).collect::<Option<_>>()?),
            Value::String(text) => Value::String(self.with_numbers(text)?),
            other => other.clone(),
        })
    }

    /// The text with numbers in place of `{name}`.
    fn with_numbers(&self, text: &str) -> Option<String> {
        let mut text = text.to_owned();
        for name in self.system.ports.keys() {
            let placeholder = format!("{{{name}}}");
            if text.contains(&placeholder) {
                text = text.replace(&placeholder, &self.only_number(name)?.to_string());
            }
        }
        Some(text)
    }

    /// A port's number, where the set leaves no doubt: it says so itself, or declares no port at all.
    fn only_number(&self, name: &str) -> Option<i32> {
        let (numbers, is_said) = self.numbers(self.system.ports.get(name)?);
        let is_declared = |number: &i32| self.settings.ports().any(|(declared, _)| declared == *number);
        if let Some(number) = numbers.iter().copied().find(is_declared) {
            return Some(number);
        }
        let declares_none = self.settings.ports().next().is_none();
        numbers.first().copied().filter(|_| numbers.len() == 1 && (is_said || declares_none))
    }
}

fn has_name(port: &Port, name: &str) -> bool {
    port.names.iter().any(|one| one == name)
}

/// The number of a probe's port; a name is looked up among the container's ports.
fn number_of(port: &IntOrString, container: &Container) -> Option<i32> {
    match port {
        IntOrString::Int(number) => Some(*number),
        IntOrString::String(text) => {
            let mut ports = container.ports.iter().flatten();
            let named = ports.find(|port| port.name.as_deref() == Some(text)).map(|port| port.container_port);
            named.or_else(|| text.parse().ok())
        }
    }
}
