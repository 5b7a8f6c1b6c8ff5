//! `invalid-claim`: a PersistentVolumeClaim that the API server does not take, whatever was there before.

use super::shared::refused;
use super::{Check, Context, Findings};
use crate::finding::{Group, RuleMeta, Severity};
use crate::model::Object;

pub(super) const META: RuleMeta = RuleMeta {
    id: "invalid-claim",
    summary: "The API server refuses a claim: no access mode, no storage, a value that is none",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Claim(check);

fn check(claim: &Object, context: &Context<'_>, findings: &mut Findings) {
    refused::report(claim, None, context, findings);
}
