//! Members that are not ready because each waits for another one: the finding of two rules, at the first start and after
//! all have stopped.

use serde_json::json;

use super::start::{Kind, PeerNames, Recognised, Start, Waits};
use super::wording;
use crate::finding::{Finding, Place, Proposal, Severity};
use crate::model::ServiceView;
use crate::systems::Answer;
use crate::yaml::FieldPath;

/// The finding where probes keep members from becoming ready: always, or only after all have stopped.
pub(in crate::rules) fn stuck(start: &Start<'_>, when: Waits) -> Option<Finding> {
    let mut probes = start.waiting_probes(Kind::Readiness);
    probes.extend(start.waiting_probes(Kind::Startup));
    // One that waits at the first start says all that is to be said about a later one.
    let first = probes.iter().position(|probe| start.waits_by(probe.fact) == Waits::Always).unwrap_or(0);
    if first >= probes.len() || start.waits_by(probes[first].fact) != when {
        return None;
    }
    let first = probes.remove(first);
    let finding = match (start.parallel, start.names) {
        (false, _) => ordered(start, &first),
        (true, PeerNames::WhenReady(service)) if start.running.peers().is_some_and(|peers| peers.by.needs_names()) => {
            unpublished(start, &first, service)
        }
        (true, _) => return None,
    };
    let also = |finding: Finding, other: &Recognised<'_>| {
        finding.related(Place::key(start.set.id(), other.path.clone()), "this one waits as well")
    };
    Some(probes.iter().fold(finding, also))
}

/// An error where the first start is shown to fail; a warning where only a restart does, or the mode is a guess.
fn severity(start: &Start<'_>, probe: &Recognised<'_>) -> Severity {
    if start.waits_by(probe.fact) == Waits::Always && !start.running.is_assumed() {
        Severity::Error
    } else {
        Severity::Warning
    }
}

fn at_probe(start: &Start<'_>, message: String, probe: &Recognised<'_>) -> Finding {
    let label = format!("fails in a member that is alone: {}", probe.fact.says);
    let place = Place::key(start.set.id(), probe.path.clone());
    Finding::new(severity(start, probe), message, place, label).about(start.set.id())
}

fn ordered(start: &Start<'_>, probe: &Recognised<'_>) -> Finding {
    let (name, first, second) = (start.set.name(), start.pod(0), start.pod(1));
    let message = match start.waits_by(probe.fact) {
        Waits::Always if start.running.is_assumed() => format!(
            "`{name}` cannot start if its Pods are to form one cluster: `{first}` waits for members that are created only \
             after it is ready"
        ),
        Waits::Always => {
            format!("`{name}` can never start: `{first}` waits for members that are created only after it is ready")
        }
        _ => format!(
            "`{name}` cannot come back once all its Pods have stopped together: `{first}` waits for members that are created only \
             after it is ready"
        ),
    };
    let is_default = start.set.spec().pod_management_policy.as_deref().unwrap_or_default().is_empty();
    let policy = if is_default {
        format!("`{second}` is created when `{first}` is ready (`OrderedReady` is the default)")
    } else {
        format!("`{second}` is created when `{first}` is ready")
    };
    let mut finding = at_probe(start, message, probe).related(start.policy(), policy);
    finding = replace_probe(finding, start, probe);
    let shipped = start.running.order().and_then(|order| order.shipped_by.as_deref());
    let shipped = shipped.map_or_else(String::new, |by| format!(", as {by}"));
    let service = match start.names {
        PeerNames::WhenReady(service) => {
            format!(", and `publishNotReadyAddresses: true` in Service `{}`", service.object().name)
        }
        _ => String::new(),
    };
    let commands = Proposal::Run { commands: wording::recreate_set(start.set) };
    finding
        .propose(
            format!(
                "or keep the probe and start all members at once{shipped}: set `podManagementPolicy: Parallel`{service}. \
                 The policy cannot be changed in place; for a set that is already applied:"
            ),
            commands,
        )
        .note(
            "under `OrderedReady` the controller creates a Pod only when every Pod before it is ready, and nothing ends \
             that wait.",
        )
}

fn unpublished(start: &Start<'_>, probe: &Recognised<'_>, service: ServiceView<'_>) -> Finding {
    let (name, governing) = (start.set.name(), &service.object().name);
    let when = match start.waits_by(probe.fact) {
        Waits::Always if start.running.is_assumed() => "cannot start if its Pods are to form one cluster",
        Waits::Always => "can never start",
        _ => "cannot come back once all its Pods have stopped together",
    };
    let message = format!(
        "`{name}` {when}: its members wait for each other, and Service `{governing}` publishes their names only when they \
         are ready"
    );
    let path = FieldPath::of("spec.publishNotReadyAddresses");
    let place = match service.spec().and_then(|spec| spec.publish_not_ready_addresses) {
        Some(_) => Place::value(service.object().id, path.clone()),
        None => Place::value(service.object().id, FieldPath::of("metadata.name")),
    };
    let publish = Proposal::Set { object: service.object().id, path, value: json!(true) };
    at_probe(start, message, probe)
        .related(place, "a Pod that is not ready has no name here")
        .propose(format!("publish the names at once, below `spec` of Service `{governing}`:"), publish)
        .note(
            "all Pods are created (`Parallel`), but DNS answers a Pod's name only once its endpoint is ready, unless the \
             Service publishes it before. Clients that must reach ready members only use a second Service.",
        )
}

/// Proposes a probe in place of one that waits, where the catalogue has one that asks this member alone.
fn replace_probe(finding: Finding, start: &Start<'_>, probe: &Recognised<'_>) -> Finding {
    let Some(proposed) = start.running.readiness(|fact| fact.alone == Answer::Passes) else {
        return finding.advise("let the probe ask this member alone, not the cluster");
    };
    // Both may be there and wait; advice that leaves one of them would not help.
    let kinds = [Kind::Readiness, Kind::Startup];
    let waiting = kinds.iter().flat_map(|kind| start.waiting_probes(*kind));
    let set =
        |one: Recognised<'_>| Proposal::Set { object: start.set.id(), path: one.path, value: proposed.probe.clone() };
    let all: Vec<Proposal> = waiting.map(set).collect();
    let lead = match all.len() {
        1 => format!("ask this member alone, in place of the {} there is:", probe.kind.key()),
        _ => "ask this member alone, in place of the probes there are:".to_owned(),
    };
    finding.propose_all(lead, all)
}
