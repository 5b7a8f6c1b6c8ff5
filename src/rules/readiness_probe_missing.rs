//! `readiness-probe-missing`: the main container counts as ready as soon as its process runs.

use serde_json::{Value, json};

use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "readiness-probe-missing",
    summary: "The main container has no readiness probe: it counts as ready as soon as its process runs",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(position) = context.main_container(set) else { return };
    let Some(container) = set.containers().get(position) else { return };
    let path = FieldPath::of("spec.template.spec.containers").index(position);
    let probe_path = path.clone().key("readinessProbe");
    if container.readiness_probe.is_some() || set.object().is_faulty(&probe_path) {
        return;
    }
    let has_ports = container.ports.as_ref().is_some_and(|ports| !ports.is_empty());
    let many = set.replicas().may_exceed_one();
    let severity =
        if many && (has_ports || context.system(set).is_some()) { Severity::Warning } else { Severity::Note };
    let consequence = if many {
        "a rolling update goes on to the next Pod before this one can serve"
    } else if has_ports || !context.head.services_selecting(set).is_empty() {
        "the Pod is sent traffic before it can serve"
    } else {
        // One Pod that nobody sends anything: its readiness decides nothing.
        return;
    };
    let message = format!("`{}` has no readiness probe: {consequence}", set.name());
    let place = Place::value(set.id(), path.key("name"));
    let mut finding = Finding::new(severity, message, place, "ready as soon as the process runs").about(set.id());
    finding = match probe(set, position, context) {
        Some(value) => finding.propose(
            format!("give container `{}` a readiness probe:", container.name),
            Proposal::Set { object: set.id(), path: probe_path, value },
        ),
        None => finding.advise(format!(
            "give container `{}` a `readinessProbe` that asks this member alone: one that needs a quorum would keep an \
             `OrderedReady` set from starting",
            container.name
        )),
    };
    findings.push(finding.note(
        "without a probe a running container is ready: the controller goes on to the next Pod, Services send it traffic, \
         and a PodDisruptionBudget counts it as healthy while it still starts or recovers.",
    ));
}

/// A probe that a member passes when it is alone: the system's own, or a TCP probe of the first port where the
/// catalogue does not know the system.
fn probe(set: SetView<'_>, position: usize, context: &Context<'_>) -> Option<Value> {
    if let Some(system) = context.system(set) {
        return system.readiness_probe().cloned();
    }
    let container = set.containers().get(position)?;
    let tcp = |protocol: Option<&str>| protocol.is_none_or(|protocol| protocol == "TCP");
    let port = container.ports.iter().flatten().find(|port| tcp(port.protocol.as_deref()))?;
    Some(json!({ "tcpSocket": { "port": port.container_port }, "periodSeconds": 10 }))
}
