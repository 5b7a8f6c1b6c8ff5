//! All systems: those that are compiled in, and the user's own.

use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::{Fault, Sourcing, System};
use crate::yaml::{Document, Source, split};

include!(concat!(env!("OUT_DIR"), "/systems.rs"));

/// All systems.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
}

/// A system and its file.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The system.
    pub system: System,
    /// Its file.
    pub source: Arc<Source>,
    /// Whether the file is the user's own.
    pub is_own: bool,
}

impl Entry {
    /// What the file says, as JSON.
    pub fn to_json(&self) -> Value {
        let chunks = split(self.source.text());
        let documents = chunks.iter().map(|chunk| Document::parse(&self.source, chunk));
        let json = |document: Document| document.root().and_then(|root| document.to_json(root.id()).ok());
        documents.into_iter().find_map(json).unwrap_or_default()
    }
}

static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| {
    let entries = FILES.iter().filter_map(|(name, text)| {
        let source = source(name, text);
        // A test keeps every file right.
        Some(Entry { system: System::trust(name, &source)?, source, is_own: false })
    });
    Catalogue { entries: entries.collect() }
});

/// A file that is compiled in, by its place in the repository.
fn source(name: &str, text: &str) -> Arc<Source> {
    Arc::new(Source::new(format!("rules/systems/{name}.yaml"), text))
}

impl Catalogue {
    /// The catalogue that is compiled in.
    pub fn built_in() -> &'static Catalogue {
        &BUILT_IN
    }

    /// Everything that is wrong with the files that are compiled in.
    pub fn faults() -> Vec<Fault> {
        let read = FILES.iter().map(|(name, text)| System::read(name, &source(name, text), Sourcing::Required));
        read.filter_map(Result::err).flatten().collect()
    }

    /// This catalogue with the user's own files, each by its name without the ending. A system of the same name is
    /// replaced whole, and what is the user's own is asked first.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn with_own(&self, files: &[(String, Arc<Source>)]) -> Result<Catalogue, Vec<Fault>> {
        let (mut entries, mut faults) = (Vec::new(), Vec::new());
        for (name, source) in files {
            match System::read(name, source, Sourcing::Optional) {
                Ok(system) => entries.push(Entry { system, source: source.clone(), is_own: true }),
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let is_replaced = |entry: &&Entry| files.iter().any(|(name, _)| *name == entry.system.name);
        let kept = self.entries.iter().filter(|entry| !is_replaced(entry)).cloned();
        entries.extend(kept);
        Ok(Catalogue { entries })
    }

    /// Names and texts of the files that are compiled in.
    pub fn files() -> &'static [(&'static str, &'static str)] {
        FILES
    }

    /// All systems, in the order in which they are asked.
    pub fn systems(&self) -> impl Iterator<Item = &System> {
        self.entries.iter().map(|entry| &entry.system)
    }

    /// All systems with their files, by name.
    pub fn entries(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort_by(|a, b| a.system.name.cmp(&b.system.name));
        entries
    }

    /// The system of this name, with its file.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.system.name == name)
    }
}
