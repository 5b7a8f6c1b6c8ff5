//! Ports (validateContainerPorts, AccumulateUniqueHostPorts, validatePodHostNetworkDeps).

use k8s_openapi::api::core::v1::{Container, ContainerPort};

use super::shared::Shared;
use crate::model::admission::forms::{flawed, port_number_flaws};
use crate::model::admission::name::port_name_flaws;
use crate::model::admission::review::Review;
use crate::model::admission::seen::Seen;
use crate::yaml::FieldPath;

const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];

pub(super) fn review(ports: &[ContainerPort], path: &FieldPath, review: &mut Review<'_>) {
    let mut names = Seen::default();
    for (number, port) in ports.iter().enumerate() {
        let at = |key: &'static str| path.clone().index(number).key(key);
        let name = port.name.as_deref().unwrap_or_default();
        if !name.is_empty() {
            let flaws = port_name_flaws(name);
            if flaws.is_empty() {
                if names.has_again(name, &at("name"), review) {
                    review.duplicate(at("name"), "another port has this name");
                }
            } else {
                flawed(&at("name"), flaws, review);
            }
        }
        if port.container_port == 0 {
            review.required(at("containerPort"), "", "");
        } else {
            flawed(&at("containerPort"), port_number_flaws(port.container_port), review);
        }
        if let Some(host_port) = port.host_port.filter(|number| *number != 0) {
            flawed(&at("hostPort"), port_number_flaws(host_port), review);
        }
        if port.protocol.as_deref().is_some_and(|word| !word.is_empty() && !PROTOCOLS.contains(&word)) {
            review.unsupported(at("protocol"), PROTOCOLS);
        }
    }
}

/// Ports of the node that several of these containers want.
pub(super) fn review_conflicts(containers: &[Container], list: &FieldPath, review: &mut Review<'_>) {
    let mut taken = Seen::default();
    for (number, container) in containers.iter().enumerate() {
        review_taken(container, &list.clone().index(number), &mut taken, None, review);
    }
}

/// Ports of the node that an init container wants twice. The server names the first container of the list, whichever it
/// is.
pub(super) fn review_conflicts_alone(container: &Container, list: &FieldPath, number: usize, review: &mut Review<'_>) {
    let named = list.clone().index(0);
    review_taken(container, &list.clone().index(number), &mut Seen::default(), Some(&named), review);
}

fn review_taken(
    container: &Container,
    path: &FieldPath,
    taken: &mut Seen,
    named: Option<&FieldPath>,
    review: &mut Review<'_>,
) {
    for (number, port) in container.ports.iter().flatten().enumerate() {
        let Some(host_port) = port.host_port.filter(|number| *number != 0) else { continue };
        let item = path.clone().key("ports").index(number);
        let protocol = port.protocol.as_deref().filter(|word| !word.is_empty()).unwrap_or("TCP");
        let address = port.host_ip.as_deref().unwrap_or_default();
        let is_sure = |item: &FieldPath, review: &Review<'_>| {
            ["hostPort", "hostIP", "protocol"].into_iter().all(|key| !review.is_unknowable(&item.clone().key(key)))
        };
        let wanted = format!("{protocol}/{address}/{host_port}");
        let first = taken.first(&wanted).is_some_and(|first| is_sure(first, review));
        if taken.has_again(&wanted, &item, review) && first && is_sure(&item, review) {
            let place = item.key("hostPort");
            let reason = "another port takes the same on the node";
            let refused = review.duplicate(place.clone(), reason);
            if let Some(named) = named {
                refused.named(&place, format!("{named}.ports[{number}].hostPort"));
            }
        }
    }
}

/// Under `hostNetwork` a container listens on the node's own ports.
pub(super) fn review_host_network(
    containers: &[Container],
    list: &FieldPath,
    shared: &Shared<'_>,
    review: &mut Review<'_>,
) {
    if shared.host_network != Some(true) {
        return;
    }
    for (number, container) in containers.iter().enumerate() {
        for (position, port) in container.ports.iter().flatten().enumerate() {
            let item = list.clone().index(number).key("ports").index(position);
            let host_port = port.host_port.filter(|number| *number != 0);
            if host_port.is_none_or(|number| number == port.container_port)
                || review.is_unknowable(&item.clone().key("containerPort"))
            {
                continue;
            }
            let detail = "must match `containerPort` when `hostNetwork` is true";
            review.invalid(item.key("hostPort"), detail, "not the `containerPort`, under `hostNetwork`");
        }
    }
}
