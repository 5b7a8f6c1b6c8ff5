//! `liveness-needs-quorum`: a liveness probe that asks for the cluster, so that members die when others are lost.

use super::shared::cluster_probe;
use super::shared::start::{Kind, Start};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::Answer;
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "liveness-needs-quorum",
    summary: "A liveness probe fails in every member when too many others are lost: the kubelet kills those that are left",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(start) = Start::of(set, context) else { return };
    // Those that kill before there ever was a quorum: `liveness-kills-bootstrap` speaks of them.
    let earlier = start.killing_probes();
    let is_said = |path: &FieldPath| earlier.iter().any(|other| other.path == *path);
    let asking = cluster_probe::asking(&start.running, set, Kind::Liveness);
    for (path, fact) in asking.iter().filter(|(path, _)| !is_said(path)) {
        let message = format!("`{}` kills all its members when {}", set.name(), fact.fails_when);
        findings.push(finding(&start, path, message, "asks for the whole cluster, in every member"));
    }
    for probe in start.recognised(Kind::Liveness) {
        let is_said = is_said(&probe.path) || asking.iter().any(|(path, _)| *path == probe.path);
        if probe.fact.quorum_lost == Some(Answer::Fails) && !is_said {
            let message = format!(
                "`{}` kills its surviving members when too many others are lost: liveness asks for the cluster, not for \
                 the member",
                set.name()
            );
            findings.push(finding(&start, &probe.path, message, &probe.fact.says));
        }
    }
}

fn finding(start: &Start<'_>, path: &FieldPath, message: String, label: &str) -> Finding {
    let severity = if start.running.is_assumed() { Severity::Note } else { Severity::Warning };
    let place = Place::key(start.set.id(), path.clone());
    let finding = Finding::new(severity, message, place, label).about(start.set.id());
    let finding = match start.running.liveness(|fact| fact.quorum_lost == Some(Answer::Passes)) {
        Some(proposed) => finding.propose(
            "let liveness ask this member alone:",
            Proposal::Set { object: start.set.id(), path: path.clone(), value: proposed.probe },
        ),
        None => finding.advise("let liveness ask whether this member's process works, or leave the probe out"),
    };
    finding.note(
        "a member that has lost the others is healthy and waits for them. Killed, it starts again with growing pauses of up \
         to 5 minutes, and those that come back find it gone.",
    )
}
