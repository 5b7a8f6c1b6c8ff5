//! `set-renamed`: a set goes, and one that is the same but for its name comes.

use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::Change;
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "set-renamed",
    summary: "A StatefulSet gets another name: to Kubernetes a second set, with Pods and claims of its own",
    group: Group::Default,
    severities: &[Severity::Warning],
};

pub(super) const CHECK: Check = Check::Change(check);

fn check(change: Change<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Change::Renamed { base, head } = change else { return };
    let (Some(old), Some(new)) = (context.base.and_then(|all| all.set(base.id)), context.head.set(head.id)) else {
        return;
    };
    let templates = old.spec().volume_claim_templates.as_deref().unwrap_or_default();
    let claims: Vec<&str> = templates.iter().filter_map(|claim| claim.metadata.name.as_deref()).collect();
    let (from, to) = (old.name(), new.name());
    let empty = if claims.is_empty() { "" } else { ", on new and empty volumes" };
    let message =
        format!("`{from}` is now called `{to}`: that is a second set{empty}, and `{from}` stays until it is deleted");
    let revision = context.base_name();
    let name = || FieldPath::of("metadata.name");
    let place = Place::value(head.id, name());
    let mut finding = Finding::new(Severity::Warning, message, place, format!("was `{from}` at {revision}"))
        .related(
            Place::value(base.id, name()).at_base(),
            format!("the same containers on the same claim templates at {revision}"),
        )
        .about(head.id);
    finding = finding.advise(format!("keep the name `{from}`, unless a second set is meant"));
    if let Some(claim) = claims.first() {
        finding = finding.note(format!(
            "a claim is named after template, set and ordinal: the data stays in `{claim}-{from}-…`, the new set makes \
             `{claim}-{to}-…`. Members that know each other as `{from}-…` do not know the new ones."
        ));
    }
    let policy = old.spec().persistent_volume_claim_retention_policy.as_ref();
    let deletes = policy.and_then(|policy| policy.when_deleted.as_deref()) == Some("Delete") && !claims.is_empty();
    let with =
        if deletes { ", its Pods and, by `whenDeleted: Delete`, its claims with the data" } else { " and its Pods" };
    findings.push(
        finding.note(format!("`kubectl apply` leaves the old set running; a tool that prunes deletes it{with}.")),
    );
}
