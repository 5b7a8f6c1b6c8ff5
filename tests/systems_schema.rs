//! The catalogue's format: types, published schema, documentation and files say the same.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::stslint;
use serde_json::Value;
use stslint::systems::Catalogue;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn published() -> Value {
    serde_json::from_str(&std::fs::read_to_string(repository("rules/systems/schema.json")).unwrap()).unwrap()
}

#[test]
fn the_published_schema_is_what_the_types_generate() {
    let run = stslint(&repository("."), &["systems", "--schema"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let file = std::fs::read_to_string(repository("rules/systems/schema.json")).unwrap();
    let command = "cargo run -- systems --schema > rules/systems/schema.json";
    assert!(run.stdout == file, "the types have changed: {command}");
    assert_eq!(published()["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for together in [&["etcd"][..], &["--format", "json"], &["--systems", "x"]] {
        let run = stslint(&repository("."), &[&["systems", "--schema"], together].concat());
        assert_eq!(run.code, 2, "{together:?}");
    }
}

#[test]
fn every_system_and_the_example_in_the_readme_are_valid() {
    let validator = jsonschema::draft202012::new(&published()).unwrap();
    for entry in Catalogue::built_in().entries() {
        let errors: Vec<String> = validator.iter_errors(&entry.to_json()).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", entry.source.name());
    }
    let folder = tempfile::tempdir().unwrap();
    common::write(folder.path(), &[("own/ledger.yaml", &example())]);
    let run = stslint(folder.path(), &["systems", "ledger", "--systems", "own", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let system: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(validator.is_valid(&system["facts"]), "{system:#}");
}

#[test]
fn the_schema_refuses_what_the_program_refuses() {
    let validator = jsonschema::draft202012::new(&published()).unwrap();
    let good: Value = serde_json::json!({
        "title": "X", "images": ["x"], "modes": [{"name": "plain", "clustered": false}],
    });
    assert!(validator.is_valid(&good));
    for (pointer, value) in [
        ("/colour", "red".into()),
        ("/title", 3.into()),
        ("/images", "x".into()),
        ("/title", Value::Null),
        ("/order", serde_json::json!({"verdict": "sideways"})),
        ("/modes/0/wen", serde_json::json!([])),
        ("/probes", serde_json::json!([{"says": "x", "is": [{"udp": {"port": "a"}}], "alone": "passes"}])),
        ("/measured", 3.7.into()),
    ] {
        let mut bad = good.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        bad.pointer_mut(parent).unwrap()[key] = value;
        assert!(!validator.is_valid(&bad), "{bad}");
    }
}

/// The file in the README.
fn example() -> String {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let section = readme.split("## Your own systems").nth(1).unwrap();
    section.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap().to_owned()
}

/// The keys and names in code in the tables of a Markdown page, by the definition that the comment above names.
fn documented(page: &str) -> BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> {
    let mut all: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    let mut table = None;
    let codes = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    for line in page.lines() {
        if let Some(name) = line.strip_prefix("<!-- ") {
            table = name.strip_suffix(" -->").map(str::to_owned);
        } else if let (Some(name), Some(row)) = (&table, line.strip_prefix("| ")) {
            let (keys, meaning) = row.split_once(" | ").unwrap();
            let (known, names) = all.entry(name.clone()).or_default();
            known.extend(codes(keys));
            names.extend(codes(meaning));
        } else {
            table = None;
        }
    }
    all
}

/// The keys of a definition; those of a form of a probe are its variants.
fn keys(definition: &Value) -> BTreeSet<String> {
    let own = definition["properties"].as_object().into_iter().flatten();
    let variants = definition["oneOf"].as_array().into_iter().flatten();
    let variants = variants.filter_map(|one| one["properties"].as_object()).flatten();
    own.chain(variants).map(|(key, _)| key.clone()).filter(|key| key != "source" && key != "measured").collect()
}

#[test]
fn the_documentation_names_the_same_keys_and_values() {
    let schema = published();
    let page = std::fs::read_to_string(repository("rules/systems/README.md")).unwrap();
    let documented = documented(&page);
    let mut definitions = schema["$defs"].as_object().unwrap().clone();
    definitions.insert("System".to_owned(), schema.clone());
    let mut values = BTreeSet::new();
    let mut tables = BTreeSet::new();
    for (name, definition) in &definitions {
        values.extend(definition["oneOf"].as_array().into_iter().flatten().filter_map(|one| one["const"].as_str()));
        assert!(definition["description"].is_string(), "{name} has no description");
        for (key, property) in definition["properties"].as_object().into_iter().flatten() {
            assert!(property["description"].is_string(), "{name}.{key} has no description");
        }
        let keys = keys(definition);
        if !keys.is_empty() {
            let empty = Default::default();
            let (known, _) = documented.get(name).unwrap_or(&empty);
            assert_eq!(&keys, known, "rules/systems/README.md, table `<!-- {name} -->`");
            tables.insert(name.clone());
        }
    }
    assert_eq!(tables, documented.keys().cloned().collect(), "tables of definitions that are gone");
    let named: BTreeSet<&str> = documented.values().flat_map(|(_, names)| names).map(String::as_str).collect();
    let missing: Vec<_> = values.iter().filter(|value| !named.contains(*value)).collect();
    assert!(missing.is_empty(), "rules/systems/README.md does not say {missing:?}");
    assert!(values.len() > 20, "only {values:?} were seen: is the test still reading them?");
}
