//! How much a rule may say.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::finding::Severity;

/// What the user wants of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing.
    Off,
    /// What it has to say, with the severities that it chooses itself.
    On,
    /// All that it has to say, with this severity.
    At(Severity),
}

/// The words for it.
const WORDS: &[&str] = &["off", "on", "note", "warning", "error"];

impl Level {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::On => "on",
            Level::At(severity) => severity.as_str(),
        }
    }

    /// The severity with which something is said; `None` where nothing is.
    pub fn apply(self, own: Severity) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::On => Some(own),
            Level::At(severity) => Some(severity),
        }
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Word)
    }
}

struct Word;

impl Visitor<'_> for Word {
    type Value = Level;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {}", WORDS.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))
    }

    // To YAML 1.1, which Kubernetes reads, `off` and `on` are booleans.
    fn visit_bool<E: Error>(self, on: bool) -> Result<Level, E> {
        Ok(if on { Level::On } else { Level::Off })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Level, E> {
        let severity = Severity::ALL.into_iter().find(|severity| severity.as_str() == text);
        match (text, severity) {
            ("off", _) => Ok(Level::Off),
            ("on", _) => Ok(Level::On),
            (_, Some(severity)) => Ok(Level::At(severity)),
            (_, None) => Err(E::unknown_variant(text, WORDS)),
        }
    }
}

impl JsonSchema for Level {
    fn schema_name() -> Cow<'static, str> {
        "Level".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let booleans = [false.into(), true.into()];
        let words: Vec<serde_json::Value> = WORDS.iter().map(|&word| word.into()).chain(booleans).collect();
        json_schema!({
            "description": "`off` says nothing, `on` speaks with the severities that the rule chooses itself; `note`, \
                            `warning` and `error` give all that it says this severity.",
            "enum": words,
        })
    }
}
