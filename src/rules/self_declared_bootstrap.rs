//! `self-declared-bootstrap`: under `OrderedReady`, a start by which more than one member can begin the cluster.

use super::shared::start::{self, Start};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::{Bootstrap, BootstrapBy};

pub(super) const META: RuleMeta = RuleMeta {
    id: "self-declared-bootstrap",
    summary: "Any member that finds no other begins a cluster of its own; starting in order hides it until a volume is lost",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    // Under `Parallel` the first start shows it already: `parallel-quorum-bootstrap` speaks.
    let Some(start) = Start::of(set, context).filter(|start| !start.parallel) else { return };
    let Some(bootstrap) = start.running.bootstrap() else { return };
    match bootstrap.by {
        BootstrapBy::EveryMember => findings.push(every(&start, bootstrap)),
        BootstrapBy::AnyMember => findings.push(any(&start, bootstrap)),
        _ => {}
    }
}

fn every(start: &Start<'_>, bootstrap: &Bootstrap) -> Finding {
    let message = format!(
        "every member of `{}` is told to begin a cluster of its own: {} clusters instead of one, whatever the order",
        start.set.name(),
        start.members
    );
    let severity = if start.running.is_assumed() { Severity::Note } else { Severity::Warning };
    finished(severity, message, "with this, every member starts as the first", start, bootstrap)
}

fn any(start: &Start<'_>, bootstrap: &Bootstrap) -> Finding {
    let (name, last) = (start.set.name(), start.pod(start.members.saturating_sub(1)));
    let message = format!(
        "`{name}` can split although its members start in order: any of them that finds no other, `{last}` as well, begins a \
         cluster of its own"
    );
    // In order, each finds the ones before it: that went well wherever it was tried.
    let label = "a member that finds no other decides by this to be the first";
    finished(Severity::Note, message, label, start, bootstrap).note(
        "in order, each member starts when those before it are ready, so the first start goes well. Later it depends on who \
         can be resolved and reached at that moment: a member that comes back with an empty volume while names fail or the \
         network is parted is the first of a second cluster, and answers its probes.",
    )
}

fn finished(severity: Severity, message: String, label: &str, start: &Start<'_>, bootstrap: &Bootstrap) -> Finding {
    let place = start.running.told().map_or_else(|| start.policy(), start::place);
    let mut finding = Finding::new(severity, message, place, label).about(start.set.id());
    if let Some(advice) = &bootstrap.advice {
        finding = finding.advise(advice.clone());
    }
    finding.note(bootstrap.says.clone())
}
