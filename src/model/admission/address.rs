//! IP addresses and ranges as the server reads them (apimachinery `pkg/util/validation/ip.go`; k8s.io/utils
//! `net/parse.go`). Until 1.35 leading zeros and IPv4 in IPv6 pass.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::name::{Flaw, flaw};
use crate::model::Version;

/// The first version that reads addresses strictly: the gate StrictIPCIDRValidation is on (inferred from answers).
const STRICT: u8 = 36;

/// IsValidIPForLegacyField.
pub(super) fn address_flaw(text: &str, version: Version) -> Option<Flaw> {
    let Some(address) = parse(text) else {
        return Some(flaw("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)", "not an IP address"));
    };
    if !version.is_at_least(STRICT) {
        return None;
    }
    if text.parse::<IpAddr>().is_err() {
        return Some(flaw("must not have leading 0s", "a number with leading zeros"));
    }
    is_mapped(address).then(|| flaw("must not be an IPv4-mapped IPv6 address", "an IPv4 address written as IPv6"))
}

/// IsValidCIDRForLegacyField.
pub(super) fn range_flaw(text: &str, version: Version) -> Option<Flaw> {
    let parsed = text.split_once('/').and_then(|(address, length)| {
        let whole = parse(address)?;
        // IPv4 in IPv6 is counted in the bits of IPv6.
        let most = if address.contains(':') { 128 } else { 32 };
        let fits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let bits: u32 = length.parse().ok().filter(|&bits| fits && bits <= most)?;
        Some((address, whole, length, bits))
    });
    let Some((address, whole, length, bits)) = parsed else {
        let detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
        return Some(flaw(detail, "not a range of addresses"));
    };
    if !version.is_at_least(STRICT) {
        return None;
    }
    if address.parse::<IpAddr>().is_err() || (length.len() > 1 && length.starts_with('0')) {
        return Some(flaw("must not have leading 0s in IP or prefix length", "a number with leading zeros"));
    }
    if is_mapped(whole) {
        return Some(flaw("must not have an IPv4-mapped IPv6 address", "an IPv4 address written as IPv6"));
    }
    has_bits_beyond(whole, bits)
        .then(|| flaw("must not have bits set beyond the prefix length", "an address within the range, not the range"))
}

/// What ValidateEndpointIP says of an address that can be read.
pub(super) fn special_flaws(text: &str) -> Vec<Flaw> {
    let Some(address) = parse(text) else { return Vec::new() };
    let mut flaws = Vec::new();
    let (is_local, is_local_multicast) = match address.to_canonical() {
        IpAddr::V4(address) => (address.is_link_local(), address.octets()[..3] == [224, 0, 0]),
        IpAddr::V6(address) => {
            let first = address.segments()[0];
            (first & 0xffc0 == 0xfe80, first & 0xff0f == 0xff02)
        }
    };
    if address.to_canonical().is_unspecified() {
        flaws.push((format!("may not be unspecified ({text})"), "stands for no address".to_owned()));
    }
    if address.to_canonical().is_loopback() {
        flaws.push(flaw("may not be in the loopback range (127.0.0.0/8, ::1/128)", "a loopback address"));
    }
    if is_local {
        let detail = "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
        flaws.push(flaw(detail, "a link-local address"));
    }
    if is_local_multicast {
        let detail = "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)";
        flaws.push(flaw(detail, "a link-local multicast address"));
    }
    flaws
}

/// Whether it counts as IPv6; IPv4 in IPv6 does not.
pub(super) fn is_ipv6(text: &str) -> bool {
    parse(text).is_some_and(|address| address.to_canonical().is_ipv6())
}

/// ParseIPSloppy: leading zeros in IPv4 are passed over.
fn parse(text: &str) -> Option<IpAddr> {
    if !text.contains(':') {
        return parse_ipv4(text).map(IpAddr::V4);
    }
    let address: Ipv6Addr = match text.rsplit_once(':') {
        Some((head, tail)) if tail.contains('.') => format!("{head}:{}", parse_ipv4(tail)?).parse().ok()?,
        _ => text.parse().ok()?,
    };
    Some(IpAddr::V6(address))
}

fn parse_ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next().filter(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        let part = part.trim_start_matches('0');
        *octet = if part.is_empty() { 0 } else { part.parse().ok()? };
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some())
}

fn has_bits_beyond(address: IpAddr, bits: u32) -> bool {
    match address {
        IpAddr::V4(address) => u32::MAX.checked_shr(bits).is_some_and(|rest| u32::from(address) & rest != 0),
        IpAddr::V6(address) => u128::MAX.checked_shr(bits).is_some_and(|rest| u128::from(address) & rest != 0),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{address_flaw, range_flaw, special_flaws};
    use crate::model::Version;

    #[test]
    fn addresses_are_read_as_the_server_does() {
        let old = Version::minor(35).unwrap();
        for text in ["10.0.0.1", "2001:db8::ffff", "::"] {
            assert_eq!(address_flaw(text, Version::NEWEST), None, "{text}");
        }
        for text in ["010.0.0.1", "::ffff:1.2.3.4"] {
            assert!(address_flaw(text, Version::NEWEST).is_some(), "{text}");
            assert_eq!(address_flaw(text, old), None, "{text}");
        }
        for text in ["", "none", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.4 ", "fe80::1%eth0", "::1.2.3", "+1.2.3.4"] {
            assert!(address_flaw(text, old).is_some(), "{text}");
        }
    }

    #[test]
    fn ranges_are_read_as_the_server_does() {
        let old = Version::minor(35).unwrap();
        for text in ["0.0.0.0/0", "10.0.0.0/8", "10.1.2.3/32", "2001:db8::/64", "::1/128"] {
            assert_eq!(range_flaw(text, Version::NEWEST), None, "{text}");
        }
        for text in ["10.0.0.1/8", "10.0.0.0/08", "010.0.0.0/8", "::ffff:1.2.3.0/120"] {
            assert!(range_flaw(text, Version::NEWEST).is_some(), "{text}");
            assert_eq!(range_flaw(text, old), None, "{text}");
        }
        for text in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8"] {
            assert!(range_flaw(text, old).is_some(), "{text}");
        }
    }

    #[test]
    fn special_addresses_are_told_apart() {
        for text in
            ["0.0.0.0", "127.0.0.1", "169.254.1.1", "224.0.0.5", "::", "::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1"]
        {
            assert_eq!(special_flaws(text).len(), 1, "{text}");
        }
        for text in ["10.0.0.1", "239.0.0.1", "2001:db8::1", "ff05::1"] {
            assert!(special_flaws(text).is_empty(), "{text}");
        }
    }
}
