//! `service-not-found`: `serviceName` leads nowhere among the manifests read.

use serde_json::json;

use super::shared::{propose, wording};
use super::{Case, Check, Context, Dependence, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Governing, ServiceView, SetView};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "service-not-found",
    summary: "No Service of the name in serviceName was among the manifests read",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let elsewhere = match context.head.governing_service(set) {
        Governing::NotRead => None,
        Governing::OtherNamespace(service) => Some(service),
        _ => return,
    };
    let Some(wanted) = set.service_name() else { return };
    let dependence = Dependence::of(set, Some(wanted), context);
    let consequence = match &dependence {
        Dependence::Spelled(_) | Dependence::Clustered(_) => "without it the members cannot find each other",
        Dependence::Replicated => "without it its Pods have no DNS names of their own",
        Dependence::Alone => "without it the Pod has no DNS name of its own",
    };
    let message = match elsewhere {
        None => format!(
            "Service `{wanted}`, which governs `{}`, was not among the manifests read: {consequence}",
            set.name()
        ),
        Some(service) => format!(
            "Service `{wanted}`, which governs `{}`, was read{} only, not{}: {consequence}",
            set.name(),
            wording::in_namespace(service.object().namespace.as_deref()),
            wording::in_namespace(set.namespace()),
        ),
    };
    let path = FieldPath::of("spec.serviceName");
    let label = format!("no Service of this name{}", wording::in_namespace(set.namespace()));
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
    let create = Proposal::Create { beside: set.id(), manifest: propose::governing_service(set, wanted, peers) };
    let near = near_match(set, wanted, context);
    finding = match near {
        Some(service) if service.is_headless() => {
            let name = &service.object().name;
            let place = Place::value(service.object().id, FieldPath::of("metadata.name"));
            finding
                .related(place, "this headless Service selects these Pods")
                .propose(
                    format!("if `{name}` is meant and the set is not applied yet, say so in `{}`:", set.name()),
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
        None => finding.propose("create it beside the set:", create),
    };
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

/// The Service that is probably meant: a headless one that selects these Pods, else any that does.
fn near_match<'a>(set: SetView<'a>, wanted: &str, context: &Context<'a>) -> Option<ServiceView<'a>> {
    let selecting = context.head.services_selecting(set);
    let others = || selecting.iter().filter(|service| service.object().name != wanted);
    others().find(|service| service.is_headless()).or_else(|| others().next()).copied()
}
