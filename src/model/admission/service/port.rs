//! Ports (`pkg/apis/core/validation/validation.go`, validateServicePort; `alloc.go`, initNodePorts).

use std::collections::{HashMap, HashSet};

use k8s_openapi::api::core::v1::ServicePort;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Kind, Subject};
use crate::model::admission::forms::{flawed, in_spec};
use crate::model::admission::name::{Flaw, label_flaws, label_key_flaws};
use crate::model::admission::review::Review;
use crate::model::is_placeholder;
use crate::yaml::FieldPath;

const RANGE: &str = "must be between 1 and 65535, inclusive";
const RANGE_REASON: &str = "ports are 1 to 65535";

pub(super) fn is_port(number: i32) -> bool {
    (1..=65535).contains(&number)
}

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
        let refused = if !is_port(wanted) {
            Some(("provided port is not in the valid range", RANGE_REASON))
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
    if !is_port(port.port) {
        review.invalid(number.clone(), RANGE, RANGE_REASON);
    }
    const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];
    if !PROTOCOLS.contains(&protocol(port)) {
        review.unsupported(path.clone().key("protocol"), PROTOCOLS);
    }
    let target = path.clone().key("targetPort");
    match &port.target_port {
        Some(IntOrString::Int(target_port)) if *target_port != 0 => {
            if !is_port(*target_port) {
                review.invalid(target, RANGE, RANGE_REASON);
            }
        }
        Some(IntOrString::String(name)) if !name.is_empty() => flawed(&target, port_name_flaws(name), review),
        // Filled in from the port, with its fault.
        _ => {
            if !is_port(port.port) {
                review.invalid(number.clone(), RANGE, RANGE_REASON);
                review.named(&number, format!("{target}"));
            }
        }
    }
    if let Some(protocol) = port.app_protocol.as_deref() {
        flawed(&path.clone().key("appProtocol"), label_key_flaws(protocol), review);
    }
}

/// IsValidPortName.
fn port_name_flaws(text: &str) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut flaw = |detail: &str, reason: &str| flaws.push((detail.to_owned(), reason.to_owned()));
    if text.len() > 15 {
        flaw("must be no more than 15 characters", "15 characters are the most for a port's name");
    }
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.is_empty() || !text.bytes().all(fits) {
        let detail = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        flaw(detail, "no port's name: lower case letters, digits and `-`");
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        flaw("must contain at least one letter (a-z)", "a number in quotes, or a name without a letter");
    }
    if text.contains("--") {
        flaw("must not contain consecutive hyphens", "two hyphens in a row");
    }
    if text.starts_with('-') || text.ends_with('-') {
        flaw("must not begin or end with a hyphen", "a hyphen at an end");
    }
    flaws
}
