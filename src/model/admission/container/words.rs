//! Forms of words in containers (apimachinery `pkg/util/validation/validation.go`).

use crate::model::admission::name::{Flaw, SUBDOMAIN_LENGTH, flaw, mask_trailing_dash, subdomain_flaws};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

/// IsRelaxedEnvVarName, for what is not empty.
pub(super) fn variable_flaws(text: &str) -> Vec<Flaw> {
    if text.chars().all(|letter| matches!(letter, ' '..='~') && letter != '=') {
        return Vec::new();
    }
    let detail = "a valid environment variable name must consist only of printable ASCII characters other than '='";
    vec![flaw(detail, "only printable ASCII without `=`")]
}

/// IsConfigMapKey.
pub(super) fn config_key_flaws(text: &str) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if text.len() > SUBDOMAIN_LENGTH {
        let reason = format!("{} characters, {SUBDOMAIN_LENGTH} are the most", text.len());
        flaws.push(flaw(format!("must be no more than {SUBDOMAIN_LENGTH} characters"), reason));
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) {
        let detail = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
        flaws.push(flaw(detail, "only letters, digits, `-`, `_` and `.`"));
    }
    if text == "." {
        flaws.push(flaw("must not be '.'", "`.` is no key"));
    } else if text == ".." {
        flaws.push(flaw("must not be '..'", "`..` is no key"));
    } else if text.starts_with("..") {
        flaws.push(flaw("must not start with '..'", "a key does not start with `..`"));
    }
    flaws
}

/// IsHTTPHeaderName.
pub(super) fn is_header_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The name that a generated one may begin with, as it is checked (`pkg/api/validation/generic.go`).
pub(super) fn prefix_flaws(text: &str) -> Vec<Flaw> {
    subdomain_flaws(&mask_trailing_dash(text))
}

/// ValidateNonnegativeField.
pub(super) fn refuse_negative(value: Option<i32>, path: FieldPath, review: &mut Review<'_>) {
    if value.is_some_and(|value| value < 0) {
        review.invalid(path, "must be greater than or equal to 0", "a number below 0");
    }
}
