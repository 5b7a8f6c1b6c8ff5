//! The Kubernetes minor version whose API server is meant.

use std::fmt;
use std::str::FromStr;

/// A minor version of Kubernetes 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u8);

impl Version {
    /// The oldest version whose answers were recorded from a real server.
    pub const OLDEST: Version = Version(32);
    /// The newest one; what is meant unless the user says otherwise.
    pub const NEWEST: Version = Version(37);

    /// The version 1.`minor`; `None` where no server's answers are known.
    pub fn minor(minor: u8) -> Option<Version> {
        (Self::OLDEST.0..=Self::NEWEST.0).contains(&minor).then_some(Version(minor))
    }

    /// Whether this is 1.`minor` or newer.
    pub fn is_at_least(self, minor: u8) -> bool {
        self.0 >= minor
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

impl FromStr for Version {
    type Err = String;

    /// `1.34`, also as `v1.34` and with the patch version behind it, as servers print it.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let number = |part: Option<&str>| part.and_then(|part| part.parse::<u8>().ok());
        let (major, minor) = (number(parts.next()), number(parts.next()));
        let known = match (major, minor) {
            (Some(1), Some(minor)) => Version::minor(minor),
            _ => None,
        };
        known.ok_or_else(|| format!("known versions are {} to {}", Self::OLDEST, Self::NEWEST))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Version;

    #[test]
    fn reads_what_servers_print() {
        for text in ["1.34", "v1.34", "1.34.4", "v1.34.4-eks-123"] {
            assert_eq!(text.parse::<Version>().unwrap().to_string(), "1.34", "{text}");
        }
        for text in ["", "1", "1.31", "1.38", "2.34", "1.x", "34", "-1.34", "1.3 4"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
        assert!(Version::default().is_at_least(37));
        assert!(!Version::OLDEST.is_at_least(33));
    }
}
