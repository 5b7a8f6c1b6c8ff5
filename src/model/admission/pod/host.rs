//! What a Pod shares with its node (`pkg/apis/core/validation/validation.go`, validateShareProcessNamespace and
//! validateHostUsers). What of it is looked up in containers is found in `container`.

use k8s_openapi::api::core::v1::PodSpec;

use crate::model::admission::forms::below;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(super) fn review(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let shares = |key: &'static str, value: Option<bool>, review: &Review<'_>| {
        value == Some(true) && !review.is_unknowable(&below(path, key))
    };
    let network = shares("hostNetwork", pod.host_network, review);
    let (pid, ipc) = (shares("hostPID", pod.host_pid, review), shares("hostIPC", pod.host_ipc, review));
    if pid && pod.share_process_namespace == Some(true) {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        review.invalid(below(path, "shareProcessNamespace"), detail, "not with `hostPID: true`");
    }
    // Until 1.32 the field is dropped (the gate UserNamespacesSupport, on from 1.33).
    let has_users = pod.host_users == Some(false) && review.version.is_at_least(33);
    if has_users && !review.is_unknowable(&below(path, "hostUsers")) {
        own_users([network, pid, ipc], path, review);
    }
}

fn own_users(shared: [bool; 3], path: &FieldPath, review: &mut Review<'_>) {
    const DETAIL: &str = "when `hostUsers` is false";
    const REASON: &str = "not with `hostUsers: false`";
    let fields = [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")];
    for ((key, named), _) in fields.into_iter().zip(shared).filter(|(_, is_shared)| *is_shared) {
        let at = below(path, key);
        review.forbidden(at.clone(), DETAIL, REASON).named(&at, below(path, named).to_string());
    }
}
