//! Names with `*` in them.

use schemars::JsonSchema;
use serde::Deserialize;

/// A name in which `*` stands for any characters, none included.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern that this text is.
    pub fn new(text: impl Into<String>) -> Pattern {
        Pattern(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a name is one that is meant.
    pub fn fits(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, fitting, other) in [
            ("etcd", &["etcd"][..], &["etcd-0", "my-etcd", ""][..]),
            ("etcd-*", &["etcd-", "etcd-a"], &["etcd", "x-etcd-a"]),
            ("*", &["", "anything"], &[]),
            ("*-db", &["-db", "a-db", "-db-db"], &["db", "a-dbx"]),
            ("a*b*c", &["abc", "axbxc", "abbcc"], &["ab", "ac", "abcd", "acb"]),
            ("ab*ba", &["abba", "abxba"], &["aba"]),
            ("", &[""], &["a"]),
            ("ä*", &["äx"], &["a"]),
        ] {
            let pattern = Pattern::new(pattern);
            assert!(fitting.iter().all(|name| pattern.fits(name)), "{pattern:?}");
            assert!(!other.iter().any(|name| pattern.fits(name)), "{pattern:?}");
        }
    }
}
