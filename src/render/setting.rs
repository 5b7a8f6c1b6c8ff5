//! What a renderer may know besides the report.

use std::collections::HashMap;

use super::Style;
use crate::finding::Location;

/// Where a report is going, found out by whoever prints it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// How text for people is laid out.
    pub style: Style,
    /// How files are called in the repository; formats for people and the JSON call them as the user does.
    pub paths: Paths,
    /// Whether GitHub will read it: its own limits hold, and what the user switched off is left out, because GitHub
    /// opens an alert for it all the same.
    pub github: bool,
}

/// The names of files as CI systems want them: from the root of the repository.
#[derive(Clone, Debug, Default)]
pub struct Paths(HashMap<String, Named>);

/// A file as CI systems call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// With `/`; from the root of the repository where it lies in it, else absolute.
    pub path: String,
    /// Whether it lies in the repository.
    pub inside: bool,
    /// Whether it can be opened: standard input, and what a program printed, are named for people only.
    pub is_file: bool,
}

impl Paths {
    /// These files, by the names that a report calls them.
    pub fn new(names: HashMap<String, Named>) -> Paths {
        Paths(names)
    }

    /// A file by the name that the report calls it; a name that is not known stays as it is.
    pub(super) fn of(&self, name: &str) -> Named {
        self.0.get(name).cloned().unwrap_or_else(|| Named {
            path: name.to_owned(),
            inside: !name.starts_with('/'),
            is_file: true,
        })
    }

    /// Whether a name is that of a file.
    pub(super) fn is_file(&self, name: &str) -> bool {
        self.0.get(name).is_none_or(|named| named.is_file)
    }

    /// The file that a text was rendered from, where there is one.
    pub(super) fn template<'l>(&self, location: &'l Location) -> Option<&'l str> {
        let template = location.rendered_from.as_deref()?;
        self.0.get(template).is_some_and(|named| named.is_file).then_some(template)
    }

    /// The path alone.
    pub(super) fn path(&self, name: &str) -> String {
        self.of(name).path
    }
}
