//! `quorum-too-small`: two voters, of which none may be lost.

use super::shared::ensemble::{Ensemble, ensembles};
use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "quorum-too-small",
    summary: "Two members vote: the loss of either one stops both",
    group: Group::Default,
    severities: &[Severity::Warning],
};

pub(super) const CHECK: Check = Check::Inventory(check);

fn check(context: &Context<'_>, findings: &mut Findings) {
    for ensemble in ensembles(context, |voters| voters == 2) {
        // What a lost majority stops is known of few systems; of the others nothing is claimed.
        if let Some(lost) = &ensemble.votes.lost {
            findings.push(finding(&ensemble, lost));
        }
    }
}

fn finding(ensemble: &Ensemble<'_>, lost: &str) -> Finding {
    let set = ensemble.set;
    let handled = ensemble.votes.even_is_handled;
    let (message, label) = match handled {
        true => ("has two voting members, and both have to be there", "two tolerate no loss"),
        false => ("has two voting members, and its majority is both of them", "a majority of 2 is 2"),
    };
    let message = format!("{} {message}: {lost}", wording::set(set));
    let third = format!("{}-{}", set.name(), set.first_ordinal().saturating_add(2));
    let advice = format!(
        "run three: `replicas: 3`, and `{third}` wherever the members are listed; or one, if it may be away for a while"
    );
    let title = ensemble.running.title();
    let mechanism = match handled {
        true => format!(
            "{title} leaves one of an even number out of the vote: of two only one decides, and which one it is cannot be \
             chosen. Of three any one may be away."
        ),
        false => format!(
            "{title} decides by majority: 2 of 2, 2 of 3, 3 of 5. Of two machines one fails more often than a single one \
             does, and nothing is gained for it."
        ),
    };
    Finding::new(Severity::Warning, message, Place::value(set.id(), FieldPath::of("spec.replicas")), label)
        .about(set.id())
        .advise(advice)
        .note(mechanism)
}
