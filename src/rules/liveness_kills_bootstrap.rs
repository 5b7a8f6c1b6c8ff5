//! `liveness-kills-bootstrap`: a liveness probe that asks for the cluster, so that members die of being alone.

use super::shared::start::{Kind, Recognised, Start, Waits};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::Answer;

pub(super) const META: RuleMeta = RuleMeta {
    id: "liveness-kills-bootstrap",
    summary: "A liveness probe fails until the members have found each other: the kubelet kills those that wait",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

/// When the probe kills a member that has nothing wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// The first Pod, again and again: no other comes before it is ready, and it never is.
    ForEver,
    /// The first Pod, if the next takes longer than the probe waits.
    WhileWaiting,
}

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(start) = Start::of(set, context) else { return };
    let is_stuck = !start.waiting_probes(Kind::Readiness).is_empty();
    for probe in start.killing_probes() {
        let for_ever = is_stuck && start.waits_by(probe.fact) == Waits::Always;
        let when = if for_ever { When::ForEver } else { When::WhileWaiting };
        findings.push(finding(&start, &probe, when));
    }
}

fn finding(start: &Start<'_>, probe: &Recognised<'_>, when: When) -> Finding {
    let (name, first) = (start.set.name(), start.pod(0));
    let message = match when {
        When::ForEver => format!("`{name}` kills its first member again and again while that waits for the others"),
        When::WhileWaiting => {
            format!("`{name}` can kill `{first}` while it waits for the others: liveness fails until they have met")
        }
    };
    let severity = match (when, start.running.is_assumed()) {
        (When::ForEver, false) => Severity::Error,
        (_, false) | (When::ForEver, true) => Severity::Warning,
        (_, true) => Severity::Note,
    };
    let label = format!("{}; killed after {}", probe.fact.says, budget(probe));
    let place = Place::key(start.set.id(), probe.path.clone());
    let mut finding = Finding::new(severity, message, place, label).about(start.set.id());
    finding = match start.running.liveness(|fact| fact.alone == Answer::Passes) {
        Some(proposed) => finding.propose(
            "let liveness ask this member alone:",
            Proposal::Set { object: start.set.id(), path: probe.path.clone(), value: proposed.probe },
        ),
        None => finding.advise("let liveness ask whether this member's process works, or leave the probe out"),
    };
    finding.note(
        "a container that fails its liveness probe is restarted, with growing pauses of up to 5 minutes; a member that \
         waits for others gains nothing by it, and those that would join it find it gone.",
    )
}

/// How long the kubelet waits before it kills, as a sum.
fn budget(probe: &Recognised<'_>) -> String {
    let probe = probe.probe;
    let at_least_one = |value: Option<i32>, default: i32| value.filter(|value| *value > 0).unwrap_or(default);
    let delay = probe.initial_delay_seconds.unwrap_or(0).max(0);
    let (period, failures) = (at_least_one(probe.period_seconds, 10), at_least_one(probe.failure_threshold, 3));
    let total = i64::from(delay) + i64::from(period) * i64::from(failures);
    match delay {
        0 => format!("{failures} x {period} s = {total} s"),
        _ => format!("{delay} s + {failures} x {period} s = {total} s"),
    }
}
