//! Which names a Service can have.

use crate::model::Version;

/// The longest name that is a DNS label.
const LONGEST: usize = 63;

/// Whether a server of this version takes a Service of this name.
///
/// Source: kubernetes/kubernetes `pkg/apis/core/validation/validation.go` (an RFC 1035 label; RelaxedServiceNameValidation
/// lets it begin with a digit). measured: 1.35.4 refuses `0etcd`, 1.36.3 takes it.
pub(in crate::rules) fn is_valid(name: &str, version: Version) -> bool {
    is_label(name) && (version.is_at_least(36) || name.starts_with(|first: char| first.is_ascii_lowercase()))
}

/// Whether a set may have this `serviceName`: the Pods' subdomain is a label, and may always begin with a digit.
pub(in crate::rules) fn is_label(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = name.bytes().all(inner) && !name.starts_with('-') && !name.ends_with('-');
    !name.is_empty() && name.len() <= LONGEST && fits
}

/// The valid name that comes nearest: the first part of a domain name, in lower case, with dashes for what no name holds.
pub(in crate::rules) fn nearest_valid(name: &str, version: Version) -> Option<String> {
    let first = name.split('.').next().unwrap_or_default();
    let fitting = |next: char| if next.is_ascii_alphanumeric() { next.to_ascii_lowercase() } else { '-' };
    let plain: String = first.chars().map(fitting).collect();
    let begins = |next: char| next.is_ascii_lowercase() || (next.is_ascii_digit() && version.is_at_least(36));
    let plain = plain.trim_start_matches(|next| !begins(next));
    let plain = plain.get(..LONGEST.min(plain.len()))?.trim_end_matches('-');
    is_valid(plain, version).then(|| plain.to_owned())
}
