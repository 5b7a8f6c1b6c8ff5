//! What a container may not have on its operating system (validateLinux, validateWindows).

use k8s_openapi::api::core::v1::Container;

use super::shared::{Shared, System};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(super) fn review(containers: &[(Container, FieldPath)], shared: &Shared<'_>, review: &mut Review<'_>) {
    for (container, path) in containers {
        let Some(security) = &container.security_context else { continue };
        let path = path.clone().key("securityContext");
        match shared.system {
            System::Unsaid => {}
            System::Linux => {
                if security.windows_options.is_some() {
                    let detail = "windows options cannot be set for a linux pod";
                    review.forbidden(path.key("windowsOptions"), detail, "not with `os: linux`");
                }
            }
            System::Windows => {
                let fields = [
                    ("appArmorProfile", security.app_armor_profile.is_some()),
                    ("seLinuxOptions", security.se_linux_options.is_some()),
                    ("seccompProfile", security.seccomp_profile.is_some()),
                    ("capabilities", security.capabilities.is_some()),
                    ("readOnlyRootFilesystem", security.read_only_root_filesystem.is_some()),
                    ("privileged", security.privileged.is_some()),
                    ("allowPrivilegeEscalation", security.allow_privilege_escalation.is_some()),
                    // Dropped before, as in `security.rs`.
                    ("procMount", security.proc_mount.is_some() && review.version.is_at_least(33)),
                    ("runAsUser", security.run_as_user.is_some()),
                    ("runAsGroup", security.run_as_group.is_some()),
                ];
                for (field, _) in fields.into_iter().filter(|(_, is_set)| *is_set) {
                    let detail = "cannot be set for a windows pod";
                    review.forbidden(path.clone().key(field), detail, "not with `os: windows`");
                }
            }
        }
    }
}
