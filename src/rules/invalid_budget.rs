//! `invalid-budget`: a budget that the API server does not take.

use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::BudgetView;

pub(super) const META: RuleMeta = RuleMeta {
    id: "invalid-budget",
    summary: "The API server refuses a budget: two limits at once, a value that is none, a bad selector",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Budget(check);

fn check(budget: BudgetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let faults = budget.faults();
    let Some((first, rest)) = faults.split_first() else { return };
    let object = budget.object();
    let message = format!("budget `{}` cannot be applied: the API server refuses it, new or changed", object.name);
    let place = Place::value(object.id, first.path.clone());
    let mut finding = Finding::new(Severity::Error, message, place, first.reason);
    for fault in rest {
        finding = finding.related(Place::value(object.id, fault.path.clone()), fault.reason);
    }
    for fault in &faults {
        finding = finding.note(format!("{} answers `{}: …: {}`", context.version, fault.named, fault.answer));
    }
    if faults.iter().any(|fault| fault.reason == "only one of the two may be set") {
        finding = finding.advise("keep one: `maxUnavailable` moves with the number of Pods, `minAvailable` does not");
    }
    findings.push(finding);
}
