//! When a container starts anew (validateContainerRestartPolicy, validateInitContainerRestartPolicy,
//! validateResizePolicy).

use k8s_openapi::api::core::v1::{Container, ContainerRestartRule};

use crate::model::admission::review::Review;
use crate::model::admission::seen::Seen;
use crate::yaml::FieldPath;

const POLICIES: &[&str] = &["Always", "Never", "OnFailure"];
const OPERATORS: &[&str] = &["In", "NotIn"];
const RESIZED: &[&str] = &["cpu", "memory"];
const RESIZES: &[&str] = &["NotRequired", "RestartContainer"];
const MOST_RULES: usize = 20;
const MOST_CODES: usize = 255;

/// A policy of any container is known from 1.35 on (the gate ContainerRestartRules); 1.34, where the gate is off, drops it
/// before it is validated, and older versions refuse it.
pub(super) fn review_regular(container: &Container, path: &FieldPath, review: &mut Review<'_>) {
    if review.version.is_at_least(35) {
        review_policy(container, path, review);
    } else if !review.version.is_at_least(34) && container.restart_policy.is_some() {
        let detail = "may not be set for non-init containers";
        review.forbidden(path.clone().key("restartPolicy"), detail, "only for init containers until 1.34");
    }
}

pub(super) fn review_init(container: &Container, path: &FieldPath, review: &mut Review<'_>) {
    let policy = container.restart_policy.as_deref();
    let has_rules = !rules(container).is_empty();
    if !review.version.is_at_least(34) {
        if policy.is_some_and(|policy| policy != "Always") {
            review.unsupported(path.clone().key("restartPolicy"), &["Always"]);
        }
    } else if !review.version.is_at_least(35) {
        // Dropped before it is validated.
        // The gate RestartAllContainersOnContainerExits, on from 1.36 (inferred from answers).
    } else if policy == Some("Always") && !review.version.is_at_least(36) {
        if has_rules && !review.is_unknowable(&path.clone().key("restartPolicy")) {
            let detail = "restartPolicyRules are not allowed for init containers with restart policy Always";
            review.forbidden(
                path.clone().key("restartPolicyRules"),
                detail,
                "not with `restartPolicy: Always` until 1.36",
            );
        }
    } else {
        let needs_policy = policy.is_none() && has_rules;
        if needs_policy {
            review_missing(path, review);
        } else if policy.is_some() {
            review_policy(container, path, review);
        }
    }
}

fn review_missing(path: &FieldPath, review: &mut Review<'_>) {
    let detail = "must specify restartPolicy when restart rules are used";
    review.required(path.clone().key("restartPolicy"), detail, "required beside `restartPolicyRules`");
}

fn rules(container: &Container) -> &[ContainerRestartRule] {
    container.restart_policy_rules.as_deref().unwrap_or_default()
}

fn review_policy(container: &Container, path: &FieldPath, review: &mut Review<'_>) {
    let rules = rules(container);
    match container.restart_policy.as_deref() {
        None if rules.is_empty() => return,
        None => review_missing(path, review),
        Some(policy) if !POLICIES.contains(&policy) => {
            review.unsupported(path.clone().key("restartPolicy"), POLICIES);
        }
        Some(_) => {}
    }
    let list = path.clone().key("restartPolicyRules");
    if rules.len() > MOST_RULES {
        let reason = format!("{} rules, {MOST_RULES} are the most", rules.len());
        review.too_many(list.clone(), MOST_RULES, reason);
    }
    // The same gate.
    let actions: &[&str] = match review.version.is_at_least(36) {
        true => &["Restart", "RestartAllContainers"],
        false => &["Restart"],
    };
    for (number, rule) in rules.iter().enumerate() {
        let item = list.clone().index(number);
        if !actions.contains(&rule.action.as_str()) {
            review.unsupported(item.clone().key("action"), actions);
        }
        let codes = item.key("exitCodes");
        let Some(exit_codes) = &rule.exit_codes else {
            review.required(codes, "must be specified", "");
            continue;
        };
        if !OPERATORS.contains(&exit_codes.operator.as_str()) {
            review.unsupported(codes.clone().key("operator"), OPERATORS);
        }
        let count = exit_codes.values.as_ref().map_or(0, Vec::len);
        if count > MOST_CODES {
            let reason = format!("{count} codes, {MOST_CODES} are the most");
            review.too_many(codes.key("values"), MOST_CODES, reason);
        }
    }
}

/// What is done when resources change; dropped before it is validated until 1.32 (the gate
/// InPlacePodVerticalScaling, on from 1.33).
pub(super) fn review_resize(container: &Container, path: &FieldPath, never: bool, review: &mut Review<'_>) {
    if !review.version.is_at_least(33) {
        return;
    }
    let mut names = Seen::default();
    for (number, policy) in container.resize_policy.iter().flatten().enumerate() {
        let item = path.clone().index(number);
        let (resource, restart) = (item.clone().key("resourceName"), item.clone().key("restartPolicy"));
        if names.has_again(&policy.resource_name, &resource, review) {
            let refused = review.duplicate(resource.clone(), "another entry is for this resource");
            refused.named(&resource, item.to_string());
        }
        // The server names the whole list.
        for (word, place, supported) in
            [(&policy.resource_name, &resource, RESIZED), (&policy.restart_policy, &restart, RESIZES)]
        {
            if word.is_empty() {
                review.required(place.clone(), "", "").named(place, path.to_string());
            } else if !supported.contains(&word.as_str()) {
                review.unsupported(place.clone(), supported).named(place, path.to_string());
            }
        }
        if never && policy.restart_policy != "NotRequired" {
            let detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
            let refused = review.invalid(restart.clone(), detail, "the Pod never restarts");
            refused.named(&restart, path.to_string());
        }
    }
}

/// An init container that ends is not resized (kubernetes/kubernetes#137458, in 1.36).
pub(super) fn review_resize_of_init(container: &Container, path: &FieldPath, review: &mut Review<'_>) {
    if !review.version.is_at_least(36) {
        return;
    }
    for (number, policy) in container.resize_policy.iter().flatten().enumerate() {
        if policy.restart_policy == "RestartContainer" {
            let place = path.clone().key("resizePolicy").index(number).key("restartPolicy");
            let detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
            review.invalid(place, detail, "only for `restartPolicy: Always` here");
        }
    }
}
