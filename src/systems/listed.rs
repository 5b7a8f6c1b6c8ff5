//! Who looks for members: lists of them, their clients, and all texts of a set that may name Pods.

use std::collections::HashSet;
use std::ops::Range;

use k8s_openapi::api::core::v1::{Container, EnvVar};
use regex::Regex;

use super::Running;
use super::facts::{EarlyClients, MemberList};
use super::settings::{ContainerSettings, Piece, Settings};
use crate::model::{ObjectId, SetView};
use crate::yaml::FieldPath;

/// A text of a set's configuration: a word of a command, a variable's value, a value of a ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The set, or a ConfigMap.
    pub object: ObjectId,
    /// The field.
    pub path: FieldPath,
    /// Its value, lines that are comments blanked.
    pub text: String,
}

/// A list of members that was found.
#[derive(Clone, Debug)]
pub struct FoundList<'a> {
    /// What the catalogue knows of such a list.
    pub fact: &'a MemberList,
    /// The whole of it, or its entries, in the order of the text: where it stands, and the bytes in it.
    pub parts: Vec<(Setting, Range<usize>)>,
}

impl Setting {
    fn of(piece: &Piece<'_>) -> Setting {
        Setting { object: piece.object, path: piece.path.clone(), text: piece.text.as_ref().to_owned() }
    }

    /// All texts of a set's containers, each once.
    pub fn all(set: SetView<'_>) -> Vec<Setting> {
        let Some(settings) = Settings::read(set, 0) else { return Vec::new() };
        let mut seen = HashSet::new();
        let containers = std::iter::once(&settings.main).chain(&settings.others);
        let words = containers.clone().flat_map(|one| one.words.pieces().chain(one.hook.pieces()));
        let values = containers.flat_map(|one| one.variables.iter().filter_map(|variable| variable.value.as_ref()));
        let all = words.chain(values).chain(&settings.configs);
        all.filter(|piece| seen.insert((piece.object, &piece.path))).map(Setting::of).collect()
    }
}

/// Whether `$(NAME)` is the Pod's own name in each container of a set that defines it.
pub fn is_own_name(set: SetView<'_>, text: &str) -> bool {
    let Some((spec, name)) = set.pod_spec().zip(reference(text, "$(", ")")) else { return false };
    let containers = spec.containers.iter().chain(spec.init_containers.iter().flatten());
    let mut defining = containers.filter(|one| variable(one, name).is_some()).peekable();
    defining.peek().is_some() && defining.all(|one| is_filled_with_pod_name(name, one))
}

impl<'a> Running<'a> {
    /// The lists of members that were found, one for each text that holds any.
    pub fn member_lists(&self) -> Vec<FoundList<'a>> {
        let mut lists: Vec<FoundList<'a>> = Vec::new();
        for fact in self.system.member_lists.iter().filter(|fact| self.concerns(&fact.modes, None, None)) {
            for parts in self.settings.parts_of(fact) {
                let is_known = |list: &FoundList<'_>| {
                    list.parts.iter().any(|(one, _)| {
                        parts.iter().any(|(other, _)| (&one.path, one.object) == (&other.path, other.object))
                    })
                };
                if !lists.iter().any(is_known) {
                    lists.push(FoundList { fact, parts });
                }
            }
        }
        lists
    }

    /// Why clients have to reach members that are not ready.
    pub fn early_clients(&self) -> Option<&'a EarlyClients> {
        self.system.early_clients.as_ref()
    }

    /// Whether each member takes its Pod's name for its own name in such a list.
    pub fn is_named_after_its_pod(&self, fact: &MemberList) -> bool {
        let container = self.settings.container;
        fact.member_named_by.iter().any(|name| match name.strip_prefix("--") {
            Some(flag) => flag_value(&self.settings.main, flag).is_some_and(|value| is_pod_name(value, container)),
            None => variable(container, name).is_some_and(|one| holds_pod_name(one, container)),
        })
    }
}

