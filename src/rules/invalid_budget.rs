//! `invalid-budget`: a budget that the API server does not take.

use super::shared::{refused, wording};
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
    let all = refusals(context.head, object, context.version);
    // The answer names the whole `spec` for it.
    let both = all.iter().find(|refusal| refusal.named == "spec");
    let is_of_both = |refusal: &Refusal| both.is_some_and(|both| both.path == refusal.path);
    if let Some(both) = both {
        let message = format!(
            "the API server refuses {}: `minAvailable` and `maxUnavailable` exclude each other",
            wording::object(object)
        );
        let place = Place::value(object.id, both.path.clone());
        let other = Place::value(object.id, FieldPath::of("spec.minAvailable"));
        let mut finding = Finding::new(Severity::Error, message, place, both.reason.clone())
            .related(other, "the other one")
            .advise("keep one: `maxUnavailable` moves with the number of Pods, `minAvailable` does not");
        for refusal in all.iter().filter(|refusal| is_of_both(refusal)) {
            finding = finding.note(refused::answer(refusal, context));
        }
        findings.push(finding);
    }
    refused::report_except(is_of_both, object, None, context, findings);
}
