//! `invalid-service`: a Service that the API server does not take.

use super::shared::refused;
use super::{Check, Context, Findings};
use crate::finding::{Group, RuleMeta, Severity};
use crate::model::{Class, Object};

pub(super) const META: RuleMeta = RuleMeta {
    id: "invalid-service",
    summary: "The API server refuses a Service: a port without a name, fields that its type does not have, a bad address",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Object(check);

fn check(object: &Object, context: &Context<'_>, findings: &mut Findings) {
    if object.typed.class() == Class::Service {
        refused::report_changed(object, context, findings);
    }
}
