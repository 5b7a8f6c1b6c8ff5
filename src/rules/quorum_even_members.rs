//! `quorum-even-members`: one voter more that makes nothing safer.

use super::shared::ensemble::{Ensemble, ensembles};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "quorum-even-members",
    summary: "An even number of members vote: they tolerate no more losses than one member fewer",
    group: Group::Default,
    severities: &[Severity::Note],
};

pub(super) const CHECK: Check = Check::Inventory(check);

fn check(context: &Context<'_>, findings: &mut Findings) {
    for ensemble in ensembles(context, |voters| voters > 2 && voters % 2 == 0) {
        if !ensemble.votes.even_is_handled {
            findings.push(finding(&ensemble));
        }
    }
}

fn finding(ensemble: &Ensemble<'_>) -> Finding {
    let (set, voters) = (ensemble.set, ensemble.voters);
    let (fewer, more) = (voters - 1, voters + 1);
    let message = format!(
        "`{}` has {voters} voting members, which tolerate the loss of {}, as {fewer} would",
        set.name(),
        ensemble.tolerance()
    );
    let label = format!("a majority of {voters} is {}", ensemble.quorum());
    let finding = Finding::new(Severity::Note, message, Place::value(set.id(), FieldPath::of("spec.replicas")), label);
    finding
        .about(set.id())
        .advise(format!("run {fewer}, or {more} to tolerate the loss of {}", more / 2))
        .note(format!(
            "a majority of {fewer} is {}, of {voters} {}: the additional member is one more that has to agree. Split into \
             equal halves by the network, neither half goes on. Fine for the time in which members are replaced.",
            fewer / 2 + 1,
            ensemble.quorum()
        ))
}
