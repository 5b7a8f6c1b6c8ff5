//! Security contexts of containers (ValidateSecurityContext).

use k8s_openapi::api::core::v1::SecurityContext;

use super::shared::Shared;
use crate::model::admission::forms::id;
use crate::model::admission::profiles;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const PROC_MOUNTS: &[&str] = &["Default", "Unmasked"];

pub(super) fn review(security: &SecurityContext, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    for (key, number) in [("runAsUser", security.run_as_user), ("runAsGroup", security.run_as_group)] {
        if let Some(number) = number {
            id(&path.clone().key(key), number, review);
        }
    }
    // Until 1.32 it is dropped before it is validated (the gate ProcMountType, on from 1.33).
    if let Some(proc_mount) = security.proc_mount.as_deref().filter(|_| review.version.is_at_least(33)) {
        let place = path.clone().key("procMount");
        if !PROC_MOUNTS.contains(&proc_mount) {
            review.unsupported(place, PROC_MOUNTS);
        } else if proc_mount == "Unmasked" && shared.host_users == Some(true) {
            let detail = "`hostUsers` must be false to use `Unmasked`";
            review.invalid(place, detail, "`Unmasked` needs `hostUsers: false`");
        }
    }
    profiles::seccomp(security.seccomp_profile.as_ref(), &path.clone().key("seccompProfile"), review);
    review_escalation(security, path, review);
    profiles::windows(security.windows_options.as_ref(), &path.clone().key("windowsOptions"), review);
    profiles::app_armor(security.app_armor_profile.as_ref(), &path.clone().key("appArmorProfile"), review);
}

/// `allowPrivilegeEscalation: false` against what escalates anyway. The server names the whole security context.
fn review_escalation(security: &SecurityContext, path: &FieldPath, review: &mut Review<'_>) {
    let place = path.clone().key("allowPrivilegeEscalation");
    if security.allow_privilege_escalation != Some(false) {
        return;
    }
    if security.privileged == Some(true) && !review.is_unknowable(&path.clone().key("privileged")) {
        let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
        review.invalid(place.clone(), detail, "`privileged: true` beside it").named(&place, path.to_string());
    }
    let added = path.clone().key("capabilities").key("add");
    let capabilities = security.capabilities.iter().flat_map(|capabilities| capabilities.add.iter().flatten());
    if capabilities.into_iter().any(|name| name == "CAP_SYS_ADMIN") && !review.is_unknowable(&added) {
        let detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
        review.invalid(place.clone(), detail, "`CAP_SYS_ADMIN` beside it").named(&place, path.to_string());
    }
}
