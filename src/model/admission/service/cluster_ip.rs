//! `clusterIP`, `clusterIPs`, `ipFamilies`, `ipFamilyPolicy` (`pkg/apis/core/validation/validation.go`,
//! ValidateServiceClusterIPsRelatedFields; `alloc.go`, initIPFamilyFields) and `externalIPs`.

use std::collections::HashSet;

use k8s_openapi::api::core::v1::{Service, ServiceSpec};

use super::{Kind, Subject};
use crate::model::admission::address::{address_flaw, is_ipv6, range_flaw, special_flaws};
use crate::model::admission::forms::{flawed, in_spec};
use crate::model::admission::review::Review;
use crate::model::{Version, is_placeholder};
use crate::yaml::{FieldPath, Segment};

const NONE: &str = "None";
const FAMILIES: &[&str] = &["IPv4", "IPv6"];

/// `clusterIPs`, made from `clusterIP` where only that is written (`storage.go`, normalizeClusterIPs).
pub(super) fn addresses(spec: &ServiceSpec) -> Vec<&str> {
    let one = spec.cluster_ip.as_deref().filter(|address| !address.is_empty());
    match spec.cluster_ips.as_deref() {
        Some(all) if !all.is_empty() => all.iter().map(String::as_str).collect(),
        _ => one.into_iter().collect(),
    }
}

/// Where the manifest writes the first address.
pub(super) fn first_path(spec: &ServiceSpec) -> FieldPath {
    match spec.cluster_ips.as_deref() {
        Some([_, ..]) => in_spec("clusterIPs").index(0),
        _ => in_spec("clusterIP"),
    }
}

/// Whether something is wrong with the addresses, which ends the server's answer.
pub(super) fn review(subject: &Subject<'_>, review: &mut Review<'_>) -> bool {
    if matches!(subject.kind, Kind::ExternalName | Kind::Unknown) {
        return false;
    }
    let (spec, addresses) = (subject.spec, addresses(subject.spec));
    let families = spec.ip_families.as_deref().unwrap_or_default();
    let is_later =
        |key, texts: &[&str]| review.object.is_faulty(&in_spec(key)) || texts.iter().any(|text| is_placeholder(text));
    let family_texts: Vec<&str> = families.iter().map(String::as_str).collect();
    let policy = spec.ip_family_policy.as_deref();
    if is_later("clusterIPs", &addresses)
        || is_later("clusterIP", spec.cluster_ip.as_deref().as_slice())
        || is_later("ipFamilies", &family_texts)
        || is_later("ipFamilyPolicy", policy.as_slice())
    {
        return false;
    }
    let before = review.count();
    related_fields(spec, &addresses, &family_texts, review);
    if review.count() == before {
        one_family(subject, &addresses, families, review);
    }
    review.count() > before
}

fn related_fields(spec: &ServiceSpec, addresses: &[&str], families: &[&str], review: &mut Review<'_>) {
    let is_single = first_path(spec) == in_spec("clusterIP");
    // The server speaks of `clusterIPs` even where only `clusterIP` is written.
    let all = if is_single { in_spec("clusterIP") } else { in_spec("clusterIPs") };
    let path_of = |number: usize| if is_single { in_spec("clusterIP") } else { in_spec("clusterIPs").index(number) };
    let refuse_all = |detail: &str, reason: &str, review: &mut Review<'_>| {
        review.invalid(all.clone(), detail, reason);
        review.named(&all, "spec.clusterIPs");
    };
    match spec.cluster_ip.as_deref().unwrap_or_default() {
        "" if !addresses.is_empty() => {
            refuse_all("must be empty when `clusterIP` is not specified", "`clusterIP` is needed too", review);
        }
        "" => {}
        one if addresses.first() != Some(&one) => {
            refuse_all("first value must match `clusterIP`", "the first is not `clusterIP`", review);
        }
        _ => {}
    }
    let mut seen = HashSet::new();
    for (number, family) in families.iter().enumerate() {
        let path = in_spec("ipFamilies").index(number);
        if !FAMILIES.contains(family) {
            review.unsupported(path.clone(), FAMILIES);
        }
        if !seen.insert(*family) {
            review.duplicate(path, "the same family twice");
        }
    }
    if let Some(policy) = spec.ip_family_policy.as_deref() {
        const POLICIES: &[&str] = &["PreferDualStack", "RequireDualStack", "SingleStack"];
        if !POLICIES.contains(&policy) {
            review.unsupported(in_spec("ipFamilyPolicy"), POLICIES);
        }
    }
    let mut is_readable = true;
    for (number, address) in addresses.iter().enumerate() {
        if number == 0 && *address == NONE {
            if addresses.len() > 1 {
                is_readable = false;
                refuse_all("'None' must be the first and only value", "`None` stands alone", review);
            }
        } else if let Some((detail, reason)) = address_flaw(address, review.version) {
            is_readable = false;
            let path = path_of(number);
            review.invalid(path.clone(), detail, reason);
            review.named(&path, format!("spec.clusterIPs[{number}]"));
        }
    }
    if addresses.len() > 2 {
        refuse_all("may only hold up to 2 values", "two addresses are the most", review);
    }
    if !is_readable {
        return;
    }
    if addresses.len() > 1 {
        let sixes = addresses.iter().filter(|address| is_ipv6(address)).count();
        if sixes == 0 || sixes == addresses.len() {
            let detail = "may specify no more than one IP for each IP family";
            refuse_all(detail, "one address of each family", review);
        }
    }
    for (number, (address, family)) in addresses.iter().zip(families).enumerate().filter(|_| addresses != [NONE]) {
        let is_other = match *family {
            "IPv4" => is_ipv6(address),
            "IPv6" => !is_ipv6(address),
            _ => false,
        };
        if is_other {
            let path = path_of(number);
            let detail = format!("expected an {family} value as indicated by `ipFamilies[{number}]`");
            review.invalid(path.clone(), detail, format!("`ipFamilies` says {family}"));
            review.named(&path, format!("spec.clusterIPs[{number}]"));
        }
    }
}

