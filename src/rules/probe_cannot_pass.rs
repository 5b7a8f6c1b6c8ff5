//! `probe-cannot-pass`: a probe that no state of the system can satisfy, or none in which another member is away.

use std::ops::Range;

use k8s_openapi::api::core::v1::{Container, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value;

use super::shared::brackets::{self, Use};
use super::shared::cluster_probe;
use super::shared::start::{Kind, container_path};
use super::shared::{refused, wording, words};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::nearest::nearest;
use crate::systems::{Answer, Refused, Running};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "probe-cannot-pass",
    summary: "A probe that the system or the shell refuses, that names a port which nobody declares, or that fails in every \
              member when one is away",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

/// One probe that cannot pass.
struct Stuck<'a> {
    kind: Kind,
    /// The probe.
    path: FieldPath,
    /// What of it is at fault.
    field: FieldPath,
    place: Place,
    why: Why<'a>,
    /// Whether it fails; what the kubelet cannot ask at all neither passes nor fails.
    fails: bool,
}

/// Why.
#[derive(Clone, PartialEq)]
enum Why<'a> {
    Refused(&'a str),
    Port(&'a str),
    Slip(&'a str, Use),
}

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let running = context.system(set);
    let mut told: Vec<FieldPath> = Vec::new();
    for (index, container) in set.containers().iter().enumerate() {
        let mut stuck: Vec<Stuck<'_>> = Vec::new();
        let mut facts: Vec<&Refused> = Vec::new();
        for kind in [Kind::Readiness, Kind::Startup, Kind::Liveness] {
            let path = container_path(index).key(kind.key());
            let Some(probe) = kind.of(container).filter(|_| !set.object().is_faulty(&path)) else { continue };
            let here = |why, field, place, fails| Stuck { kind, path: path.clone(), field, place, why, fails };
            let main = running.as_ref().filter(|running| running.container() == index);
            if let Some(refusal) = main.and_then(|running| running.refuses(probe, container)) {
                facts.push(refusal.fact);
                let place = Place::key(set.id(), path.clone());
                stuck.push(here(Why::Refused(&refusal.fact.says), path.clone(), place, refusal.fails));
            } else if let Some((name, field)) = unknown_port(set, probe, container, index) {
                let field = path.clone().key(field).key("port");
                if refused::is_refused(set.object(), &field, context) {
                    continue;
                }
                let place = Place::value(set.id(), field.clone());
                stuck.push(here(Why::Port(name), field, place, false));
            } else if let Some((word, range, use_)) = slip(probe) {
                let command = path.clone().key("exec").key("command").index(word);
                let place = Place::value(set.id(), command.clone()).within(range.clone());
                let script = probe.exec.as_ref().and_then(|exec| exec.command.as_ref()).map(|words| &words[word]);
                let text = script.map_or("", |script| &script[range]);
                stuck.push(here(Why::Slip(text, use_), command, place, true));
            }
        }
        told.extend(stuck.iter().map(|one| one.path.clone()));
        while let Some(first) = stuck.first() {
            let why = first.why.clone();
            let (same, rest) = stuck.into_iter().partition(|one| one.why == why);
            stuck = rest;
            let fact = facts.iter().find(|fact| why == Why::Refused(&fact.says));
            findings.push(finding(set, container, running.as_ref(), &same, fact.copied()));
        }
    }
    cluster_probe::findings(set, context, &told).into_iter().for_each(|finding| findings.push(finding));
}

/// A port's name that no port of the container has, and the field that holds it.
fn unknown_port<'a>(
    set: SetView<'_>,
    probe: &'a Probe,
    container: &Container,
    index: usize,
) -> Option<(&'a str, &'static str)> {
    let http = probe.http_get.as_ref().map(|get| (&get.port, "httpGet"));
    let (port, field) = http.or_else(|| probe.tcp_socket.as_ref().map(|socket| (&socket.port, "tcpSocket")))?;
    let IntOrString::String(name) = port else { return None };
    let has_name = |port: &k8s_openapi::api::core::v1::ContainerPort| port.name.as_deref() == Some(name);
    // A number in quotes is taken as a number.
    let is_known = name.is_empty() || name.parse::<i32>().is_ok() || container.ports.iter().flatten().any(has_name);
    let ports = container_path(index).key("ports");
    (!is_known && !set.object().is_faulty(&ports)).then_some((name.as_str(), field))
}

/// A test in the script of an `exec` probe that the shell refuses: which word, where in it, what it decides.
fn slip(probe: &Probe) -> Option<(usize, Range<usize>, Use)> {
    let command = probe.exec.as_ref()?.command.as_ref()?;
    let shell = command.first()?.rsplit('/').next().unwrap_or_default();
    if !words::SHELLS.contains(&shell) {
        return None;
    }
    let flag =
        command.iter().position(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))?;
    let slip = brackets::slip(command.get(flag + 1)?)?;
    Some((flag + 1, slip.range, slip.use_))
}

