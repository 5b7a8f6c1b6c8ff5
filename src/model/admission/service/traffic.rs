//! Affinity, load balancer and traffic policies (`pkg/apis/core/validation/validation.go`, validateService).

use super::{Kind, Subject};
use crate::model::admission::address::range_flaw;
use crate::model::admission::forms::{flawed, in_spec};
use crate::model::admission::name::label_key_flaws;
use crate::model::admission::review::Review;
use crate::model::is_placeholder;
use crate::yaml::FieldPath;

const BALANCER_ONLY: &str = "may only be used when `type` is 'LoadBalancer'";
const BALANCER_REASON: &str = "only with `type: LoadBalancer`";
/// A day: the longest that a client stays with its Pod.
const LONGEST: i32 = 86400;

pub(super) fn session_affinity(subject: &Subject<'_>, review: &mut Review<'_>) {
    match subject.spec.session_affinity.as_deref() {
        // The configuration is dropped.
        None | Some("" | "None") => {}
        Some("ClientIP") => {
            let config = subject.spec.session_affinity_config.as_ref().and_then(|config| config.client_ip.as_ref());
            let seconds = config.and_then(|client| client.timeout_seconds);
            if seconds.is_some_and(|seconds| !(1..=LONGEST).contains(&seconds)) {
                let path = FieldPath::of("spec.sessionAffinityConfig.clientIP.timeoutSeconds");
                let detail = format!("must be greater than 0 and less than {LONGEST}");
                review.invalid(path, detail, format!("1 to {LONGEST} seconds, a day"));
            }
        }
        Some(_) => {
            review.unsupported(in_spec("sessionAffinity"), &["ClientIP", "None"]);
        }
    }
}

pub(super) fn load_balancer(subject: &Subject<'_>, review: &mut Review<'_>) {
    let spec = subject.spec;
    let is_balancer = subject.kind == Kind::LoadBalancer;
    let is_none = !is_balancer && subject.kind != Kind::Unknown;
    source_ranges(subject, is_none, review);
    if is_none && spec.allocate_load_balancer_node_ports.is_some() {
        review.forbidden(in_spec("allocateLoadBalancerNodePorts"), BALANCER_ONLY, BALANCER_REASON);
    }
    match spec.load_balancer_class.as_deref() {
        Some(class) if is_balancer => flawed(&in_spec("loadBalancerClass"), label_key_flaws(class), review),
        Some(_) if is_none => {
            review.forbidden(in_spec("loadBalancerClass"), BALANCER_ONLY, BALANCER_REASON);
        }
        _ => {}
    }
}

fn source_ranges(subject: &Subject<'_>, is_none: bool, review: &mut Review<'_>) {
    const ANNOTATION: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
    let ranges = subject.spec.load_balancer_source_ranges.as_deref().unwrap_or_default();
    if !ranges.is_empty() {
        // The server's answer writes it with a capital.
        const NAMED: &str = "spec.LoadBalancerSourceRanges";
        let path = in_spec("loadBalancerSourceRanges");
        if is_none {
            review.forbidden(path.clone(), BALANCER_ONLY, BALANCER_REASON);
            review.named(&path, NAMED);
        }
        for (number, range) in ranges.iter().enumerate() {
            if let Some((detail, reason)) = range_flaw(range.trim(), review.version) {
                let path = path.clone().index(number);
                review.invalid(path.clone(), detail, reason);
                review.named(&path, format!("{NAMED}[{number}]"));
            }
        }
        return;
    }
    let list_path = in_spec("loadBalancerSourceRanges");
    let Some(written) = subject.annotation(ANNOTATION).filter(|_| !review.object.is_faulty(&list_path)) else { return };
    let path = FieldPath::of("metadata.annotations").key(ANNOTATION);
    let named = format!("metadata.annotations[{ANNOTATION}]");
    if is_none {
        review.forbidden(path.clone(), BALANCER_ONLY, BALANCER_REASON);
        review.named(&path, named.clone());
    }
    for range in written.trim().split(',').filter(|_| !written.trim().is_empty()) {
        if let Some((detail, reason)) = range_flaw(range.trim(), review.version) {
            review.invalid(path.clone(), detail, reason);
            review.named(&path, named.clone());
        }
    }
}

pub(super) fn policies(subject: &Subject<'_>, review: &mut Review<'_>) {
    const WHERE: &[&str] = &["Cluster", "Local"];
    let spec = subject.spec;
    let has_external_ips = spec.external_ips.iter().flatten().next().is_some();
    let is_accessible = match subject.kind {
        Kind::LoadBalancer | Kind::NodePort => Some(true),
        Kind::ClusterIp if review.object.is_faulty(&in_spec("externalIPs")) => None,
        Kind::ClusterIp => Some(has_external_ips),
        Kind::ExternalName | Kind::Other(_) => Some(false),
        Kind::Unknown => None,
    };
    let external = spec.external_traffic_policy.as_deref().unwrap_or_default();
    match is_accessible {
        Some(false) if !external.is_empty() => {
            let detail = "may only be set for externally-accessible services";
            review.invalid(in_spec("externalTrafficPolicy"), detail, "only for a Service that is reached from outside");
        }
        Some(true) if !external.is_empty() && !WHERE.contains(&external) => {
            review.unsupported(in_spec("externalTrafficPolicy"), WHERE);
        }
        _ => {}
    }
    let is_later = is_placeholder(external) || review.object.is_faulty(&in_spec("externalTrafficPolicy"));
    let needs_check = subject.kind == Kind::LoadBalancer && external == "Local";
    if spec.health_check_node_port.unwrap_or(0) != 0 && !needs_check && !is_later && subject.kind != Kind::Unknown {
        let detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
        review.invalid(
            in_spec("healthCheckNodePort"),
            detail,
            "needs a LoadBalancer and `externalTrafficPolicy: Local`",
        );
    }
    if spec.internal_traffic_policy.as_deref().is_some_and(|policy| !WHERE.contains(&policy)) {
        review.unsupported(in_spec("internalTrafficPolicy"), WHERE);
    }
    // The gate PreferSameTrafficDistribution, on from 1.34.
    let known: &[&'static str] = match review.version.is_at_least(34) {
        true => &["PreferClose", "PreferSameZone", "PreferSameNode"],
        false => &["PreferClose"],
    };
    if spec.traffic_distribution.as_deref().is_some_and(|wish| !known.contains(&wish)) {
        review.unsupported(in_spec("trafficDistribution"), known);
    }
}
