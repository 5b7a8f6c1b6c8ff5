//! `service-not-found`: `serviceName` leads nowhere among the manifests read.

use serde_json::json;

use super::shared::peer_list::PeerList;
use super::shared::peers::Owner;
use super::shared::{propose, refused, service_name, wording};
use super::{Case, Check, Context, Dependence, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Governing, Selector, ServiceView, SetView};
use crate::systems::Running;
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "service-not-found",
    summary: "No Service of the name in serviceName was among the manifests read",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let (elsewhere, far_off) = match context.head.governing_service(set) {
        Governing::NotRead => (None, None),
        Governing::OtherNamespace(service) => (Some(service), None),
        Governing::FarOff(service) => (None, Some(service)),
        _ => return,
    };
    let Some(wanted) = set.service_name() else { return };
    if context.options.is_external(set.namespace(), wanted) {
        return;
    }
    let dependence = Dependence::of(set, Some(wanted), context);
    let consequence = match &dependence {
        Dependence::Spelled(_) | Dependence::Clustered(_) => "the members cannot find each other",
        Dependence::Replicated => "its Pods have no DNS names of their own",
        Dependence::Alone => "the Pod has no DNS name of its own",
    };
    let message = match (elsewhere, far_off) {
        (Some(service), _) => format!(
            "Service `{wanted}`, which governs {}, was read{} only, not{}: without it {consequence}",
            wording::set(set),
            wording::in_namespace(service.object().namespace.as_deref()),
            wording::in_namespace(set.namespace()),
        ),
        (None, Some(_)) => format!(
            "Service `{wanted}`, which governs {}, was read in another place only, and selects none of its Pods: \
             {consequence}",
            wording::set(set)
        ),
        (None, None) => format!(
            "Service `{wanted}`, which governs {}, was not among the manifests read: without it {consequence}",
            wording::set(set)
        ),
    };
    let path = FieldPath::of("spec.serviceName");
    if refused::is_refused(set.object(), &path, context) {
        return;
    }
    if !service_name::is_valid(wanted, context.version) {
        return findings.push(impossible(set, wanted, &dependence, context));
    }
    let label = match far_off {
        Some(_) => "no Service of this name selects these Pods".to_owned(),
        None => format!("no Service of this name{}", wording::in_namespace(set.namespace())),
    };
    let severity = dependence.severity(Case::Missing);
    let mut finding = Finding::new(severity, message, Place::value(set.id(), path.clone()), label).about(set.id());
    if let Dependence::Spelled(place) = &dependence {
        finding = finding.related(place.clone(), "names under this Service are spelled here");
    }
    if let Some(service) = elsewhere {
        let place = Place::value(service.object().id, FieldPath::of("metadata.namespace"));
        finding = finding.related(place, "a Service governs Pods of its own namespace only");
    }

    let peers = matches!(dependence, Dependence::Spelled(_) | Dependence::Clustered(_));
    if elsewhere.is_some() {
        finding = finding.advise("if the two belong together, give them one namespace");
    }
    if let Some(service) = far_off {
        let place = Place::value(service.object().id, FieldPath::of("metadata.name"));
        finding = finding.related(place, far_off_label(service)).advise(
            "if both are applied to one namespace, where this name exists once, let that Service select these Pods",
        );
    }
    let create = Proposal::Create { beside: set.id(), manifest: propose::governing_service(set, wanted, peers) };
    let near = near_match(set, wanted, context);
    let listed = listed_under(set, wanted, context);
    finding = match near {
        Some(service) if service.is_headless() => {
            let name = &service.object().name;
            let place = Place::value(service.object().id, FieldPath::of("metadata.name"));
            finding
                .related(place, "this headless Service selects these Pods")
                .propose(
                    format!("if `{name}` is meant and the set is not applied yet, say so in {}:", wording::set(set)),
                    Proposal::Set { object: set.id(), path, value: json!(name) },
                )
                .propose("otherwise create the Service beside the set:", create)
                .note(wording::service_name_is_immutable(set))
        }
        Some(service) => {
            let place = Place::value(service.object().id, FieldPath::of("metadata.name"));
            finding
                .related(place, "this Service selects these Pods, but has another name and a cluster IP")
                .propose("create a headless Service of the name beside it:", create)
        }
        None if far_off.is_some() => finding.propose("otherwise create the set's own beside it:", create),
        None if listed.is_some() => listed.iter().fold(finding, |finding, (name, place)| {
            let other = Proposal::Create { beside: set.id(), manifest: propose::governing_service(set, name, peers) };
            finding
                .related(place.clone(), format!("and the members look for each other under `{name}`"))
                .propose_all(
                    format!("if `{name}` is meant and the set is not applied yet, say so in {}:", wording::set(set)),
                    vec![Proposal::Set { object: set.id(), path: path.clone(), value: json!(name) }, other],
                )
                .advise(format!("otherwise create a headless Service `{wanted}` that selects these Pods, and list the members under it"))
        }),
        None => finding.propose("create it beside the set:", create),
    };
    if listed.is_some() && near.is_none() && far_off.is_none() {
        finding = finding.note(wording::service_name_is_immutable(set));
    }
    let mut note = "nothing checks `serviceName` when the set is applied: the Pods start, and their names do not \
                    resolve until such a Service exists."
        .to_owned();
    if context.head.gathers_unread(set.id()) {
        note.push_str(
            " Its kustomization also gathers what was not read (a URL, a chart or a generator): it may be there.",
        );
    } else {
        note.push_str(" If it lives elsewhere, add its folder to the paths.");
    }
    findings.push(finding.note(note));
}

