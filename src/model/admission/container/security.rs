//! Security contexts of containers (ValidateSecurityContext, validateSeccompProfileField, ValidateAppArmorProfileField).

use k8s_openapi::api::core::v1::{AppArmorProfile, SeccompProfile, SecurityContext};

use super::form::{descending_flaws, refuse};
use super::shared::Shared;
use super::windows;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const PROC_MOUNTS: &[&str] = &["Default", "Unmasked"];
const PROFILES: &[&str] = &["Localhost", "RuntimeDefault", "Unconfined"];
/// The longest path but one byte.
const PATH_LENGTH: usize = 4095;

pub(super) fn review(security: &SecurityContext, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    for (key, id) in [("runAsUser", security.run_as_user), ("runAsGroup", security.run_as_group)] {
        if id.is_some_and(|id| !(0..=i64::from(i32::MAX)).contains(&id)) {
            let detail = "must be between 0 and 2147483647, inclusive";
            review.invalid(path.clone().key(key), detail, "0 to 2147483647 will do");
        }
    }
    // Dropped before it is validated, until 1.33.
    if let Some(proc_mount) = security.proc_mount.as_deref().filter(|_| review.version.is_at_least(33)) {
        let place = path.clone().key("procMount");
        if !PROC_MOUNTS.contains(&proc_mount) {
            review.unsupported(place, PROC_MOUNTS);
        } else if proc_mount == "Unmasked" && shared.host_users == Some(true) {
            let detail = "`hostUsers` must be false to use `Unmasked`";
            review.invalid(place, detail, "`Unmasked` needs `hostUsers: false`");
        }
    }
    if let Some(profile) = &security.seccomp_profile {
        review_seccomp(profile, &path.clone().key("seccompProfile"), review);
    }
    review_escalation(security, path, review);
    if let Some(options) = &security.windows_options {
        windows::review(options, &path.clone().key("windowsOptions"), review);
    }
    if let Some(profile) = &security.app_armor_profile {
        review_app_armor(profile, &path.clone().key("appArmorProfile"), review);
    }
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

pub(super) fn review_seccomp(profile: &SeccompProfile, path: &FieldPath, review: &mut Review<'_>) {
    let (kind, file) = (path.clone().key("type"), path.clone().key("localhostProfile"));
    match profile.type_.as_str() {
        "" => _ = review.required(kind.clone(), "type is required when seccompProfile is set", ""),
        word if !PROFILES.contains(&word) => _ = review.unsupported(kind.clone(), PROFILES),
        _ => {}
    }
    if review.is_unknowable(&kind) {
        return;
    }
    match (profile.type_.as_str(), profile.localhost_profile.as_deref()) {
        ("Localhost", None) => _ = review.required(file, "must be set when seccomp type is Localhost", ""),
        ("Localhost", Some(name)) => refuse(descending_flaws(name), &file, review),
        (_, Some(_)) => {
            let detail = "can only be set when seccomp type is Localhost";
            review.invalid(file, detail, "only with `type: Localhost`");
        }
        (_, None) => {}
    }
}

pub(super) fn review_app_armor(profile: &AppArmorProfile, path: &FieldPath, review: &mut Review<'_>) {
    const MISSING: &str = "must be set when AppArmor type is Localhost";
    let (kind, file) = (path.clone().key("type"), path.clone().key("localhostProfile"));
    let is_sure = !review.is_unknowable(&kind);
    match (profile.type_.as_str(), profile.localhost_profile.as_deref()) {
        ("", _) => _ = review.required(kind, "type is required when appArmorProfile is set", ""),
        (word, _) if !PROFILES.contains(&word) => _ = review.unsupported(kind, PROFILES),
        _ if !is_sure => {}
        ("Localhost", None | Some("")) => _ = review.required(file, MISSING, ""),
        ("Localhost", Some(name)) => {
            if name.trim() != name {
                review.invalid(file.clone(), "must not be padded with whitespace", "blanks around the name");
            }
            if name.len() > PATH_LENGTH {
                let reason = format!("{} bytes, {PATH_LENGTH} are the most", name.len());
                review.too_long(file, format!("may not be more than {PATH_LENGTH} bytes"), reason);
            }
        }
        (_, Some(_)) => {
            let detail = "can only be set when AppArmor type is Localhost";
            review.invalid(file, detail, "only with `type: Localhost`");
        }
        (_, None) => {}
    }
}
