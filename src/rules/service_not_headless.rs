//! `service-not-headless`: the governing Service has a virtual IP, or is an alias.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::{Map, Value, json};

use super::shared::{propose, refused, wording};
use super::{Case, Check, Context, Dependence, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Governing, ServiceView, SetView, is_placeholder};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "service-not-headless",
    summary: "The governing Service is not headless, so DNS promises no names for single Pods",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Governing::Service(service) = context.head.governing_service(set) else { return };
    let cluster_ip = service.spec().and_then(|spec| spec.cluster_ip.as_deref()).unwrap_or_default();
    let unsure = is_placeholder(cluster_ip) || service.object().is_faulty(&FieldPath::of("spec.clusterIP"));
    if service.is_headless() || unsure {
        return;
    }
    // `none` is taken for an address: that is why it is refused, and what to write instead is said there.
    let path = FieldPath::of("spec.clusterIP");
    if cluster_ip.eq_ignore_ascii_case("None") && refused::is_refused(service.object(), &path, context) {
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
    let message = format!("Service `{name}`, which governs {}, {what}: {consequence}", wording::set(set));
    let mut finding = Finding::new(severity, message, cause(service), label)
        .about(set.id())
        .related(Place::value(set.id(), FieldPath::of("spec.serviceName")), "the set is governed by it");
    if let Dependence::Spelled(place) = &dependence {
        finding = finding.related(place.clone(), "a Pod is addressed by its own name here");
    }
    let peers = matches!(dependence, Dependence::Spelled(_) | Dependence::Clustered(_));
    let other = context.head.services_selecting(set).into_iter().find(|other| other.is_headless());
    if let Some(other) = other {
        let place = Place::value(other.object().id, FieldPath::of("metadata.name"));
        finding = finding.related(place, "this headless Service selects these Pods too").propose(
            format!(
                "if the set is not applied yet and nothing spells names with `.{name}`, name the headless Service below \
                 `spec` of {}:",
                wording::set(set)
            ),
            Proposal::Set {
                object: set.id(),
                path: FieldPath::of("spec.serviceName"),
                value: json!(other.object().name),
            },
        );
    }
    finding = propose_headless(finding, set, service, peers);
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

fn propose_headless(finding: Finding, set: SetView<'_>, service: ServiceView<'_>, peers: bool) -> Finding {
    let object = service.object();
    let replaced = "`clusterIP` and `type` of an existing Service cannot be changed this way in place: delete the Service \
                    and apply the new manifest; names and connections through it are gone for that moment.";
    if service.is_external_name() {
        let spec = propose::governing_service(set, &object.name, peers)["spec"].clone();
        let proposal = Proposal::Set { object: object.id, path: FieldPath::of("spec"), value: spec };
        return finding
            .propose(format!("put a headless Service in its place; `spec` of Service `{}`:", object.name), proposal)
            .advise("clients that need the alias get it as a Service of another name");
    }
    if !is_exposed(service) {
        let path = FieldPath::of("spec.clusterIP");
        return finding
            .propose(
                format!("if nobody needs the virtual IP, make it headless, below `spec` of Service `{}`:", object.name),
                Proposal::Set { object: object.id, path, value: json!("None") },
            )
            .advise(format!(
                "{replaced} Clients that need a virtual IP get a second Service{}.",
                if translates_ports(service) {
                    ", and so do those that use its `port` where `targetPort` is another: a \
                    headless Service translates no ports"
                } else {
                    ""
                }
            ));
    }
    // The name stays with the Pods: `serviceName` is immutable, and Pods are addressed by it.
    let written = service_spec(service);
    let mut headless = written.clone();
    for key in ["type", "externalTrafficPolicy", "internalTrafficPolicy", "healthCheckNodePort", "sessionAffinity"] {
        headless.remove(key);
    }
    headless.retain(|key, _| {
        !key.starts_with("loadBalancer") && !key.starts_with("external") && !key.starts_with("allocate")
    });
    for port in headless.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        port.as_object_mut().map(|port| port.remove("nodePort"));
    }
    headless.insert("clusterIP".to_owned(), json!("None"));
    if peers {
        headless.insert("publishNotReadyAddresses".to_owned(), json!(true));
    }
    let mut metadata = Map::from_iter([("name".to_owned(), json!(format!("{}-client", object.name)))]);
    if let Some(namespace) = &object.namespace {
        metadata.insert("namespace".to_owned(), json!(namespace));
    }
    let manifest = json!({ "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": written });
    let proposals = vec![
        Proposal::Set { object: object.id, path: FieldPath::of("spec"), value: Value::Object(headless) },
        Proposal::Create { beside: object.id, manifest },
    ];
    finding
        .propose_all(
            format!(
                "leave the name `{}` to the Pods and give clients a Service of their own; new `spec` of Service `{}`:",
                object.name, object.name
            ),
            proposals,
        )
        .advise(replaced)
}

/// The Service's spec as written, without the addresses that a cluster gave it.
fn service_spec(service: ServiceView<'_>) -> Map<String, Value> {
    let spec = service.spec().and_then(|spec| serde_json::to_value(spec).ok());
    let mut spec = match spec {
        Some(Value::Object(spec)) => spec,
        _ => Map::new(),
    };
    spec.remove("clusterIP");
    spec.remove("clusterIPs");
    spec
}

/// Whether clients reach a port under another number than the Pods listen on.
fn translates_ports(service: ServiceView<'_>) -> bool {
    let ports = service.spec().and_then(|spec| spec.ports.as_ref());
    ports.into_iter().flatten().any(|port| match &port.target_port {
        Some(IntOrString::Int(target)) => *target != port.port,
        Some(IntOrString::String(_)) => true,
        None => false,
    })
}
