//! How the members of a cluster start: in which order, found by whom, waiting for what.

use k8s_openapi::api::core::v1::{Container, Probe};

use super::Context;
use crate::finding::Place;
use crate::model::{Governing, Replicas, Selected, ServiceView, SetView};
use crate::systems::{Answer, BootstrapBy, Found, ProbeFact, Running};
use crate::yaml::FieldPath;

/// A set whose Pods form one cluster of a known system.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Start<'a> {
    pub(in crate::rules) set: SetView<'a>,
    pub(in crate::rules) running: Running<'a>,
    /// How many members start, at least two.
    pub(in crate::rules) members: i64,
    /// Whether `podManagementPolicy` is `Parallel`.
    pub(in crate::rules) parallel: bool,
    pub(in crate::rules) names: PeerNames<'a>,
}

/// Whether peers can resolve a Pod's name before the Pod is ready.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) enum PeerNames<'a> {
    /// The governing Service publishes it.
    Published,
    /// The governing Service publishes it only when the Pod is ready.
    WhenReady(ServiceView<'a>),
    /// The Service was not read, has faults of its own, or another one may serve.
    Unknown,
}

/// When a member that is alone waits for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Waits {
    /// Whenever it is alone, from the first start on.
    Always,
    /// After all members have stopped; the first start goes well.
    AfterStop,
    /// Never.
    Never,
}

/// A probe of one container that the catalogue recognises.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Recognised<'a> {
    pub(in crate::rules) kind: Kind,
    pub(in crate::rules) path: FieldPath,
    pub(in crate::rules) probe: &'a Probe,
    pub(in crate::rules) fact: &'a ProbeFact,
}

/// The probes of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Kind {
    Readiness,
    Startup,
    Liveness,
}

impl Kind {
    /// The field.
    pub(in crate::rules) fn key(self) -> &'static str {
        match self {
            Kind::Readiness => "readinessProbe",
            Kind::Startup => "startupProbe",
            Kind::Liveness => "livenessProbe",
        }
    }

    /// The probe of this kind that a container has.
    pub(in crate::rules) fn of(self, container: &Container) -> Option<&Probe> {
        match self {
            Kind::Readiness => container.readiness_probe.as_ref(),
            Kind::Startup => container.startup_probe.as_ref(),
            Kind::Liveness => container.liveness_probe.as_ref(),
        }
    }
}

