//! `set-removed`: a set that is there at the base is not there at the head.

use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::Change;
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "set-removed",
    summary: "A StatefulSet of the base is no longer among the manifests",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Change(check);

fn check(change: Change<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Change::Removed { base } = change else { return };
    let Some(set) = context.base.and_then(|all| all.set(base.id)) else { return };
    let policy = set.spec().persistent_volume_claim_retention_policy.as_ref();
    let deletes = policy.and_then(|policy| policy.when_deleted.as_deref()) == Some("Delete");
    let has_claims = set.spec().volume_claim_templates.as_ref().is_some_and(|templates| !templates.is_empty());
    let name = set.name();
    let loses_data = deletes && has_claims;
    let (severity, data) = match (has_claims, deletes) {
        (true, true) => (Severity::Warning, ", and with it the claims and their data (`whenDeleted: Delete`)"),
        (true, false) => (Severity::Note, "; its claims and their data stay"),
        (false, _) => (Severity::Note, ""),
    };
    let message = format!("`{name}` is gone since {}: whoever deletes it deletes its Pods{data}", context.base_name());
    let place = if loses_data {
        Place::value(base.id, FieldPath::of("spec.persistentVolumeClaimRetentionPolicy.whenDeleted"))
    } else {
        Place::value(base.id, FieldPath::of("metadata.name"))
    };
    let label =
        if loses_data { "deletes the claims with the set" } else { "no set of this name among the manifests read" };
    let finding = Finding::new(severity, message, place.at_base(), label)
        .note("`kubectl apply` leaves it running; a tool that prunes deletes it, all Pods at once and in no order.");
    findings.push(if loses_data {
        finding.advise("keep the data: apply `whenDeleted: Retain` first, and remove the set after that").note(
            "the new policy reaches only the claims of Pods that run: one of a Pod that was scaled away before still goes \
             with the set, unless that is deleted with `--cascade=orphan`.",
        )
    } else {
        finding
    });
}
