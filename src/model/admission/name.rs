//! Forms of names and labels (apimachinery `pkg/api/validate/content/dns.go`, `kube.go`,
//! `pkg/util/validation/validation.go`).

/// The longest DNS label.
pub(super) const LABEL_LENGTH: usize = 63;
/// The longest DNS subdomain.
pub(super) const SUBDOMAIN_LENGTH: usize = 253;

/// The longest name of a port.
const PORT_NAME_LENGTH: usize = 15;

pub(super) const LABEL_MESSAGE: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or \
                                        '-', and must start and end with an alphanumeric character";
pub(super) const SUBDOMAIN_MESSAGE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric \
                                            characters, '-' or '.', and must start and end with an alphanumeric character";

/// What is wrong with a text: the server's words, and ours.
pub(super) type Flaw = (String, String);

pub(super) fn flaw(detail: impl Into<String>, reason: impl Into<String>) -> Flaw {
    (detail.into(), reason.into())
}

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

/// IsQualifiedName, which is the form of a label's key.
pub(super) fn label_key_flaws(text: &str) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut parts = text.split('/');
    let (prefix, name) = match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
        (name, None, _) => (None, name),
        (prefix, Some(name), None) => (Some(prefix), name),
        _ => {
            let detail = format!("a valid label key {LABEL_KEY_MESSAGE}");
            return vec![(detail, "more than one `/`".to_owned())];
        }
    };
    match prefix {
        None => {}
        Some("") => flaws.push(("prefix part must be non-empty".to_owned(), "nothing before the `/`".to_owned())),
        Some(prefix) => {
            let of_prefix = |(detail, reason)| (format!("prefix part {detail}"), format!("before the `/`: {reason}"));
            flaws.extend(subdomain_flaws(prefix).into_iter().map(of_prefix));
        }
    }
    if name.is_empty() {
        flaws.push(("name part must be non-empty".to_owned(), "no name".to_owned()));
    }
    for (detail, reason) in too_long(name, LABEL_LENGTH) {
        flaws.push((format!("name part {detail}"), reason));
    }
    if !is_label_text(name) {
        let reason = "letters, digits, `-`, `_` and `.` only, not at its ends".to_owned();
        flaws.push((format!("name part {LABEL_KEY_MESSAGE}"), reason));
    }
    flaws
}

/// IsValidLabelValue.
pub(super) fn label_value_flaws(text: &str) -> Vec<Flaw> {
    let mut flaws = too_long(text, LABEL_LENGTH);
    if !text.is_empty() && !is_label_text(text) {
        let detail = format!("a valid label must be an empty string or {}", LABEL_KEY_MESSAGE.replacen("must ", "", 1));
        flaws.push((detail, "no label's value: letters, digits, `-`, `_` and `.` only".to_owned()));
    }
    flaws
}

const LABEL_KEY_MESSAGE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                                 alphanumeric character";

fn is_label_text(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let outer = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.bytes().all(inner) && outer(text.bytes().next()) && outer(text.bytes().next_back())
}

/// IsDNS1035Label: the form of a Service's name until 1.35.
pub(super) fn letter_first_label_flaws(text: &str) -> Vec<Flaw> {
    let mut flaws = too_long(text, LABEL_LENGTH);
    if !is_dns_part(text) || !text.starts_with(|first: char| first.is_ascii_lowercase()) {
        let detail = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an \
                      alphabetic character, and end with an alphanumeric character";
        let reason = "not a DNS label that begins with a letter: lower case letters, digits and `-`";
        flaws.push((detail.to_owned(), reason.to_owned()));
    }
    flaws
}

/// IsValidPortName.
pub(super) fn port_name_flaws(text: &str) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if text.len() > PORT_NAME_LENGTH {
        let reason = format!("{} characters, {PORT_NAME_LENGTH} are the most", text.len());
        flaws.push(flaw(format!("must be no more than {PORT_NAME_LENGTH} characters"), reason));
    }
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.is_empty() || !text.bytes().all(is_inner) {
        let detail = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        flaws.push(flaw(detail, "only lower case letters, digits and `-`"));
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        flaws.push(flaw("must contain at least one letter (a-z)", "the name of a port has a letter"));
    }
    if text.contains("--") {
        flaws.push(flaw("must not contain consecutive hyphens", "two `-` in a row"));
    }
    if text.starts_with('-') || text.ends_with('-') {
        flaws.push(flaw("must not begin or end with a hyphen", "a `-` at an end"));
    }
    flaws
}

/// maskTrailingDash: what will be continued may end with a dash. The server cuts one character more than it puts back.
pub(super) fn mask_trailing_dash(prefix: &str) -> String {
    match prefix.strip_suffix('-') {
        Some(init) if !init.is_empty() => {
            let mut masked = init.to_owned();
            masked.pop();
            masked.push('a');
            masked
        }
        _ => prefix.to_owned(),
    }
}

/// IsPathSegmentName.
pub(super) fn path_segment_flaws(text: &str) -> Vec<Flaw> {
    if matches!(text, "." | "..") {
        return vec![(format!("may not be '{text}'"), "not a name".to_owned())];
    }
    let held = ["/", "%"].into_iter().filter(|part| text.contains(part));
    held.map(|part| (format!("may not contain '{part}'"), format!("no `{part}` in a name"))).collect()
}
