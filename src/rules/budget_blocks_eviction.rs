//! `budget-blocks-eviction`: a budget that lets no Pod of a set go, ever.

use serde_json::json;

use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Allowance, Amount, BudgetView, ObjectId, OtherPods, Replicas, Selected, SetView};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "budget-blocks-eviction",
    summary: "A budget allows no disruption even when every Pod is healthy: no node can be drained",
    group: Group::Default,
    severities: &[Severity::Warning],
};

pub(super) const CHECK: Check = Check::Budget(check);

/// The Pods that a budget is about, all of them healthy.
struct Census {
    /// By the owners' `replicas`.
    expected: i64,
    /// Selected by the budget.
    selected: i64,
    /// The autoscaler whose minimum was counted, if any.
    autoscaler: Option<ObjectId>,
}

/// How many sets are shown beside a budget.
const MOST_RELATED: usize = 20;

fn check(budget: BudgetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(allowance) = budget.allowance().filter(|allowance| *allowance != Allowance::Refused) else { return };
    let mut sets = context.head.sets_selected_by(budget);
    let mut census = count(&sets);
    // What is not known to be selected is not named.
    sets.retain(|(_, selected)| *selected != Selected::Unsure);
    if sets.is_empty() {
        return;
    }
    if blocks(allowance, census.as_ref()) && !blocks_any_number(allowance) {
        // Pods of other workloads that the budget selects too may be what leaves room.
        for other in context.head.other_pods_selected_by(budget) {
            census = census.and_then(|census| census.with(&other));
        }
    }
    if blocks(allowance, census.as_ref()) {
        findings.push(finding(budget, allowance, &sets, census, context));
    }
}

impl Census {
    /// The same with the Pods of another workload; `None` when nobody knows how many they are.
    fn with(mut self, other: &OtherPods) -> Option<Census> {
        let replicas = other.replicas?;
        self.selected += replicas;
        self.expected += if other.owned { replicas } else { 0 };
        Some(self)
    }
}

