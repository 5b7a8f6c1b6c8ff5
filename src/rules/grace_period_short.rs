//! `grace-period-short`: less time to stop than the hook sleeps, or than those who package the system give it.

use serde_json::json;

use super::shared::grace;
use super::shared::start::container_path;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::{Kept, Running, Shutdown};

pub(super) const META: RuleMeta = RuleMeta {
    id: "grace-period-short",
    summary: "Pods have less time to stop than their `preStop` hook sleeps, or than those who package the system give it",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let written = grace::written(set);
    // What is 0 is said elsewhere.
    if set.object().is_faulty(&grace::path()) || written == Some(0) {
        return;
    }
    // The API server takes 1 for what is negative.
    let given = written.map_or(grace::DEFAULT, |written| written.max(1));
    let running = context.system(set);
    let needed = running.as_ref().and_then(Running::shutdown);
    let slept = set.containers().iter().enumerate().filter_map(|(index, container)| {
        let (seconds, field) = grace::slept(container)?;
        Some((seconds, container.name.as_str(), container_path(index).join(&field)))
    });
    let longest = slept.max_by_key(|(seconds, ..)| *seconds);
    let base = needed.map_or(grace::DEFAULT, |needed| needed.seconds.max(grace::DEFAULT));
    let wanted = base.saturating_add(longest.as_ref().map_or(0, |(seconds, ..)| *seconds));
    let proposal = Proposal::Set { object: set.id(), path: grace::path(), value: json!(wanted) };
    if let Some((seconds, container, path)) = longest.filter(|(seconds, ..)| *seconds >= given) {
        let slept = if seconds == given { "all of them".to_owned() } else { format!("{seconds} s") };
        let message = format!(
            "`{}` gives its Pods {given} s to stop, and the `preStop` hook of `{container}` sleeps {slept}: the process is \
             killed before it has shut down",
            set.name()
        );
        let label = format!("sleeps {seconds} s");
        let finding = Finding::new(Severity::Warning, message, Place::value(set.id(), path), label).about(set.id());
        let finding = match written {
            Some(_) => finding.related(Place::value(set.id(), grace::path()), "for the hook and the process together"),
            None => finding,
        };
        findings.push(finding.propose("give both their time:", proposal).note(
            "the time starts before the hook runs; the process gets its SIGTERM when the hook has ended or the time is up, \
             and is killed 2 s after that. 30 s is the default.",
        ));
        return;
    }
    let most = context.options.grace_period_short.most_seconds.map_or(i64::MAX, i64::from);
    let proposal = Proposal::Set { object: set.id(), path: grace::path(), value: json!(wanted.min(most)) };
    let needed = needed.filter(|needed| needed.seconds.min(most) > given && keeps_anything(set));
    if let (Some(running), Some(needed)) = (running, needed) {
        findings.push(below_need(set, &running, needed, written, proposal));
    }
}

/// Whether anything that a Pod writes outlives it: else there is nothing to recover.
fn keeps_anything(set: SetView<'_>) -> bool {
    let templates = set.spec().volume_claim_templates.iter().flatten();
    let mut volumes = set.pod_spec().into_iter().flat_map(|spec| spec.volumes.iter().flatten());
    templates.into_iter().next().is_some()
        || volumes.any(|volume| volume.persistent_volume_claim.is_some() || volume.host_path.is_some())
}

fn below_need(
    set: SetView<'_>,
    running: &Running<'_>,
    needed: &Shutdown,
    written: Option<i64>,
    proposal: Proposal,
) -> Finding {
    let keeps = running.worth().is_none_or(|worth| worth.is == Kept::Data);
    // Somebody made it shorter than what everybody gets.
    let shortened = written.is_some_and(|written| written < grace::DEFAULT);
    let severity = if shortened && keeps { Severity::Warning } else { Severity::Note };
    let given = written.map_or(grace::DEFAULT, |written| written.max(1));
    let message = format!(
        "`{}` gives its Pods {given} s to stop, and {} {}: a busy one can be killed, and then has to recover",
        set.name(),
        needed.by,
        needed.seconds
    );
    let (place, label) = match written {
        Some(_) => (Place::value(set.id(), grace::path()), "killed after that"),
        None => {
            let name = container_path(running.container()).key("name");
            (Place::value(set.id(), name), "killed after the default of 30 s")
        }
    };
    let finding = Finding::new(severity, message, place, label).about(set.id());
    let finding = finding.propose("give them the time:", proposal);
    let finding = match &needed.says {
        Some(says) => finding.note(format!("{}: {says}", running.title())),
        None => finding,
    };
    finding.note(
        "the time is an upper limit: a Pod that stops sooner is gone sooner. Fine for small data, and where a long drain \
         hurts more than a recovery.",
    )
}
