//! Conditions on how a set is configured, as the catalogue declares them.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::facts::record;
use super::many::Many;
use super::names::Bound;
use super::review::{Review, Reviewed};
use super::settings::{Found, Piece, Settings};
use crate::yaml::FieldPath;

/// Longest text of a pattern, in bytes.
const LONGEST_PATTERN: usize = 2_000;

/// Largest compiled form of a pattern, in bytes: searching takes time by its size.
const LARGEST_PATTERN: usize = 1 << 20;

/// How many patterns a file may hold.
pub(super) const MOST_PATTERNS: usize = 1_000;

/// A regular expression without look-around; `^` and `$` match at lines.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    text: String,
    /// Compiled when first used: most runs meet few systems.
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Pattern {
        Pattern { text, compiled: OnceLock::new() }
    }
}

impl JsonSchema for Pattern {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "maxLength": LONGEST_PATTERN})
    }
}

impl Reviewed for Pattern {
    fn review(&self, at: &FieldPath, review: &mut Review<'_>) {
        review.pattern(at, self);
    }
}

impl Pattern {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The expression; `None` when it is not valid, which the loader reports.
    pub(super) fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| self.compile().ok()).as_ref()
    }

    fn compile(&self) -> Result<Regex, regex::Error> {
        RegexBuilder::new(&self.text).multi_line(true).size_limit(LARGEST_PATTERN).build()
    }

    /// Why it is not valid, as a clause.
    pub(super) fn fault(&self) -> Option<String> {
        if self.text.len() > LONGEST_PATTERN {
            return Some(format!("it is longer than {LONGEST_PATTERN} bytes"));
        }
        match self.compile() {
            Ok(_) => None,
            Err(regex::Error::CompiledTooBig(_)) => Some("it is too large once its repetitions are written out".into()),
            // The parser draws the pattern over several lines; the last one says what is wrong.
            Err(error) => {
                let text = error.to_string();
                let last = text.lines().next_back().unwrap_or_default();
                Some(last.trim_start_matches("error: ").to_owned())
            }
        }
    }

    /// Whether it matches a text from its first to its last character.
    pub(super) fn matches_whole(&self, text: &str) -> bool {
        let found = self.regex().and_then(|regex| regex.find(text));
        found.is_some_and(|found| found.range() == (0..text.len()))
    }
}

record! {
    /// Things that must all hold.
    Condition {
        /// The image's last segments, exactly.
        image: Option<String>,
        /// Found in the image's tag.
        tag: Option<Pattern>,
        /// The image's tag is this version or a later one.
        from: Option<Bound>,
        /// The image's tag is an earlier version.
        before: Option<Bound>,
        /// A variable of the container has this name.
        env: Option<String>,
        /// Found in the value of that variable.
        value: Option<Pattern>,
        /// Found in the command and arguments of the container, joined by blanks.
        argument: Option<Pattern>,
        /// Found in a ConfigMap that the Pods refer to.
        config: Option<Pattern>,
        /// Each found in some command, argument, variable (`NAME=value`) or ConfigMap of the Pod.
        #[serde(default)]
        anywhere: Many<Pattern>,
        /// The container declares this port.
        port: Option<u16>,
        /// The container mounts a volume at a path in which this is found.
        mount: Option<Pattern>,
        /// Which Pods of the set have to be named in what was found.
        names: Option<Names>,
        /// Whether the whole configuration was read: nothing of it is in a Secret or in a ConfigMap that was not.
        all_read: Option<bool>,
        /// None of these holds.
        #[serde(default)]
        not: Vec<Condition>,
    }
}

/// Which Pods a text has to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// Each Pod of the set.
    EveryPod,
    /// Other Pods, the first one not among them.
    NotTheFirst,
    /// The first Pod.
    TheFirst,
}

impl Reviewed for Names {}

impl Condition {
    /// Whether all of it holds, and the place that told most; `None` when it does not hold.
    pub(super) fn holds(&self, settings: &Settings<'_>) -> Option<Option<Found>> {
        let image = settings.image;
        let is_version = |bound: &Option<Bound>, holds: fn(super::Version, super::Version) -> bool| match bound {
            None => true,
            Some(bound) => match (settings.version, super::Version::read(bound)) {
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
            && self.mount.as_ref().is_none_or(|pattern| settings.mounts(pattern))
            && self.all_read.is_none_or(|wanted| wanted == settings.all_read);
        if !cheap {
            return None;
        }
        let mut told = None;
        let asked = [self.by_variable(settings), self.by_argument(settings), self.by_config(settings)];
        for found in asked.into_iter().flatten() {
            told = told.or(Some(found?));
        }
        for pattern in self.anywhere.iter() {
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
