//! How the files of a report are called from the root of their repository.

use std::collections::{HashMap, HashSet};
use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::finding::Report;
use crate::render::{Named, Paths};

/// The names of all files in a report. The repository is the one that the working directory lies in, else that of the
/// first path that was named; it is found by its `.git`, no program is asked. Without one, names are from the working
/// directory.
/// `is_text` tells of a name whether it is that of a text that lies in no file.
pub(super) fn of(report: &Report, named: &[PathBuf], is_text: &dyn Fn(&str) -> bool) -> Paths {
    let Ok(here) = env::current_dir().and_then(fs::canonicalize) else { return Paths::default() };
    let first = named.first().and_then(|path| fs::canonicalize(here.join(path)).ok());
    let root = repository(&here).or_else(|| first.as_deref().and_then(repository)).unwrap_or_else(|| here.clone());
    let mut folders = HashMap::new();
    let names = names(report, &here).into_iter().map(|name| {
        if is_text(name) {
            return (name.to_owned(), Named { path: name.to_owned(), inside: false, is_file: false });
        }
        let path = here.join(name);
        let folder = path.parent().unwrap_or(&path);
        let folder = folders.entry(folder.to_path_buf()).or_insert_with_key(|folder| resolve(folder));
        let path = folder.join(path.file_name().unwrap_or_default());
        let below = path.strip_prefix(&root);
        let named = Named { inside: below.is_ok(), path: shown(below.unwrap_or(&path)), is_file: true };
        (name.to_owned(), named)
    });
    Paths::new(names.collect())
}

/// The nearest folder above that is a repository; in a submodule or another worktree `.git` is a file.
fn repository(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf)
}

/// All names of a report; those of templates only where there is such a file.
fn names<'r>(report: &'r Report, here: &Path) -> HashSet<&'r str> {
    let off = report.suppressed.iter();
    let findings = report.findings.iter().chain(off.clone().map(|off| &off.finding));
    let places = findings.flat_map(|finding| finding.location.iter().chain(&finding.related));
    let places = places.chain(off.filter_map(|off| off.location.as_ref()));
    let skipped = report.summary.skipped.values().flat_map(|skipped| &skipped.places);
    let skipped = skipped.filter_map(|place| place.rsplit_once(':').map(|(file, _)| file));
    let mut names: HashSet<&str> = skipped.collect();
    for location in places {
        names.insert(location.source.name());
        if let Some(template) = location.rendered_from.as_deref()
            && !names.contains(template)
            && here.join(template).is_file()
        {
            names.insert(template);
        }
    }
    names
}

/// A folder with its links resolved, as far as it exists: what lay there at the base may be gone.
fn resolve(folder: &Path) -> PathBuf {
    if let Ok(resolved) = fs::canonicalize(folder) {
        return resolved;
    }
    let mut resolved = folder.parent().map_or_else(PathBuf::new, resolve);
    match folder.components().next_back() {
        Some(Component::ParentDir) => _ = resolved.pop(),
        Some(last) => resolved.push(last),
        None => {}
    }
    resolved
}

/// With `/` on every system.
fn shown(path: &Path) -> String {
    let mut shown = String::new();
    for component in path.components() {
        match component {
            Component::RootDir => shown.push('/'),
            other => {
                if !shown.is_empty() && !shown.ends_with('/') {
                    shown.push('/');
                }
                shown.push_str(&other.as_os_str().to_string_lossy());
            }
        }
    }
    shown
}