/// A name that no Service can have: what is missing cannot be created, the set has to name another.
fn impossible(set: SetView<'_>, wanted: &str, dependence: &Dependence, context: &Context<'_>) -> Finding {
    let path = FieldPath::of("spec.serviceName");
    let message = format!("{} is governed by Service `{wanted}`, and no Service can have this name", wording::set(set));
    let first = if context.version.is_at_least(36) { "" } else { ", a letter first" };
    let label = format!("a Service's name has lower-case letters, digits and `-`, at most 63{first}");
    let place = Place::value(set.id(), path.clone());
    let finding = Finding::new(dependence.severity(Case::Missing), message, place, label).about(set.id());
    let near = near_match(set, wanted, context).filter(|service| service.is_headless());
    let selecting = near.map(|service| service.object().name.clone());
    let finding = match selecting.or_else(|| service_name::nearest_valid(wanted, context.version)) {
        Some(name) => finding.propose(
            format!(
                "name a headless Service that selects the Pods of {}, as it is called in its namespace:",
                wording::set(set)
            ),
            Proposal::Set { object: set.id(), path, value: json!(name) },
        ),
        None => finding.advise("name a headless Service that selects these Pods, as it is called in its namespace"),
    };
    finding.note(if service_name::is_label(wanted) {
        "the API server takes such a `serviceName` and refuses the Service: from 1.36 on a Service's name may begin with a \
         digit."
    } else {
        "`serviceName` becomes the Pods' subdomain, one DNS label: a server from 1.33 on refuses a new set with this one, an \
         older one takes the set and refuses its Pods."
    })
}

/// Why a Service of the right name is not the set's, as far as anybody can tell.
fn far_off_label(service: ServiceView<'_>) -> &'static str {
    if service.is_external_name() {
        "this Service of the name is an alias of another host"
    } else if service.selector() == Selector::Nothing {
        "this Service of the name has no selector"
    } else {
        "this Service of the name selects other Pods"
    }
}

/// The one other Service under which the set's own Pods are listed as members, where they are listed under no other.
fn listed_under(set: SetView<'_>, wanted: &str, context: &Context<'_>) -> Option<(String, Place)> {
    let running = context.system(set).filter(Running::is_clustered)?;
    let lists = running.member_lists();
    let mut found: Option<(String, Place)> = None;
    for list in &lists {
        for (name, owner) in PeerList::read(set, list, &[], context).names {
            let is_own = matches!(owner, Owner::Set(other) if other.id() == set.id());
            let Some(service) = name.reference.service.clone().filter(|_| is_own) else { continue };
            match &found {
                Some((known, _)) if *known != service => return None,
                Some(_) => {}
                None => found = Some((service, name.place())),
            }
        }
    }
    found.filter(|(service, _)| service != wanted && service_name::is_valid(service, context.version))
}

/// The Service that is probably meant: a headless one that selects these Pods, else any that does.
fn near_match<'a>(set: SetView<'a>, wanted: &str, context: &Context<'a>) -> Option<ServiceView<'a>> {
    let selecting = context.head.services_selecting(set);
    let others = || selecting.iter().filter(|service| service.object().name != wanted);
    others().find(|service| service.is_headless()).or_else(|| others().next()).copied()
}
