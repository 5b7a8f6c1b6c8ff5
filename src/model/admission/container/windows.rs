//! Processes of a Windows node (validateWindowsHostProcessPod).

use k8s_openapi::api::core::v1::Container;

use super::shared::Shared;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

/// Containers that are processes of the node: all or none, and on the node's network.
pub(super) fn review_host_processes(
    containers: &[(Container, FieldPath)],
    shared: &Shared<'_>,
    review: &mut Review<'_>,
) {
    let mut count = 0;
    for (container, path) in containers {
        let security = container.security_context.as_ref();
        let own = security.and_then(|security| security.windows_options.as_ref()?.host_process);
        if let (Some(pod), Some(own)) = (shared.host_process, own)
            && pod != own
        {
            let place = path.clone().key("securityContext").key("windowsOptions").key("hostProcess");
            let detail = format!("pod hostProcess value must be identical if both are specified, was {pod}");
            review.invalid(place, detail, format!("the Pod says `{pod}`"));
        }
        count += usize::from(own.or(shared.host_process) == Some(true));
    }
    if count == 0 || review.object.is_faulty(&shared.path) {
        return;
    }
    if count != containers.len() {
        let detail = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        review.invalid(shared.path.clone(), detail, "only some containers are `hostProcess`");
    }
    if shared.host_network == Some(false) {
        let detail = "hostNetwork must be true if pod contains any hostProcess containers";
        review.invalid(shared.path.clone().key("hostNetwork"), detail, "`hostProcess` needs `hostNetwork: true`");
    }
}