/// Counts the Pods; `None` where some number cannot be known from the input.
fn count(sets: &[(SetView<'_>, Selected)]) -> Option<Census> {
    let mut census = Census { expected: 0, selected: 0, autoscaler: None };
    for (set, selected) in sets {
        let replicas = match set.replicas() {
            Replicas::Fixed(count) => count,
            // KEDA may go to 0, where no Pod is left to block; the first one back counts.
            Replicas::Scaled { min, by, .. } => {
                census.autoscaler = Some(by);
                min?.max(1)
            }
            Replicas::Unknown => return None,
        };
        census.expected += replicas;
        census.selected += match selected {
            Selected::All => replicas,
            Selected::Some(count) => *count,
            Selected::None => 0,
            Selected::Unsure => return None,
        };
    }
    Some(census)
}

/// Whether no Pod may go although all are healthy.
fn blocks(allowance: Allowance, census: Option<&Census>) -> bool {
    match census {
        Some(census) if census.selected == 0 => false,
        Some(census) => allowance.disruptions_allowed(census.expected, census.selected) == 0,
        None => blocks_any_number(allowance),
    }
}

/// Whether nothing may go whatever the number of Pods.
fn blocks_any_number(allowance: Allowance) -> bool {
    matches!(
        allowance,
        Allowance::Neither
            | Allowance::MaxUnavailable(Amount::Count(0) | Amount::Percent(0))
            | Allowance::MinAvailable(Amount::Percent(100))
    )
}

fn finding(
    budget: BudgetView<'_>,
    allowance: Allowance,
    sets: &[(SetView<'_>, Selected)],
    census: Option<Census>,
    context: &Context<'_>,
) -> Finding {
    let id = budget.object().id;
    let names: Vec<&str> = sets.iter().map(|(set, _)| set.name()).collect();
    let at_minimum = census.as_ref().and_then(|census| census.autoscaler).filter(|_| !blocks_any_number(allowance));
    let when = if at_minimum.is_some() { ", as long as its autoscaler keeps the minimum" } else { "" };
    let message = format!(
        "`{}` never lets a Pod of {} be evicted{when}: every node drain waits for ever",
        budget.object().name,
        wording::list(&names)
    );
    let min_path = FieldPath::of("spec.minAvailable");
    let max_path = FieldPath::of("spec.maxUnavailable");
    let (place, label) = match allowance {
        Allowance::MinAvailable(amount) => (Place::value(id, min_path.clone()), sum(amount, census.as_ref(), true)),
        Allowance::MaxUnavailable(amount) => (Place::value(id, max_path.clone()), sum(amount, census.as_ref(), false)),
        Allowance::Neither | Allowance::Refused => {
            (Place::key(id, FieldPath::of("spec")), "neither minAvailable nor maxUnavailable is set".to_owned())
        }
    };
    let mut finding = Finding::new(Severity::Warning, message, place, label);
    for (position, (set, selected)) in sets.iter().enumerate() {
        finding = finding.about(set.id());
        // The sum is told by a few; a budget may select thousands.
        if position >= MOST_RELATED {
            continue;
        }
        finding = match (set.replicas(), selected) {
            (Replicas::Scaled { by, .. }, _) => {
                finding.related(minimum(context, by), "counted with the fewest Pods that it leaves, one at least")
            }
            (Replicas::Fixed(count), Selected::Some(part)) => {
                let label = format!("it selects {part} of {count}, but counts all {count}");
                finding.related(replicas(*set), label)
            }
            (Replicas::Fixed(1), _) => finding.related(replicas(*set), "the only Pod must stay"),
            (Replicas::Fixed(count), _) => finding.related(replicas(*set), format!("all {count} must stay")),
            (Replicas::Unknown, _) => finding,
        };
    }
    advise(finding, budget, sets, census.as_ref())
}

/// Says the sum behind the number.
fn sum(amount: Amount, census: Option<&Census>, is_minimum: bool) -> String {
    let what = if is_minimum { "must stay" } else { "may be away" };
    match (amount, census) {
        (Amount::Percent(percent), Some(census)) if percent > 0 => {
            let share = percent as f64 * census.expected as f64 / 100.0;
            let up = amount.of(census.expected);
            if share.fract() == 0.0 {
                format!("{percent} % of {} is {up}: {} {what}", census.expected, wording::pods(up))
            } else {
                format!("{percent} % of {} is {share:.2}; Kubernetes rounds up to {up}", census.expected)
            }
        }
        (Amount::Percent(percent), _) => format!("{percent} % of the Pods {what}"),
        (Amount::Count(count), Some(census)) if is_minimum => {
            let are = if census.selected == 1 { "is" } else { "are" };
            format!("{} {what}, and there {are} {}", wording::pods(count), census.selected)
        }
        (Amount::Count(count), _) => format!("{} {what}", wording::pods(count)),
    }
}

fn replicas(set: SetView<'_>) -> Place {
    let path = FieldPath::of("spec.replicas");
    if set.node_at(&path).is_some() {
        Place::value(set.id(), path)
    } else {
        Place::value(set.id(), FieldPath::of("metadata.name"))
    }
}

fn minimum(context: &Context<'_>, autoscaler: ObjectId) -> Place {
    let path = match &context.head.object(autoscaler).typed {
        crate::model::Typed::Autoscaler(autoscaler) => autoscaler.min_path.clone(),
        _ => FieldPath::root(),
    };
    Place::value(autoscaler, path)
}

fn advise(
    mut finding: Finding,
    budget: BudgetView<'_>,
    sets: &[(SetView<'_>, Selected)],
    census: Option<&Census>,
) -> Finding {
    let id = budget.object().id;
    let min_path = FieldPath::of("spec.minAvailable");
    let max_path = FieldPath::of("spec.maxUnavailable");
    let one_pod = census.is_some_and(|census| census.expected == 1);
    let part = sets.iter().any(|(_, selected)| matches!(selected, Selected::Some(_)));
    let name = &budget.object().name;
    // The field that stands there now goes.
    let place = match budget.allowance() {
        Some(Allowance::MinAvailable(_)) => format!("in place of `minAvailable`, below `spec` of budget `{name}`:"),
        Some(Allowance::MaxUnavailable(_)) => format!("in place of `maxUnavailable`, below `spec` of budget `{name}`:"),
        _ => format!("below `spec` of budget `{name}`:"),
    };
    finding = if let (true, Some(census)) = (part, census) {
        // maxUnavailable and shares count the whole set's replicas, so only a number of Pods fits a part of a set.
        let keep = (census.selected - 1).max(0);
        finding.propose_all(
            format!("count the selected Pods alone, {place}"),
            vec![
                Proposal::Remove { object: id, path: max_path },
                Proposal::Set { object: id, path: min_path, value: json!(keep) },
            ],
        )
    } else {
        let lead =
            if one_pod { "let the only Pod go, with a short outage at each drain" } else { "let one Pod go at a time" };
        finding.propose_all(
            format!("{lead}, {place}"),
            vec![
                Proposal::Remove { object: id, path: min_path },
                Proposal::Set { object: id, path: max_path, value: json!(1) },
            ],
        )
    };
    finding = finding.note(
        "allowed disruptions = healthy Pods - Pods that must stay; shares are rounded up. `kubectl drain` asks again \
         every 5 seconds and has no limit by default.",
    );
    if one_pod {
        finding = finding.note(
            "fine where a person is meant to step in before the only Pod moves; then drain with `--disable-eviction` or \
             delete the Pod by hand.",
        );
    }
    finding
}
