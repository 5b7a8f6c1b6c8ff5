//! The log against the official schema.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::page::examples;
use crate::common::{stslint, write};

fn validator() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/schemas/sarif-2.1.0.json");
    // One pattern has a bracket too many, which only lenient engines take for itself.
    let text = fs::read_to_string(path).unwrap().replace("[a-zA-Z]{2}]?$", r"[a-zA-Z]{2}\\]?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn valid(validator: &jsonschema::Validator, log: &str) -> Value {
    let log: Value = serde_json::from_str(log).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    log
}

/// The bad examples of all pages in one folder: every rule that needs no base speaks.
#[test]
fn what_every_rule_says_is_valid_and_hangs_together() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(root.join("rules")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let rule = path.file_stem().unwrap().to_str().unwrap();
        for (number, example) in examples(&fs::read_to_string(&path).unwrap()).iter().enumerate() {
            for (name, text) in &example.files {
                write(folder.path(), &[(&format!("{rule}/{number}/{name}"), text)]);
            }
        }
    }
    write(
        folder.path(),
        &[("odd name #1 ü%.yaml", "a: [\nkind: StatefulSet\n"), ("helm.yaml", "kind: StatefulSet\na: {{ .b }}\n")],
    );
    let run = stslint(folder.path(), &["--select", "all", "--format", "sarif", "--fail-on", "never", "."]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let validator = validator();
    let log = valid(&validator, &run.stdout);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let artifacts = run["artifacts"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let mut spoke = BTreeMap::new();
    let mut fingerprints = std::collections::BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        *spoke.entry(result["ruleId"].as_str().unwrap()).or_insert(0) += 1;
        assert!(fingerprints.insert(result["partialFingerprints"]["stslint/v1"].as_str().unwrap()));
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for place in result["locations"].as_array().unwrap().iter().chain(related) {
            let location = &place["physicalLocation"]["artifactLocation"];
            let artifact = &artifacts[usize::try_from(location["index"].as_u64().unwrap()).unwrap()]["location"];
            assert_eq!(artifact["uri"], location["uri"]);
            let region = &place["physicalLocation"]["region"];
            let at = |line: &str, column: &str| (region[line].as_u64().unwrap(), region[column].as_u64().unwrap());
            assert!(at("startLine", "startColumn") <= at("endLine", "endColumn"), "{region}");
        }
    }
    assert!(spoke.len() > 30, "{spoke:?}");
    assert!(
        artifacts.iter().any(|one| one["location"]["uri"] == "odd%20name%20%231%20%C3%BC%25.yaml"),
        "{artifacts:?}"
    );
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert!(notifications.iter().any(|one| one["message"]["text"].as_str().unwrap().contains("Helm template")));
    for rule in rules {
        let page = rule["help"]["markdown"].as_str().unwrap();
        let meaning = rule["fullDescription"]["text"].as_str().unwrap();
        assert!(page.contains("## Why it hurts") && page.contains(meaning) && meaning.len() > 15, "{meaning}");
        assert!(["error", "warning", "note"].contains(&rule["defaultConfiguration"]["level"].as_str().unwrap()));
    }
}

#[test]
fn a_clean_run_and_a_suppressed_finding_are_valid() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("a.yaml", "kind: ConfigMap\n")]);
    let validator = validator();
    let log = valid(&validator, &stslint(folder.path(), &["--format", "sarif"]).stdout);
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 0);
    let text = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  serviceName: web\n  replicas: 2 # stslint: ignore[duplicate-key] a test\n  replicas: 2\n";
    write(folder.path(), &[("a.yaml", text)]);
    let run = stslint(folder.path(), &["--select", "duplicate-key", "--format", "sarif"]);
    let log = valid(&validator, &run.stdout);
    let off: Vec<&Value> =
        log["runs"][0]["results"].as_array().unwrap().iter().filter(|one| one["suppressions"].is_array()).collect();
    assert_eq!(off.len(), 1, "{log}");
    assert_eq!(off[0]["suppressions"][0]["kind"], "inSource");
    assert_eq!(off[0]["suppressions"][0]["justification"], "a test");
    let github = crate::common::in_ci(
        folder.path(),
        &[("GITHUB_ACTIONS", "true")],
        &["--select", "duplicate-key", "--format", "sarif"],
    );
    let log = valid(&validator, &github.stdout);
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 0, "{log}");
    assert_eq!(log["runs"][0]["properties"]["suppressed"], 1);
}
