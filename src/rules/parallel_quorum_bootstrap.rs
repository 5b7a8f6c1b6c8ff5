//! `parallel-quorum-bootstrap`: what starting all members of a cluster at once means for this system.

use serde_json::json;

use super::shared::start::{self, PeerNames, Start, Waits};
use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::{Bootstrap, BootstrapBy, Order, Verdict};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "parallel-quorum-bootstrap",
    summary: "A clustered system starts all members at once: dangerous where a member can declare itself the first",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(start) = Start::of(set, context).filter(|start| start.parallel) else { return };
    let (Some(bootstrap), Some(order)) = (start.running.bootstrap(), start.running.order()) else { return };
    let wants_order = matches!(order.verdict, Verdict::OrderedRequired | Verdict::OrderedPreferred);
    let finding = match bootstrap.by {
        // Nothing starts here at all, whatever the policy: `bootstrap-deadlock` says so.
        BootstrapBy::Nobody => return,
        BootstrapBy::AnyMember | BootstrapBy::EveryMember => dangerous(&start, bootstrap),
        BootstrapBy::Unknown => {
            let what = "and nothing that was read says that only one of them can declare itself the first";
            risky(&start, bootstrap, &format!(", {what}"))
        }
        _ if wants_order => {
            let why = order.says.as_deref().unwrap_or("its makers want one after the other");
            risky(&start, bootstrap, &format!(": {why}"))
        }
        _ => safe(&start, bootstrap, order),
    };
    findings.push(finding);
}

fn headline(start: &Start<'_>) -> String {
    format!("`{}` starts its {} members at once (`Parallel`)", start.set.name(), start.members)
}

fn safe(start: &Start<'_>, bootstrap: &Bootstrap, order: &Order) -> Finding {
    let shipped = order.shipped_by.as_ref().map_or_else(String::new, |by| format!(", as {by}"));
    let message = format!("{}{shipped}", headline(start));
    let label = "the members do not wait for each other";
    let mut note = format!("safe here: {}", bootstrap.says);
    let needs_names = start.running.peers().is_some_and(|peers| peers.by.needs_names());
    if needs_names && start.waits() != Waits::Never && !matches!(start.names, PeerNames::Published) {
        note.push_str(
            " With a probe that waits for other members, the governing Service must publish addresses before readiness.",
        );
    }
    Finding::new(Severity::Note, message, start.policy(), label).about(start.set.id()).note(note).note(scaling(start))
}

fn risky(start: &Start<'_>, bootstrap: &Bootstrap, what: &str) -> Finding {
    let message = format!("{}{what}", headline(start));
    let label = "the members do not wait for each other";
    let finding = Finding::new(Severity::Warning, message, start.policy(), label).about(start.set.id());
    advise(finding.note(bootstrap.says.clone()).note(scaling(start)), start, bootstrap)
}

fn dangerous(start: &Start<'_>, bootstrap: &Bootstrap) -> Finding {
    let severity = if start.running.is_assumed() { Severity::Warning } else { Severity::Error };
    let message = format!(
        "{}, and each of them can declare itself the first: up to {} clusters instead of one",
        headline(start),
        start.members
    );
    let label = "none waits until another has started";
    let mut finding = Finding::new(severity, message, start.policy(), label).about(start.set.id());
    if let Some(told) = start.running.told() {
        let label = match bootstrap.by {
            BootstrapBy::EveryMember => "with this, every member starts as the first",
            _ => "a member that finds no other decides by this to be the first",
        };
        finding = finding.related(start::place(told), label);
    }
    advise(finding.note(bootstrap.says.clone()), start, bootstrap)
}

/// What to change: who may be first, and the order, where an ordered start is possible with the probes there are.
fn advise(mut finding: Finding, start: &Start<'_>, bootstrap: &Bootstrap) -> Finding {
    if let Some(advice) = &bootstrap.advice {
        finding = finding.advise(advice.clone());
    }
    let blocks =
        [start::Kind::Readiness, start::Kind::Startup].iter().any(|kind| !start.waiting_probes(*kind).is_empty());
    // In order, members that each begin their own cluster still do.
    if blocks || matches!(bootstrap.by, BootstrapBy::LaterMember | BootstrapBy::EveryMember) {
        return finding;
    }
    let path = FieldPath::of("spec.podManagementPolicy");
    let lead = if bootstrap.advice.is_some() {
        "or let each member wait for the one before it:"
    } else {
        "let each member wait for the one before it:"
    };
    let ordered = Proposal::Set { object: start.set.id(), path, value: json!("OrderedReady") };
    finding.propose(lead, ordered).note(wording::POLICY_IS_IMMUTABLE)
}

fn scaling(start: &Start<'_>) -> String {
    let (from, to) = if start.members > 2 { (start.members, start.members - 2) } else { (2, 0) };
    format!(
        "`Parallel` also governs scaling: going from {from} to {to} removes two members at once. Rolling updates still go \
         one by one."
    )
}
