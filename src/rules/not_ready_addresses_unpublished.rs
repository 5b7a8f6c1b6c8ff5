//! `not-ready-addresses-unpublished`: Pods that are not ready, hidden from their peers or shown to clients.

use serde_json::json;

use super::shared::start::{Kind, PeerNames, Start, container_path};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Governing, Selected, ServiceView, SetView};
use crate::systems::{PeersBy, Setting};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "not-ready-addresses-unpublished",
    summary: "Pods that are not ready are hidden from their peers, or shown to clients",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

/// What published Pods that are not ready before there was a field.
const ANNOTATION: &str = "service.alpha.kubernetes.io/tolerate-unready-endpoints";

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    // Without a readiness probe a Pod is ready as soon as it runs.
    if readiness(set).is_none() {
        return;
    }
    for service in context.head.services_selecting(set) {
        if let Some(finding) = shown_to_clients(set, service, context) {
            findings.push(finding.about(set.id()));
        }
    }
    if let Some(finding) = hidden_from_peers(set, context) {
        findings.push(finding.about(set.id()));
    }
}

/// The first readiness probe.
fn readiness(set: SetView<'_>) -> Option<FieldPath> {
    let first = set.containers().iter().position(|container| container.readiness_probe.is_some())?;
    Some(container_path(first).key("readinessProbe"))
}

fn field() -> FieldPath {
    FieldPath::of("spec.publishNotReadyAddresses")
}

/// A Service with an address of its own that spreads connections over Pods, ready or not.
fn shown_to_clients(set: SetView<'_>, service: ServiceView<'_>, context: &Context<'_>) -> Option<Finding> {
    let object = service.object();
    let is_for_clients = !service.is_headless()
        && set.selected_by(&service.selector()) == Selected::All
        && context.head.sets_governed_by(object.id).next().is_none();
    if !service.publishes_not_ready() || object.is_faulty(&field()) || !is_for_clients || !set.has_several_pods() {
        return None;
    }
    if let Some(running) = context.system(set) {
        let joins_by_it =
            running.peers().is_some_and(|peers| matches!(peers.by, PeersBy::Service | PeersBy::Addresses));
        if running.early_clients().is_some() || (running.is_clustered() && joins_by_it) {
            return None;
        }
    }
    // Members that ask this Service for each other have to find those that are not ready.
    if Setting::all(set).iter().any(|setting| names(&setting.text, &object.name)) {
        return None;
    }
    let message = format!(
        "Service `{}` sends its clients to Pods of `{}` that are not ready: those that start, stop or fail their probe",
        object.name,
        set.name()
    );
    let finding = Finding::new(
        Severity::Warning,
        message,
        Place::value(object.id, field()),
        "not-ready Pods count as ready here",
    )
    .related(Place::key(set.id(), readiness(set)?), "what this probe says is not asked here");
    let published = matches!(Start::of(set, context), Some(Start { names: PeerNames::Published, .. }));
    let finding = if published || !context.system(set).is_some_and(|running| running.is_clustered()) {
        let proposal = Proposal::Set { object: object.id, path: field(), value: json!(false) };
        finding.propose("let this Service lead to ready Pods only:", proposal)
    } else {
        finding.advise(
            "let this Service lead to ready Pods only, and publish the others in the headless Service that governs the set",
        )
    };
    Some(finding.note(
        "with `publishNotReadyAddresses` every Pod that runs is a ready endpoint. It is meant for a headless Service by which \
         peers find each other; fine where this Service serves peers, or clients that have to reach a member before it is ready.",
    ))
}

/// Whether a text has this name as a word.
fn names(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part))
}

/// Peers that need each other's names, which are published only when the Pods are ready.
fn hidden_from_peers(set: SetView<'_>, context: &Context<'_>) -> Option<Finding> {
    let start = Start::of(set, context);
    if let Some(start) = &start {
        // A probe that waits for others keeps the names from being published: `bootstrap-deadlock` says so.
        let waits = [Kind::Readiness, Kind::Startup].iter().any(|kind| !start.waiting_probes(*kind).is_empty());
        if waits {
            return None;
        }
    }
    annotated(set, start.as_ref(), context).or_else(|| late(start.as_ref()?))
}

/// The governing Service asks for it by an annotation that nobody reads any more.
fn annotated(set: SetView<'_>, start: Option<&Start<'_>>, context: &Context<'_>) -> Option<Finding> {
    let Governing::Service(service) = context.head.governing_service(set) else { return None };
    let path = FieldPath::of("metadata.annotations").key(ANNOTATION);
    let object = service.object();
    let is_said = service.annotation(ANNOTATION) == Some("true");
    let is_open = service.spec().is_some_and(|spec| spec.publish_not_ready_addresses.is_none());
    if !is_said || !is_open || !service.is_headless() || object.is_faulty(&field()) || object.is_faulty(&path) {
        return None;
    }
    let needs = start.is_some_and(|start| start.running.peers().is_some_and(|peers| peers.by.needs_names()));
    let severity = if needs { Severity::Warning } else { Severity::Note };
    let message = format!(
        "Service `{}` publishes Pods of `{}` only when they are ready: the annotation that asks for more is not read",
        object.name,
        set.name()
    );
    Some(
        Finding::new(severity, message, Place::value(object.id, path), "without effect")
            .related(Place::key(set.id(), readiness(set)?), "a Pod has no name before this succeeds")
            .propose(
                "say it in the field that took the annotation's place:",
                Proposal::Set { object: object.id, path: field(), value: json!(true) },
            )
            .note(
                "`publishNotReadyAddresses` replaced the annotation; EndpointSlices, from which cluster DNS and kube-proxy \
                 read, never knew it.",
            ),
    )
}

/// All members start at once, and each waits for names of the others.
fn late(start: &Start<'_>) -> Option<Finding> {
    let PeerNames::WhenReady(service) = start.names else { return None };
    let peers = start.running.peers().filter(|peers| peers.by.needs_names() && start.parallel)?;
    let probe = readiness(start.set)?;
    let (name, governing) = (start.set.name(), &service.object().name);
    let unresolved = peers.unresolved.as_deref()?;
    let message = format!(
        "`{name}` starts all its members at once, and Service `{governing}` publishes their names only when they are ready: \
         {unresolved}"
    );
    let place = match service.spec().and_then(|spec| spec.publish_not_ready_addresses) {
        Some(_) => Place::value(service.object().id, field()),
        None => Place::value(service.object().id, FieldPath::of("metadata.name")),
    };
    let publish = Proposal::Set { object: service.object().id, path: field(), value: json!(true) };
    Some(
        Finding::new(Severity::Note, message, place, "a Pod that is not ready has no name here")
            .related(Place::key(start.set.id(), probe), "what a name waits for")
            .related(start.policy(), "all Pods are created together")
            .propose(format!("publish the names at once, below `spec` of Service `{governing}`:"), publish)
            .note(
                "it is restarted until another member is ready, which takes longer after each restart. Clients that must \
                 reach ready members only use a second Service.",
            ),
    )
}
