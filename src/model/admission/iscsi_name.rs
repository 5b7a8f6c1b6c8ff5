//! Seen of iSCSI targets and initiators (`pkg/apis/core/validation/validation.go`, iscsiInitiatorIqnRegex and the two
//! behind it).

/// The first form may begin so many times in one text: each is read to its end, and nobody writes a name that has more.
const SEVERAL: usize = 16;

/// Whether a name has one of the three forms. The first is looked for anywhere in the text, up to its end.
pub(super) fn is_qualified(name: &str) -> bool {
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
