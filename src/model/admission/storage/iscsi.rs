//! An iSCSI volume (`pkg/apis/core/validation/validation.go`, validateISCSIPersistentVolumeSource).

use k8s_openapi::api::core::v1::ISCSIPersistentVolumeSource;

use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

/// Nobody writes a name that has more of it.
const SEVERAL: usize = 16;
const FORM: &str = "must be valid format";

pub(super) fn review(iscsi: &ISCSIPersistentVolumeSource, volume: &str, path: &FieldPath, review: &mut Review<'_>) {
    let at = |key: &'static str| path.clone().key(key);
    if iscsi.target_portal.is_empty() {
        review.required(at("targetPortal"), "", "");
    }
    if iscsi.initiator_name.is_some() && volume.len() + 1 + iscsi.target_portal.len() > 64 {
        let detail = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if \
                      iscsi.initiatorName is specified.";
        let place = at("targetPortal");
        review.invalid(place.clone(), detail, "too long together with the volume's name");
        review.named(&place, format!("{path}.targetportal"));
    }
    if iscsi.iqn.is_empty() {
        review.required(at("iqn"), "", "");
    } else if !is_qualified(&iscsi.iqn) {
        review.invalid(at("iqn"), FORM, "no iSCSI name (`iqn.…`, `eui.…`, `naa.…`)");
    }
    if !(0..=255).contains(&iscsi.lun) {
        review.invalid(at("lun"), "must be between 0 and 255, inclusive", "0 to 255");
    }
    let asks = iscsi.chap_auth_discovery == Some(true) || iscsi.chap_auth_session == Some(true);
    match &iscsi.secret_ref {
        None if asks => {
            review.required(at("secretRef"), "", "CHAP needs a Secret");
        }
        Some(secret) if secret.name.as_deref().unwrap_or_default().is_empty() => {
            review.required(at("secretRef").key("name"), "", "");
        }
        _ => {}
    }
    if iscsi.initiator_name.as_deref().is_some_and(|name| !is_qualified(name)) {
        let place = at("initiatorName");
        review.invalid(place.clone(), FORM, "no iSCSI name (`iqn.…`, `eui.…`, `naa.…`)");
        review.named(&place, format!("{path}.initiatorname"));
    }
}

/// Whether a name has one of the three forms. The first is looked for anywhere in the text, up to its end.
fn is_qualified(name: &str) -> bool {
    let is_long =
        |rest: &str, length: usize| rest.len() == length && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // One character of any kind stands behind these two.
    let after = |prefix: &str| {
        let mut rest = name.strip_prefix(prefix)?.chars();
        rest.next().filter(|&separator| separator != '\n').map(|_| rest.as_str())
    };
    if name.starts_with("iqn") {
        return name.match_indices("iqn.").take(SEVERAL).any(|(start, prefix)| is_dated(&name[start + prefix.len()..]));
    }
    after("eui").is_some_and(|rest| is_long(rest, 16)) || after("naa").is_some_and(|rest| is_long(rest, 32))
}

/// `yyyy-mm.`, a domain, `:` and the rest.
fn is_dated(rest: &str) -> bool {
    let is_date = |date: &str| {
        let has_digits =
            |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        date.split_once('-').is_some_and(|(year, month)| has_digits(year, 4) && has_digits(month, 2))
    };
    let Some((_, rest)) = rest.split_once('.').filter(|(date, _)| is_date(date)) else { return false };
    let Some((domain, last)) = rest.split_once(':') else { return false };
    let in_domain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let in_last =
        |letter: char| !matches!(letter, ',' | ';' | '*' | '&' | '$' | '|' | ' ' | '\t' | '\n' | '\r' | '\u{c}');
    !domain.is_empty() && domain.bytes().all(in_domain) && !last.is_empty() && last.chars().all(in_last)
}

#[cfg(test)]
mod tests {
    use super::is_qualified;

    #[test]
    fn names_have_one_of_three_forms() {
        for name in ["iqn.2015-02.example.com:test", "eui.0123456789abcdef", "naa.60014051111111111111111111111111"] {
            assert!(is_qualified(name), "{name}");
        }
        for name in [
            "",
            "iqn",
            "iqn.2015-2.example.com:test",
            "iqn.2015-02.example.com",
            "iqn.2015-02.a:b c",
            "eui.0123",
            "naa.1",
        ] {
            assert!(!is_qualified(name), "{name}");
        }
    }
}
