//! `undefined-env-reference`: `$(NAME)` where nothing defines the name.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Container;
use serde_json::{Value, json};

use super::shared::environment::{Defined, Environment, field_of};
use super::shared::patched::may_be_patched_in;
use super::shared::reference::{Reference, references};
use super::shared::{wording, words};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::yaml::{FieldPath, Presence};

pub(super) const META: RuleMeta = RuleMeta {
    id: "undefined-env-reference",
    summary: "`$(NAME)` in a command, an argument or a variable, and nothing defines the name",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning],
};

pub(super) const CHECK: Check = Check::Set(check);

/// What becomes of a reference that nothing defines, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// `subPathExpr`: the container does not start.
    NoStart,
    /// The text reaches the process.
    Literal,
    /// The text is in a variable.
    InVariable,
    /// A shell takes it for a command.
    Command,
    /// A probe is asked with the text.
    InProbe,
    /// A probe is asked with nothing in its place, though the container knows the variable.
    EmptyInProbe,
    /// An entry further down defines it.
    Late,
}

struct Use<'a> {
    name: &'a str,
    place: Place,
    outcome: Outcome,
}

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(spec) = set.pod_spec() else { return };
    if is_filled_in_elsewhere(set) {
        return;
    }
    let pod = FieldPath::of("spec.template.spec");
    for (key, containers) in
        [("initContainers", spec.init_containers.as_deref().unwrap_or_default()), ("containers", &spec.containers)]
    {
        for (index, container) in containers.iter().enumerate() {
            let path = pod.clone().key(key).index(index);
            let environment = Environment::of(set, container, &path, context);
            let mut uses = uses(set, container, &path, &environment);
            uses.retain(|one| !may_be_patched_in(set, one.name, context));
            let (probes, others): (Vec<_>, Vec<_>) = uses.into_iter().partition(|one| {
                matches!(one.outcome, Outcome::EmptyInProbe)
                    || (one.outcome == Outcome::InProbe && environment.defines(one.name) != Defined::No)
            });
            let (late, undefined): (Vec<_>, Vec<_>) = others.into_iter().partition(|one| one.outcome == Outcome::Late);
            let this = Judged { set, container, path: &path, environment: &environment, context };
            findings_of(&this, undefined, findings, Judged::undefined);
            findings_of(&this, late, findings, Judged::late);
            findings_of(&this, probes, findings, Judged::in_probe);
        }
    }
}

