//! `invalid-storage-class`: a StorageClass that the API server does not take.

use super::shared::refused;
use super::{Check, Context, Findings};
use crate::finding::{Group, RuleMeta, Severity};
use crate::model::{Class, Object};

pub(super) const META: RuleMeta = RuleMeta {
    id: "invalid-storage-class",
    summary: "The API server refuses a StorageClass: no provisioner, a policy that is none, a bad topology",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Object(check);

fn check(object: &Object, context: &Context<'_>, findings: &mut Findings) {
    if object.typed.class() == Class::StorageClass {
        refused::report_changed(object, context, findings);
    }
}
