//! Ephemeral containers (validateEphemeralContainers); a template may have none, and the server says what else is wrong.

use k8s_openapi::api::core::v1::{Container, EphemeralContainer, PodSpec};

use super::mount::expression_place;
use super::shared::Shared;
use super::{common, handler};
use crate::model::admission::review::Review;
use crate::model::admission::seen::Seen;
use crate::yaml::FieldPath;

pub(super) fn review(pod: &PodSpec, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    let mut names = Seen::default();
    let lists = [("containers", Some(&pod.containers)), ("initContainers", pod.init_containers.as_ref())];
    for (key, list) in lists {
        for (number, container) in list.into_iter().flatten().enumerate() {
            names.has_again(&container.name, &path.clone().key(key).index(number).key("name"), review);
        }
    }
    let mut others = Seen::default();
    for (number, one) in pod.ephemeral_containers.iter().flatten().enumerate() {
        let path = path.clone().key("ephemeralContainers").index(number);
        let container = as_container(one);
        common::review(&container, &path, shared, review);
        let image = container.image.as_deref().unwrap_or_default();
        if image.trim().len() != image.len() {
            let detail = "must not have leading or trailing whitespace";
            review.invalid(path.clone().key("image"), detail, "blanks around the image");
        }
        let name = path.clone().key("name");
        let is_taken = names.first(&one.name).is_some_and(|first| !review.is_unknowable(first));
        if others.has_again(&one.name, &name, review) || is_taken {
            review.duplicate(name, "another container has this name");
        }
        let target = one.target_container_name.as_deref().unwrap_or_default();
        if !target.is_empty() && names.first(target).is_none() {
            review.not_found(path.clone().key("targetContainerName"), "no container has this name");
        }
        review_fields(&container, &path, review);
    }
}

fn review_fields(container: &Container, path: &FieldPath, review: &mut Review<'_>) {
    const DETAIL: &str = "cannot be set for an Ephemeral Container";
    const REASON: &str = "not for an ephemeral container";
    let resources = container.resources.as_ref();
    // What is dropped until then is not there (see `restart.rs`).
    let has_rules = review.version.is_at_least(35);
    let fields = [
        ("ports", container.ports.is_some()),
        (
            "resources",
            resources.is_some_and(|own| own.limits.is_some() || own.requests.is_some() || own.claims.is_some()),
        ),
        ("resizePolicy", container.resize_policy.is_some() && review.version.is_at_least(33)),
        ("restartPolicy", container.restart_policy.is_some() && has_rules),
        ("restartPolicyRules", container.restart_policy_rules.is_some() && has_rules),
        ("livenessProbe", container.liveness_probe.is_some()),
        ("readinessProbe", container.readiness_probe.is_some()),
        ("startupProbe", container.startup_probe.is_some()),
        ("lifecycle", container.lifecycle.as_ref().is_some_and(handler::is_lifecycle)),
    ];
    for (field, _) in fields.into_iter().filter(|(_, is_set)| *is_set) {
        review.forbidden(path.clone().key(field), DETAIL, REASON);
    }
    for (number, mount) in container.volume_mounts.iter().flatten().enumerate() {
        let path = path.clone().key("volumeMounts").index(number);
        if mount.sub_path.as_deref().is_some_and(|text| !text.is_empty()) {
            review.forbidden(path.clone().key("subPath"), DETAIL, REASON);
        }
        if let Some(expression) = mount.sub_path_expr.as_deref().filter(|text| !text.is_empty()) {
            let place = expression_place(expression, &path);
            review.forbidden(place.clone(), DETAIL, REASON).named(&place, format!("{path}.subPathExpr"));
        }
    }
}

/// An ephemeral container as the container that it is but for its target.
pub(super) fn as_container(one: &EphemeralContainer) -> Container {
    let one = one.clone();
    Container {
        args: one.args,
        command: one.command,
        env: one.env,
        env_from: one.env_from,
        image: one.image,
        image_pull_policy: one.image_pull_policy,
        lifecycle: one.lifecycle,
        liveness_probe: one.liveness_probe,
        name: one.name,
        ports: one.ports,
        readiness_probe: one.readiness_probe,
        resize_policy: one.resize_policy,
        resources: one.resources,
        restart_policy: one.restart_policy,
        restart_policy_rules: one.restart_policy_rules,
        security_context: one.security_context,
        startup_probe: one.startup_probe,
        stdin: one.stdin,
        stdin_once: one.stdin_once,
        termination_message_path: one.termination_message_path,
        termination_message_policy: one.termination_message_policy,
        tty: one.tty,
        volume_devices: one.volume_devices,
        volume_mounts: one.volume_mounts,
        working_dir: one.working_dir,
    }
}
