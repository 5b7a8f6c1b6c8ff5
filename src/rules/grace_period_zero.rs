//! `grace-period-zero`: Pods that are killed at once, and whose names are free before that is done.

use serde_json::json;

use super::shared::grace;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;

pub(super) const META: RuleMeta = RuleMeta {
    id: "grace-period-zero",
    summary: "Pods are killed without a chance to stop, and replaced before they are known to be gone",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    if grace::written(set) != Some(0) || set.object().is_faulty(&grace::path()) {
        return;
    }
    let running = context.system(set);
    let templates = set.spec().volume_claim_templates.iter().flatten();
    let first_claim = templates.filter_map(|claim| claim.metadata.name.as_deref()).next();
    let clustered = running.as_ref().is_some_and(|running| running.is_clustered());
    let severity = if first_claim.is_some() || clustered { Severity::Warning } else { Severity::Note };
    let pod = format!("{}-{}", set.name(), set.first_ordinal());
    let on = first_claim.map_or_else(String::new, |claim| format!(" on claim `{claim}-{pod}`"));
    let message = format!(
        "`{}` gives its Pods no time to stop: the name `{pod}` is free at once, and two Pods of that name can run{on}",
        set.name()
    );
    let needed = running.as_ref().and_then(|running| running.shutdown());
    let slept = set.containers().iter().filter_map(grace::slept).map(|(seconds, _)| seconds).max().unwrap_or(0);
    let seconds = needed.map_or(grace::DEFAULT, |needed| needed.seconds.max(grace::DEFAULT)).saturating_add(slept);
    let finding = Finding::new(severity, message, Place::value(set.id(), grace::path()), "no time to shut down")
        .about(set.id())
        .propose("give them time:", Proposal::Set { object: set.id(), path: grace::path(), value: json!(seconds) });
    let finding = match needed {
        Some(needed) => finding.note(format!("its Pods are given {} s by {}.", needed.seconds, needed.by)),
        None => finding,
    };
    findings.push(finding.note(
        "with 0 the API server removes a deleted Pod without waiting for its node, so the controller can start the next one \
         of that name while the old process still writes. It speeds up nothing when a node is lost: a node that does not \
         answer keeps its Pods until somebody decides. Fine where the Pods keep nothing.",
    ));
}
