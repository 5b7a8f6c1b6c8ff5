//! The published schema is what the program takes.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use stslint::yaml::{Document, Source, split};

use crate::common::stslint;
use crate::{FILE, WEB, folder};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn published() -> Value {
    serde_json::from_str(&std::fs::read_to_string(repository("rules/config-schema.json")).unwrap()).unwrap()
}

/// A configuration as JSON; what only holds comments is an empty one.
pub(crate) fn to_json(text: &str) -> Value {
    let source = std::sync::Arc::new(Source::new("x.yaml", text));
    let chunks = split(source.text());
    let document = Document::parse(&source, &chunks[0]);
    document.root().map_or(json!({}), |root| document.to_json(root.id()).unwrap())
}

/// Whether the program takes a configuration.
fn is_taken(text: &str) -> bool {
    let folder = folder(&[("web.yaml", WEB), (FILE, text), ("stslint/systems/x.yaml", SYSTEM), (KNOWN, NOTHING)]);
    let run = stslint(folder.path(), &["check", "--fail-on", "never"]);
    assert!(run.code == 0 || run.code == 2, "{}", run.stderr);
    run.code == 0
}

/// The baseline that `init` writes of, and one that knows nothing.
const KNOWN: &str = ".stslint-baseline.json";
const NOTHING: &str = "{\"stslint-baseline\": 1, \"findings\": []}\n";

const SYSTEM: &str = "title: X\nimages: [x]\nmodes: [{name: plain, clustered: false}]\n";

#[test]
fn it_is_what_the_types_and_the_rules_generate() {
    let run = stslint(&repository("."), &["config", "--schema"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let file = std::fs::read_to_string(repository("rules/config-schema.json")).unwrap();
    assert!(run.stdout == file, "the types have changed: cargo run -- config --schema > rules/config-schema.json");
    assert_eq!(published()["$id"], "https://raw.githubusercontent.com/stslint/stslint/main/rules/config-schema.json");
    for together in [&["x"][..], &["--isolated"], &["--config", "x"]] {
        assert_eq!(stslint(&repository("."), &[&["config", "--schema"], together].concat()).code, 2, "{together:?}");
    }
}

#[test]
fn every_key_is_described() {
    let schema = published();
    let mut definitions = schema["$defs"].as_object().unwrap().clone();
    definitions.insert("File".to_owned(), schema.clone());
    let mut seen = 0;
    for (name, definition) in &definitions {
        assert!(definition["description"].is_string(), "{name}");
        for (key, property) in definition["properties"].as_object().into_iter().flatten() {
            assert!(property["description"].is_string(), "{name}.{key}");
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} keys were seen");
    let levels = schema["properties"]["rules"]["properties"].as_object().unwrap();
    assert_eq!(levels.len(), stslint::rules::ALL.len() + 3);
}

#[test]
fn options_belong_to_rules_whose_pages_describe_them() {
    let schema = published();
    let mut seen = 0;
    for (rule, option) in schema["$defs"]["Options"]["properties"].as_object().unwrap() {
        let rule = stslint::rules::find(rule).unwrap_or_else(|| panic!("no rule {rule}"));
        let definition = option["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        for key in schema["$defs"][definition]["properties"].as_object().unwrap().keys() {
            let id = rule.meta.id;
            let text = format!("    options:\n      {id}:\n        {key}: ");
            assert!(rule.page.contains(&text), "rules/{id}.md does not show:\n{text}");
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
}

#[test]
fn it_takes_and_refuses_what_the_program_does() {
    let validator = jsonschema::draft202012::new(&published()).unwrap();
    for text in [
        "{}",
        "kubernetes-version: '1.34'",
        "kubernetes-version: 1.34",
        "fail-on: never",
        "exclude: a",
        "exclude: [a, b/]",
        "systems: stslint/systems",
        "baseline: .stslint-baseline.json",
        "external-services: [a/b, c]",
        "rules: {all: off, pedantic: on, budget-missing: error, service-not-found: 'off'}",
        "options: {budget-missing: {replicas: 3}, unknown-argument: {flags: [a]}, grace-period-short: {}}",
        "overrides: [{paths: a, rules: {all: off}}, {kinds: [StatefulSet], namespaces: a, names: b, rules: {}}]",
        "ignore: [{rules: all, reason: x}, {rules: [budget-missing], reason: x, until: 2027-01-31, fields: a, paths: [b]}]",
    ] {
        let errors: Vec<String> = validator.iter_errors(&to_json(text)).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{text}");
        assert!(is_taken(text), "{text}");
    }
    for text in [
        "colour: red",
        "kubernetes-version: '1.31'",
        "kubernetes-version: 1.31",
        "fail-on: eror",
        "exclude: {a: b}",
        "exclude: [3]",
        "rules: {budget-mising: off}",
        "rules: {all: loud}",
        "rules: [all]",
        "options: {budget-missing: {replicas: 1}}",
        "options: {budget-missing: {replica: 3}}",
        "options: {service-not-found: {}}",
        "overrides: [{paths: a}]",
        "overrides: [{path: a, rules: {}}]",
        "ignore: [{rules: all}]",
        "ignore: [{reason: x}]",
        "ignore: [{rules: [], reason: x}]",
        "ignore: [{rules: all, reason: ''}]",
        "ignore: [{rules: budget-mising, reason: x}]",
        "ignore: [{rules: all, reason: x, until: soon}]",
        "ignore: {rules: all, reason: x}",
    ] {
        assert!(!validator.is_valid(&to_json(text)), "{text}");
        assert!(!is_taken(text), "{text}");
    }
}

#[test]
fn what_init_writes_is_valid_as_it_is_and_without_its_comment_signs() {
    let validator = jsonschema::draft202012::new(&published()).unwrap();
    let folder = folder(&[]);
    assert_eq!(stslint(folder.path(), &["init"]).code, 0);
    let written = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
    let mut whole = String::new();
    for line in written.lines() {
        // Words are behind `# `, what is meant to be used behind `#` alone.
        let line = match line.strip_prefix('#') {
            Some(rest) if rest.is_empty() || (rest.starts_with(' ') && !whole_line_is_nested(rest)) => line,
            Some(rest) => rest,
            None => line,
        };
        whole.push_str(line);
        whole.push('\n');
    }
    for text in [&written, &whole] {
        let value = to_json(text);
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{text}");
        assert!(is_taken(text), "{text}");
    }
    // Every key of the format is shown.
    let value = to_json(&whole);
    for key in published()["properties"].as_object().unwrap().keys() {
        assert!(value.get(key).is_some(), "{key} is not in what init writes");
    }
    assert!(
        written.starts_with(&format!("# yaml-language-server: $schema={}\n", published()["$id"].as_str().unwrap()))
    );
    let help = stslint(folder.path(), &["config", "--help"]).stdout;
    assert!(written.lines().skip(1).all(|line| help.contains(line)), "{help}");
}

/// Nested YAML is indented by two spaces or more, words by one.
fn whole_line_is_nested(rest: &str) -> bool {
    rest.starts_with("  ")
}

#[test]
fn the_example_in_the_readme_is_valid() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let section = readme.split("\n## Configuration\n").nth(1);
    let example = section.unwrap().split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let validator = jsonschema::draft202012::new(&published()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&to_json(example)).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert!(is_taken(example));
}
