//! `full-restart-deadlock`: a cluster that does not come back by itself after all its members have stopped.

use super::shared::start::{self, Start, Waits};
use super::shared::{recipe, waiting};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::{Restart, Under};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "full-restart-deadlock",
    summary: "After all members have stopped together the cluster does not come back by itself",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(start) = Start::of(set, context) else { return };
    if let Some(finding) = waiting::stuck(&start, Waits::AfterStop) {
        findings.push(finding);
    }
    let Some(fact) = start.running.restart() else { return };
    let concerns = fact.under == Under::Either || !start.parallel;
    // Without a volume there is nothing to come back to, and on the nodes' own addresses members keep theirs. An operator
    // has its own ways.
    let keeps = set.containers().get(start.running.container()).is_some_and(|container| set.mounts_claim(container));
    let on_nodes = set.pod_spec().is_some_and(|spec| spec.host_network == Some(true));
    let operated = set.node_at(&FieldPath::of("metadata.ownerReferences")).is_some();
    let claims = FieldPath::of("spec.volumeClaimTemplates");
    if concerns && keeps && !on_nodes && !operated && !set.object().is_faulty(&claims) {
        findings.push(finding(&start, fact));
    }
}

fn finding(start: &Start<'_>, fact: &Restart) -> Finding {
    let name = start.set.name();
    let message =
        format!("`{name}` does not come back by itself once all its Pods have stopped together, {}", fact.because);
    let is_certain = !start.running.is_assumed() && start.running.is_certain_of(fact);
    let severity = if is_certain { Severity::Warning } else { Severity::Note };
    let (place, label) = match start.running.told() {
        Some(told) => (start::place(told), "this tells how its members start"),
        None => (
            Place::value(start.set.id(), FieldPath::of("metadata.name")),
            "its members start by the image's own script",
        ),
    };
    let mut finding = Finding::new(severity, message, place, label).about(start.set.id());
    finding = match recipe::fill(start.set, start.running.container(), &fact.runbook) {
        Some(commands) => {
            finding.propose("keep these steps at hand, for the day when it is down:", Proposal::Run { commands })
        }
        None => finding.advise("keep a tested procedure at hand for the day when all of them are down"),
    };
    if let Some(except) = &fact.except {
        finding = finding.note(except.clone());
    }
    finding.note(
        "a drain of all nodes, the deletion of all Pods, an upgrade of the whole Kubernetes cluster or a power loss stop all \
         members together; a rolling update does not.",
    )
}