type Word<'j, 'a> = fn(&Judged<'j, 'a>, &Uses<'a>) -> Finding;

fn findings_of<'j, 'a>(this: &Judged<'j, 'a>, uses: Vec<Use<'a>>, findings: &mut Findings, word: Word<'j, 'a>) {
    if let Some(uses) = Uses::of(uses) {
        findings.push(word(this, &uses).about(this.set.id()));
    }
}

/// Whether `$(…)` stands where Kubernetes never looks at it: then another tool fills in the whole manifest first.
fn is_filled_in_elsewhere(set: SetView<'_>) -> bool {
    let spells = |text: Option<&str>| text.is_some_and(|text| text.contains("$("));
    let images =
        set.pod_spec().into_iter().flat_map(|spec| spec.containers.iter().chain(spec.init_containers.iter().flatten()));
    let labels = set.template_labels().iter().any(|(key, value)| key.contains("$(") || value.contains("$("));
    labels
        || spells(Some(set.name()))
        || spells(set.namespace())
        || images.into_iter().any(|container| spells(container.image.as_deref()))
}

/// Everything in a container that refers to what nothing defines.
fn uses<'a>(
    set: SetView<'a>,
    container: &'a Container,
    path: &FieldPath,
    environment: &Environment<'a>,
) -> Vec<Use<'a>> {
    let mut found = Vec::new();
    if environment.is_unsure() {
        return found;
    }
    let at = |path: FieldPath, reference: &Reference<'_>| Place::value(set.id(), path).within(reference.range.clone());
    let words: Vec<(&str, usize, &'a str)> = [("command", &container.command), ("args", &container.args)]
        .into_iter()
        .flat_map(|(key, list)| list.iter().flatten().enumerate().map(move |(index, word)| (key, index, word.as_str())))
        .collect();
    let kinds = words::kinds(&words.iter().map(|(_, _, word)| *word).collect::<Vec<_>>());
    for ((key, index, word), kind) in words.iter().zip(kinds) {
        for reference in references(word) {
            let Some(outcome) = outcome_in(kind, word, &reference, Outcome::Literal) else { continue };
            if environment.defines(reference.name) == Defined::No {
                let path = path.clone().key((*key).to_owned()).index(*index);
                found.push(Use { name: reference.name, place: at(path, &reference), outcome });
            }
        }
    }
    for (index, mount) in container.volume_mounts.iter().flatten().enumerate() {
        for reference in mount.sub_path_expr.as_deref().map(references).unwrap_or_default() {
            if environment.defines(reference.name) == Defined::No {
                let path = path.clone().key("volumeMounts").index(index).key("subPathExpr");
                found.push(Use { name: reference.name, place: at(path, &reference), outcome: Outcome::NoStart });
            }
        }
    }
    for (index, entry) in environment.entries().iter().enumerate() {
        let Some(value) = entry.value.as_deref() else { continue };
        // A script that somebody runs later: `$(…)` in it may be meant for a shell.
        if value.contains('\n') {
            continue;
        }
        for reference in references(value).into_iter().filter(Reference::is_variable) {
            if environment.defines_before(reference.name, index) == Defined::No {
                let late = environment.defines_below(reference.name, index);
                let outcome = if late { Outcome::Late } else { Outcome::InVariable };
                let path = path.clone().key("env").index(index).key("value");
                found.push(Use { name: reference.name, place: at(path, &reference), outcome });
            }
        }
    }
    found.extend(in_probes(set, container, path, environment));
    found
}

/// What becomes of an undefined reference in a word of a command.
fn outcome_in(kind: words::Kind, word: &str, reference: &Reference<'_>, plain: Outcome) -> Option<Outcome> {
    match kind {
        words::Kind::Plain => reference.is_variable().then_some(plain),
        words::Kind::Script if reference.is_loud() && words::is_run(word, reference.name, reference.range.start) => {
            Some(Outcome::Command)
        }
        words::Kind::Script | words::Kind::Unsure => None,
    }
}

/// In a probe's command only variables with a literal value are filled in; from others nothing is left.
fn in_probes<'a>(
    set: SetView<'a>,
    container: &'a Container,
    path: &FieldPath,
    environment: &Environment<'a>,
) -> Vec<Use<'a>> {
    let mut found = Vec::new();
    for (key, probe) in [
        ("startupProbe", &container.startup_probe),
        ("readinessProbe", &container.readiness_probe),
        ("livenessProbe", &container.liveness_probe),
    ] {
        let command = probe.as_ref().and_then(|probe| probe.exec.as_ref()).and_then(|exec| exec.command.as_ref());
        let words: Vec<&str> = command.into_iter().flatten().map(String::as_str).collect();
        for (index, (word, kind)) in words.iter().zip(words::kinds(&words)).enumerate() {
            for reference in references(word) {
                let entry = environment.entries().iter().rev().find(|entry| entry.name == reference.name);
                let outcome = match entry {
                    Some(entry) if entry.value_from.is_some() => Some(Outcome::EmptyInProbe),
                    Some(_) => None,
                    None => outcome_in(kind, word, &reference, Outcome::InProbe),
                };
                let Some(outcome) = outcome else { continue };
                let path = path.clone().key(key).key("exec").key("command").index(index);
                let place = Place::value(set.id(), path).within(reference.range.clone());
                found.push(Use { name: reference.name, place, outcome });
            }
        }
    }
    found
}

/// The uses that one finding tells of, the worst one first.
struct Uses<'a> {
    worst: Outcome,
    first: Use<'a>,
    /// One for each other name.
    related: Vec<Use<'a>>,
    /// In the order in which they are told.
    names: Vec<&'a str>,
    /// How many more places there are of the names told.
    more: usize,
}

