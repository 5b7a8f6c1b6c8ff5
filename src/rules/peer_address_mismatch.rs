//! `peer-address-mismatch`: names of Pods that no Pod has.

use serde_json::json;

use super::shared::peer_list::PeerList;
use super::shared::peers::{self, Named, Owner};
use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{PodReference, PodReferences, SetView, is_placeholder};
use crate::systems::{Listed, Running, Setting, is_own_name};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "peer-address-mismatch",
    summary: "A Pod is addressed by a DNS name that no Pod has",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning],
};

pub(super) const CHECK: Check = Check::Set(check);

/// So many places are labelled.
const MOST_LABELS: usize = 5;

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    if !peers::is_named_for_sure(set) {
        return;
    }
    let running = context.system(set).filter(Running::is_clustered);
    let found = running.as_ref().map(Running::member_lists).unwrap_or_default();
    let mut told: Vec<&Setting> = Vec::new();
    let settings = Setting::all(set);
    let references: Vec<PodReferences> = settings.iter().map(|setting| PodReferences::of(&setting.text)).collect();
    // What is written may be a beginning only: a script counts the Pods itself.
    let counted: Vec<String> = references.iter().flat_map(|found| found.counted.clone()).collect();
    if let Some(running) = &running {
        for list in &found {
            let judged = Judged { set, context, running, list: PeerList::read(set, list, &counted, context) };
            if let Some(finding) = judged.finding() {
                told.extend(list.parts.iter().map(|(setting, _)| setting));
                findings.push(finding.about(set.id()));
            }
        }
    }
    let is_told = |one: &Setting| told.iter().any(|told| told.object == one.object && told.path == one.path);
    let open: Vec<_> = settings.iter().zip(references).filter(|(setting, _)| !is_told(setting)).collect();
    let own = open.iter().flat_map(|(setting, found)| found.filled_in.iter().map(move |name| (*setting, name.clone())));
    let own: Vec<_> = own.filter_map(|(setting, reference)| own_name(set, setting, reference)).collect();
    let names = open
        .into_iter()
        .flat_map(|(setting, found)| found.written.into_iter().map(move |reference| (setting, reference)));
    let names = names.filter(|(_, reference)| !counted.contains(&reference.set));
    let names = names.filter_map(|(setting, reference)| named(set, setting, reference, context));
    let names: Vec<_> = names.chain(own).collect();
    elsewhere(set, &names, context, findings);
}

/// A name of a Pod of a set that was read.
fn named<'a, 't>(
    set: SetView<'a>,
    setting: &'t Setting,
    reference: PodReference,
    context: &Context<'a>,
) -> Option<(Named<'t>, SetView<'a>)> {
    match peers::owner(set, &reference, context) {
        Owner::Set(owner) => Some((Named { setting, reference }, owner)),
        Owner::Unread | Owner::Unsure => None,
    }
}

/// The name of a Pod of the set itself, where a variable that Kubernetes fills in holds the Pod's name.
fn own_name<'a, 't>(
    set: SetView<'a>,
    setting: &'t Setting,
    mut reference: PodReference,
) -> Option<(Named<'t>, SetView<'a>)> {
    let is_in_set = setting.object == set.id() && is_own_name(set, &setting.text[reference.pod.clone()]);
    let is_here = match (reference.namespace.as_deref(), set.namespace()) {
        (Some(written), Some(own)) => written == own,
        _ => true,
    };
    // Whichever Pod it is, it has an ordinal that Pods have.
    reference.ordinals = set.first_ordinal()..=set.first_ordinal();
    (is_in_set && is_here).then_some((Named { setting, reference }, set))
}

/// Names of Pods wherever they stand: of each set that is named, one finding for each thing that is wrong.
fn elsewhere<'a>(set: SetView<'a>, names: &[(Named<'_>, SetView<'a>)], context: &Context<'a>, findings: &mut Findings) {
    let mut owners: Vec<SetView<'a>> = Vec::new();
    for (_, owner) in names {
        if !owners.iter().any(|other| other.id() == owner.id()) {
            owners.push(*owner);
        }
    }
    for owner in owners.into_iter().filter(|owner| peers::is_named_for_sure(*owner)) {
        let of_owner = || names.iter().filter(|(_, other)| other.id() == owner.id()).map(|(name, _)| name);
        let astray: Vec<&Named<'_>> = of_owner().filter(|name| is_under_another(name, owner, context)).collect();
        if let (false, Some(service)) = (astray.is_empty(), owner.service_name()) {
            findings.push(under_another(Severity::Warning, set, owner, service, &astray));
        }
        let beyond: Vec<&Named<'_>> = of_owner().filter(|name| is_beyond(name, owner)).collect();
        if !beyond.is_empty() {
            findings.push(beyond_the_last(set, owner, &beyond));
        }
    }
}

