//! Names of container images.

/// An image reference, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image<'a> {
    /// Registry and path, without tag and digest: `mirror.example:5000/coreos/etcd`.
    pub repository: &'a str,
    /// The tag, where one is written.
    pub tag: Option<&'a str>,
}

impl<'a> Image<'a> {
    /// Reads `mirror.example:5000/coreos/etcd:v3.5@sha256:…`.
    pub fn read(reference: &'a str) -> Image<'a> {
        let name = reference.split_once('@').map_or(reference, |(name, _)| name);
        let segment = name.rsplit_once('/').map_or(0, |(path, _)| path.len() + 1);
        match name[segment..].split_once(':') {
            Some((last, tag)) => Image { repository: &name[..segment + last.len()], tag: Some(tag) },
            None => Image { repository: name, tag: None },
        }
    }

    /// Whether the repository's last segments are exactly these: `kafka` and `apache/kafka` both name
    /// `mirror.example/apache/kafka`, and neither names `kafka-exporter`.
    pub fn is(self, name: &str) -> bool {
        let rest = self.repository.strip_suffix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    }

    /// The version that the tag begins with.
    pub fn version(self) -> Option<Version> {
        Version::read(self.tag?)
    }
}

/// The numbers that a version begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version([u32; 3]);

impl Version {
    /// Its first number.
    pub fn major(self) -> u32 {
        self.0[0]
    }

    /// Reads `3`, `v3.5`, `3.6.4-debian-12`; `None` where no number comes first. What is left out counts as 0.
    pub fn read(text: &str) -> Option<Version> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let end = text.find(|next: char| !next.is_ascii_digit() && next != '.').unwrap_or(text.len());
        // `15alpine` or `2024-12-18` begin with a number that is no version of the software.
        if text[end..].starts_with(|next: char| next.is_ascii_alphabetic()) {
            return None;
        }
        let mut numbers = [0; 3];
        for (slot, part) in numbers.iter_mut().zip(text[..end].trim_end_matches('.').split('.')) {
            *slot = part.parse().ok()?;
        }
        Some(Version(numbers))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn references_are_taken_apart() {
        let image = Image::read("mirror.example:5000/coreos/etcd:v3.5.12@sha256:0123");
        assert_eq!(image, Image { repository: "mirror.example:5000/coreos/etcd", tag: Some("v3.5.12") });
        assert_eq!(Image::read("etcd"), Image { repository: "etcd", tag: None });
        assert_eq!(
            Image::read("mirror.example:5000/etcd"),
            Image { repository: "mirror.example:5000/etcd", tag: None }
        );
        assert!(image.is("etcd") && image.is("coreos/etcd"));
        assert!(!image.is("tcd") && !image.is("os/etcd") && !Image::read("etcd-operator:1").is("etcd"));
    }

    #[test]
    fn versions_compare_as_numbers() {
        let version = |text| Version::read(text).unwrap();
        assert!(version("v3.5.11") > version("3.5.9-alpine"));
        assert!(version("2.10") > version("2.9.1"));
        assert!(version("4") == version("4.0.0"));
        assert_eq!(Version::read("latest"), None);
        assert_eq!(Version::read("$TAG"), None);
        assert_eq!(Version::read("15alpine"), None);
        assert_eq!(Version::read(""), None);
        assert_eq!(Version::read("99999999999"), None);
    }
}
