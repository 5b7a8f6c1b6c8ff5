//! Names that a shell can complete. Any text is taken: who looks the name up knows better what was meant.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};

use crate::config;
use crate::rules::ALL;
use crate::systems::Catalogue;

/// What a name may be the name of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Names {
    /// A rule.
    Rules,
    /// A rule, or a group of them.
    RulesAndGroups,
    /// A system of the catalogue.
    Systems,
}

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(&self, command: &Command, _: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        value.to_str().map(str::to_owned).ok_or_else(|| Error::new(ErrorKind::InvalidUtf8).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let rules = ALL.iter().map(|rule| rule.meta.id);
        let names: Vec<&'static str> = match self {
            Names::Rules => rules.collect(),
            Names::RulesAndGroups => config::GROUPS.into_iter().map(|(group, _)| group).chain(rules).collect(),
            Names::Systems => Catalogue::built_in().systems().map(|system| system.name()).collect(),
        };
        // Names only: what a rule is about may hold `$(…)`, which the script for fish would run.
        Some(Box::new(names.into_iter().map(PossibleValue::new)))
    }
}