impl<'a> Uses<'a> {
    fn of(mut uses: Vec<Use<'a>>) -> Option<Uses<'a>> {
        // The order of the file within one outcome.
        uses.sort_by_key(|one| one.outcome);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut firsts = Vec::new();
        for one in uses {
            let count = counts.entry(one.name).or_default();
            *count += 1;
            if *count == 1 {
                firsts.push(one);
            }
        }
        let more = counts.values().map(|count| count - 1).sum();
        let names = firsts.iter().map(|one| one.name).collect();
        let mut firsts = firsts.into_iter();
        let first = firsts.next()?;
        Some(Uses { worst: first.outcome, first, related: firsts.collect(), names, more })
    }

    /// `` `$(A)` and `$(B)` ``.
    fn listed(&self) -> String {
        let written: Vec<String> = self.names.iter().map(|name| format!("$({name})")).collect();
        wording::list(&written.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn them(&self) -> &'static str {
        if self.names.len() == 1 { "it" } else { "them" }
    }

    /// A finding with all of the places.
    fn finding(&self, severity: Severity, message: String, label: &str) -> Finding {
        let label = match self.more {
            0 => label.to_owned(),
            1 => format!("{label}, and in 1 more place"),
            more => format!("{label}, and in {more} more places"),
        };
        let finding = Finding::new(severity, message, self.first.place.clone(), label);
        self.related
            .iter()
            .fold(finding, |finding, one| finding.related(one.place.clone(), format!("`$({})` as well", one.name)))
    }
}

/// The container that is judged.
struct Judged<'j, 'a> {
    set: SetView<'a>,
    container: &'a Container,
    path: &'j FieldPath,
    environment: &'j Environment<'a>,
    context: &'j Context<'a>,
}

impl<'a> Judged<'_, 'a> {
    fn undefined(&self, uses: &Uses<'a>) -> Finding {
        let (set, container, listed, them) = (self.set.name(), &self.container.name, uses.listed(), uses.them());
        let nobody = format!("no env of container `{container}` defines {them}");
        let members = match self.context.system(self.set) {
            Some(running) if running.is_clustered() => "members",
            _ => "Pods",
        };
        let (severity, message, label) = match uses.worst {
            Outcome::NoStart => {
                let message = format!(
                    "`{set}` cannot start container `{container}`: a `subPathExpr` says {listed}, and {nobody}"
                );
                (Severity::Error, message, "not defined: the container does not start")
            }
            Outcome::Literal => {
                let message = format!("`{set}` starts its {members} with the literal text {listed}: {nobody}");
                (Severity::Error, message, "stays as it is written")
            }
            Outcome::Command => {
                let message = format!(
                    "`{set}` starts its {members} with nothing in place of {listed}: {nobody}, and the shell runs {them} as a command"
                );
                (Severity::Warning, message, "a command to the shell, not a variable")
            }
            Outcome::InProbe => {
                let message = format!("a probe of `{set}` is asked with the literal text {listed}: {nobody}");
                (Severity::Warning, message, "stays as it is written")
            }
            Outcome::InVariable | Outcome::EmptyInProbe | Outcome::Late => {
                let message = format!(
                    "`{set}` gives container `{container}` a variable with the literal text {listed}: nothing defines {them}"
                );
                (Severity::Warning, message, "stays as it is written")
            }
        };
        let finding = self.helped(uses.finding(severity, message, label), uses);
        let finding = match self.elsewhere(&uses.names) {
            Some(other) => {
                finding.note(format!("container `{other}` has such a variable, and containers do not share them."))
            }
            None => finding,
        };
        finding.note(
            "Kubernetes fills in `$(NAME)` from the env of the same container and leaves a name that it does not know as it \
             is, without an error; it injects no `POD_NAME` or `NAMESPACE`, and it does not see variables of the image. Fine \
             where an admission webhook adds the variable.",
        )
    }

    fn late(&self, uses: &Uses<'a>) -> Finding {
        let (set, container, listed) = (self.set.name(), &self.container.name, uses.listed());
        let message = format!(
            "`{set}` gives container `{container}` a variable with the literal text {listed}: the entry that defines {} \
             stands further down",
            uses.them()
        );
        let mut finding = uses.finding(Severity::Warning, message, "only entries above this one count");
        for name in &uses.names {
            if let Some(index) = self.environment.entries().iter().position(|entry| entry.name == *name) {
                let place = Place::value(self.set.id(), self.path.clone().key("env").index(index).key("name"));
                finding = finding.related(place, "defined here, too late");
            }
        }
        finding.advise(format!("move {} to the top of `env` of container `{container}`", wording::list(&uses.names))).note(
            "Kubernetes fills in `$(NAME)` in a variable's value from `envFrom`, from the entries above it and from Services; \
             in commands and arguments the order does not matter.",
        )
    }

    fn in_probe(&self, uses: &Uses<'a>) -> Finding {
        let (set, container, listed) = (self.set.name(), &self.container.name, uses.listed());
        let (asked, label) = match uses.worst {
            Outcome::EmptyInProbe => ("nothing in place of", "filled in with an empty text"),
            _ => ("the literal text", "stays as it is written"),
        };
        let message = format!(
            "a probe of `{set}` is asked with {asked} {listed}: in a probe's command only variables with a literal `value` \
             are filled in"
        );
        let plain: Vec<String> = uses.names.iter().map(|name| format!("${name}")).collect();
        let plain = wording::list(&plain.iter().map(String::as_str).collect::<Vec<_>>());
        uses.finding(Severity::Warning, message, label)
            .advise(format!("let a shell of container `{container}` fill it in: `sh -c` and {plain} in the command"))
            .note(
                "the kubelet fills in `$(NAME)` in a probe's command from the manifest alone: a variable that comes from \
                 `valueFrom` is empty there and one from `envFrom` unknown, although the container itself has both.",
            )
    }

    /// Another container of the Pod that defines one of these names.
    fn elsewhere(&self, names: &[&str]) -> Option<&'a str> {
        let spec = self.set.pod_spec()?;
        let all = spec.containers.iter().chain(spec.init_containers.iter().flatten());
        let defines = |one: &&Container| one.env.iter().flatten().any(|entry| names.contains(&entry.name.as_str()));
        let mut others = all.filter(|one| one.name != self.container.name);
        others.find(defines).map(|one| one.name.as_str())
    }

