//! `budget-missing`: nothing limits how many Pods of a set a drain may take at once.

use serde_json::{Map, json};

use super::shared::{propose, wording};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{BudgetView, Class, Replicas, SetView};
use crate::systems::{Running, Tolerance};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "budget-missing",
    summary: "No budget keeps drains from taking several Pods of the set at once",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let count = match set.replicas() {
        Replicas::Fixed(count) => Some(count),
        Replicas::Scaled { min, .. } => min,
        Replicas::Unknown => None,
    };
    let least = i64::from(context.options.budget_missing.replicas);
    let Some(count) = count.filter(|count| *count >= least) else { return };
    // What the labels of a set that contradicts itself are meant to be is open.
    if is_owned(set)
        || set.misses_itself()
        || !context.head.budgets_selecting(set).is_empty()
        || context.head.budget_may_be_unread(set.id())
    {
        return;
    }
    let running = context.system(set);
    let tolerance = running.as_ref().and_then(|running| tolerated(running, count));
    let consequence = match (&running, tolerance) {
        (Some(running), Some(tolerance)) => {
            let nodes = tolerance + 1;
            format!(
                "{nodes} nodes drained at once can take more than the {tolerance} that {} can lose",
                running.title()
            )
        }
        _ => "drains of several nodes at once can take all of them".to_owned(),
    };
    let severity = if tolerance.is_some() { Severity::Warning } else { Severity::Note };
    let message =
        format!("no budget was read for the {} of {}: {consequence}", wording::pods(count), wording::set(set));
    let label = "no PodDisruptionBudget selects these Pods";
    let mut finding =
        Finding::new(severity, message, Place::value(set.id(), FieldPath::of("metadata.name")), label).about(set.id());
    if let Some(near) = near_miss(set, context) {
        let place = Place::key(near.object().id, FieldPath::of("spec.selector"));
        finding = finding.related(place, "this budget is named like it, and selects none of its Pods");
    }
    let mut metadata = Map::from_iter([("name".to_owned(), json!(free_name(set, context)))]);
    if let Some(namespace) = set.namespace() {
        metadata.insert("namespace".to_owned(), json!(namespace));
    }
    let manifest = json!({
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata,
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": propose::selector_labels(set)}},
    });
    findings.push(
        finding
            .propose("let evictions take one Pod at a time:", Proposal::Create { beside: set.id(), manifest })
            .note(
                "a drain evicts Pods; without a budget the API server lets each go at once, ready replacements or not. A \
                 budget limits evictions only, no crash and no rolling update. If it lives elsewhere, add its folder to \
                 the paths.",
            ),
    );
}

/// How many members may be away, where losing more costs the quorum or data.
fn tolerated(running: &Running<'_>, count: i64) -> Option<i64> {
    if !running.is_clustered() || running.is_assumed() {
        return None;
    }
    match running.votes()?.tolerance {
        Tolerance::Majority => Some((count - 1) / 2).filter(|tolerance| *tolerance > 0),
        Tolerance::ReplicationFactor => (count > 2).then_some(1),
        Tolerance::None => None,
    }
}

/// Whether an operator made the set: it makes the budget as well.
fn is_owned(set: SetView<'_>) -> bool {
    set.node_at(&FieldPath::of("metadata.ownerReferences")).is_some()
}

/// A budget of the same place that selects nothing of this set and bears its name.
fn near_miss<'a>(set: SetView<'a>, context: &Context<'a>) -> Option<BudgetView<'a>> {
    let names = ["", "-pdb", "-budget", "-poddisruptionbudget"].map(|ending| format!("{}{ending}", set.name()));
    let budgets = names.iter().flat_map(|name| context.head.named(Class::Budget, name));
    let mut budgets = budgets.filter_map(|&id| context.head.budget(id));
    budgets.find(|budget| {
        let other = &budget.object().namespace;
        context.head.is_together(set.id(), budget.object().id)
            && (other.is_none() || other.as_deref() == set.namespace())
            && context.head.sets_selected_by(*budget).is_empty()
    })
}

/// A name that no budget beside the set has.
fn free_name(set: SetView<'_>, context: &Context<'_>) -> String {
    let is_taken = |name: &str| {
        let same = context.head.named(Class::Budget, name);
        same.iter().any(|&id| context.head.is_together(set.id(), id))
    };
    let own = set.name().to_owned();
    if is_taken(&own) { format!("{own}-pods") } else { own }
}
