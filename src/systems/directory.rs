//! Where the data of one set lies, as far as its settings tell.

use super::Running;
use super::condition::any_holds;
use super::facts::{Data, LostFound};
use super::image::Version;
use super::settings::Found;

/// Where data lies.
#[derive(Clone, Debug)]
pub enum Directory<'a> {
    /// In these directories: absolute, without a slash at the end.
    At {
        /// The directories.
        paths: Vec<String>,
        /// The fact.
        fact: &'a Data,
        /// What sets them; `None` for the default of an image whose default is known.
        set_by: Option<Found>,
    },
    /// Nobody knows: something that was not read may set it, or the image is not one of those whose default is known.
    Unsure,
    /// Something sets it to what is no directory: memory.
    Nowhere,
}

/// What the settings say of a directory.
enum Set {
    /// Nothing sets it.
    No,
    To(Vec<String>, Found),
    Unsure,
    Nowhere,
}

impl<'a> Running<'a> {
    /// Where data lies; `None` where the system keeps none.
    pub fn data_directory(&self) -> Option<Directory<'a>> {
        let mut undecided = false;
        let mut fitting = self.system.data.iter().filter(|fact| {
            let holds = fact.when.is_empty() || any_holds(&fact.when, &self.settings);
            let bounded = fact.from.is_some() || fact.before.is_some();
            // A tag without a version: whether this one holds is not known.
            undecided |= holds && bounded && self.settings.version.is_none();
            holds && self.concerns::<&str>(&[], fact.from.as_deref(), fact.before.as_deref())
        });
        let fitting = fitting.next();
        let Some(fact) = fitting else { return undecided.then_some(Directory::Unsure) };
        Some(match self.setting(fact) {
            Set::To(paths, found) => Directory::At { paths, fact, set_by: Some(found) },
            Set::Nowhere => Directory::Nowhere,
            Set::Unsure => Directory::Unsure,
            Set::No if undecided || self.may_be_set_unseen(fact) || !self.is_known_image(fact) => Directory::Unsure,
            Set::No => match self.spelled_out(&fact.directory) {
                Some(path) => Directory::At { paths: vec![path], fact, set_by: None },
                None => Directory::Unsure,
            },
        })
    }

    /// What happens to it on a volume's own root, where that holds `lost+found`.
    pub fn lost_found(&self) -> Option<&'a LostFound> {
        self.system.lost_found.iter().find(|fact| {
            (fact.when.is_empty() || any_holds(&fact.when, &self.settings))
                && self.concerns::<&str>(&[], fact.from.as_deref(), fact.before.as_deref())
        })
    }

    /// Where a volume for a directory of this fact is to be mounted.
    pub fn mount_for(&self, fact: &Data) -> Option<String> {
        self.spelled_out(fact.mount.as_deref().unwrap_or(&fact.directory))
    }

    /// Whether a text stands anywhere in what the Pods are told.
    pub fn mentions(&self, text: &str) -> bool {
        self.settings.find_anywhere(|piece| piece.find(text).map(|at| at..at + text.len())).is_some()
    }

    fn spelled_out(&self, directory: &str) -> Option<String> {
        let major = || self.settings.version.map(Version::major);
        let path = match directory.contains("<major>") {
            true => directory.replace("<major>", &major()?.to_string()),
            false => directory.to_owned(),
        };
        plain(&path)
    }

    /// Whether the default is that of this image, and not of some other build under the same name.
    fn is_known_image(&self, fact: &Data) -> bool {
        self.is_official_image()
            || fact.makers.iter().any(|name| self.settings.image.is(name))
            || fact.when.iter().any(|when| when.image.is_some())
    }

    /// Whether something that was not read may set it.
    fn may_be_set_unseen(&self, fact: &Data) -> bool {
        let set = self.settings.set;
        let from_secrets = self.settings.container.env_from.iter().flatten().any(|from| from.secret_ref.is_some());
        let in_files = fact.set_by.iter().any(|name| kind(name) == Kind::Key) && !self.settings.all_read;
        set.settings_are_patched() || from_secrets || set.config_maps().1 || in_files
    }

    fn setting(&self, fact: &Data) -> Set {
        let main = &self.settings.main;
        let mut found: Option<(String, Found)> = None;
        for name in &fact.set_by {
            let told: Option<(String, Option<Found>)> = match kind(name) {
                Kind::Variable => {
                    let last = main.variables.iter().rev().find(|variable| variable.name == name.as_str());
                    last.map(|variable| match &variable.value {
                        Some(value) => (value.text.to_string(), Some(variable.place.clone())),
                        None => (String::from("$"), None),
                    })
                }
                Kind::Flag => flag_value(&main.words.text, name).map(|(at, value)| (value, main.words.at(at))),
                Kind::Key => None,
            };
            if let Some((value, place)) = told {
                match (found.as_ref(), place) {
                    (None, Some(place)) => found = Some((value, place)),
                    (Some((other, _)), _) if *other == value => {}
                    _ => return Set::Unsure,
                }
            } else if self.is_in_texts(name) {
                return match self.in_file(name) {
                    Some((value, place)) if found.is_none() => Set::To(vec![value], place),
                    _ => Set::Unsure,
                };
            }
        }
        let Some((value, place)) = found else { return Set::No };
        let paths: Option<Vec<String>> = value.split(',').map(plain).collect();
        match paths {
            Some(paths) => Set::To(paths, place),
            None if !value.contains(['/', '$']) => Set::Nowhere,
            None => Set::Unsure,
        }
    }

    /// Whether a script or a file may set it.
    fn is_in_texts(&self, name: &str) -> bool {
        let words = std::iter::once(self.settings.main.words.text.as_str());
        let texts = words.chain(self.settings.configs.iter().map(|piece| piece.text.as_ref()));
        let bare = name.trim_start_matches('-');
        texts.into_iter().any(|text| keyed(text, bare).next().is_some())
    }

    /// The only absolute path that a file gives a key.
    fn in_file(&self, key: &str) -> Option<(String, Found)> {
        if kind(key) != Kind::Key {
            return None;
        }
        let mut all = self.settings.configs.iter().flat_map(|piece| {
            keyed(&piece.text, key).map(move |range| (plain(&piece.text[range.clone()]), piece.at(range)))
        });
        let (first, place) = all.next()?;
        let first = first?;
        all.all(|(other, _)| other.as_ref() == Some(&first)).then_some((first, place))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Flag,
    Variable,
    Key,
}

