//! Name resolution (`pkg/apis/core/validation/validation.go`, validatePodDNSConfig, ValidateHostAliases and
//! validatePodHostName).

use k8s_openapi::api::core::v1::{PodDNSConfig, PodSpec};

use crate::model::admission::address::address_flaw;
use crate::model::admission::forms::{below, flawed};
use crate::model::admission::name::{Flaw, SUBDOMAIN_LENGTH, subdomain_flaws};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const NAMESERVERS: usize = 3;
const SEARCHES: usize = 32;
const SEARCH_CHARACTERS: usize = 2048;

pub(super) fn review(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    config(pod, &below(path, "dnsConfig"), review);
    for (number, alias) in pod.host_aliases.iter().flatten().enumerate() {
        let at = below(path, "hostAliases").index(number);
        flawed(&below(&at, "ip"), address_flaw(&alias.ip, review.version), review);
        for (number, name) in alias.hostnames.iter().flatten().enumerate() {
            flawed(&below(&at, "hostnames").index(number), subdomain_flaws(name), review);
        }
    }
    hostname(pod, path, review);
}

fn config(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let policy = path.parent().map(|pod| below(&pod, "dnsPolicy"));
    let is_own =
        pod.dns_policy.as_deref() == Some("None") && policy.is_none_or(|policy| !review.is_unknowable(&policy));
    let at = below(path, "nameservers");
    let Some(config) = &pod.dns_config else {
        if is_own {
            let detail = "must provide `dnsConfig` when `dnsPolicy` is None";
            review.required(path.clone(), detail, "`dnsPolicy: None` needs it");
        }
        return;
    };
    let nameservers = config.nameservers.as_deref().unwrap_or_default();
    if is_own && nameservers.is_empty() {
        let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
        review.required(at, detail, "`dnsPolicy: None` needs one");
        return;
    }
    if nameservers.len() > NAMESERVERS {
        review.invalid(at.clone(), "must not have more than 3 nameservers", "more than 3");
    }
    for (number, server) in nameservers.iter().enumerate() {
        flawed(&at.clone().index(number), address_flaw(server, review.version), review);
    }
    searches(config, &below(path, "searches"), review);
    for (number, option) in config.options.iter().flatten().enumerate() {
        if option.name.as_deref().unwrap_or_default().is_empty() {
            let item = below(path, "options").index(number);
            let name = below(&item, "name");
            review.required(name.clone(), "must not be empty", "").named(&name, item.to_string());
        }
    }
}

fn searches(config: &PodDNSConfig, path: &FieldPath, review: &mut Review<'_>) {
    let searches = config.searches.as_deref().unwrap_or_default();
    if searches.len() > SEARCHES {
        review.invalid(path.clone(), "must not have more than 32 search paths", "more than 32");
    }
    let characters = searches.iter().map(|search| search.len() + 1).sum::<usize>().saturating_sub(1);
    if characters > SEARCH_CHARACTERS {
        let detail = "must not have more than 2048 characters (including spaces) in the search list";
        review.invalid(path.clone(), detail, "more than 2048 characters");
    }
    for (number, search) in searches.iter().enumerate() {
        // The gate RelaxedDNSSearchValidation, on from 1.33.
        let is_relaxed = review.version.is_at_least(33);
        let name = search.strip_suffix('.').unwrap_or(search);
        let flaws = match is_relaxed {
            true if search == "." => Vec::new(),
            true => underscored_flaws(name),
            false => subdomain_flaws(name),
        };
        flawed(&path.clone().index(number), flaws, review);
    }
}

/// IsDNS1123SubdomainWithUnderscore: a part may begin with one underscore, and hold more behind its first letter.
fn underscored_flaws(text: &str) -> Vec<Flaw> {
    let plain = |part: &str| part.strip_prefix('_').unwrap_or(part).to_owned();
    let parts: Vec<String> = text.split('.').map(plain).collect();
    let is_misplaced = parts.iter().any(|part| part.starts_with('_') || part.ends_with('_'));
    match is_misplaced || text.len() > SUBDOMAIN_LENGTH {
        true => subdomain_flaws(text),
        false => subdomain_flaws(&parts.join(".").replace('_', "-")),
    }
}

/// validatePodHostName; until 1.34 the field is dropped (the gate HostnameOverride, on from 1.35).
fn hostname(pod: &PodSpec, path: &FieldPath, review: &mut Review<'_>) {
    let at = below(path, "hostnameOverride");
    let Some(name) = pod.hostname_override.as_deref().filter(|_| review.version.is_at_least(35)) else { return };
    if pod.set_hostname_as_fqdn == Some(true) && !review.is_unknowable(&below(path, "setHostnameAsFQDN")) {
        let detail = "may not be specified when setHostnameAsFQDN is true";
        review.forbidden(at.clone(), detail, "not with `setHostnameAsFQDN: true`");
    }
    if pod.host_network == Some(true) && !review.is_unknowable(&below(path, "hostNetwork")) {
        review.forbidden(at.clone(), "may not be specified when hostNetwork is true", "not with `hostNetwork: true`");
    }
    if name.len() > 64 {
        let reason = format!("{} characters, 64 are the most", name.len());
        review.too_long(at.clone(), "may not be more than 64 bytes", reason);
    }
    flawed(&at, subdomain_flaws(name), review);
}
