//! `unreplicated-replicas`: several servers that share a name and no data.

use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Replicas, Selected, SetView};
use crate::systems::{Found, Running, Unreplicated};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "unreplicated-replicas",
    summary: "Several replicas of a database between which nothing replicates: each Pod holds data of its own",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Replicas::Fixed(count) = set.replicas() else { return };
    if count < 2 {
        return;
    }
    let Some(running) = context.system(set).filter(|running| !running.is_assumed()) else { return };
    let Some(fact) = running.unreplicated() else { return };
    findings.push(finding(set, context, count, &running, fact));
}

fn finding(set: SetView<'_>, context: &Context<'_>, count: i64, running: &Running<'_>, fact: &Unreplicated) -> Finding {
    // Who connects through a virtual IP gets any of the Pods; who addresses single Pods may know what he does.
    let balancing = context
        .head
        .services_selecting(set)
        .into_iter()
        .find(|service| !service.is_headless() && set.selected_by(&service.selector()) == Selected::All);
    let severity = match (fact.may_be_meant, balancing.is_some(), running.is_makers_image(fact)) {
        (false, _, true) => Severity::Error,
        (true, false, _) => Severity::Note,
        (false, _, false) | (true, true, _) => Severity::Warning,
    };
    let replicas = FieldPath::of("spec.replicas");
    let message = format!(
        "{} runs {count} {}: nothing replicates between its {} Pods",
        wording::set(set),
        fact.are,
        running.title()
    );
    let label = format!("{count} Pods, each with data of its own");
    let mut finding = Finding::new(severity, message, Place::value(set.id(), replicas.clone()), label).about(set.id());
    if let Some(service) = &balancing {
        let place = Place::value(service.object().id, FieldPath::of("metadata.name"));
        finding = finding.related(place, "this Service spreads connections over all of them");
    }
    if let Some(Found { object, path, range }) = running.told() {
        let place = Place::value(*object, path.clone());
        let place = match range {
            Some(range) => place.within(range.clone()),
            None => place,
        };
        finding = finding.related(place, "with this, each starts alone");
    }
    let one = Proposal::Set { object: set.id(), path: replicas, value: 1.into() };
    let kept = "scaling down keeps the claims of the Pods that go: look there for what only they hold.";
    finding.propose(format!("{}:", fact.advice), one).note(fact.says.clone()).note(kept)
}
