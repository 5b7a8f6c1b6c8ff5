//! `budget-breaks-quorum`: a budget lets more members go at once than the system can lose.

use serde_json::json;

use super::shared::ensemble::ensembles;
use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Allowance, BudgetView, Replicas, Selected, SetView};
use crate::systems::{Running, Tolerance};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "budget-breaks-quorum",
    summary: "A budget lets drains take more members at once than the system can lose",
    group: Group::Default,
    severities: &[Severity::Warning],
};

pub(super) const CHECK: Check = Check::Inventory(check);

/// A set whose Pods may go so many at once.
struct Limit<'a> {
    set: SetView<'a>,
    running: Running<'a>,
    members: i64,
    tolerance: i64,
    /// What is lost beyond it, as a sentence.
    why: String,
}

fn check(context: &Context<'_>, findings: &mut Findings) {
    // One or two voters tolerate nothing; `quorum-too-small` speaks of two, and a drain has to go on.
    for ensemble in ensembles(context, |voters| voters > 2) {
        let why = format!(
            "{} of {} members have to agree, so {} may be away.",
            ensemble.quorum(),
            ensemble.voters,
            ensemble.tolerance()
        );
        let (members, tolerance) = (ensemble.voters, ensemble.tolerance());
        judge(&Limit { set: ensemble.set, running: ensemble.running, members, tolerance, why }, context, findings);
    }
    for set in context.head.sets() {
        let Some(running) = context.system(set).filter(|running| running.is_clustered() && !running.is_assumed())
        else {
            continue;
        };
        let shards = running.votes().is_some_and(|votes| votes.tolerance == Tolerance::ReplicationFactor);
        let Replicas::Fixed(members @ 3..) = set.replicas() else { continue };
        if shards {
            let why =
                "with the usual three copies of everything, two members away at once take the majority of some data \
                       with them, however many members there are. Fine where everything has five copies."
                    .to_owned();
            judge(&Limit { set, running, members, tolerance: 1, why }, context, findings);
        }
    }
}

fn judge(limit: &Limit<'_>, context: &Context<'_>, findings: &mut Findings) {
    let budgets = context.head.budgets_selecting(limit.set);
    // Two budgets for one Pod: the eviction API refuses to evict it at all.
    let [budget] = budgets.as_slice() else { return };
    let Some(allowance) = budget.allowance().filter(|allowance| *allowance != Allowance::Refused) else { return };
    let sets = context.head.sets_selected_by(*budget);
    let alone = matches!(sets.as_slice(), [(set, Selected::All)] if set.id() == limit.set.id());
    let allowed = allowance.disruptions_allowed(limit.members, limit.members);
    // Asked last: it reads workloads that nobody else needs.
    let only = || context.head.other_pods_selected_by(*budget).is_empty();
    if alone && allowed > limit.tolerance && only() {
        findings.push(finding(limit, *budget, allowance, allowed));
    }
}

fn finding(limit: &Limit<'_>, budget: BudgetView<'_>, allowance: Allowance, allowed: i64) -> Finding {
    let (set, id) = (limit.set, budget.object().id);
    let message = format!(
        "`{}` lets {allowed} of {} Pods of `{}` be evicted at once; {} can lose {}",
        budget.object().name,
        limit.members,
        set.name(),
        limit.running.title(),
        limit.tolerance
    );
    let (min, max) = (FieldPath::of("spec.minAvailable"), FieldPath::of("spec.maxUnavailable"));
    let kept = allowance.desired_healthy(limit.members);
    let (place, label) = match allowance {
        Allowance::MinAvailable(_) => {
            (Place::value(id, min.clone()), format!("{} of {} must stay", kept, wording::pods(limit.members)))
        }
        _ => (Place::value(id, max.clone()), format!("{} may be away", wording::pods(allowed))),
    };
    let replicas = Place::value(set.id(), FieldPath::of("spec.replicas"));
    let old = if matches!(allowance, Allowance::MinAvailable(_)) { "minAvailable" } else { "maxUnavailable" };
    let lead =
        format!("let one Pod go at a time, in place of `{old}`, below `spec` of budget `{}`:", budget.object().name);
    let proposals =
        vec![Proposal::Remove { object: id, path: min }, Proposal::Set { object: id, path: max, value: json!(1) }];
    Finding::new(Severity::Warning, message, place, label)
        .related(replicas, format!("{} members", limit.members))
        .about(set.id())
        .propose_all(lead, proposals)
        .note(limit.why.clone())
        .note("drains of two nodes at once are common: node upgrades with surge, autoscalers, two people.")
}
