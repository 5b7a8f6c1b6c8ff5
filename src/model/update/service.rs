//! Updates of a Service (`pkg/apis/core/validation/validation.go`, ValidateServiceUpdate, and
//! `pkg/registry/core/service/strategy.go`, which fills in what a manifest leaves out).

use k8s_openapi::api::core::v1::{Service, ServiceSpec};

use crate::yaml::FieldPath;

/// Something that the server refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceAnswer {
    /// The address may not change once there is one.
    AddressFixed,
    /// Only the list of addresses changes: it no longer fits the single one that is stored.
    AddressesUnlike,
    /// The address may not change, but nobody knows which one was allocated: refused unless it is this one.
    AddressFixedUnlessSame,
    /// A headless Service cannot become one of this type.
    HeadlessType {
        /// `NodePort` or `LoadBalancer`.
        kind: String,
    },
    /// `loadBalancerClass` may not change as long as the type stays `LoadBalancer`.
    LoadBalancerClass,
}

impl ServiceAnswer {
    /// The field that the answer is about, as a manifest writes it.
    pub fn path(&self) -> FieldPath {
        match self {
            ServiceAnswer::AddressFixed | ServiceAnswer::AddressFixedUnlessSame => FieldPath::of("spec.clusterIP"),
            ServiceAnswer::AddressesUnlike => FieldPath::of("spec.clusterIPs"),
            ServiceAnswer::HeadlessType { .. } => FieldPath::of("spec.type"),
            ServiceAnswer::LoadBalancerClass => FieldPath::of("spec.loadBalancerClass"),
        }
    }
}

/// What the server has as the address of a stored Service.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Address<'a> {
    Written(&'a str),
    Allocated,
}

/// What the server refuses when `head` is applied where `base` is stored.
pub fn answer_service(base: &Service, head: &Service) -> Vec<ServiceAnswer> {
    let (base, head) = (base.spec.as_ref(), head.spec.as_ref());
    let (before, after) = (kind(base), kind(head));
    let needs_address = matches!(after, "NodePort" | "LoadBalancer");
    let headless = || ServiceAnswer::HeadlessType { kind: after.to_owned() };
    // An alias has no address: becoming one gives the address up, ceasing to be one allocates a new one.
    if before == "ExternalName" || after == "ExternalName" {
        let sends_none = single(head) == Some("None");
        return if sends_none && needs_address { vec![headless()] } else { Vec::new() };
    }
    let stored = single(base).or(first(base)).map_or(Address::Allocated, Address::Written);
    // What the manifest leaves out, the server takes over from what is stored. A new single address is copied into a
    // list that is left as it is; a new list is not copied anywhere (`storage.go`, normalizeClusterIPs).
    let changed = |new: Option<&str>, old: Option<&str>| new.is_some() && new != old;
    let list_only = changed(first(head), first(base)) && !changed(single(head), single(base));
    let sent = if list_only { first(head) } else { single(head) }.map_or(stored, Address::Written);
    let mut answers = Vec::new();
    match (stored, sent) {
        (before, after) if before == after => {}
        (Address::Written(_), _) if list_only => return vec![ServiceAnswer::AddressesUnlike],
        (Address::Allocated, Address::Written("None")) | (Address::Written(_), _) => {
            answers.push(ServiceAnswer::AddressFixed);
        }
        _ => answers.push(ServiceAnswer::AddressFixedUnlessSame),
    }
    if sent == Address::Written("None") && needs_address {
        answers.push(headless());
    }
    let class = |spec: Option<&ServiceSpec>| spec.and_then(|spec| spec.load_balancer_class.clone());
    if before == "LoadBalancer" && after == "LoadBalancer" && class(base) != class(head) {
        answers.push(ServiceAnswer::LoadBalancerClass);
    }
    answers
}

fn kind(spec: Option<&ServiceSpec>) -> &str {
    spec.and_then(|spec| spec.type_.as_deref()).filter(|kind| !kind.is_empty()).unwrap_or("ClusterIP")
}

/// The address that a manifest writes in `clusterIP`.
fn single(spec: Option<&ServiceSpec>) -> Option<&str> {
    spec?.cluster_ip.as_deref().filter(|address| !address.is_empty())
}

/// The first address that a manifest writes in `clusterIPs`.
fn first(spec: Option<&ServiceSpec>) -> Option<&str> {
    spec?.cluster_ips.as_deref()?.first().map(String::as_str)
}