impl Settings<'_> {
    fn parts_of(&self, fact: &MemberList) -> Vec<Vec<(Setting, Range<usize>)>> {
        let groups = |text: &str| first_groups(text, fact.found_by.iter().filter_map(|pattern| pattern.regex()));
        let words = &self.main.words;
        let in_words = groups(&words.text).into_iter().flat_map(|range| words.all_at(range));
        let mut found = vec![in_words.map(|(piece, range)| (Setting::of(piece), range)).collect::<Vec<_>>()];
        for variable in &self.main.variables {
            let Some(value) = &variable.value else { continue };
            let before = variable.name.len() + 1;
            let ranges = groups(&format!("{}={}", variable.name, value.text)).into_iter();
            let inside = ranges.filter(|range| range.start >= before);
            found.push(inside.map(|range| (Setting::of(value), range.start - before..range.end - before)).collect());
        }
        for piece in &self.configs {
            found.push(groups(&piece.text).into_iter().map(|range| (Setting::of(piece), range)).collect());
        }
        found.retain(|parts| !parts.is_empty());
        found
    }
}

/// The first groups of the first expression that is found in a text.
fn first_groups<'r>(text: &str, expressions: impl Iterator<Item = &'r Regex>) -> Vec<Range<usize>> {
    let mut all = expressions.map(|expression| {
        let groups = expression.captures_iter(text).filter_map(|captures| captures.get(1));
        groups.map(|group| group.range()).collect::<Vec<_>>()
    });
    all.find(|groups| !groups.is_empty()).unwrap_or_default()
}

fn variable<'c>(container: &'c Container, name: &str) -> Option<&'c EnvVar> {
    container.env.iter().flatten().rfind(|one| one.name == name)
}

fn holds_pod_name(variable: &EnvVar, container: &Container) -> bool {
    match (&variable.value_from, variable.value.as_deref()) {
        (Some(from), _) => from.field_ref.as_ref().is_some_and(|field| field.field_path == "metadata.name"),
        (None, Some(value)) => reference(value, "$(", ")").is_some_and(|name| is_filled_with_pod_name(name, container)),
        (None, None) => false,
    }
}

/// Whether a variable that is referred to holds the Pod's name; through other variables once at most.
fn is_filled_with_pod_name(name: &str, container: &Container) -> bool {
    let from = variable(container, name).and_then(|one| one.value_from.as_ref());
    from.and_then(|from| from.field_ref.as_ref()).is_some_and(|field| field.field_path == "metadata.name")
}

/// Whether a flag's value is the Pod's name; in a script `HOSTNAME` holds it as well.
fn is_pod_name(value: &str, container: &Container) -> bool {
    let value = value.trim_matches(['"', '\'']);
    let plain = reference(value, "$(", ")").or_else(|| reference(value, "${", "}"));
    match plain.or_else(|| value.strip_prefix('$')) {
        Some("HOSTNAME") if variable(container, "HOSTNAME").is_none() => !value.starts_with("$("),
        Some("hostname") if variable(container, "hostname").is_none() => value.starts_with("$("),
        Some(name) => is_filled_with_pod_name(name, container),
        None => false,
    }
}

fn reference<'v>(value: &'v str, open: &str, close: &str) -> Option<&'v str> {
    value.strip_prefix(open)?.strip_suffix(close)
}

/// The value of a flag among the words: `--name=X`, `--name X`.
fn flag_value<'w>(settings: &'w ContainerSettings<'_>, flag: &str) -> Option<&'w str> {
    let words = settings.words.text.as_str();
    let flag = format!("--{flag}");
    let mut places = words.match_indices(&flag).filter_map(|(at, found)| {
        let is_start = words[..at].chars().next_back().is_none_or(|before| before.is_whitespace() || before == '"');
        let rest = words[at + found.len()..].strip_prefix(['=', ' ']).filter(|_| is_start)?;
        rest.split_whitespace().next()
    });
    places.next()
}