fn finding(
    set: SetView<'_>,
    container: &Container,
    running: Option<&Running<'_>>,
    same: &[Stuck<'_>],
    fact: Option<&Refused>,
) -> Finding {
    let (first, rest) = (&same[0], &same[1..]);
    let severity = if is_fatal(first) { Severity::Error } else { Severity::Warning };
    let message = message(set, container, first);
    let mut finding = Finding::new(severity, message, first.place.clone(), label(first)).about(set.id());
    for one in rest {
        finding = finding.related(one.place.clone(), label(one));
    }
    finding = match &first.why {
        Why::Refused(_) => advise_refused(finding, set, running, first, fact),
        Why::Port(name) => advise_port(finding, set, container, same, name),
        Why::Slip(text, _) => {
            let mended = text.strip_suffix(']').unwrap_or(text);
            finding.advise(format!("put a blank before the bracket: `{mended} ]`")).note(
                "`[` is a command that wants `]` as its last word; where it is part of another word the shell says \
                 `missing ]` and the exit code is 2, whatever the values are. `if` takes that as false.",
            )
        }
    };
    let waits = set.spec().pod_management_policy.as_deref() != Some("Parallel") && set.has_several_pods();
    if waits && is_fatal(first) && first.kind != Kind::Liveness {
        let ordinal = set.first_ordinal();
        finding = finding.note(format!(
            "`{name}-{}` is created only when `{name}-{ordinal}` is ready (`OrderedReady`).",
            ordinal.saturating_add(1),
            name = set.name(),
        ));
    }
    if same.iter().any(|one| !one.fails) {
        finding = finding.note(
            "the API server accepts it. A probe that the kubelet cannot carry out is dropped: readiness stays at its first \
             value, which is not ready, liveness at alive.",
        );
    }
    finding
}

/// Whether it is certain that Pods are never ready, or die.
fn is_fatal(one: &Stuck<'_>) -> bool {
    match one.why {
        Why::Slip(_, use_) => use_ == Use::Decides,
        _ => one.fails || one.kind != Kind::Liveness,
    }
}

fn message(set: SetView<'_>, container: &Container, one: &Stuck<'_>) -> String {
    let (name, probe) = (set.name(), one.kind.key());
    let why = match &one.why {
        Why::Refused(says) => (*says).to_owned(),
        Why::Port(port) => format!("no port of container `{}` is called `{port}`", container.name),
        Why::Slip(text, Use::Decides) => format!("the shell refuses the test `{text}`"),
        Why::Slip(text, Use::Condition) => {
            return format!(
                "the `{probe}` of `{name}` does not look at what it tests: the shell refuses `{text}`, and `if` takes that as \
                 false"
            );
        }
        Why::Slip(text, Use::Other) => {
            return format!("the `{probe}` of `{name}` has a test that is never true: the shell refuses `{text}`");
        }
    };
    match (one.kind, one.fails) {
        (Kind::Readiness, _) | (Kind::Startup, false) => format!("no Pod of `{name}` can become ready: {why}"),
        (Kind::Startup, true) => format!("no Pod of `{name}` can start, each is killed before it has: {why}"),
        (Kind::Liveness, true) => format!("`{name}` kills its Pods' container again and again: {why}"),
        (Kind::Liveness, false) => format!("the `{probe}` of `{name}` never finds anything: {why}"),
    }
}

fn label(one: &Stuck<'_>) -> String {
    match (&one.why, one.kind, one.fails) {
        (Why::Slip(..), ..) => "no blank before `]`".to_owned(),
        (Why::Port(_), ..) => "no port of this name".to_owned(),
        (_, Kind::Readiness, _) | (_, Kind::Startup, false) => "never succeeds".to_owned(),
        (_, Kind::Startup | Kind::Liveness, true) => "fails each time: the container is killed".to_owned(),
        (_, Kind::Liveness, false) => "neither passes nor fails".to_owned(),
    }
}

fn advise_refused(
    mut finding: Finding,
    set: SetView<'_>,
    running: Option<&Running<'_>>,
    first: &Stuck<'_>,
    fact: Option<&Refused>,
) -> Finding {
    if let Some(fact) = fact {
        finding = finding.advise(fact.advice.clone());
    }
    let proposed = running.and_then(|running| match first.kind {
        Kind::Readiness => running.readiness(|fact| fact.alone == Answer::Passes),
        Kind::Liveness => running.liveness(|fact| fact.alone == Answer::Passes),
        Kind::Startup => None,
    });
    match proposed {
        Some(proposed) => finding.propose(
            "or ask this member in another way:",
            Proposal::Set { object: set.id(), path: first.path.clone(), value: proposed.probe },
        ),
        None => finding,
    }
}

fn advise_port(finding: Finding, set: SetView<'_>, container: &Container, same: &[Stuck<'_>], name: &str) -> Finding {
    let ports = container.ports.as_deref().unwrap_or_default();
    let names: Vec<&str> = ports.iter().filter_map(|port| port.name.as_deref()).collect();
    let meant = match (nearest(name, names.iter().copied()), ports) {
        (Some(near), _) => Some(Value::from(near)),
        (None, [only]) => Some(only.name.as_deref().map_or(Value::from(only.container_port), Value::from)),
        (None, _) => None,
    };
    match meant {
        Some(meant) => {
            let set_port =
                |one: &Stuck<'_>| Proposal::Set { object: set.id(), path: one.field.clone(), value: meant.clone() };
            finding.propose_all("name the port that there is:", same.iter().map(set_port).collect())
        }
        None if names.is_empty() => finding.advise(format!(
            "write the number, or give the container's port a name: `- {{name: {name}, containerPort: …}}` in `ports` of \
             container `{}`",
            container.name
        )),
        None => finding.advise(format!("name one of container `{}`'s ports: {}", container.name, wording::list(&names))),
    }
    .note("a port's name is looked up in the `ports` of the same container; a number needs no entry there.")
}
