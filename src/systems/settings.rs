//! How a set is configured, as text with places: commands, variables, ConfigMaps.

use std::borrow::Cow;
use std::ops::Range;

use k8s_openapi::api::core::v1::{Container, EnvVar, PodSpec};

use super::image::{Image, Version};
use crate::model::{ConfigMapView, ObjectId, SetView};
use crate::yaml::FieldPath;

/// A place in the configuration that told something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The set, or a ConfigMap.
    pub object: ObjectId,
    /// The field.
    pub path: FieldPath,
    /// The bytes of its decoded value that told; all of it when `None`.
    pub range: Option<Range<usize>>,
}

/// A text with its place.
#[derive(Clone, Debug)]
pub(super) struct Piece<'a> {
    pub(super) object: ObjectId,
    pub(super) path: FieldPath,
    pub(super) text: Cow<'a, str>,
}

/// A variable whose value is known.
#[derive(Clone, Debug)]
pub(super) struct Variable<'a> {
    pub(super) name: Cow<'a, str>,
    /// The value; `None` where it comes from a Secret, the Pod, or something unread.
    pub(super) value: Option<Piece<'a>>,
    /// The variable itself.
    pub(super) place: Found,
}

/// Command and arguments, joined by blanks, each word with its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Words<'a> {
    pub(super) text: String,
    parts: Vec<(Range<usize>, Piece<'a>)>,
}

/// One container.
#[derive(Clone, Debug)]
pub(super) struct ContainerSettings<'a> {
    pub(super) words: Words<'a>,
    /// What is run in it once it has started.
    pub(super) hook: Words<'a>,
    pub(super) variables: Vec<Variable<'a>>,
}

/// The configuration of a set.
#[derive(Clone, Debug)]
pub(super) struct Settings<'a> {
    pub(super) set: SetView<'a>,
    pub(super) container: &'a Container,
    pub(super) image: Image<'a>,
    /// The system's version, where the image's tag tells it.
    pub(super) version: Option<Version>,
    /// The container that runs the system.
    pub(super) main: ContainerSettings<'a>,
    /// All others, init containers included.
    pub(super) others: Vec<ContainerSettings<'a>>,
    /// The values of the ConfigMaps.
    pub(super) configs: Vec<Piece<'a>>,
    /// The keys of these values.
    config_keys: Vec<&'a str>,
    /// Whether nothing is hidden in Secrets, in ConfigMaps that were not read, and in patches.
    pub(super) all_read: bool,
}

impl Piece<'_> {
    /// Where in it.
    pub(super) fn at(&self, range: Range<usize>) -> Found {
        Found { object: self.object, path: self.path.clone(), range: Some(range) }
    }
}

impl<'a> Words<'a> {
    fn join(pieces: impl Iterator<Item = Piece<'a>>) -> Words<'a> {
        let mut words = Words::default();
        for piece in pieces {
            if !words.text.is_empty() {
                words.text.push(' ');
            }
            let start = words.text.len();
            words.text.push_str(&piece.text);
            words.parts.push((start..words.text.len(), piece));
        }
        words
    }

    /// All words in which a range of the joined text lies, and what of it lies in each.
    pub(super) fn all_at(&self, range: Range<usize>) -> impl Iterator<Item = (&Piece<'a>, Range<usize>)> {
        self.parts.iter().filter_map(move |(span, piece)| {
            let (start, end) = (range.start.max(span.start), range.end.min(span.end));
            (start < end).then(|| (piece, start - span.start..end - span.start))
        })
    }

    /// The words.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &Piece<'a>> {
        self.parts.iter().map(|(_, piece)| piece)
    }

    /// The word in which a range of the joined text begins, and what of the range lies in it.
    pub(super) fn at(&self, range: Range<usize>) -> Option<Found> {
        let (span, piece) = self.parts.iter().find(|(span, _)| range.start < span.end.max(span.start + 1))?;
        let start = range.start.max(span.start) - span.start;
        let end = range.end.min(span.end).saturating_sub(span.start).max(start);
        Some(piece.at(start..end))
    }
}

