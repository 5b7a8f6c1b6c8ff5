//! Containers (`pkg/apis/core/validation/validation.go`, validateContainers, validateInitContainers,
//! validateEphemeralContainers, and what ValidatePodSpec looks up in them later).

mod common;
pub(super) mod divisor;
mod env;
mod env_from;
mod ephemeral;
pub(super) mod field_ref;
mod handler;
mod mount;
mod port;
mod probe;
mod resources;
mod restart;
mod security;
mod shared;
mod system;
mod windows;
mod words;

use k8s_openapi::api::core::v1::{Container, PodSpec};

use super::review::Review;
use super::seen::Seen;
use crate::yaml::FieldPath;
use shared::Shared;

/// Reviews containers and init containers; `volumes` are the names that mounts may name.
pub(super) fn review(pod: &PodSpec, path: &FieldPath, volumes: &[&str], review: &mut Review<'_>) {
    let shared = Shared::of(pod, path, volumes, review);
    let regular = path.clone().key("containers");
    let init = path.clone().key("initContainers");
    let init_containers = pod.init_containers.as_deref().unwrap_or_default();
    // An overlay that brings the first container is a change of the item that is not there yet.
    if pod.containers.is_empty() && !review.object.is_patched(&regular.clone().index(0)) {
        review.required(regular.clone(), "", "a Pod needs a container");
    }
    let mut names = Seen::default();
    for (number, container) in pod.containers.iter().enumerate() {
        review_regular(container, &regular.clone().index(number), &shared, &mut names, review);
    }
    port::review_conflicts(&pod.containers, &regular, review);
    for (number, container) in init_containers.iter().enumerate() {
        review_init(container, &init, number, &shared, &mut names, review);
    }
    ephemeral::review(pod, path, &shared, review);
    port::review_host_network(&pod.containers, &regular, &shared, review);
    let all = containers(pod, path);
    windows::review_host_processes(&all, &shared, review);
    mount::review_user_namespace(&all, &shared, review);
    system::review(&all, &shared, review);
    env::review_files(&all, &shared, review);
}

fn review_regular(
    container: &Container,
    path: &FieldPath,
    shared: &Shared<'_>,
    names: &mut Seen,
    review: &mut Review<'_>,
) {
    common::review(container, path, shared, review);
    if names.has_again(&container.name, &path.clone().key("name"), review) {
        review.duplicate(path.clone().key("name"), "another container has this name");
    }
    review_running(container, path, shared, review);
    restart::review_regular(container, path, review);
}

/// What only containers that keep running may have.
fn review_running(container: &Container, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    if let Some(lifecycle) = &container.lifecycle {
        handler::review_lifecycle(lifecycle, &path.clone().key("lifecycle"), shared, review);
    }
    if let Some(probe) = &container.liveness_probe {
        probe::review_once(probe, &path.clone().key("livenessProbe"), shared, review);
    }
    if let Some(probe) = &container.readiness_probe {
        probe::review_readiness(probe, &path.clone().key("readinessProbe"), shared, review);
    }
    if let Some(probe) = &container.startup_probe {
        probe::review_once(probe, &path.clone().key("startupProbe"), shared, review);
    }
}

fn review_init(
    container: &Container,
    list: &FieldPath,
    number: usize,
    shared: &Shared<'_>,
    names: &mut Seen,
    review: &mut Review<'_>,
) {
    let path = list.clone().index(number);
    common::review(container, &path, shared, review);
    restart::review_init(container, &path, review);
    if names.has_again(&container.name, &path.clone().key("name"), review) {
        review.duplicate(path.clone().key("name"), "another container has this name");
    }
    port::review_conflicts_alone(container, list, number, review);
    let policy = path.clone().key("restartPolicy");
    let is_sidecar = container.restart_policy.as_deref() == Some("Always");
    if is_sidecar {
        review_running(container, &path, shared, review);
    } else if !review.is_unknowable(&policy) {
        let fields = [
            ("lifecycle", container.lifecycle.as_ref().is_some_and(handler::is_lifecycle)),
            ("livenessProbe", container.liveness_probe.is_some()),
            ("readinessProbe", container.readiness_probe.is_some()),
            ("startupProbe", container.startup_probe.is_some()),
        ];
        for (field, _) in fields.into_iter().filter(|(_, is_set)| *is_set) {
            let detail = "may not be set for init containers without restartPolicy=Always";
            review.forbidden(path.clone().key(field), detail, "only for `restartPolicy: Always` here");
        }
    }
    if !is_sidecar && !review.is_unknowable(&policy) {
        restart::review_resize_of_init(container, &path, review);
    }
}

/// All containers in the order in which the server looks up something in them, with their places.
fn containers(pod: &PodSpec, path: &FieldPath) -> Vec<(Container, FieldPath)> {
    let init = pod.init_containers.iter().flatten().cloned();
    let init = init.enumerate().map(|(number, one)| (one, path.clone().key("initContainers").index(number)));
    let regular = pod.containers.iter().cloned().enumerate();
    let regular = regular.map(|(number, one)| (one, path.clone().key("containers").index(number)));
    let ephemeral = pod.ephemeral_containers.iter().flatten().map(ephemeral::as_container);
    let ephemeral =
        ephemeral.enumerate().map(|(number, one)| (one, path.clone().key("ephemeralContainers").index(number)));
    init.chain(regular).chain(ephemeral).collect()
}
