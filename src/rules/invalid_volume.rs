//! `invalid-volume`: a PersistentVolume that the API server does not take.

use super::shared::refused;
use super::{Check, Context, Findings};
use crate::finding::{Group, RuleMeta, Severity};
use crate::model::{Class, Object};

pub(super) const META: RuleMeta = RuleMeta {
    id: "invalid-volume",
    summary: "The API server refuses a PersistentVolume: no source or two, no capacity, a local volume without its node",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Object(check);

fn check(object: &Object, context: &Context<'_>, findings: &mut Findings) {
    if object.typed.class() == Class::Volume {
        refused::report_changed(object, context, findings);
    }
}
