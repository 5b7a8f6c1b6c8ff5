//! Ports (`pkg/apis/core/validation/validation.go`, validateServicePort; `alloc.go`, initNodePorts).

use std::collections::{HashMap, HashSet};

use k8s_openapi::api::core::v1::ServicePort;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Kind, Subject};
use crate::model::admission::forms::{flawed, flawed_as, in_spec, port_number_flaws};
use crate::model::admission::name::{label_flaws, label_key_flaws, port_name_flaws};
use crate::model::admission::review::Review;
use crate::model::is_placeholder;
use crate::yaml::FieldPath;

fn item(number: usize) -> FieldPath {
    in_spec("ports").index(number)
}

fn node_port(port: &ServicePort) -> i32 {
    port.node_port.unwrap_or(0)
}

/// An absent protocol and an empty one are TCP.
fn protocol(port: &ServicePort) -> &str {
    port.protocol.as_deref().filter(|protocol| !protocol.is_empty()).unwrap_or("TCP")
}

/// Whether a node port cannot be had, which ends the server's answer. Which range a cluster has is its own matter, but no
/// range goes beyond all ports, and no node port is given twice.
pub(super) fn review_allocation(subject: &Subject<'_>, review: &mut Review<'_>) -> bool {
    let ports = subject.spec.ports.as_deref().unwrap_or_default();
    let is_open = |number: usize| review.object.is_patched(&item(number));
    if !matches!(subject.kind, Kind::NodePort | Kind::LoadBalancer)
        || review.object.has_wrong_type(&in_spec("ports"))
        || (0..ports.len()).any(is_open)
    {
        return false;
    }
    // A port has one node port for all its protocols, the first that is asked for.
    let mut asked: HashMap<i32, (usize, i32)> = HashMap::new();
    for (number, port) in ports.iter().enumerate().filter(|(_, port)| node_port(port) != 0) {
        asked.entry(port.port).or_insert((number, node_port(port)));
    }
    let mut given: HashMap<i32, i32> = HashMap::new();
    let mut taken: HashSet<i32> = HashSet::new();
    for (number, port) in ports.iter().enumerate() {
        let (written, wanted) = match (given.get(&port.port), asked.get(&port.port)) {
            (_, None) => continue,
            (None, Some(&(first, wanted))) => {
                given.insert(port.port, wanted);
                (first, wanted)
            }
            (Some(&known), _) if matches!(node_port(port), 0) || node_port(port) == known => continue,
            (Some(_), _) => (number, node_port(port)),
        };
        let refused = if !port_number_flaws(wanted).is_empty() {
            Some(("provided port is not in the valid range", "ports are 1 to 65535"))
        } else if !taken.insert(wanted) {
            Some(("provided port is already allocated", "the node port of another one"))
        } else {
            None
        };
        if let Some((detail, reason)) = refused {
            let path = item(written).key("nodePort");
            review.invalid(path.clone(), detail, reason);
            review.named(&path, format!("spec.ports[{number}].nodePort"));
            return true;
        }
    }
    false
}

pub(super) fn review(subject: &Subject<'_>, review: &mut Review<'_>) {
    let ports = subject.spec.ports.as_deref().unwrap_or_default();
    let mut names: HashMap<&str, usize> = HashMap::new();
    let mut node_ports: HashMap<(&str, i32), usize> = HashMap::new();
    let mut numbers: HashMap<(&str, i32), usize> = HashMap::new();
    for (number, port) in ports.iter().enumerate() {
        let path = item(number);
        each(port, &path, ports.len() > 1, review);
        let name = port.name.as_deref().unwrap_or_default();
        if !name.is_empty() && !is_placeholder(name) {
            let first = *names.entry(name).or_insert(number);
            if is_settled(first, number, "name", review) {
                review.duplicate(path.clone().key("name"), "the name of another port");
            }
        }
        if subject.kind == Kind::ClusterIp && node_port(port) != 0 {
            let detail = "may not be used when `type` is 'ClusterIP'";
            review.forbidden(path.clone().key("nodePort"), detail, "needs `type: NodePort` or `LoadBalancer`");
        }
        if is_placeholder(protocol(port)) || review.object.is_patched(&path.clone().key("protocol")) {
            continue;
        }
        if node_port(port) != 0 {
            let first = *node_ports.entry((protocol(port), node_port(port))).or_insert(number);
            if is_settled(first, number, "nodePort", review) {
                review.duplicate(path.clone().key("nodePort"), "the node port of another one");
            }
        }
        let first = *numbers.entry((protocol(port), port.port)).or_insert(number);
        if is_settled(first, number, "port", review) {
            let path = path.key("port");
            review.duplicate(path.clone(), format!("this port over {} is there already", protocol(port)));
            review.named(&path, format!("spec.ports[{number}]"));
        }
    }
}

/// Whether an earlier port has the same value, and no overlay changes it there.
fn is_settled(first: usize, number: usize, key: &'static str, review: &Review<'_>) -> bool {
    first != number && !review.object.is_patched(&item(first).key(key))
}

fn each(port: &ServicePort, path: &FieldPath, needs_name: bool, review: &mut Review<'_>) {
    match port.name.as_deref().unwrap_or_default() {
        "" if needs_name => {
            review.required(path.clone().key("name"), "", "needed with more than one port");
        }
        "" => {}
        name => flawed(&path.clone().key("name"), label_flaws(name), review),
    }
    let number = path.clone().key("port");
    flawed(&number, port_number_flaws(port.port), review);
    const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];
    if !PROTOCOLS.contains(&protocol(port)) {
        review.unsupported(path.clone().key("protocol"), PROTOCOLS);
    }
    let target = path.clone().key("targetPort");
    match &port.target_port {
        Some(IntOrString::Int(number)) if *number != 0 => flawed(&target, port_number_flaws(*number), review),
        Some(IntOrString::String(name)) if !name.is_empty() => flawed(&target, port_name_flaws(name), review),
        // Filled in from the port, with its fault.
        _ => flawed_as(&number, &target.to_string(), port_number_flaws(port.port), review),
    }
    if let Some(protocol) = port.app_protocol.as_deref() {
        flawed(&path.clone().key("appProtocol"), label_key_flaws(protocol), review);
    }
}
