//! `immutable-service-change`: an update of a Service that the API server refuses, or silently does not carry out.

use super::shared::kubectl;
use super::shared::was::{was, with_base};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::update::{ServiceAnswer, answer_service};
use crate::model::{Change, Object, Typed, Version};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "immutable-service-change",
    summary: "The cluster IP or load balancer class of an existing Service changes, which the API server does not allow",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Change(check);

fn check(change: Change<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Change::Kept { base, head } = change else { return };
    let (Typed::Service(before), Typed::Service(after)) = (&base.typed, &head.typed) else { return };
    if !base.type_errors.is_empty() || !head.type_errors.is_empty() {
        return;
    }
    let answers = answer_service(before, after);
    let Some((first, rest)) = answers.split_first() else {
        let headless = |object: &Object| address(object) == Some("None");
        if headless(base) && address(head).is_none_or(str::is_empty) && kind(head) != "ExternalName" {
            findings.push(stays_headless(base, head, context));
        }
        return;
    };
    let name = &head.name;
    let severity = if *first == ServiceAnswer::AddressFixedUnlessSame { Severity::Warning } else { Severity::Error };
    let message = match first {
        ServiceAnswer::AddressFixed | ServiceAnswer::AddressesUnlike => {
            format!("Service `{name}` cannot be updated: the API server refuses another cluster IP")
        }
        ServiceAnswer::AddressFixedUnlessSame => format!(
            "Service `{name}` cannot be updated unless it happens to have this cluster IP: the API server refuses another"
        ),
        ServiceAnswer::HeadlessType { kind } => {
            format!("Service `{name}` cannot become a {kind}: it stays headless, and the API server refuses that type")
        }
        ServiceAnswer::LoadBalancerClass => {
            format!("Service `{name}` cannot be updated: the API server refuses another load balancer class")
        }
    };
    let label = |answer: &ServiceAnswer| match answer {
        ServiceAnswer::AddressFixedUnlessSame => format!("an address was allocated at {}", context.base_name()),
        ServiceAnswer::AddressFixed if address(base).is_none() => {
            format!("an address was allocated at {}, and it stays", context.base_name())
        }
        ServiceAnswer::HeadlessType { .. } => "needs a cluster IP, and this Service has `None`".to_owned(),
        answer => was(context, base, &answer.path(), None),
    };
    let place = |answer: &ServiceAnswer| Place::value(head.id, answer.path());
    let base_path = |answer: &ServiceAnswer| match answer {
        ServiceAnswer::HeadlessType { .. } => FieldPath::of("spec.clusterIP"),
        answer => answer.path(),
    };
    let finding = Finding::new(severity, message, place(first), label(first));
    let mut finding = with_base(finding, context, base, base_path(first));
    for answer in rest {
        finding = finding.related(place(answer), label(answer));
    }
    finding = recreate(finding, head, context);
    for answer in &answers {
        finding = finding.note(format!("{} answers `{}`", context.version, words(answer, head, context.version)));
    }
    findings.push(finding);
}

fn recreate(finding: Finding, head: &Object, context: &Context<'_>) -> Finding {
    let name = &head.name;
    if !kubectl::is_plain(name) || !head.namespace.as_deref().is_none_or(kubectl::is_plain) {
        return finding.advise("delete the Service and apply the new manifest");
    }
    let kubectl = kubectl::kubectl(head.namespace.as_deref());
    let commands = vec![
        "# its names and connections through it are gone until it is back; no Pod restarts".to_owned(),
        format!("{kubectl} delete service {name}"),
        kubectl::apply(context.head, head),
    ];
    finding
        .propose("it takes a new Service of this name:", Proposal::Run { commands })
        .advise("or a second Service beside it, for the clients that need the other kind of address")
}

fn stays_headless(base: &Object, head: &Object, context: &Context<'_>) -> Finding {
    let path = FieldPath::of("spec.clusterIP");
    let message = format!(
        "Service `{}` stays headless in the cluster, whatever the manifest says now: leaving out `clusterIP: None` changes nothing",
        head.name
    );
    let label = format!("`clusterIP: None` is gone since {}", context.base_name());
    let finding = Finding::new(Severity::Note, message, Place::value(head.id, path.clone()), label);
    let finding = with_base(finding, context, base, path);
    recreate(finding, head, context)
        .note("the API server takes over the address that is stored when a manifest has none; it says so to nobody.")
}

fn words(answer: &ServiceAnswer, head: &Object, version: Version) -> String {
    // Up to 1.33 in the notation of Go.
    let list = |address: &str| {
        if version.is_at_least(34) { format!("[\"{address}\"]") } else { format!("[]string{{\"{address}\"}}") }
    };
    match answer {
        ServiceAnswer::AddressFixed | ServiceAnswer::AddressFixedUnlessSame => {
            let address = list(address(head).unwrap_or_default());
            format!("spec.clusterIPs[0]: Invalid value: {address}: may not change once set")
        }
        ServiceAnswer::AddressesUnlike => "spec.clusterIPs: Invalid value: …: first value must match …".to_owned(),
        ServiceAnswer::HeadlessType { kind } => {
            format!("spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for {kind} services")
        }
        ServiceAnswer::LoadBalancerClass => {
            "spec.loadBalancerClass: Invalid value: …: may not change once set".to_owned()
        }
    }
}

fn address(object: &Object) -> Option<&str> {
    match &object.typed {
        Typed::Service(service) => service.spec.as_ref()?.cluster_ip.as_deref(),
        _ => None,
    }
}

fn kind(object: &Object) -> &str {
    match &object.typed {
        Typed::Service(service) => service.spec.as_ref().and_then(|spec| spec.type_.as_deref()).unwrap_or("ClusterIP"),
        _ => "",
    }
}