/// What one family alone does not allow; a headless Service without a selector has both unless it says otherwise.
fn one_family(subject: &Subject<'_>, addresses: &[&str], families: &[String], review: &mut Review<'_>) {
    let spec = subject.spec;
    let has_selector = spec.selector.as_ref().is_some_and(|selector| !selector.is_empty());
    let is_inferred = addresses != [NONE] || has_selector;
    let is_single = match spec.ip_family_policy.as_deref() {
        Some(policy) => policy == "SingleStack",
        None => is_inferred && !review.object.is_faulty(&in_spec("selector")),
    };
    if !is_single {
        return;
    }
    let path = match spec.ip_family_policy {
        Some(_) => in_spec("ipFamilyPolicy"),
        None if addresses.len() == 2 => in_spec("clusterIPs"),
        None => in_spec("ipFamilies"),
    };
    for (count, what) in [(addresses.len(), "cluster IPs"), (families.len(), "IP families")] {
        if count == 2 {
            let detail = format!("must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified");
            review.invalid(path.clone(), detail, "two need `PreferDualStack` or `RequireDualStack`");
            review.named(&path, "spec.ipFamilyPolicy");
        }
    }
}

pub(super) fn external_ips(subject: &Subject<'_>, review: &mut Review<'_>) {
    for (number, address) in subject.spec.external_ips.iter().flatten().enumerate() {
        let path = in_spec("externalIPs").index(number);
        match address_flaw(address, review.version) {
            Some((detail, reason)) => {
                review.invalid(path, detail, reason);
            }
            None => flawed(&path, special_flaws(address), review),
        }
    }
}

/// Whether an address or a range that a newer server would refuse was taken by an older one, and stays.
pub(in crate::model::admission) fn is_kept(
    before: &Service,
    after: &Service,
    path: &[Segment],
    version: Version,
) -> bool {
    let (Some(old), Some(new)) = (&before.spec, &after.spec) else { return false };
    let listed = |spec: &ServiceSpec, field: &str| -> Vec<String> {
        match field {
            "clusterIP" | "clusterIPs" => addresses(spec).into_iter().map(str::to_owned).collect(),
            "externalIPs" => spec.external_ips.clone().unwrap_or_default(),
            "loadBalancerSourceRanges" => {
                spec.load_balancer_source_ranges.iter().flatten().map(|range| range.trim().to_owned()).collect()
            }
            _ => Vec::new(),
        }
    };
    let (field, number) = match path {
        [_, Segment::Key(field), Segment::Index(number)] => (field, *number),
        [_, Segment::Key(field)] if field == "clusterIP" => (field, 0),
        _ => return false,
    };
    let (known, all) = (listed(old, field), listed(new, field));
    let Some(value) = all.get(number) else { return false };
    let is_only_strict = |version: Version| {
        let flaw = if field == "loadBalancerSourceRanges" { range_flaw } else { address_flaw };
        flaw(value, version).is_some() && flaw(value, Version::OLDEST).is_none()
    };
    known.contains(value) && is_only_strict(version)
}
