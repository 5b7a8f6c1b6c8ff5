//! Every rule's page is a test: its bad examples are flagged where they say, its good ones are silent.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::inventory::inventory;
use common::page::{Example, examples, marked};
use stslint::lint::{self, Options, Selection};
use stslint::model::Version;
use stslint::render;
use stslint::rules::{ALL, Context};
use stslint::systems::Catalogue;

fn run(example: &Example) -> serde_json::Value {
    if !example.base.is_empty() {
        return compare(example);
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &example.files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let version = example.version.clone().unwrap_or_else(|| Version::NEWEST.to_string());
    common::json(folder.path(), &["--select", "all", "--kubernetes-version", &version])
}

/// Judges a change without a repository around it.
fn compare(example: &Example) -> serde_json::Value {
    let base = inventory(&example.base).at_revision("base");
    let head = inventory(&example.files);
    let version = example.version.as_deref().map_or(Version::NEWEST, |version| version.parse().unwrap());
    let catalogue = Catalogue::built_in();
    let systems = catalogue.identify_all(&head);
    let context = Context { head: &head, base: Some(&base), catalogue, systems: &systems, version };
    let report = lint::run(&context, &Selection::new(&["all".to_owned()], &[]).unwrap(), &Options::default());
    let mut out = Vec::new();
    render::json::render(&report, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn every_page_has_its_headings_and_examples() {
    assert!(!ALL.is_empty());
    for rule in ALL {
        let page = rule.page;
        let id = rule.meta.id;
        assert!(page.starts_with(&format!("# {id}\n\n")), "{id}: the title is the rule's name");
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let expected = ["What it means", "Why it hurts", "Bad", "Good", "When to ignore it", "Sources"];
        assert_eq!(headings, expected, "{id}");
        let examples = examples(page);
        assert!(examples.iter().any(|example| example.bad), "{id}: no bad example");
        assert!(examples.iter().any(|example| !example.bad), "{id}: no good example");
        let sources = page.split("## Sources").nth(1).unwrap();
        assert!(sources.lines().any(|line| line.starts_with("- ")), "{id}: no source");
    }
}

#[test]
fn every_page_names_the_severities_of_its_rule() {
    for rule in ALL {
        let id = rule.meta.id;
        let said: Vec<&str> = rule.page.split("\n\n").filter(|part| part.starts_with("Severity: ")).collect();
        assert_eq!(said.len(), 1, "{id}: one paragraph begins with `Severity: `");
        for severity in ["error", "warning", "note"] {
            let is_named = said[0].split(|next: char| !next.is_alphabetic()).any(|word| word == severity);
            let is_listed = rule.meta.severities.iter().any(|one| one.as_str() == severity);
            assert_eq!(is_named, is_listed, "{id}: {severity}");
        }
    }
}

#[test]
fn bad_examples_are_flagged_where_they_say() {
    let mut surprises = Vec::new();
    for rule in ALL {
        let id = rule.meta.id;
        for example in examples(rule.page).into_iter().filter(|example| example.bad) {
            let expected = marked(&example, id);
            assert!(!expected.is_empty(), "{id}, line {}: nothing is marked", example.line);
            let report = run(&example);
            let mut found: Vec<(String, u64)> =
                common::of_rule(&report, id).into_iter().map(|(file, line, _)| (file, line)).collect();
            found.sort();
            assert_eq!(found, expected, "rules/{id}.md, example at line {}: {report:#}", example.line);
            for (name, severity, file, line) in common::places(&report) {
                if name != id && severity != "note" && !example.also.contains(&name) {
                    surprises.push(format!("rules/{id}.md, example at line {}: {name} at {file}:{line}", example.line));
                }
                if name == id {
                    let said: Vec<&str> = rule.meta.severities.iter().map(|one| one.as_str()).collect();
                    assert!(said.contains(&severity.as_str()), "{id} speaks as {severity}, its list is {said:?}");
                }
            }
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

#[test]
fn good_examples_are_silent() {
    let mut surprises = Vec::new();
    for rule in ALL {
        let id = rule.meta.id;
        for example in examples(rule.page).into_iter().filter(|example| !example.bad) {
            let report = run(&example);
            for (name, severity, file, line) in common::places(&report) {
                if name == id || (severity != "note" && !example.also.contains(&name)) {
                    surprises.push(format!("rules/{id}.md, example at line {}: {name} at {file}:{line}", example.line));
                }
            }
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}
