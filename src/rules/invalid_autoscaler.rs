//! `invalid-autoscaler`: a HorizontalPodAutoscaler that the API server does not take.

use super::shared::refused;
use super::{Check, Context, Findings};
use crate::finding::{Group, RuleMeta, Severity};
use crate::model::{Class, Object};

pub(super) const META: RuleMeta = RuleMeta {
    id: "invalid-autoscaler",
    summary: "The API server refuses an autoscaler: more replicas at least than at most, a target without apiVersion, a bad metric",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Object(check);

fn check(object: &Object, context: &Context<'_>, findings: &mut Findings) {
    if object.typed.class() == Class::Autoscaler {
        refused::report_changed(object, context, findings);
    }
}
