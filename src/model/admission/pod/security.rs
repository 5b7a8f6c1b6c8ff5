//! A Pod's security context (`pkg/apis/core/validation/validation.go`, validatePodSpecSecurityContext). What containers
//! have as well stands in `profiles.rs`.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PodSecurityContext, PodSpec, Sysctl};

use crate::model::admission::forms::{below, id, one_of};
use crate::model::admission::profiles;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(super) fn review(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let Some(context) = &pod.security_context else { return };
    let at = below(path, "securityContext");
    let ids = [("fsGroup", context.fs_group), ("runAsUser", context.run_as_user), ("runAsGroup", context.run_as_group)];
    for (key, number) in ids {
        if let Some(number) = number {
            id(&below(&at, key), number, review);
        }
    }
    for (index, group) in context.supplemental_groups.iter().flatten().enumerate() {
        id(&below(&at, "supplementalGroups").index(index), *group, review);
    }
    sysctls(context.sysctls.as_deref().unwrap_or_default(), pod, path, review);
    let policy = context.fs_group_change_policy.as_deref();
    one_of(&below(&at, "fsGroupChangePolicy"), policy, &["Always", "OnRootMismatch"], review);
    profiles::seccomp(context.seccomp_profile.as_ref(), &below(&at, "seccompProfile"), review);
    profiles::windows(context.windows_options.as_ref(), &below(&at, "windowsOptions"), review);
    profiles::app_armor(context.app_armor_profile.as_ref(), &below(&at, "appArmorProfile"), review);
    policies(context, &at, review);
}

/// Until 1.32 both fields are dropped (the gates SupplementalGroupsPolicy and SELinuxChangePolicy, on from 1.33).
fn policies(context: &PodSecurityContext, path: &FieldPath, review: &mut Review<'_>) {
    if !review.version.is_at_least(33) {
        return;
    }
    let groups = context.supplemental_groups_policy.as_deref();
    one_of(&below(path, "supplementalGroupsPolicy"), groups, &["Merge", "Strict"], review);
    // `MountOption` goes with the gate SELinuxMount, on from 1.37 (inferred from answers).
    let policies: &[&str] = match review.version.is_at_least(37) {
        true => &["MountOption", "Recursive"],
        false => &["Recursive"],
    };
    one_of(&below(path, "seLinuxChangePolicy"), context.se_linux_change_policy.as_deref(), policies, review);
}

fn sysctls(sysctls: &[Sysctl], pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let mut seen = BTreeSet::new();
    for (index, sysctl) in sysctls.iter().enumerate() {
        let name = below(path, "securityContext").key("sysctls").index(index).key("name");
        if sysctl.name.is_empty() {
            review.required(name.clone(), "", "");
        } else if !is_sysctl(&sysctl.name) {
            let detail = "must have at most 253 characters and match regex";
            review.invalid(name.clone(), detail, "not the form of a sysctl's name");
        } else if seen.contains(sysctl.name.as_str()) {
            review.duplicate(name.clone(), "the sysctl is set above");
        }
        seen.extend(Some(sysctl.name.as_str()).filter(|_| !review.is_unknowable(&name)));
        let (key, is_shared) = match namespace(&sysctl.name) {
            Some(Namespace::Network) => ("hostNetwork", pod.host_network == Some(true)),
            Some(Namespace::Ipc) => ("hostIPC", pod.host_ipc == Some(true)),
            None => continue,
        };
        if is_shared && !review.is_unknowable(&below(path, key)) {
            let detail = format!("may not be specified when '{key}' is true");
            review.invalid(name, detail, format!("not with `{key}: true`"));
        }
    }
}

/// IsValidSysctlName.
fn is_sysctl(name: &str) -> bool {
    let is_part = |part: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        let outer = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        part.bytes().all(inner) && outer(part.bytes().next()) && outer(part.bytes().next_back())
    };
    name.len() <= 253 && name.split(['.', '/']).all(is_part)
}

enum Namespace {
    Network,
    Ipc,
}

/// The kernel's namespace that a sysctl belongs to (k8s.io/component-helpers `node/util/sysctl/namespace.go`).
fn namespace(sysctl: &str) -> Option<Namespace> {
    const OF_IPC: &[&str] = &[
        "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
        "kernel.shm_rmid_forced",
        "kernel.shm",
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.msgmni",
        "kernel.msg",
    ];
    let first = sysctl.find(['.', '/']).map(|at| sysctl[at..].starts_with('/'));
    let swap = |letter: char| match letter {
        '.' => '/',
        '/' => '.',
        other => other,
    };
    let name: String = match first {
        Some(true) => sysctl.chars().map(swap).collect(),
        _ => sysctl.to_owned(),
    };
    let name = name.split('*').next().unwrap_or_default();
    if name.starts_with("net.") {
        return Some(Namespace::Network);
    }
    (OF_IPC.contains(&name) || name.starts_with("fs.mqueue.")).then_some(Namespace::Ipc)
}
