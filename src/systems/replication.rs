//! Servers that several Pods of one set make when nothing replicates between them.

use serde::Deserialize;

use super::Running;
use super::condition::{Condition, any_holds};
use super::facts::Texts;

/// What several Pods in a mode are where nothing replicates between them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unreplicated {
    /// What they are, in the plural: `unrelated databases`.
    pub are: String,
    /// What a client meets, as a sentence.
    pub says: String,
    /// What to do instead, as a clause.
    pub advice: String,
    /// Whether each may be meant to stand alone, as caches that clients choose from themselves are.
    #[serde(default)]
    pub may_be_meant: bool,
    /// Images of which it is certain, besides the official ones: `bitnami/postgresql`.
    #[serde(default)]
    pub makers: Vec<String>,
    /// Any of these holds; without exception when empty.
    #[serde(default)]
    pub when: Vec<Condition>,
    #[serde(default)]
    pub(super) source: Texts,
    #[serde(default)]
    pub(super) measured: Texts,
}

impl Unreplicated {
    /// Where it comes from.
    pub fn origin(&self) -> super::Origin {
        super::Origin { source: self.source.to_vec(), measured: self.measured.to_vec() }
    }
}

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
        let repository = self.settings.image.repository;
        let path = repository.strip_prefix("docker.io/").unwrap_or(repository);
        let path = path.strip_prefix("library/").unwrap_or(path);
        !path.contains('/')
            || path.rsplit_once("/library/").is_some_and(|(host, _)| !host.contains('/'))
            || fact.makers.iter().any(|name| name == path)
    }
}
