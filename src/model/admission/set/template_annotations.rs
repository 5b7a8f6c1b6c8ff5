//! Annotations of a Pod template that mean something to the server (`pkg/apis/core/validation/validation.go`,
//! ValidatePodSpecificAnnotations, validateSeccompAnnotationsAndFields, validateAppArmorAnnotationsAndFieldsMatchOnCreate).

use std::collections::{BTreeMap, HashSet};

use k8s_openapi::api::core::v1::{AppArmorProfile, Container, PodSpec, SeccompProfile};
use serde_json::Value;

use super::super::review::Review;
use crate::model::is_placeholder;
use crate::yaml::FieldPath;

const MIRROR: &str = "kubernetes.io/config.mirror";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const SECCOMP: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_OF: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APPARMOR_OF: &str = "container.apparmor.security.beta.kubernetes.io/";
const LOCALHOST: &str = "localhost/";

type Annotations = BTreeMap<String, String>;

/// The server's spelling of the annotations of a Pod template.
const NAMED: &str = "spec.template.annotations";

pub(super) fn review(annotations: Option<&Annotations>, pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let names: HashSet<&str> = containers(pod).map(|(_, container)| container.name.as_str()).collect();
    let are_known = !names.iter().any(|name| is_placeholder(name));
    for (key, value) in annotations.into_iter().flatten() {
        let place = path.clone().key(key.clone());
        let (in_brackets, behind_dot) = (format!("{NAMED}[{key}]"), format!("{NAMED}.{key}"));
        let mut refuse = |named: &str, detail: String, reason: &str| {
            review.invalid(place.clone(), detail, reason).named(&place, named);
        };
        match key.as_str() {
            MIRROR if pod.node_name.as_deref().unwrap_or_default().is_empty() => {
                let detail = "must set spec.nodeName if mirror pod annotation is set";
                refuse(&in_brackets, detail.to_owned(), "only the kubelet writes this");
            }
            TOLERATIONS if !value.is_empty() => {
                let list = serde_json::from_str::<Value>(value);
                if !list.is_ok_and(|list| list.is_null() || list.is_array()) {
                    refuse(NAMED, String::new(), "no list of tolerations in JSON");
                }
            }
            DELETION_COST if !is_deletion_cost(value) => {
                refuse(&in_brackets, "must be a 32bit integer".to_owned(), "not a whole number");
            }
            _ if key == SECCOMP || key.starts_with(SECCOMP_OF) => {
                if let Some((detail, reason)) = seccomp_flaw(value) {
                    refuse(&behind_dot, detail.to_owned(), reason);
                }
            }
            _ => {}
        }
        let Some(container) = key.strip_prefix(APPARMOR_OF) else { continue };
        if are_known && !names.contains(container) {
            refuse(&in_brackets, "container not found".to_owned(), "no container has this name");
        }
        if !matches!(value.as_str(), "" | "runtime/default" | "unconfined") && !value.starts_with(LOCALHOST) {
            refuse(&in_brackets, format!("invalid AppArmor profile name: {value:?}"), "not an AppArmor profile");
        }
    }
}

/// GetDeletionCostFromPodAnnotations: no sign but a minus, no leading zeros.
fn is_deletion_cost(value: &str) -> bool {
    let starts_well = value == "0" || value.starts_with('-') || value.starts_with(|first| matches!(first, '1'..='9'));
    starts_well && value.parse::<i32>().is_ok()
}

/// ValidateSeccompProfile.
fn seccomp_flaw(value: &str) -> Option<(&'static str, &'static str)> {
    match value.strip_prefix(LOCALHOST) {
        _ if matches!(value, "runtime/default" | "docker/default" | "unconfined") => None,
        None => Some(("must be a valid seccomp profile", "not a seccomp profile")),
        Some(file) if file.starts_with('/') => Some(("must be a relative path", "an absolute path")),
        Some(file) if file.split('/').any(|part| part == "..") => Some(("must not contain '..'", "`..` in the path")),
        Some(_) => None,
    }
}

