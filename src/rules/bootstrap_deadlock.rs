//! `bootstrap-deadlock`: no member can become ready, because each waits for another that cannot come or be found.

use super::shared::start::{self, Start, Waits};
use super::shared::waiting;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::BootstrapBy;

pub(super) const META: RuleMeta = RuleMeta {
    id: "bootstrap-deadlock",
    summary: "A probe waits for members that are created, or can be found, only after it has succeeded",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(start) = Start::of(set, context) else { return };
    match start.running.bootstrap().map(|bootstrap| bootstrap.by) {
        // Overlays may tell the members what is not written here.
        Some(BootstrapBy::Nobody | BootstrapBy::LaterMember) if set.settings_are_patched() => return,
        Some(BootstrapBy::Nobody) => return findings.push(nobody_starts(&start)),
        // Without a probe the first member is ready whenever its process runs, which lets the next one come.
        Some(BootstrapBy::LaterMember) if !start.parallel && start.is_asked() => {
            return findings.push(later_member(&start));
        }
        _ => {}
    }
    // Where only a restart waits, `full-restart-deadlock` speaks.
    if let Some(finding) = waiting::stuck(&start, Waits::Always) {
        findings.push(finding);
    }
}

fn nobody_starts(start: &Start<'_>) -> Finding {
    let message = format!(
        "`{}` can never start: every member looks for a cluster to join, and none is told to begin one",
        start.set.name()
    );
    let place = start.running.told().map_or_else(|| start.policy(), start::place);
    let finding = Finding::new(Severity::Error, message, place, "all members are to be joined, by all of them");
    explain(finding.about(start.set.id()), start)
}

fn later_member(start: &Start<'_>) -> Finding {
    let first = start.pod(0);
    let message = format!(
        "`{}` can never start: `{first}` has to find a member that is created only after it is ready",
        start.set.name()
    );
    let place = start.running.told().map_or_else(|| start.policy(), start::place);
    let label = format!("`{first}` is not among those that begin");
    let finding = Finding::new(Severity::Error, message, place, label).about(start.set.id());
    explain(finding.related(start.policy(), format!("`{}` is created when `{first}` is ready", start.pod(1))), start)
}

fn explain(mut finding: Finding, start: &Start<'_>) -> Finding {
    let Some(bootstrap) = start.running.bootstrap() else { return finding };
    if let Some(advice) = &bootstrap.advice {
        finding = finding.advise(advice.clone());
    }
    finding.note(bootstrap.says.clone())
}
