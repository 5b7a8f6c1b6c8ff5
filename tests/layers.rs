//! Imports go down the floors of the house, and siblings do not know each other.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FLOORS: &[(&str, u8)] = &[
    ("yaml", 0),
    ("nearest", 0),
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

/// The top-level modules that a text reaches through `crate::`, in `use` declarations and in paths.
fn reached(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code: String = code.join(" ");
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = code[at + "crate::".len()..].trim_start();
        match rest.strip_prefix('{') {
            Some(group) => names.extend(heads(group)),
            None => names.push(word(rest)),
        }
    }
    names
}

/// The first words of a group's parts, up to its closing brace; what nests deeper belongs to its part.
fn heads(group: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in group.chars() {
        match character {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ if depth == 0 => parts.last_mut().unwrap().push(character),
            _ => {}
        }
    }
    parts.iter().map(|part| word(part.trim())).filter(|name| !name.is_empty()).collect()
}

fn word(text: &str) -> String {
    text.chars().take_while(|next| next.is_alphanumeric() || *next == '_').collect()
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
        let text = std::fs::read_to_string(&file).unwrap();
        // A path up through the parents could leave a floor unseen; `crate::` is there for that.
        let up = "super::".repeat(inside.components().count());
        assert!(!text.contains(&up), "{}: say `crate::` instead of `{up}`", inside.display());
        for name in reached(&text) {
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
    let nested = "use crate::{\n    yaml::{Span, Source},\n    cli,\n};\nuse crate::{a::b::{c, d}, e};\n";
    assert_eq!(reached(nested), ["yaml", "cli", "a", "e"]);
}