/// Whether a Service stands in the name that is not the one under which the set's Pods have theirs. What only looks like
/// a name (`app-0.log`) is none: the Service was read, or the name goes on as names in a cluster do.
fn is_under_another(name: &Named<'_>, owner: SetView<'_>, context: &Context<'_>) -> bool {
    let (Some(own), Some(written)) = (peers::domain(owner, context), &name.reference.service) else { return false };
    let is_service = || !context.head.services_named(written).is_empty();
    written != own && (name.reference.is_qualified || is_service())
}

/// Whether a name of the right Service has an ordinal that no Pod has.
fn is_beyond(name: &Named<'_>, owner: SetView<'_>) -> bool {
    let is_own = name.reference.service.is_some() && name.reference.service.as_deref() == owner.service_name();
    let Some(ordinals) = peers::ordinals(owner).filter(|_| is_own) else { return false };
    !name.reference.ordinals.clone().all(|ordinal| ordinals.contains(&ordinal))
}

fn under_another(
    severity: Severity,
    set: SetView<'_>,
    owner: SetView<'_>,
    service: &str,
    names: &[&Named<'_>],
) -> Finding {
    let resolve = if names.len() == 1 { "it does not resolve" } else { "they do not resolve" };
    let message = format!(
        "`{}` asks for {}, and the Pods of `{}` have names under Service `{service}` only: {resolve}",
        set.name(),
        listed(names.iter().map(|name| name.name())),
        owner.name(),
    );
    let path = FieldPath::of("spec.serviceName");
    labelled(severity, set, message, names, "no Pod has a name under this Service")
        .related(Place::value(owner.id(), path), "this is the domain of its Pods")
        .advise(format!("write `{service}` behind the Pod's name"))
        .note(DNS)
}

fn beyond_the_last(set: SetView<'_>, owner: SetView<'_>, names: &[&Named<'_>]) -> Finding {
    let answers = if names.len() == 1 { "this name leads nowhere" } else { "these names lead nowhere" };
    let message = format!(
        "`{}` asks for {}, and `{}` has {}: {answers}",
        set.name(),
        listed(names.iter().map(|name| name.pod())),
        owner.name(),
        peers::pods(owner),
    );
    let place = Place::value(owner.id(), FieldPath::of("spec.replicas"));
    labelled(Severity::Warning, set, message, names, "no Pod has this ordinal")
        .related(place, peers::pods(owner))
        .advise("take the name out, or run as many Pods as are named")
        .note("fine as long as the set is to be scaled up and whoever asks tries the other names as well.")
}

const DNS: &str = "a Pod of a StatefulSet has the DNS name Pod, then `serviceName`, then namespace, and no other.";

/// A list of members.
struct Judged<'j, 'a, 't> {
    set: SetView<'a>,
    context: &'j Context<'a>,
    running: &'j Running<'a>,
    list: PeerList<'a, 't>,
}

impl<'a, 't> Judged<'_, 'a, 't> {
    /// The worst that is wrong with it.
    fn finding(&self) -> Option<Finding> {
        self.of_no_set()
            .or_else(|| self.astray())
            .or_else(|| self.in_other_namespace())
            .or_else(|| self.called_otherwise())
            .or_else(|| self.incomplete())
    }

    fn is_whole(&self) -> bool {
        self.list.fact.names == Listed::Every
    }

    fn own(&self) -> Vec<&Named<'t>> {
        let own = |owner: &Owner<'_>| matches!(owner, Owner::Set(other) if other.id() == self.set.id());
        self.list.names.iter().filter(|(_, owner)| own(owner)).map(|(name, _)| name).collect()
    }

    /// A name that no Pod will ever have is certain, unless something that was not read tells another one.
    fn severity(&self) -> Severity {
        if self.is_whole() && self.list.is_plain && !self.running.is_assumed() {
            Severity::Error
        } else {
            Severity::Warning
        }
    }

    /// No Pod that is named is one of this set.
    fn of_no_set(&self) -> Option<Finding> {
        let names: Vec<&Named<'t>> = self.list.names.iter().map(|(name, _)| name).collect();
        // Of every member one is this set's own; who only asks some may ask another set that was read.
        let is_of_others = self.list.names.iter().all(|(_, owner)| match owner {
            Owner::Set(other) => self.is_whole() && other.id() != self.set.id(),
            Owner::Unread => true,
            Owner::Unsure => self.is_whole(),
        });
        if names.is_empty() || !is_of_others || !self.list.is_plain {
            return None;
        }
        let under_own = |name: &&&Named<'_>| name.reference.service.as_deref() == peers::domain(self.set, self.context);
        let (set, pods) = (self.set.name(), listed(names.iter().map(|name| name.pod())));
        let message = if self.is_whole() {
            format!(
                "`{set}` lists {pods} as its members, and its Pods are {}: the members cannot find each other",
                peers::pods_of(self.set)
            )
        } else if peers::domain(self.set, self.context).is_some()
            && names.iter().filter(under_own).count() == names.len()
        {
            format!(
                "`{set}` looks for its members at {pods}, under its own Service, and its Pods are {}: no set that was read has such Pods",
                peers::pods_of(self.set)
            )
        } else {
            return None;
        };
        let severity = self.severity();
        let finding = labelled(severity, self.set, message, &names, "no Pod of this set")
            .related(Place::value(self.set.id(), FieldPath::of("metadata.name")), "the Pods are called after this");
        let finding = self.corrected(finding, "list the members by the names that their Pods have:");
        let finding = self.with_unlisted(
            finding.note("a Pod of a StatefulSet is called after the set and its ordinal, and that is its host name."),
        );
        Some(if severity == Severity::Warning {
            finding.note("fine where the Pods that are named belong to a set that was not among the manifests read.")
        } else {
            finding
        })
    }

    /// Own Pods under another Service.
    fn astray(&self) -> Option<Finding> {
        let service = peers::domain(self.set, self.context)?;
        let own = self.own();
        let differs = |name: &&&Named<'_>| name.reference.service.as_deref().is_some_and(|written| written != service);
        let names: Vec<&Named<'t>> = own.iter().filter(differs).copied().collect();
        if names.is_empty() {
            return None;
        }
        let severity = if names.len() == self.list.names.len() { self.severity() } else { Severity::Warning };
        let finding = labelled_about(severity, self.set, service, &names);
        Some(self.corrected(finding, &format!("write `{service}` behind the Pods' names:")).note(DNS))
    }

    /// Own Pods in another namespace, all of them.
    fn in_other_namespace(&self) -> Option<Finding> {
        let own = self.own();
        let namespace = self.set.namespace()?;
        let differs =
            |name: &&Named<'_>| name.reference.namespace.as_deref().is_some_and(|written| written != namespace);
        let first = own.first()?.reference.namespace.clone()?;
        if own.len() != self.list.names.len() || !own.iter().all(differs) || is_placeholder(&first) {
            return None;
        }
        let message = format!(
            "`{}` lists its members in namespace `{first}`, and it lies in `{namespace}`: the names lead to other Pods, or nowhere",
            self.set.name()
        );
        let finding = Finding::new(Severity::Warning, message, own.first()?.place(), "a Pod of another namespace")
            .related(Place::value(self.set.id(), FieldPath::of("metadata.namespace")), "the namespace of its Pods");
        Some(self.corrected(finding, "list the Pods of this set:").note(DNS))
    }

    /// Names of members that no member has.
    fn called_otherwise(&self) -> Option<Finding> {
        if !self.is_whole()
            || !self.list.is_plain
            || !self.running.is_named_after_its_pod(self.list.fact)
            || self.own().len() != self.list.names.len()
        {
            return None;
        }
        let ordinals = peers::ordinals(self.set)?;
        let pods: Vec<String> = ordinals.map(|ordinal| format!("{}-{ordinal}", self.set.name())).collect();
        let called: Vec<(&Setting, std::ops::Range<usize>)> = self.list.member_names();
        let wrong: Vec<_> = called
            .iter()
            .filter(|(setting, range)| !pods.iter().any(|pod| *pod == setting.text[range.clone()]))
            .collect();
        let (first, rest) = wrong.split_first()?;
        if wrong.len() != called.len() {
            return None;
        }
        let names = listed(wrong.iter().map(|(setting, range)| &setting.text[range.clone()]));
        let message = format!(
            "`{}` lists members called {names}, and each member is called after its Pod: none finds itself in the list",
            self.set.name()
        );
        let place = |one: &(&Setting, std::ops::Range<usize>)| {
            Place::value(one.0.object, one.0.path.clone()).within(one.1.clone())
        };
        let severity = if self.running.is_assumed() { Severity::Warning } else { Severity::Error };
        let finding = Finding::new(severity, message, place(first), "no member is called so");
        let finding =
            rest.iter().take(MOST_LABELS - 1).fold(finding, |finding, one| finding.related(place(one), "nor so"));
        Some(self.with_unlisted(self.corrected(finding, "call the members after their Pods:")))
    }

    /// More members than Pods, or fewer.
    fn incomplete(&self) -> Option<Finding> {
        let ordinals = peers::ordinals(self.set)?;
        let own = self.own();
        if own.is_empty() || own.len() != self.list.names.len() || !self.is_whole() || !self.list.is_plain {
            return None;
        }
        let listed_ordinals = self.list.own_ordinals(self.set);
        let missing: Vec<String> = ordinals
            .clone()
            .filter(|ordinal| !listed_ordinals.contains(ordinal))
            .map(|ordinal| format!("{}-{ordinal}", self.set.name()))
            .collect();
        let beyond: Vec<&Named<'t>> = own
            .iter()
            .filter(|name| !name.reference.ordinals.clone().all(|ordinal| ordinals.contains(&ordinal)))
            .copied()
            .collect();
        let (set, count) = (self.set.name(), ordinals.end() - ordinals.start() + 1);
        let finding = match (beyond.is_empty(), missing.is_empty()) {
            (true, true) => return None,
            (false, _) => {
                let names = listed(beyond.iter().map(|name| name.pod()));
                let pods = peers::pods(self.set);
                let message = if missing.is_empty() {
                    format!("`{set}` lists {names} among its members, and it has {pods}: nobody answers by that name")
                } else {
                    let left_out = listed(missing.iter().map(String::as_str));
                    format!("`{set}` lists {names} among its members and leaves out {left_out}, and it has {pods}")
                };
                labelled(Severity::Warning, self.set, message, &beyond, "no Pod has this ordinal")
            }
            (true, false) => {
                let message = format!(
                    "`{set}` has {}, and its list of members leaves out {}",
                    wording::pods(count),
                    listed(missing.iter().map(String::as_str))
                );
                Finding::new(Severity::Warning, message, own.last()?.place(), "the list ends here")
            }
        };
        let finding =
            finding.related(Place::value(self.set.id(), FieldPath::of("spec.replicas")), peers::pods(self.set));
        Some(self.with_unlisted(self.corrected(finding, &format!("list all {count} members, and no others:"))).note("a cluster that runs already is told of a member by its own commands first; the list is read when a member starts without data."))
    }

    fn with_unlisted(&self, finding: Finding) -> Finding {
        match &self.list.fact.unlisted {
            Some(unlisted) => finding.note(format!("{unlisted}.")),
            None => finding,
        }
    }

    /// Proposes the list as it is right, or says which Pods there are.
    fn corrected(&self, finding: Finding, lead: &str) -> Finding {
        let is_named = !self.list.fact.member_named_by.is_empty();
        let ordinals = peers::ordinals(self.set);
        let written = ordinals.as_ref().and_then(|ordinals| self.list.corrected(self.set, ordinals, is_named));
        match written.filter(|(setting, _)| self.is_whole() && peers::is_rewritable(setting, self.set)) {
            Some((setting, value)) => finding.propose(
                lead,
                Proposal::Set { object: setting.object, path: setting.path.clone(), value: json!(value) },
            ),
            None => {
                let service = self
                    .set
                    .service_name()
                    .map_or_else(String::new, |service| format!(", each followed by `.{service}`"));
                finding.advise(format!("name Pods of this set: {}{service}", peers::pods_of(self.set)))
            }
        }
    }
}

