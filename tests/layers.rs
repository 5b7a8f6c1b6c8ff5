//! Imports go down the floors of the house, and siblings do not know each other.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FLOORS: &[(&str, u8)] = &[
    ("yaml", 0),
    ("load", 1),
    ("model", 1),
    ("finding", 2),
    ("systems", 2),
    ("plan", 3),
    ("rules", 4),
    ("config", 5),
    ("lint", 6),
    ("render", 7),
    ("fix", 7),
    ("lsp", 7),
    ("cli", 8),
];

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The top-level modules that a text reaches through `crate::`, in `use` lines and in paths.
fn reached(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            if let Some(group) = rest.strip_prefix('{') {
                let inner = group.split('}').next().unwrap_or_default();
                let first = |part: &str| part.trim().split("::").next().unwrap_or_default().to_owned();
                names.extend(inner.split(',').map(first).filter(|name| !name.is_empty()));
            } else {
                let end = rest.find(|next: char| !next.is_alphanumeric() && next != '_').unwrap_or(rest.len());
                names.push(rest[..end].to_owned());
            }
        }
    }
    names
}

#[test]
fn imports_go_down_only() {
    let floors: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let mut seen = 0;
    for file in files {
        let inside = file.strip_prefix(&source).unwrap();
        let module = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        let Some(&own) = floors.get(module) else {
            assert!(["main", "lib"].contains(&module), "src/{module} stands on no floor");
            continue;
        };
        for name in reached(&std::fs::read_to_string(&file).unwrap()) {
            if name == module {
                continue;
            }
            let other = floors
                .get(name.as_str())
                .unwrap_or_else(|| panic!("{}: crate::{name} is on no floor", inside.display()));
            assert!(*other < own, "{}: {module} (floor {own}) imports {name} (floor {other})", inside.display());
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} imports were seen: is the test still reading them?");
}

#[test]
fn imports_are_read_in_every_form() {
    let text = "use crate::yaml::Span;\n// use crate::cli::X;\nuse crate::{lint, rules};\nlet x = crate::model::f(crate::load::Y);\n";
    assert_eq!(reached(text), ["yaml", "lint", "rules", "model", "load"]);
}
