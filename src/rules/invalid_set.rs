//! `invalid-set`: a StatefulSet that the API server does not take, whatever was there before.

use super::shared::refused;
use super::{Check, Context, Findings};
use crate::finding::{Group, RuleMeta, Severity};
use crate::model::SetView;
use crate::model::admission::Refusal;
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "invalid-set",
    summary: "The API server refuses a set: a required field missing, a value that is none, the same name twice",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    // A selector that misses the set's own Pods leaves other rules without an answer too: `invalid-manifest` says it.
    let labels = FieldPath::of("spec.template.metadata.labels");
    let is_said = |refusal: &Refusal| refusal.path == labels && set.misses_itself();
    refused::report_except(is_said, set.object(), Some(set.id()), context, findings);
}