impl<'a> Settings<'a> {
    /// Reads the configuration; `position` is the container that runs the system.
    pub(super) fn read(set: SetView<'a>, position: usize) -> Option<Settings<'a>> {
        let spec = set.pod_spec()?;
        let container = spec.containers.get(position)?;
        let (maps, missing) = set.config_maps();
        let pod = FieldPath::of("spec.template.spec");
        let mut others = Vec::new();
        let mut main = None;
        let mut all_read = !missing && !has_secrets(spec) && !set.settings_are_patched();
        for (key, containers) in
            [("initContainers", spec.init_containers.as_deref().unwrap_or_default()), ("containers", &spec.containers)]
        {
            for (index, one) in containers.iter().enumerate() {
                let path = pod.clone().key(key).index(index);
                let settings = read_container(set, one, &path, &maps);
                if key == "containers" && index == position {
                    all_read &= one.env_from.iter().flatten().all(|from| from.secret_ref.is_none());
                    main = Some(settings);
                } else {
                    others.push(settings);
                }
            }
        }
        let (mut configs, mut config_keys) = (Vec::new(), Vec::new());
        for map in &maps {
            for (key, value) in map.content.data.iter().flatten() {
                let path = FieldPath::of("data").key(key.clone());
                configs.push(Piece { object: map.object.id, path, text: without_comments(value) });
                config_keys.push(key.as_str());
            }
        }
        let image = Image::read(container.image.as_deref().unwrap_or_default());
        let version = image.version();
        Some(Settings { set, container, image, version, main: main?, others, configs, config_keys, all_read })
    }

    /// The whole text in which something was found.
    pub(super) fn text_at(&self, found: &Found) -> Option<&str> {
        let is_there = |object: ObjectId, path: &FieldPath| object == found.object && *path == found.path;
        let words = std::iter::once(&self.main).chain(&self.others).flat_map(|one| &one.words.parts);
        let words = words.map(|(_, piece)| piece);
        let variables = std::iter::once(&self.main).chain(&self.others).flat_map(|one| &one.variables);
        let mut values = variables.filter_map(|variable| Some((&variable.place, variable.value.as_ref()?)));
        if let Some((_, piece)) = values.find(|(place, piece)| *place == found || is_there(piece.object, &piece.path)) {
            return Some(&piece.text);
        }
        words.chain(&self.configs).find(|piece| is_there(piece.object, &piece.path)).map(|piece| piece.text.as_ref())
    }

    /// The numbers of the container's ports.
    pub(super) fn ports(&self) -> impl Iterator<Item = (i32, Option<&'a str>)> {
        self.container.ports.iter().flatten().map(|port| (port.container_port, port.name.as_deref()))
    }

    /// Whether the container mounts a volume at a path in which a pattern is found.
    pub(super) fn mounts(&self, pattern: &super::Pattern) -> bool {
        let mut mounts = self.container.volume_mounts.iter().flatten();
        pattern.regex().is_some_and(|regex| mounts.any(|mount| regex.is_match(&mount.mount_path)))
    }

    /// Every text of the Pod with what leads back to its place.
    pub(super) fn find_anywhere(&self, mut find: impl FnMut(&str) -> Option<Range<usize>>) -> Option<Found> {
        for container in std::iter::once(&self.main).chain(&self.others) {
            for words in [&container.words, &container.hook] {
                if let Some(range) = find(&words.text) {
                    return words.at(range);
                }
            }
            for variable in &container.variables {
                let value = variable.value.as_ref().map_or("", |value| value.text.as_ref());
                if find(&format!("{}={value}", variable.name)).is_some() {
                    return Some(variable.place.clone());
                }
            }
        }
        self.configs.iter().find_map(|piece| find(&piece.text).map(|range| piece.at(range)))
    }

    /// The values of ConfigMaps under keys that a command names as files, each path by its last part.
    pub(super) fn scripts_named_in(&self, command: &str) -> impl Iterator<Item = &str> {
        let is_named = move |key: &str| {
            let mut words = command.split(|next: char| next.is_whitespace() || "\"';()".contains(next));
            words.any(|word| word.rsplit('/').next() == Some(key) && word != key)
        };
        let keyed = self.config_keys.iter().zip(&self.configs);
        keyed.filter(move |(key, _)| is_named(key)).map(|(_, piece)| piece.text.as_ref())
    }
}

fn has_secrets(spec: &PodSpec) -> bool {
    let volumes = spec.volumes.iter().flatten();
    volumes.into_iter().any(|volume| {
        let projected = volume.projected.iter().flat_map(|projected| projected.sources.iter().flatten());
        volume.secret.is_some() || projected.into_iter().any(|source| source.secret.is_some())
    })
}

fn read_container<'a>(
    set: SetView<'a>,
    container: &'a Container,
    path: &FieldPath,
    maps: &[ConfigMapView<'a>],
) -> ContainerSettings<'a> {
    let list = |path: FieldPath, words: Option<&'a Vec<String>>| {
        words.into_iter().flatten().enumerate().map(move |(index, word)| Piece {
            object: set.id(),
            path: path.clone().index(index),
            text: without_comments(word),
        })
    };
    let command = list(path.clone().key("command"), container.command.as_ref());
    let words = command.chain(list(path.clone().key("args"), container.args.as_ref()));
    let started = container.lifecycle.as_ref().and_then(|lifecycle| lifecycle.post_start.as_ref());
    let hook = started.and_then(|hook| hook.exec.as_ref()).and_then(|exec| exec.command.as_ref());
    let hook = list(path.clone().key("lifecycle").key("postStart").key("exec").key("command"), hook);
    let mut variables = Vec::new();
    for (index, from) in container.env_from.iter().flatten().enumerate() {
        let name = from.config_map_ref.as_ref().map(|reference| reference.name.as_str());
        let Some(map) = maps.iter().find(|map| Some(map.object.name.as_str()) == name) else { continue };
        let place = Found { object: set.id(), path: path.clone().key("envFrom").index(index), range: None };
        for (key, value) in map.content.data.iter().flatten() {
            let name = match from.prefix.as_deref() {
                Some(prefix) if !prefix.is_empty() => Cow::Owned(format!("{prefix}{key}")),
                _ => Cow::Borrowed(key.as_str()),
            };
            let value = Piece {
                object: map.object.id,
                path: FieldPath::of("data").key(key.clone()),
                text: Cow::Borrowed(value.as_str()),
            };
            variables.push(Variable { name, value: Some(value), place: place.clone() });
        }
    }
    for (index, one) in container.env.iter().flatten().enumerate() {
        let path = path.clone().key("env").index(index);
        let value = value_of(set, one, &path, maps);
        let place = match &value {
            Some(value) => Found { object: value.object, path: value.path.clone(), range: None },
            None => Found { object: set.id(), path: path.key("name"), range: None },
        };
        variables.push(Variable { name: Cow::Borrowed(one.name.as_str()), value, place });
    }
    ContainerSettings { words: Words::join(words), hook: Words::join(hook), variables }
}

fn value_of<'a>(
    set: SetView<'a>,
    variable: &'a EnvVar,
    path: &FieldPath,
    maps: &[ConfigMapView<'a>],
) -> Option<Piece<'a>> {
    let Some(from) = &variable.value_from else {
        let text = variable.value.as_deref().unwrap_or_default();
        return Some(Piece { object: set.id(), path: path.clone().key("value"), text: Cow::Borrowed(text) });
    };
    let reference = from.config_map_key_ref.as_ref()?;
    let map = maps.iter().find(|map| map.object.name == reference.name)?;
    let text = map.content.data.as_ref()?.get(&reference.key)?;
    let path = FieldPath::of("data").key(reference.key.clone());
    Some(Piece { object: map.object.id, path, text: Cow::Borrowed(text) })
}

/// The text with blanks in place of lines that are comments in shell and in every configuration format met here.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains('#') {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('#') {
            let end = line.trim_end_matches(['\r', '\n']).len();
            kept.extend(std::iter::repeat_n(' ', end));
            kept.push_str(&line[end..]);
        } else {
            kept.push_str(line);
        }
    }
    Cow::Owned(kept)
}
