//! Forms of names and labels (apimachinery `pkg/api/validate/content/dns.go`, `kube.go`,
//! `pkg/util/validation/validation.go`).

/// The longest DNS label.
pub(super) const LABEL_LENGTH: usize = 63;
/// The longest DNS subdomain.
pub(super) const SUBDOMAIN_LENGTH: usize = 253;

pub(super) const LABEL_MESSAGE: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or \
                                        '-', and must start and end with an alphanumeric character";
pub(super) const SUBDOMAIN_MESSAGE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric \
                                            characters, '-' or '.', and must start and end with an alphanumeric character";

/// What is wrong with a text: the server's words, and ours.
pub(super) type Flaw = (String, String);

/// IsDNS1123Label.
pub(super) fn label_flaws(text: &str) -> Vec<Flaw> {
    let mut flaws = too_long(text, LABEL_LENGTH);
    if text.contains('.') && text.split('.').all(is_dns_part) {
        flaws.push(("must not contain dots".to_owned(), "not a DNS label: no dots".to_owned()));
    } else if !is_dns_part(text) {
        let reason = match is_dns_part(text.trim_matches('-')) {
            true => "begins or ends with `-`",
            false => "not a DNS label: lower case letters, digits and `-`",
        };
        flaws.push((LABEL_MESSAGE.to_owned(), reason.to_owned()));
    }
    flaws
}

/// IsDNS1123Subdomain.
pub(super) fn subdomain_flaws(text: &str) -> Vec<Flaw> {
    let mut flaws = too_long(text, SUBDOMAIN_LENGTH);
    if !text.split('.').all(is_dns_part) {
        let reason = "not a DNS name: lower case letters, digits, `-` and `.`";
        flaws.push((SUBDOMAIN_MESSAGE.to_owned(), reason.to_owned()));
    }
    flaws
}

fn too_long(text: &str, most: usize) -> Vec<Flaw> {
    if text.len() <= most {
        return Vec::new();
    }
    let reason = format!("{} characters, {most} are the most", text.len());
    vec![(format!("must be no more than {most} characters"), reason)]
}

/// One part of a DNS name, of any length.
fn is_dns_part(part: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !part.is_empty() && part.bytes().all(inner) && !part.starts_with('-') && !part.ends_with('-')
}
