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
    /// Whether there is such a file: what helm or kustomize printed is none.
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
            is_file: false,
        })
    }

    /// The template that a place is shown in because the text it lies in is no file; lines of that text are none of the
    /// template's.
    fn template<'l>(&self, location: &'l Location) -> Option<&'l str> {
        let template = location.rendered_from.as_deref().filter(|_| location.revision.is_none())?;
        (self.of(template).is_file && !self.of(location.source.name()).is_file).then_some(template)
    }

    /// The file that a place is shown in, by the name that the report calls it.
    pub(super) fn file<'l>(&self, location: &'l Location) -> &'l str {
        self.template(location).unwrap_or(location.source.name())
    }

    /// Whether the lines of a place are those of the file that it is shown in: not at the base, and not in a template.
    pub(super) fn has_lines(&self, location: &Location) -> bool {
        location.revision.is_none() && self.template(location).is_none()
    }

    /// The path alone.
    pub(super) fn path(&self, name: &str) -> String {
        self.of(name).path
    }
}
