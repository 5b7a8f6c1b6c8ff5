//! Conditions on how a set is configured, as the catalogue declares them.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer};

use super::settings::{Found, Piece, Settings};

/// A regular expression, compiled when first used: most runs meet few systems.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Pattern {
        Pattern { text, compiled: OnceLock::new() }
    }
}

impl Pattern {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The expression; `None` when it is not valid, which the loader reports.
    pub(super) fn regex(&self) -> Option<&Regex> {
        let compile = || RegexBuilder::new(&self.text).multi_line(true).size_limit(1 << 20).build().ok();
        self.compiled.get_or_init(compile).as_ref()
    }

    /// Whether it matches a text from its first to its last character.
    pub(super) fn matches_whole(&self, text: &str) -> bool {
        let found = self.regex().and_then(|regex| regex.find(text));
        found.is_some_and(|found| found.range() == (0..text.len()))
    }
}

fn one_or_many<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<Pattern>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Patterns {
        One(Pattern),
        Many(Vec<Pattern>),
    }
    Ok(match Patterns::deserialize(value)? {
        Patterns::One(pattern) => vec![pattern],
        Patterns::Many(patterns) => patterns,
    })
}

/// Things that must all hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Condition {
    /// The image's last segments, exactly.
    pub image: Option<String>,
    /// Found in the image's tag.
    pub tag: Option<Pattern>,
    /// The image's tag is this version or a later one.
    pub from: Option<String>,
    /// The image's tag is an earlier version.
    pub before: Option<String>,
    /// A variable of the container has this name.
    pub env: Option<String>,
    /// Found in the value of that variable.
    pub value: Option<Pattern>,
    /// Found in the command and arguments of the container, joined by blanks.
    pub argument: Option<Pattern>,
    /// Found in a ConfigMap that the Pods refer to.
    pub config: Option<Pattern>,
    /// Each found in some command, argument, variable (`NAME=value`) or ConfigMap of the Pod.
    #[serde(deserialize_with = "one_or_many")]
    pub anywhere: Vec<Pattern>,
    /// The container declares this port.
    pub port: Option<u16>,
    /// `every-pod`: what was found names every Pod of the set.
    pub names: Option<Names>,
    /// Whether the whole configuration was read: nothing of it is in a Secret or in a ConfigMap that was not.
    pub all_read: Option<bool>,
    /// None of these holds.
    pub not: Vec<Condition>,
}

/// Which Pods a text has to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// Each Pod of the set.
    EveryPod,
    /// Other Pods, the first one not among them.
    NotTheFirst,
    /// The first Pod.
    TheFirst,
}

impl Condition {
    /// Whether all of it holds, and the place that told most; `None` when it does not hold.
    pub(super) fn holds(&self, settings: &Settings<'_>) -> Option<Option<Found>> {
        let image = settings.image;
        let is_version = |bound: &Option<String>, holds: fn(super::Version, super::Version) -> bool| match bound {
            None => true,
            Some(bound) => match (image.version(), super::Version::read(bound)) {
                (Some(version), Some(bound)) => holds(version, bound),
                _ => false,
            },
        };
        let tag = image.tag.unwrap_or_default();
        let declares = |port: u16| settings.ports().any(|(number, _)| number == i32::from(port));
        let cheap = self.image.as_deref().is_none_or(|name| image.is(name))
            && self.tag.as_ref().is_none_or(|tag_is| tag_is.regex().is_some_and(|regex| regex.is_match(tag)))
            && is_version(&self.from, |version, bound| version >= bound)
            && is_version(&self.before, |version, bound| version < bound)
            && self.port.is_none_or(declares)
            && self.all_read.is_none_or(|wanted| wanted == settings.all_read);
        if !cheap {
            return None;
        }
        let mut told = None;
        let asked = [self.by_variable(settings), self.by_argument(settings), self.by_config(settings)];
        for found in asked.into_iter().flatten() {
            told = told.or(Some(found?));
        }
        for pattern in &self.anywhere {
            let found = settings.find_anywhere(|text| self.find(pattern, text, settings))?;
            told = told.or(Some(found));
        }
        if any_holds(&self.not, settings) {
            return None;
        }
        Some(told)
    }

    /// Looks for a pattern, and for the Pods that have to be named beside it.
    fn find(&self, pattern: &Pattern, text: &str, settings: &Settings<'_>) -> Option<std::ops::Range<usize>> {
        let found = pattern.regex()?.find(text)?;
        let named = match self.names {
            None => true,
            Some(names) => names.holds(text, settings),
        };
        named.then(|| found.range())
    }

    /// `None`: nothing is asked of variables. `Some(None)`: what is asked does not hold.
    fn by_variable(&self, settings: &Settings<'_>) -> Option<Option<Found>> {
        let name = self.env.as_deref()?;
        let mut named = settings.main.variables.iter().filter(|variable| variable.name == name);
        Some(named.find_map(|variable| {
            let Some(pattern) = &self.value else {
                let names = |piece: &Piece<'_>| self.names.is_none_or(|names| names.holds(&piece.text, settings));
                let named = variable.value.as_ref().map_or(self.names.is_none(), names);
                return named.then(|| variable.place.clone());
            };
            let piece = variable.value.as_ref()?;
            self.find(pattern, &piece.text, settings).map(|range| piece.at(range))
        }))
    }

    fn by_argument(&self, settings: &Settings<'_>) -> Option<Option<Found>> {
        let pattern = self.argument.as_ref()?;
        let words = &settings.main.words;
        Some(self.find(pattern, &words.text, settings).and_then(|range| words.at(range)))
    }

    fn by_config(&self, settings: &Settings<'_>) -> Option<Option<Found>> {
        let pattern = self.config.as_ref()?;
        let mut pieces = settings.configs.iter();
        Some(pieces.find_map(|piece| self.find(pattern, &piece.text, settings).map(|range| piece.at(range))))
    }

    /// The patterns in it, those of what must not hold included.
    pub(super) fn patterns(&self) -> Vec<&Pattern> {
        let own = [&self.tag, &self.value, &self.argument, &self.config];
        let mut all: Vec<&Pattern> = own.into_iter().flatten().chain(&self.anywhere).collect();
        all.extend(self.not.iter().flat_map(Condition::patterns));
        all
    }
}

/// The first that holds, with the place that told.
pub(super) fn first_holding(conditions: &[Condition], settings: &Settings<'_>) -> Option<Option<Found>> {
    conditions.iter().find_map(|condition| condition.holds(settings))
}

/// Whether any holds.
pub(super) fn any_holds(conditions: &[Condition], settings: &Settings<'_>) -> bool {
    first_holding(conditions, settings).is_some()
}

impl Names {
    fn holds(self, text: &str, settings: &Settings<'_>) -> bool {
        let set = settings.set;
        let first = set.first_ordinal();
        let is_named = |ordinal: i64| {
            let pod = format!("{}-{ordinal}", set.name());
            let mut places = text.match_indices(&pod);
            places.any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let after = text[at + pod.len()..].chars().next();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '-') && !after.is_some_and(|c| c.is_ascii_digit())
            })
        };
        // Lists of more names than this are not looked for: nobody writes them.
        let ordinals = match set.written_replicas() {
            Some(count @ 1..=100) => first..first.saturating_add(count),
            _ => return false,
        };
        match self {
            Names::EveryPod => ordinals.clone().all(is_named),
            Names::TheFirst => is_named(first),
            Names::NotTheFirst => !is_named(first) && ordinals.skip(1).any(is_named),
        }
    }
}