    /// What to add, or what to write instead.
    fn helped(&self, finding: Finding, uses: &Uses<'a>) -> Finding {
        let container = &self.container.name;
        let (mut instead, mut entries, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for &name in &uses.names {
            match field_of(name) {
                Some(field) => match self.environment.reading(field) {
                    Some(entry) => instead.push(format!("`$({})` instead of `$({name})`", entry.name)),
                    None => entries.push(json!({ "name": name, "valueFrom": { "fieldRef": { "fieldPath": field } } })),
                },
                None => unknown.push(name),
            }
        }
        let path = self.path.clone().key("env");
        if instead.is_empty() && unknown.is_empty() && self.set.presence(&path) == Presence::Absent {
            return finding.propose(
                format!("give container `{container}` the variables of its Pod:"),
                Proposal::Set { object: self.set.id(), path, value: Value::Array(entries) },
            );
        }
        let finding = if instead.is_empty() {
            finding
        } else {
            finding.advise(format!("write {}, which the container has", instead.join(" and ")))
        };
        let finding = entries.iter().fold(finding, |finding, entry| {
            let field = entry["valueFrom"]["fieldRef"]["fieldPath"].as_str().unwrap_or_default();
            let name = entry["name"].as_str().unwrap_or_default();
            let item = format!("- {{name: {name}, valueFrom: {{fieldRef: {{fieldPath: \"{field}\"}}}}}}");
            finding.advise(format!("put this at the top of `env` of container `{container}`: `{item}`"))
        });
        match unknown.as_slice() {
            [] => finding,
            names => finding.advise(format!(
                "define {} at the top of `env` of container `{container}`, or write the value itself; for the text with its \
                 parentheses write `$$(…)`",
                wording::list(names)
            )),
        }
    }
}
