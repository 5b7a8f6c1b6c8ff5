//! Options of Windows (validateWindowsSecurityContextOptions, validateWindowsHostProcessPod).

use k8s_openapi::api::core::v1::{Container, WindowsSecurityContextOptions};

use super::form::refuse;
use super::shared::Shared;
use crate::model::admission::name::{Flaw, subdomain_flaws};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const SPEC_KIBIBYTES: usize = 64;
const DOMAIN_LENGTH: usize = 256;
const USER_LENGTH: usize = 104;
const NET_BIOS_LENGTH: usize = 15;
const LABEL_LENGTH: usize = 63;

pub(super) fn review(options: &WindowsSecurityContextOptions, path: &FieldPath, review: &mut Review<'_>) {
    if let Some(name) = &options.gmsa_credential_spec_name {
        refuse(subdomain_flaws(name), &path.clone().key("gmsaCredentialSpecName"), review);
    }
    let place = path.clone().key("gmsaCredentialSpec");
    match options.gmsa_credential_spec.as_deref() {
        Some("") => _ = review.invalid(place, "gmsaCredentialSpec cannot be an empty string", "an empty text"),
        Some(text) if text.len() > SPEC_KIBIBYTES * 1024 => {
            let detail = format!("gmsaCredentialSpec size must be under {SPEC_KIBIBYTES} KiB");
            review.invalid(place, detail, format!("longer than {SPEC_KIBIBYTES} KiB"));
        }
        _ => {}
    }
    if let Some(name) = &options.run_as_user_name {
        refuse(user_flaws(name), &path.clone().key("runAsUserName"), review);
    }
}

fn user_flaws(name: &str) -> Vec<Flaw> {
    let flaw = |detail: &str, reason: &str| (format!("runAsUserName{detail}"), reason.to_owned());
    if name.is_empty() {
        return vec![flaw(" cannot be an empty string", "an empty text")];
    }
    if name.bytes().any(|byte| byte.is_ascii_control()) {
        return vec![flaw(" cannot contain control characters", "control characters")];
    }
    let (domain, user) = match name.split_once('\\') {
        None => (None, name),
        Some((_, rest)) if rest.contains('\\') => {
            return vec![flaw(" cannot contain more than one backslash", "one backslash is the most")];
        }
        Some((domain, user)) => (Some(domain), user),
    };
    let mut flaws = Vec::new();
    if domain.is_some_and(|domain| domain.len() >= DOMAIN_LENGTH) {
        let detail = format!("'s Domain length must be under {DOMAIN_LENGTH} characters");
        flaws.push(flaw(&detail, "the domain is too long"));
    }
    if domain.is_some_and(|domain| !is_net_bios(domain) && !is_domain(domain)) {
        let detail = "'s Domain doesn't match the NetBios nor the DNS format";
        flaws.push(flaw(detail, "not a domain before the backslash"));
    }
    if user.is_empty() {
        flaws.push(flaw("'s User cannot be empty", "no user behind the backslash"));
    } else if user.len() > USER_LENGTH {
        let detail = format!("'s User length must not be longer than {USER_LENGTH} characters");
        flaws.push(flaw(&detail, "the user's name is too long"));
    } else if user.bytes().all(|byte| matches!(byte, b'.' | b' ')) {
        flaws.push(flaw("'s User cannot contain only periods or spaces", "only periods and spaces"));
    }
    if user.contains(['"', '/', '\\', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>', '@', '[', ']']) {
        let detail = "'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]";
        flaws.push(flaw(detail, "a character that no user's name has"));
    }
    flaws
}

fn is_net_bios(domain: &str) -> bool {
    let length = domain.chars().count();
    let is_forbidden = |letter: char| matches!(letter, '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    (1..=NET_BIOS_LENGTH).contains(&length) && !domain.starts_with('.') && !domain.contains(is_forbidden)
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LABEL_LENGTH).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.split('.').all(is_label)
}

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
