//! Servers that several Pods of one set make when nothing replicates between them.

use super::Running;
use super::condition::any_holds;
use super::facts::Unreplicated;

impl<'a> Running<'a> {
    /// What several Pods of this set are, where nothing that was read replicates between them, and nothing was left
    /// unread that could.
    pub fn unreplicated(&self) -> Option<&'a Unreplicated> {
        let fact = self.mode.unreplicated.as_ref()?;
        let holds = fact.when.is_empty() || any_holds(&fact.when, &self.settings);
        (holds && self.settings.all_read).then_some(fact)
    }

    /// Whether the image is one whose scripts the fact speaks of: the official one, or one that the catalogue names. What
    /// is built in-house under the same name may bring scripts along.
    pub fn is_makers_image(&self, fact: &Unreplicated) -> bool {
        self.is_official_image() || self.is_image_of(&fact.makers)
    }

    /// Whether the image comes from the library of official ones.
    pub(super) fn is_official_image(&self) -> bool {
        let path = self.image_path();
        !path.contains('/') || path.rsplit_once("/library/").is_some()
    }

    /// Whether the image is one of these, whole: `bitnami/postgresql`.
    pub(super) fn is_image_of(&self, makers: &[String]) -> bool {
        makers.iter().any(|name| name == self.image_path())
    }

    fn image_path(&self) -> &'a str {
        let repository = self.settings.image.repository;
        let path = repository.strip_prefix("docker.io/").unwrap_or(repository);
        path.strip_prefix("library/").unwrap_or(path)
    }
}