/// What sets a directory, by how its name is written.
fn kind(name: &str) -> Kind {
    let starts_upper = name.starts_with(|c: char| c.is_ascii_uppercase());
    match name {
        _ if name.starts_with('-') => Kind::Flag,
        _ if starts_upper && !name.contains(['.', '-']) => Kind::Variable,
        _ => Kind::Key,
    }
}

/// A plain absolute path, without the slash at its end.
fn plain(path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    let whole = path.starts_with('/') && path.chars().all(is_plain);
    (whole && !path.contains("//") && !path.split('/').any(|part| part == "..")).then(|| path.to_owned())
}

/// The value of a flag among words, and where it stands.
fn flag_value(words: &str, flag: &str) -> Option<(std::ops::Range<usize>, String)> {
    let bare = flag.trim_start_matches('-');
    let mut tokens = words.split_whitespace();
    while let Some(token) = tokens.next() {
        let unquoted = token.trim_matches(['"', '\'']);
        let Some(rest) = unquoted.strip_prefix('-') else { continue };
        let Some(rest) = rest.trim_start_matches('-').strip_prefix(bare) else { continue };
        let value = match rest.strip_prefix('=') {
            Some(value) => value,
            None if rest.is_empty() => tokens.next()?,
            None => continue,
        };
        let value = value.trim_matches(['"', '\'']);
        let start = value.as_ptr() as usize - words.as_ptr() as usize;
        return Some((start..start + value.len(), value.to_owned()));
    }
    None
}

/// Where a text gives a key a value: `dir /data`, `path = "/data"`, `dataDir: $HOME`. Values that are no path and hold
/// nothing to fill in are left out: common words are keys of many things.
fn keyed<'t>(text: &'t str, key: &'t str) -> impl Iterator<Item = std::ops::Range<usize>> + 't {
    text.match_indices(key).filter_map(move |(at, _)| {
        let inner = |c: char| c.is_ascii_alphanumeric() || "._-/$".contains(c);
        if text[..at].ends_with(inner) {
            return None;
        }
        let rest = &text[at + key.len()..];
        let value = rest.trim_start_matches(['"', '\'', ' ', '\t', ':', '=', '>', '[', '(']);
        // Nothing between them: the key goes on.
        if value.len() == rest.len() {
            return None;
        }
        let end = value.find(|c: char| c.is_whitespace() || "\"',;<])".contains(c)).unwrap_or(value.len());
        let value = &value[..end];
        let start = value.as_ptr() as usize - text.as_ptr() as usize;
        (value.starts_with('/') || value.contains(['$', '{'])).then_some(start..start + end)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn flags_are_read() {
        let value = |words| flag_value(words, "--data-dir").map(|(_, value)| value);
        assert_eq!(value("etcd --data-dir=/d").as_deref(), Some("/d"));
        assert_eq!(value("etcd -data-dir \"/d\" --x").as_deref(), Some("/d"));
        assert_eq!(value("etcd --data-dir-x=/d data-dir=/e"), None);
    }

    #[test]
    fn keys_are_read_where_they_have_a_path() {
        let values = |text, key| keyed(text, key).map(|range| text[range].to_owned()).collect::<Vec<_>>();
        assert_eq!(values("dir /data\nlogdir /log", "dir"), ["/data"]);
        assert_eq!(values("path = \"/vault/data\"\npath: jobs", "path"), ["/vault/data"]);
        assert_eq!(values("<path>/var/lib/ch/</path>", "path"), ["/var/lib/ch/"]);
        assert_eq!(values("export PGDATA=$HOME/x", "PGDATA"), ["$HOME/x"]);
        assert_eq!(values("mkdir $PGDATA; echo dirs", "PGDATA"), [] as [&str; 0]);
    }

    #[test]
    fn only_plain_paths_count() {
        assert_eq!(plain("/a/b/").as_deref(), Some("/a/b"));
        for path in ["a/b", "/a/$(B)", "/a/../b", "/a//b", "", "/"] {
            assert_eq!(plain(path), None, "{path}");
        }
    }
}
