//! `service-not-headless`: the governing Service has a virtual IP, or is an alias.

use serde_json::json;

use super::shared::{propose, wording};
use super::{Case, Check, Context, Dependence, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Governing, ServiceView, SetView};
use crate::yaml::{FieldPath, Presence};

pub(super) const META: RuleMeta = RuleMeta {
    id: "service-not-headless",
    summary: "The governing Service is not headless, so DNS promises no names for single Pods",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Governing::Service(service) = context.head.governing_service(set) else { return };
    if service.is_headless() || service.object().is_faulty(&FieldPath::of("spec.clusterIP")) {
        return;
    }
    let name = &service.object().name;
    let dependence = Dependence::of(set, Some(name), context);
    let severity = dependence.severity(Case::Wrong);
    let is_alias = service.is_external_name();
    let (what, label) = if is_alias {
        ("is only an alias of another name (`ExternalName`)", "an ExternalName Service has no Pods behind it")
    } else {
        ("is not headless", "this Service has a cluster IP")
    };
    let consequence = match &dependence {
        _ if is_alias => "its Pods have no DNS names of their own",
        Dependence::Spelled(_) | Dependence::Clustered(_) => {
            "DNS does not promise the names by which its Pods find each other"
        }
        Dependence::Replicated => "DNS does not promise its Pods names of their own",
        Dependence::Alone => "DNS does not promise its Pod a name of its own",
    };
    let message = format!("Service `{name}`, which governs `{}`, {what}: {consequence}", set.name());
    let mut finding = Finding::new(severity, message, cause(service), label)
        .about(set.id())
        .related(Place::value(set.id(), FieldPath::of("spec.serviceName")), "the set is governed by it");
    if let Dependence::Spelled(place) = &dependence {
        finding = finding.related(place.clone(), "a Pod is addressed by its own name here");
    }
    finding = propose_headless(finding, set, service, &dependence);
    let note = if is_alias {
        "the selector of an ExternalName Service is ignored; it has no endpoints and so no Pod records."
    } else {
        "the DNS specification gives names to single Pods under headless Services only. CoreDNS answers them for any \
         Service today, an implementation detail; other DNS servers do not. Fine where nothing addresses a single Pod."
    };
    findings.push(finding.note(note));
}

/// Where the Service says that it is not headless; its name when it says nothing.
fn cause(service: ServiceView<'_>) -> Place {
    let id = service.object().id;
    let spec = service.spec();
    if service.is_external_name() || spec.is_some_and(|spec| spec.cluster_ip.is_none() && is_exposed(service)) {
        return Place::value(id, FieldPath::of("spec.type"));
    }
    if spec.is_some_and(|spec| spec.cluster_ip.is_some()) {
        return Place::value(id, FieldPath::of("spec.clusterIP"));
    }
    Place::value(id, FieldPath::of("metadata.name"))
}

/// Whether its type needs a cluster IP, so that it cannot become headless.
fn is_exposed(service: ServiceView<'_>) -> bool {
    let kind = service.spec().and_then(|spec| spec.type_.as_deref());
    matches!(kind, Some("NodePort" | "LoadBalancer"))
}

fn propose_headless(
    finding: Finding,
    set: SetView<'_>,
    service: ServiceView<'_>,
    dependence: &Dependence<'_>,
) -> Finding {
    let object = service.object();
    let peers = matches!(dependence, Dependence::Spelled(_) | Dependence::Clustered(_));
    if !is_exposed(service) && !service.is_external_name() {
        let headless = Proposal::Set { object: object.id, path: FieldPath::of("spec.clusterIP"), value: json!("None") };
        return finding.propose(
            format!("if nobody needs the virtual IP, make it headless, below `spec` of Service `{}`:", object.name),
            headless,
        )
        .advise(
            "`clusterIP` of an existing Service cannot be changed: delete the Service and apply the new manifest; names \
             and connections through it are gone for that moment. Clients that need a virtual IP get a second Service.",
        );
    }
    let name = format!("{}-headless", object.name);
    let manifest = propose::governing_service(set, &name, peers);
    let proposals = vec![
        Proposal::Set { object: set.id(), path: FieldPath::of("spec.serviceName"), value: json!(name) },
        Proposal::Create { beside: set.id(), manifest },
    ];
    let finding = finding.propose_all(
        format!("keep `{}` for its clients; let a headless Service govern `{}`:", object.name, set.name()),
        proposals,
    );
    let finding = finding.note(wording::service_name_is_immutable(set));
    match set.presence(&FieldPath::of("spec.serviceName")) {
        Presence::Present if matches!(dependence, Dependence::Spelled(_)) => {
            finding.note(format!("names that are spelled with `.{}` change to `.{name}` then.", object.name))
        }
        _ => finding,
    }
}
