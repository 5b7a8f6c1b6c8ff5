//! `invalid-budget`: a budget that the API server does not take.

use super::shared::refused;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::BudgetView;
use crate::model::admission::refusals;
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
    let all = refusals(context.head, object, context.version);
    // The answer names the whole `spec` for it.
    let (both, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|refusal| refusal.named == "spec");
    for refusal in both {
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
    refused::report_those(&rest, object, None, context, findings);
}
