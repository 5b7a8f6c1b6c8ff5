//! The Pod's operating system, and what does not go with it (`pkg/apis/core/validation/validation.go`, validateOS,
//! validateLinux and validateWindows). The same of containers is found in `container`.

use k8s_openapi::api::core::v1::{PodSecurityContext, PodSpec};

use crate::model::admission::forms::below;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(super) fn review(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let Some(os) = &pod.os else { return };
    let name = below(path, "os").key("name");
    match os.name.as_str() {
        _ if review.is_unknowable(&name) => {}
        "" => {
            review.required(name, "", "");
        }
        "linux" => linux(pod, path, review),
        "windows" => windows(pod, path, review),
        _ => {
            review.unsupported(name.clone(), &["linux", "windows"]).named(&name, below(path, "os").to_string());
        }
    }
}

fn linux(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    if pod.security_context.as_ref().is_some_and(|context| context.windows_options.is_some()) {
        let at = below(path, "securityContext").key("windowsOptions");
        review.forbidden(at, "windows options cannot be set for a linux pod", "not with `os: linux`");
    }
}

fn windows(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    // Gates that are on from 1.33: what they guard is dropped before (see `security.rs` and `host.rs`).
    let since_1_33 = review.version.is_at_least(33);
    if let Some(context) = &pod.security_context {
        refuse(&below(path, "securityContext"), &pod_fields(context, since_1_33), review);
    }
    let shared = [
        ("hostUsers", pod.host_users.is_some() && since_1_33),
        ("hostPID", pod.host_pid == Some(true)),
        ("hostIPC", pod.host_ipc == Some(true)),
        ("shareProcessNamespace", pod.share_process_namespace.is_some()),
    ];
    refuse(path, &shared, review);
}

fn refuse(path: &FieldPath, fields: &[(&'static str, bool)], review: &mut Review<'_>) {
    for (key, _) in fields.iter().filter(|(_, is_set)| *is_set) {
        review.forbidden(below(path, key), "cannot be set for a windows pod", "not with `os: windows`");
    }
}

/// What until 1.32 is dropped before it is looked at counts as not set.
fn pod_fields(context: &PodSecurityContext, since_1_33: bool) -> [(&'static str, bool); 11] {
    [
        ("appArmorProfile", context.app_armor_profile.is_some()),
        ("seLinuxOptions", context.se_linux_options.is_some()),
        ("seccompProfile", context.seccomp_profile.is_some()),
        ("fsGroup", context.fs_group.is_some()),
        ("fsGroupChangePolicy", context.fs_group_change_policy.is_some()),
        ("sysctls", context.sysctls.as_ref().is_some_and(|sysctls| !sysctls.is_empty())),
        ("runAsUser", context.run_as_user.is_some()),
        ("runAsGroup", context.run_as_group.is_some()),
        ("supplementalGroups", context.supplemental_groups.is_some()),
        ("supplementalGroupsPolicy", context.supplemental_groups_policy.is_some() && since_1_33),
        ("seLinuxChangePolicy", context.se_linux_change_policy.is_some() && since_1_33),
    ]
}
