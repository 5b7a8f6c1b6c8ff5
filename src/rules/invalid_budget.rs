//! `invalid-budget`: a budget that the API server does not take.

use super::shared::refused;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::BudgetView;
use crate::model::admission::{Refusal, refusals};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "invalid-budget",
    summary: "The API server refuses a budget: two limits at once, a value that is none, a bad selector",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Budget(check);

fn check(budget: BudgetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let object = budget.object();
    // The answer names the whole `spec` for it.
    let is_of_both = |refusal: &Refusal| refusal.named == "spec";
    if let Some(refusal) = refusals(context.head, object, context.version).into_iter().find(is_of_both) {
        let message = format!(
            "the API server refuses {} `{}`: `minAvailable` and `maxUnavailable` exclude each other",
            object.kind, object.name
        );
        let place = Place::value(object.id, refusal.path.clone());
        let other = Place::value(object.id, FieldPath::of("spec.minAvailable"));
        let finding = Finding::new(Severity::Error, message, place, refusal.reason.clone())
            .related(other, "the other one")
            .note(refused::answer(&refusal, context))
            .advise("keep one: `maxUnavailable` moves with the number of Pods, `minAvailable` does not");
        findings.push(finding);
    }
    refused::report_except(is_of_both, object, None, context, findings);
}
