//! What a set says that it runs.

use super::{Catalogue, Found, Mode, System};
use crate::model::SetView;
use crate::nearest::nearest;

/// The annotation that decides which system a set runs, on the set or on its Pod template: `etcd`, `none`, or
/// `kafka/KRaft controller` where the mode cannot be told from what the set is given.
pub const ANNOTATION: &str = "stslint/system";

/// Says that a set runs none of the systems.
const NONE: &str = "none";

/// Whether a file of the catalogue may have this name: something to write into an annotation and on a command line.
pub fn is_name(name: &str) -> bool {
    let is_plain = |next: u8| next.is_ascii_lowercase() || next.is_ascii_digit() || next == b'-';
    (1..=63).contains(&name.len()) && name.bytes().all(is_plain) && !name.starts_with('-') && name != NONE
}

/// What a set says that it runs.
#[derive(Clone, Debug)]
pub struct Declared<'a> {
    /// As written.
    pub text: &'a str,
    /// Where: the part of the annotation's value that decides.
    pub place: Found,
    /// What it means.
    pub meaning: Meaning<'a>,
}

/// What the annotation means.
#[derive(Clone, Copy, Debug)]
pub enum Meaning<'a> {
    /// None of the systems.
    None,
    /// This system; the mode is told by what the set is given.
    System(&'a System),
    /// This system in this mode.
    Mode(&'a System, &'a Mode),
    /// Nothing that the catalogue knows.
    UnknownSystem {
        /// The name that was most likely meant.
        nearest: Option<&'a str>,
    },
    /// A system that has no mode of this name.
    UnknownMode {
        /// The system.
        system: &'a System,
        /// The name that was most likely meant.
        nearest: Option<&'a str>,
    },
}

impl Catalogue {
    /// What a set says that it runs; `None` when it says nothing.
    pub fn declared<'a>(&'a self, set: SetView<'a>) -> Option<Declared<'a>> {
        let (text, path) = set.annotation(ANNOTATION)?;
        let (name, mode) = match text.split_once('/') {
            Some((name, mode)) => (name, Some(mode)),
            None => (text, None),
        };
        let system = self.find(name).map(|entry| &entry.system);
        let meaning = match (system, mode) {
            (None, None) if name == NONE => Meaning::None,
            (None, _) => {
                let names = self.systems().map(System::name).chain([NONE]);
                Meaning::UnknownSystem { nearest: nearest(name, names) }
            }
            (Some(system), None) => Meaning::System(system),
            (Some(system), Some(mode)) => match system.modes.iter().find(|known| known.name == mode) {
                Some(mode) => Meaning::Mode(system, mode),
                None => {
                    let names = system.modes.iter().map(|mode| mode.name.as_str());
                    Meaning::UnknownMode { system, nearest: nearest(mode, names) }
                }
            },
        };
        let range = match meaning {
            Meaning::UnknownMode { .. } => name.len() + 1..text.len(),
            _ => 0..name.len(),
        };
        let range = (!range.is_empty() && range != (0..text.len())).then_some(range);
        Some(Declared { text, place: Found { object: set.id(), path, range }, meaning })
    }
}
