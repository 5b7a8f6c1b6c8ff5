//! What the server refuses of a new object, and lets pass where the object is there already: what it removes by itself
//! when a Service gets another type (`pkg/registry/core/service/strategy.go`, dropTypeDependentFields), and what is not
//! looked at again.

use k8s_openapi::api::core::v1::Service;

use super::Refusal;
use super::service::is_kept;
use crate::model::{Autoscaler, Object, Typed, Version};
use crate::yaml::{FieldPath, Segment};

/// Whether a refusal of `head` by itself is none for an object that is stored as `base`.
pub fn is_waived(base: &Object, head: &Object, refusal: &Refusal, version: Version) -> bool {
    let path = refusal.path.segments();
    let Some(Segment::Key(first)) = path.first() else { return false };
    match (&base.typed, &head.typed) {
        (Typed::Service(before), Typed::Service(after)) => {
            let lacks_ports = refusal.path == FieldPath::of("spec.ports");
            lacks_ports && stays_headless(before, after)
                || is_removed(before, after, path)
                || is_kept(before, after, path, version)
        }
        // Everything else of a class is fixed.
        (Typed::StorageClass(_), Typed::StorageClass(_)) => first == "allowedTopologies",
        (Typed::Autoscaler(before), Typed::Autoscaler(after)) => {
            let is = |dotted: &'static str| refusal.path == FieldPath::of(dotted);
            let target = |one: &Autoscaler| (one.target_kind.clone(), one.target_api_version.clone());
            is("spec.scaleTargetRef.apiVersion") && target(before) == target(after)
                || is("spec.minReplicas") && before.min == Some(0) && after.min == Some(0)
        }
        _ => false,
    }
}

fn kind(service: &Service) -> &str {
    let kind = service.spec.as_ref().and_then(|spec| spec.type_.as_deref()).unwrap_or_default();
    if kind.is_empty() { "ClusterIP" } else { kind }
}

fn node_ports(service: &Service) -> impl Iterator<Item = i32> {
    let ports = service.spec.iter().flat_map(|spec| spec.ports.iter().flatten());
    ports.filter_map(|port| port.node_port).filter(|&number| number != 0)
}

/// Whether a Service that was headless says nothing of its address any more, which changes nothing.
fn stays_headless(before: &Service, after: &Service) -> bool {
    let address =
        |service: &Service| service.spec.as_ref().and_then(|spec| spec.cluster_ip.clone()).unwrap_or_default();
    address(before) == "None" && address(after).is_empty()
}

/// Whether another type makes the server remove the field, since it has the value that it had before.
fn is_removed(before: &Service, after: &Service, path: &[Segment]) -> bool {
    let (Some(old), Some(new)) = (&before.spec, &after.spec) else { return false };
    let [_, Segment::Key(field), rest @ ..] = path else { return false };
    let (old_kind, new_kind) = (kind(before), kind(after));
    let becomes_name = old_kind != "ExternalName" && new_kind == "ExternalName";
    let has_node_ports = |kind: &str| matches!(kind, "NodePort" | "LoadBalancer");
    let is_no_balancer_any_more = old_kind == "LoadBalancer" && new_kind != "LoadBalancer";
    match &**field {
        "clusterIP" | "clusterIPs" => {
            becomes_name && (&old.cluster_ip, &old.cluster_ips) == (&new.cluster_ip, &new.cluster_ips)
        }
        "ipFamilies" => becomes_name && old.ip_families == new.ip_families,
        "ipFamilyPolicy" => becomes_name && old.ip_family_policy == new.ip_family_policy,
        "ports" if matches!(rest, [_, Segment::Key(key)] if key == "nodePort") => {
            let known: Vec<i32> = node_ports(before).collect();
            has_node_ports(old_kind) && !has_node_ports(new_kind) && node_ports(after).all(|port| known.contains(&port))
        }
        "healthCheckNodePort" => is_no_balancer_any_more && old.health_check_node_port == new.health_check_node_port,
        "allocateLoadBalancerNodePorts" => {
            is_no_balancer_any_more && old.allocate_load_balancer_node_ports == new.allocate_load_balancer_node_ports
        }
        "loadBalancerClass" => is_no_balancer_any_more && old.load_balancer_class == new.load_balancer_class,
        "externalTrafficPolicy" => {
            let was_reached = has_node_ports(old_kind) || old.external_ips.iter().flatten().next().is_some();
            was_reached && old.external_traffic_policy == new.external_traffic_policy
        }
        _ => false,
    }
}
