//! `readiness-probe-missing`: the main container counts as ready as soon as its process runs.

use k8s_openapi::api::core::v1::Container;
use serde_json::{Value, json};

use super::shared::start::Start;
use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{ServiceView, SetView};
use crate::systems::{Answer, ProbeFact, Unreachable};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "readiness-probe-missing",
    summary: "The main container has no readiness probe: it counts as ready as soon as its process runs",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let candidates = context.main_containers(set);
    // Which of several does the work is not clear: where one of them has a probe, that may be the one.
    let has_probe = |position: &usize| set.containers().get(*position).is_some_and(|one| one.readiness_probe.is_some());
    if candidates.iter().any(has_probe) {
        return;
    }
    let Some(&position) = candidates.first() else { return };
    let Some(container) = set.containers().get(position) else { return };
    let path = FieldPath::of("spec.template.spec.containers").index(position);
    let probe_path = path.clone().key("readinessProbe");
    if set.object().is_faulty(&probe_path) {
        return;
    }
    let has_ports = container.ports.as_ref().is_some_and(|ports| !ports.is_empty());
    let many = set.has_several_pods();
    // A container is not ready before its startup probe passes; from then on it stays ready whatever happens.
    let starts_guarded = container.startup_probe.is_some();
    // A Pod is ready when all its containers are: one with a probe holds it back, whatever this one says.
    let others = || set.containers().iter().filter(|other| other.readiness_probe.is_some());
    let held_back = others().next().is_some() || set.pod_spec().is_some_and(|spec| spec.readiness_gates.is_some());
    let weighs = many && !starts_guarded && !held_back && (has_ports || context.system(set).is_some());
    let severity = if weighs { Severity::Warning } else { Severity::Note };
    let strategy = set.spec().update_strategy.as_ref().and_then(|strategy| strategy.type_.as_deref());
    let consequence = if held_back {
        "the Pod counts as ready as soon as its other containers are"
    } else if starts_guarded {
        "once its startup probe has passed, it stays ready even when it stops serving"
    } else if many && strategy == Some("OnDelete") {
        if context.head.services_selecting(set).is_empty() {
            "a Pod that comes back is counted as healthy before it can serve"
        } else {
            "a Pod that comes back is sent traffic, and counted as healthy, before it can serve"
        }
    } else if many {
        "a rolling update goes on to the next Pod before this one can serve"
    } else if is_served(set, context) {
        "the Pod is sent traffic before it can serve"
    } else {
        // One Pod that nobody sends anything: its readiness decides nothing.
        return;
    };
    let message = format!("{} has no readiness probe: {consequence}", wording::set(set));
    let place = Place::value(set.id(), path.key("name"));
    let label = if starts_guarded { "ready for ever once it has started" } else { "ready as soon as the process runs" };
    let mut finding = Finding::new(severity, message, place, label).about(set.id());
    finding = match probe(set, position, context) {
        Proposed::Known { value, says } => {
            let finding = finding.propose(
                format!("give container `{}` a readiness probe:", container.name),
                Proposal::Set { object: set.id(), path: probe_path, value },
            );
            match says {
                Some(says) => finding.note(says),
                None => finding,
            }
        }
        Proposed::Unreachable(fact) => {
            let says = &fact.says;
            finding.advise(fact.advice.clone()).note(format!("{says}."))
        }
        Proposed::Unknown => {
            let ordered = set.spec().pod_management_policy.as_deref() != Some("Parallel");
            let why = if ordered && many {
                ": one that needs a quorum would keep an `OrderedReady` set from starting"
            } else {
                ""
            };
            finding.advise(format!(
                "give container `{}` a `readinessProbe` that asks this member alone{why}",
                container.name
            ))
        }
    };
    findings.push(finding.note(if starts_guarded {
        "the kubelet counts a container as ready when its startup probe has passed and it has no readiness probe."
    } else {
        "without a probe a running container is ready: the controller goes on to the next Pod, Services send it traffic, \
         and a PodDisruptionBudget counts it as healthy while it still starts or recovers."
    }));
}

/// Whether a Service sends its clients to containers of which none says what it listens on.
fn is_served(set: SetView<'_>, context: &Context<'_>) -> bool {
    let declares = |container: &Container| container.ports.as_ref().is_some_and(|ports| !ports.is_empty());
    // One without ports only gives names.
    let has_ports = |service: &ServiceView<'_>| {
        service.spec().and_then(|spec| spec.ports.as_ref()).is_some_and(|ports| !ports.is_empty())
    };
    !set.containers().iter().any(declares) && context.head.services_selecting(set).iter().any(has_ports)
}

/// What can be proposed.
enum Proposed<'a> {
    /// A probe, and why it fits.
    Known { value: Value, says: Option<String> },
    /// The kubelet cannot ask the container as it is.
    Unreachable(&'a Unreachable),
    /// Nobody knows one that fits for sure.
    Unknown,
}

/// The system's own probe that fits the policy, the Service and the version of this set; a TCP probe of the first port
/// where the catalogue does not know the system.
fn probe<'a>(set: SetView<'a>, position: usize, context: &Context<'a>) -> Proposed<'a> {
    if let Some(running) = context.system(set) {
        let start = Start::of(set, context);
        let is_fit = |fact: &ProbeFact| match &start {
            Some(start) => start.admits(fact),
            // One Pod waits for nobody; several may still be meant to form a cluster.
            None => !set.replicas().may_exceed_one() || fact.alone == Answer::Passes,
        };
        return match running.readiness(is_fit) {
            Some(proposed) => Proposed::Known { value: proposed.probe, says: proposed.says },
            None => running.unreachable().map_or(Proposed::Unknown, Proposed::Unreachable),
        };
    }
    let containers = set.containers();
    let tcp = |protocol: Option<&str>| protocol.is_none_or(|protocol| protocol == "TCP");
    let mut ports = containers.get(position).into_iter().flat_map(|container| container.ports.iter().flatten());
    match ports.find(|port| tcp(port.protocol.as_deref())) {
        Some(port) => {
            let value = json!({ "tcpSocket": { "port": port.container_port }, "periodSeconds": 10 });
            let says =
                "a TCP probe only tells that the port is open; where the program has a check of its own, ask that.";
            Proposed::Known { value, says: Some(says.to_owned()) }
        }
        None => Proposed::Unknown,
    }
}
