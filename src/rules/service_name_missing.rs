//! `service-name-missing`: a set that names no governing Service.

use serde_json::json;

use super::shared::{propose, service_name, wording};
use super::{Case, Check, Context, Dependence, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Governing, SetView, is_placeholder};
use crate::yaml::{FieldPath, Presence};

pub(super) const META: RuleMeta = RuleMeta {
    id: "service-name-missing",
    summary: "The set names no governing Service, so its Pods get no DNS names of their own",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Governing::Unnamed(presence) = context.head.governing_service(set) else { return };
    let dependence = Dependence::of(set, None, context);
    let severity = dependence.severity(Case::Missing);
    let path = FieldPath::of("spec.serviceName");
    let (place, label) = match presence {
        Presence::Absent => (Place::key(set.id(), FieldPath::of("spec")), "no serviceName here"),
        _ => (Place::value(set.id(), path.clone()), "names no Service"),
    };
    let consequence = match &dependence {
        Dependence::Clustered(system) => format!("the {} members cannot find each other by name", system.title()),
        _ => "its Pods get no DNS names of their own".to_owned(),
    };
    let message = format!("{} names no governing Service: {consequence}", wording::set(set));
    let mut finding = Finding::new(severity, message, place, label).about(set.id());

    let headless = context.head.services_selecting(set).into_iter().find(|service| service.is_headless());
    finding = if let Some(service) = headless {
        let name = &service.object().name;
        finding
            .related(
                Place::value(service.object().id, FieldPath::of("metadata.name")),
                "this headless Service selects these Pods",
            )
            .propose(
                format!(
                    "name the headless Service that already selects these Pods, below `spec` of {}:",
                    wording::set(set)
                ),
                Proposal::Set { object: set.id(), path, value: json!(name) },
            )
    } else {
        // Not a name that another Service has already.
        let is_free = |name: &String| {
            service_name::is_valid(name, context.version) && context.head.services_named(name).is_empty()
        };
        let own = Some(set.name()).filter(|name| !is_placeholder(name));
        let own = own.and_then(|name| service_name::nearest_valid(name, context.version));
        let names = own.iter().flat_map(|own| ["", "-headless", "-members"].map(|ending| format!("{own}{ending}")));
        let Some(name) = names.into_iter().find(is_free) else {
            let lead = "name a headless Service that selects these Pods in `serviceName`";
            return findings.push(finding.advise(lead).note(wording::service_name_is_immutable(set)));
        };
        let name = name.as_str();
        let peers = matches!(dependence, Dependence::Clustered(_));
        let manifest = propose::governing_service(set, name, peers);
        finding.propose_all(
            format!("name a headless Service below `spec` of {}, and create it beside the set:", wording::set(set)),
            vec![
                Proposal::Set { object: set.id(), path, value: json!(name) },
                Proposal::Create { beside: set.id(), manifest },
            ],
        )
    };
    finding = finding.note(wording::service_name_is_immutable(set)).note(
        "a Pod's name resolves only when the Pod's subdomain, which is the set's `serviceName`, is the name of a \
         headless Service that selects it. Fine where nothing addresses a single Pod.",
    );
    findings.push(finding);
}