fn labelled_about(severity: Severity, set: SetView<'_>, service: &str, names: &[&Named<'_>]) -> Finding {
    let message = format!(
        "`{}` asks for members at {}, and its Pods have names under Service `{service}` only: {}",
        set.name(),
        listed(names.iter().map(|name| name.name())),
        if names.len() == 1 { "it does not resolve" } else { "they do not resolve" },
    );
    labelled(severity, set, message, names, "no Pod has a name under this Service")
        .related(Place::value(set.id(), FieldPath::of("spec.serviceName")), "this is the domain of its Pods")
}

/// A finding of a set with the first places.
fn labelled(severity: Severity, set: SetView<'_>, message: String, names: &[&Named<'_>], label: &str) -> Finding {
    let mut places = names.iter().map(|name| name.place());
    let first = places.next().unwrap_or_else(|| Place::value(set.id(), FieldPath::of("metadata.name")));
    let more = names.len().saturating_sub(MOST_LABELS);
    let label = if more > 0 { format!("{label}, and in {more} more places") } else { label.to_owned() };
    let finding = Finding::new(severity, message, first, label).about(set.id());
    places.take(MOST_LABELS - 1).fold(finding, |finding, place| finding.related(place, "nor this one"))
}

/// The first names of a list, each once.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    match seen.len() {
        0..=4 => wording::list(&seen),
        more => format!("`{}`, `{}` and {} more", seen[0], seen[1], more - 2),
    }
}
