//! What all kinds of containers have (validateContainerCommon).

use k8s_openapi::api::core::v1::Container;

use super::shared::Shared;
use super::{env, env_from, mount, port, resources, restart, security};
use crate::model::admission::forms::{flawed, given, one_of};
use crate::model::admission::name::label_flaws;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const MESSAGE_POLICIES: &[&str] = &["File", "FallbackToLogsOnError"];
const PULL_POLICIES: &[&str] = &["Always", "IfNotPresent", "Never"];

pub(super) fn review(container: &Container, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    let at = |key: &'static str| path.clone().key(key);
    if container.name.is_empty() {
        review.required(at("name"), "", "");
    } else {
        flawed(&at("name"), label_flaws(&container.name), review);
    }
    // Blanks around an image are refused in Pods and not in what Pods are made from.
    if container.image.as_deref().unwrap_or_default().is_empty() {
        review.required(at("image"), "", "");
    }
    let message = given(&container.termination_message_policy);
    one_of(&at("terminationMessagePolicy"), message, MESSAGE_POLICIES, review);
    port::review(container.ports.as_deref().unwrap_or_default(), &at("ports"), review);
    env::review(container.env.as_deref().unwrap_or_default(), &at("env"), review);
    env_from::review(container.env_from.as_deref().unwrap_or_default(), &at("envFrom"), review);
    mount::review(container, path, shared, review);
    one_of(&at("imagePullPolicy"), given(&container.image_pull_policy), PULL_POLICIES, review);
    if let Some(resources) = &container.resources {
        resources::review(resources, &at("resources"), shared, review);
    }
    restart::review_resize(container, &at("resizePolicy"), shared.never_restarts, review);
    if let Some(security) = &container.security_context {
        security::review(security, &at("securityContext"), shared, review);
    }
}
