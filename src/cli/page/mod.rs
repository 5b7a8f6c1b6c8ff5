//! One system of the catalogue, like a page.

mod modes;
mod probes;

use std::fmt::Write as _;

use crate::render::printable;
use crate::systems::{Condition, Data, Entry, Origin, System};

/// The page, as Markdown.
pub(super) fn of(entry: &Entry) -> String {
    let mut page = Page { text: String::new(), sources: Vec::new() };
    page.head(entry);
    let system = &entry.system;
    page.cluster(system);
    page.modes(system);
    page.member_lists(system);
    page.early_clients(system);
    page.data(system);
    page.ports(system);
    page.probes(system);
    page.cluster_wide(&system.cluster_wide);
    page.refused(&system.refused);
    page.unreachable(&system.unreachable);
    page.proposals("Readiness probes to propose", &system.readiness);
    page.proposals("Liveness probes to propose", &system.liveness);
    page.arguments(system);
    page.list_sources();
    page.text
}

/// A text from the catalogue on one line, with what a terminal would act upon made visible.
pub(super) fn flat(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

struct Page {
    text: String,
    /// Each source once, in the order in which it is cited.
    sources: Vec<String>,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.line(&format!("\n## {text}\n"));
    }

    /// ` (measured on 3.7.3) [1] [2]`; nothing for what says nothing.
    fn cite(&mut self, origin: &Origin) -> String {
        let mut text = String::new();
        if !origin.measured.is_empty() {
            // Writing into a String cannot fail.
            let _ = write!(text, " (measured on {})", flat(&origin.measured.join(", ")));
        }
        for source in &origin.source {
            let known = self.sources.iter().position(|one| one == source).unwrap_or_else(|| {
                self.sources.push(source.clone());
                self.sources.len() - 1
            });
            let _ = write!(text, " [{}]", known + 1);
        }
        text
    }

    fn item(&mut self, text: &str, origin: &Origin) {
        let cited = self.cite(origin);
        self.line(&format!("- {}{cited}", flat(text)));
    }

    fn head(&mut self, entry: &Entry) {
        let system = &entry.system;
        self.line(&format!("# {}\n", flat(&system.title)));
        let images: Vec<String> = system.images.iter().map(|image| format!("`{image}`")).collect();
        let cited = self.cite(&system.origin());
        self.line(&format!("Images whose last segments are exactly {}{cited}", flat(&images.join(", "))));
        if !system.also.is_empty() {
            self.line(&format!("\nAlso containers with {}", any(&system.also)));
        }
        if !system.except.is_empty() {
            self.line(&format!("\nNot containers with {}", any(&system.except)));
        }
        let whose = if entry.is_own { "your own" } else { "built in" };
        let annotation = format!("`stslint/system: {}`", system.name());
        self.line(&format!(
            "\nFile: {} ({whose}). On a set, the annotation {annotation} says that it is this system.",
            { flat(entry.source.name()) }
        ));
    }

    fn early_clients(&mut self, system: &System) {
        if let Some(fact) = &system.early_clients {
            self.heading("Clients of members that are not ready");
            self.item(&fact.says, &fact.origin());
        }
    }

    fn member_lists(&mut self, system: &System) {
        if system.member_lists.is_empty() {
            return;
        }
        self.heading("Lists of members");
        self.line("The first that fits and is found counts.\n");
        for list in &system.member_lists {
            let patterns: Vec<&str> = list.found_by.iter().map(|pattern| pattern.as_str()).collect();
            let mut text = format!("{}, found by {}", list.names.in_words(), codes(&patterns));
            if !list.modes.is_empty() {
                let _ = write!(text, ", in {}", codes(&list.modes));
            }
            if !list.member_named_by.is_empty() {
                let _ = write!(text, "; a member is named by {}", codes(&list.member_named_by));
            }
            if let Some(unlisted) = &list.unlisted {
                let _ = write!(text, "; {unlisted}");
            }
            self.item(&text, &list.origin());
        }
    }

    fn data(&mut self, system: &System) {
        if system.data.is_empty() {
            return;
        }
        self.heading("Data directories");
        self.line("The first that fits counts.\n");
        for data in &system.data {
            let text = directory(data);
            self.item(&text, &data.origin());
        }
        for fact in &system.lost_found {
            let mut text = format!("with a `lost+found` in it: {}", fact.says);
            text.push_str(&versions(fact.from.as_deref(), fact.before.as_deref()));
            if !fact.when.is_empty() {
                let _ = write!(text, ", with {}", any(&fact.when));
            }
            self.item(&text, &fact.origin());
        }
    }

    fn ports(&mut self, system: &System) {
        if system.ports.is_empty() {
            return;
        }
        self.heading("Ports");
        for (name, port) in &system.ports {
            let number = port.number.map_or_else(|| "only where configured".to_owned(), |number| number.to_string());
            let mut text = format!("`{name}`: {number}");
            if !port.names.is_empty() {
                let _ = write!(text, ", called {}", codes(&port.names));
            }
            let set_by: Vec<&str> = port.set_by.iter().map(|pattern| pattern.as_str()).collect();
            if !set_by.is_empty() {
                let _ = write!(text, ", set by {}", codes(&set_by));
            }
            self.item(&text, &port.origin());
        }
    }

    fn arguments(&mut self, system: &System) {
        let Some(known) = &system.arguments else { return };
        self.heading("Flags");
        let bounds = versions(known.from.as_deref(), known.before.as_deref());
        self.item(&format!("`{}` ends on any other{bounds}", known.program), &known.origin());
        self.item(&format!("with a value: {}", codes(&known.flags)), &Origin::default());
        self.item(&format!("alone: {}", codes(&known.switches)), &Origin::default());
    }

    fn list_sources(&mut self) {
        if self.sources.is_empty() {
            return;
        }
        self.heading("Sources");
        for (index, source) in std::mem::take(&mut self.sources).iter().enumerate() {
            self.line(&format!("[{}] {}", index + 1, flat(source)));
        }
    }
}

/// Conditions of which one has to hold.
fn any(conditions: &[Condition]) -> String {
    flat(&conditions.iter().map(Condition::in_words).collect::<Vec<_>>().join("; or "))
}

fn codes(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

fn versions(from: Option<&str>, before: Option<&str>) -> String {
    let mut text = from.map_or_else(String::new, |from| format!(", from {from} on"));
    if let Some(before) = before {
        let _ = write!(text, ", before {before}");
    }
    text
}

fn directory(data: &Data) -> String {
    let mut text = format!("`{}`{}", data.directory, versions(data.from.as_deref(), data.before.as_deref()));
    if !data.when.is_empty() {
        let _ = write!(text, ", with {}", any(&data.when));
    }
    if !data.set_by.is_empty() {
        let _ = write!(text, ", unless set by {}", codes(&data.set_by));
    }
    if let Some(mount) = &data.mount {
        let _ = write!(text, "; volumes are mounted at `{mount}`");
    }
    if !data.declares.is_empty() {
        let _ = write!(text, "; the image declares {} as volumes", codes(&data.declares));
    }
    if let Some(beside) = &data.beside {
        let _ = write!(text, "; {beside}");
    }
    text
}