/// All containers of a Pod, each with its path from the Pod's spec on, in the server's order.
fn containers(pod: &PodSpec) -> impl Iterator<Item = (FieldPath, &Container)> {
    let numbered = |list: &'static str| move |(number, container)| (FieldPath::of(list).index(number), container);
    let first = pod.init_containers.iter().flatten().enumerate().map(numbered("initContainers"));
    first.chain(pod.containers.iter().enumerate().map(numbered("containers")))
}

/// What an annotation says of seccomp and AppArmor has to be what the field says.
pub(super) fn review_fields(
    annotations: Option<&Annotations>,
    pod: &PodSpec,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    let Some(annotations) = annotations else { return };
    let of_pod = pod.security_context.as_ref();
    let said = |key: &str| annotations.get(key).map(String::as_str).filter(|value| !is_placeholder(value));
    if let Some(profile) = of_pod.and_then(|context| context.seccomp_profile.as_ref())
        && let Some(said) = said(SECCOMP)
    {
        compare_seccomp(said, profile, &path.clone().join(&FieldPath::of("securityContext.seccompProfile")), review);
    }
    for (place, container) in containers(pod) {
        let profile = container.security_context.as_ref().and_then(|context| context.seccomp_profile.as_ref());
        if let (Some(profile), Some(said)) = (profile, said(&format!("{SECCOMP_OF}{}", container.name))) {
            let field = FieldPath::of("securityContext.seccompProfile");
            compare_seccomp(said, profile, &path.clone().join(&place).join(&field), review);
        }
    }
    if pod.os.as_ref().is_some_and(|os| os.name == "windows") {
        return;
    }
    let of_pod = of_pod.and_then(|context| context.app_armor_profile.as_ref());
    for (place, container) in containers(pod) {
        let own = container.security_context.as_ref().and_then(|context| context.app_armor_profile.as_ref());
        let said = said(&format!("{APPARMOR_OF}{}", container.name));
        if let (Some(profile), Some(said)) = (own.or(of_pod), said) {
            let named = path.clone().join(&place).join(&FieldPath::of("securityContext.appArmorProfile"));
            // A profile of the Pod is written there, and named at each container.
            let written = match own {
                Some(_) => named.clone(),
                None => path.clone().join(&FieldPath::of("securityContext.appArmorProfile")),
            };
            compare_apparmor(said, profile, &written, &named, review);
        }
    }
}

fn compare_seccomp(said: &str, profile: &SeccompProfile, path: &FieldPath, review: &mut Review<'_>) {
    let is_same_type = match profile.type_.as_str() {
        "Unconfined" => said == "unconfined",
        "RuntimeDefault" => matches!(said, "runtime/default" | "docker/default"),
        "Localhost" => said.starts_with(LOCALHOST),
        _ => return,
    };
    if !is_same_type {
        let detail = "seccomp type in annotation and field must match";
        review.forbidden(path.clone().key("type"), detail, "the annotation says something else");
    } else if profile.type_ == "Localhost" && said.strip_prefix(LOCALHOST) != profile.localhost_profile.as_deref() {
        let detail = "seccomp profile in annotation and field must match";
        review.forbidden(path.clone().key("localhostProfile"), detail, "the annotation says something else");
    }
}

fn compare_apparmor(
    said: &str,
    profile: &AppArmorProfile,
    written: &FieldPath,
    named: &FieldPath,
    review: &mut Review<'_>,
) {
    let is_same_type = match profile.type_.as_str() {
        "Unconfined" => said == "unconfined",
        "RuntimeDefault" => said == "runtime/default",
        "Localhost" => said.starts_with(LOCALHOST),
        _ => return,
    };
    let (key, what) = match is_same_type {
        false => ("type", "type"),
        true if profile.type_ == "Localhost"
            && said.strip_prefix(LOCALHOST) != profile.localhost_profile.as_deref() =>
        {
            ("localhostProfile", "profile")
        }
        true => return,
    };
    let place = written.clone().key(key);
    let detail = format!("apparmor {what} in annotation and field must match");
    review.forbidden(place.clone(), detail, "the annotation says something else");
    review.named(&place, named.clone().key(key).to_string());
}
