//! A readiness probe that asks for the whole cluster: what becomes of one member takes all of them out of their Services.

use super::super::Context;
use super::start::{Kind, Recognised, Start, Waits, container_path};
use super::waiting;
use crate::finding::{Finding, Place, Proposal, Severity};
use crate::model::{ServiceView, SetView};
use crate::systems::{ClusterWide, Running};
use crate::yaml::FieldPath;

/// What is said of the readiness probes of all containers that run the system, but of those that others speak of.
pub(in crate::rules) fn findings<'a>(set: SetView<'a>, context: &Context<'a>, told: &[FieldPath]) -> Vec<Finding> {
    let Some(start) = Start::of(set, context) else { return Vec::new() };
    // A probe that keeps the cluster from starting has been spoken of.
    let is_stuck = [Waits::Always, Waits::AfterStop].iter().any(|&when| waiting::stuck(&start, when).is_some());
    let waiting = if is_stuck { start.waiting_probes(Kind::Readiness) } else { Vec::new() };
    let asking = asking(&start.running, set, Kind::Readiness).into_iter();
    let is_told =
        |path: &FieldPath| told.contains(path) || waiting.iter().any(|probe: &Recognised<'_>| probe.path == *path);
    let untold = asking.filter(|(path, _)| !is_told(path));
    untold.map(|(path, fact)| finding(&start, context, path, fact)).collect()
}

/// The probes of one kind that ask for the whole cluster, by their paths.
pub(in crate::rules) fn asking<'a>(
    running: &Running<'a>,
    set: SetView<'a>,
    kind: Kind,
) -> Vec<(FieldPath, &'a ClusterWide)> {
    let containers = set.containers().iter().enumerate().filter(|(_, container)| running.is_run_in(container));
    let asking = containers.filter_map(|(index, container)| {
        let path = container_path(index).key(kind.key());
        let probe = kind.of(container).filter(|_| !set.object().is_faulty(&path))?;
        Some((path, running.asks_whole_cluster(probe, container)?))
    });
    asking.collect()
}

fn finding<'a>(start: &Start<'a>, context: &Context<'a>, path: FieldPath, fact: &ClusterWide) -> Finding {
    let (set, when) = (start.set, &fact.fails_when);
    let services = context.head.services_selecting(set);
    let loses = services.iter().find(|service| sends_to_ready_only(service));
    let name = set.name();
    let message = match loses {
        Some(_) => format!("all Pods of `{name}` leave their Services at once when {when}"),
        None => format!("no Pod of `{name}` is ready when {when}"),
    };
    let heavy = loses.is_some() && !fact.serves_nothing && !start.running.is_assumed();
    let severity = if heavy { Severity::Warning } else { Severity::Note };
    let place = Place::key(set.id(), path.clone());
    let mut finding =
        Finding::new(severity, message, place, "asks for the whole cluster, in every member").about(set.id());
    if let Some(service) = loses {
        let name = Place::value(service.object().id, FieldPath::of("metadata.name"));
        finding = finding.related(name, "has no address left then");
    }
    let proposed = start.running.readiness(|fact| start.admits(fact));
    finding = match proposed {
        Some(proposed) => {
            finding.propose("ask this member alone:", Proposal::Set { object: set.id(), path, value: proposed.probe })
        }
        None => finding.advise("let readiness ask this member alone; watch the state of the cluster elsewhere"),
    };
    finding = finding.note(if fact.serves_nothing {
        "each Pod is asked by itself so that one can be left out. Here the members serve nothing in that state anyway; \
         what is lost besides is that budgets count no Pod as healthy, and that clients cannot even ask for the state."
    } else {
        "each Pod is asked by itself so that one can be left out; a question about all takes out those that serve as well, \
         and budgets count no Pod as healthy. Fine where it is to hold back a rolling update, and every Service publishes \
         Pods that are not ready."
    });
    if start.parallel {
        return finding;
    }
    finding.note(format!(
        "under `OrderedReady` the controller makes a Pod that is gone only when all before it are ready: while `{}` is not, \
         the others do not come back.",
        start.pod(0)
    ))
}

/// Whether a Service has addresses of ready Pods only.
fn sends_to_ready_only(service: &ServiceView<'_>) -> bool {
    let published = FieldPath::of("spec.publishNotReadyAddresses");
    !service.publishes_not_ready() && !service.object().is_faulty(&published)
}