impl<'a> Start<'a> {
    /// `None` where the set is no cluster of a known system, or its size or policy is not known.
    pub(in crate::rules) fn of(set: SetView<'a>, context: &Context<'a>) -> Option<Start<'a>> {
        let path = FieldPath::of("spec.podManagementPolicy");
        let parallel = match set.spec().pod_management_policy.as_deref() {
            Some("Parallel") => true,
            Some("OrderedReady" | "") | None => false,
            Some(_) => return None,
        };
        if set.object().is_faulty(&path) {
            return None;
        }
        let members = match set.replicas() {
            Replicas::Fixed(count) => count,
            Replicas::Scaled { min, .. } => min?,
            // Overlays that differ in the number agree at least that there are several.
            Replicas::Unknown => set.written_replicas().filter(|_| set.has_several_pods())?,
        };
        let running = context.system(set).filter(|running| members > 1 && running.is_clustered())?;
        Some(Start { set, running, members, parallel, names: peer_names(set, context) })
    }

    /// When a probe that fails in a member that is alone keeps it waiting for others.
    pub(in crate::rules) fn waits_by(&self, fact: &ProbeFact) -> Waits {
        if fact.needs_others { Waits::Always } else { self.waits() }
    }

    /// When a member that is alone waits for others before it serves.
    pub(in crate::rules) fn waits(&self) -> Waits {
        match self.running.bootstrap() {
            Some(bootstrap) if bootstrap.by.waits_alone() => Waits::Always,
            Some(bootstrap) if bootstrap.restart_waits && bootstrap.by != BootstrapBy::Nobody => Waits::AfterStop,
            _ => Waits::Never,
        }
    }

    /// Whether a probe with this answer lets the members become ready, under this policy and Service: peers are there
    /// and can be found, or it needs none.
    pub(in crate::rules) fn admits(&self, fact: &ProbeFact) -> bool {
        let peers_come = self.parallel && matches!(self.names, PeerNames::Published);
        fact.alone == Answer::Passes || peers_come || self.waits_by(fact) == Waits::Never
    }

    /// Whether any probe decides when a member counts as ready.
    pub(in crate::rules) fn is_asked(&self) -> bool {
        let container = self.set.containers().get(self.running.container());
        container.is_some_and(|container| container.readiness_probe.is_some() || container.startup_probe.is_some())
    }

    /// The recognised probes of one kind, of all containers that run the system, that wait for other members.
    pub(in crate::rules) fn waiting_probes(&self, kind: Kind) -> Vec<Recognised<'a>> {
        let waits =
            |probe: &Recognised<'a>| probe.fact.alone == Answer::Fails && self.waits_by(probe.fact) != Waits::Never;
        self.recognised(kind).into_iter().filter(waits).collect()
    }

    /// The recognised probes of one kind, of all containers that run the system.
    pub(in crate::rules) fn recognised(&self, kind: Kind) -> Vec<Recognised<'a>> {
        let containers = self.set.containers().iter().enumerate();
        let probes = containers.filter(|(_, container)| self.running.is_run_in(container));
        let recognised = probes.filter_map(|(index, container)| {
            let probe = kind.of(container)?;
            let path = container_path(index).key(kind.key());
            if self.set.object().is_faulty(&path) {
                return None;
            }
            let fact = self.running.recognise(probe, container)?;
            Some(Recognised { kind, path, probe, fact })
        });
        recognised.collect()
    }

    /// The liveness probes that can kill the first member while it waits for the next one, which comes only when it is
    /// ready. A startup probe that waits as well holds liveness back until it has succeeded itself.
    pub(in crate::rules) fn killing_probes(&self) -> Vec<Recognised<'a>> {
        if self.parallel || !self.waiting_probes(Kind::Startup).is_empty() {
            return Vec::new();
        }
        self.waiting_probes(Kind::Liveness)
    }

    /// The Pod with the lowest ordinal that lies so many above the first.
    pub(in crate::rules) fn pod(&self, offset: i64) -> String {
        format!("{}-{}", self.set.name(), self.set.first_ordinal().saturating_add(offset))
    }

    /// Where the policy is written; the number of Pods, where it is left to its default.
    pub(in crate::rules) fn policy(&self) -> Place {
        let path = FieldPath::of("spec.podManagementPolicy");
        let replicas = FieldPath::of("spec.replicas");
        if self.set.node_at(&path).is_some() {
            Place::value(self.set.id(), path)
        } else if self.set.node_at(&replicas).is_some() && !self.set.object().is_patched(&replicas) {
            Place::value(self.set.id(), replicas)
        } else {
            Place::value(self.set.id(), FieldPath::of("metadata.name"))
        }
    }
}

/// The path of a container.
pub(in crate::rules) fn container_path(index: usize) -> FieldPath {
    FieldPath::of("spec.template.spec.containers").index(index)
}

/// The place that told the catalogue something.
pub(in crate::rules) fn place(found: &Found) -> Place {
    let place = Place::value(found.object, found.path.clone());
    match &found.range {
        Some(range) => place.within(range.clone()),
        None => place,
    }
}

fn peer_names<'a>(set: SetView<'a>, context: &Context<'a>) -> PeerNames<'a> {
    // On the nodes' own addresses a list may go without names.
    let on_nodes = set.pod_spec().is_some_and(|spec| spec.host_network == Some(true));
    let Governing::Service(service) = context.head.governing_service(set) else { return PeerNames::Unknown };
    let picks_all = set.selected_by(&service.selector()) == Selected::All;
    if on_nodes || !service.is_headless() || !picks_all {
        return PeerNames::Unknown;
    }
    if service.publishes_not_ready() {
        return PeerNames::Published;
    }
    let publishes = |other: &ServiceView<'_>| other.publishes_not_ready();
    let faulty = service.object().is_faulty(&FieldPath::of("spec.publishNotReadyAddresses"));
    if faulty || context.head.services_selecting(set).iter().any(publishes) {
        return PeerNames::Unknown;
    }
    PeerNames::WhenReady(service)
}
