//! What CI systems are told of places in rendered text: files that can be opened, and no line of another text.

use std::path::Path;

use serde_json::Value;

use crate::common::{with_stdin, write};
use crate::{STRICT, run_with};

const RULE: &str = "budget-blocks-eviction";

/// `STRICT` as helm prints it of this template.
fn helm(template: &str) -> String {
    format!("---\n# Source: {template}\n{}", STRICT.replace("---\n", &format!("---\n# Source: {template}\n")))
}

fn repository() -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    let files =
        [(".git/HEAD", ""), ("charts/db/Chart.yaml", "name: db\n"), ("charts/db/templates/all.yaml", "{{ 1 }}\n")];
    write(tree.path(), &files);
    tree
}

/// The report on a text in one of the formats.
fn told(folder: &Path, text: &str, format: &str) -> String {
    let arguments = ["check", "--select", RULE, "--fail-on", "never", "--format", format, "-"];
    let run = with_stdin(folder, &arguments, text.as_bytes());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

fn sarif(log: &str) -> Value {
    let log: Value = serde_json::from_str(log).unwrap();
    log["runs"][0].clone()
}

#[test]
fn a_template_is_the_file_and_its_lines_are_not_told() {
    let tree = repository();
    // Named from the root of the repository, where helm's words are understood.
    for here in ["charts", "charts/db"] {
        let here = tree.path().join(here);
        let text = helm("db/templates/all.yaml");
        let file = "charts/db/templates/all.yaml";
        let github = told(&here, &text, "github");
        assert!(github.starts_with(&format!("::warning file={file},title=stslint%3A {RULE}::<stdin>:8:")), "{github}");
        let gitlab: Value = serde_json::from_str(&told(&here, &text, "gitlab")).unwrap();
        assert_eq!(gitlab[0]["location"], serde_json::json!({"path": file, "lines": {"begin": 1, "end": 1}}));
        let junit = told(&here, &text, "junit");
        assert!(junit.contains(&format!("classname=\"{file}\" file=\"{file}\">")), "{junit}");
        assert!(junit.contains("&lt;stdin&gt;:8:"), "{junit}");
        assert!(told(&here, &text, "markdown").contains("| `<stdin>:8` |"));
        let run = sarif(&told(&here, &text, "sarif"));
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!((&place["artifactLocation"]["uri"], &place["region"]), (&Value::from(file), &Value::Null));
        assert!(!run["artifacts"].to_string().contains("stdin"), "{}", run["artifacts"]);
    }
}

#[test]
fn what_lies_in_no_file_names_none() {
    let tree = repository();
    for text in [helm("other/templates/gone.yaml"), STRICT.to_owned()] {
        let github = told(tree.path(), &text, "github");
        assert!(github.starts_with(&format!("::warning title=stslint%3A {RULE}::<stdin>:")), "{github}");
        let gitlab: Value = serde_json::from_str(&told(tree.path(), &text, "gitlab")).unwrap();
        assert_eq!(gitlab[0]["location"], serde_json::json!({"path": ".", "lines": {"begin": 1, "end": 1}}));
        let junit = told(tree.path(), &text, "junit");
        assert!(junit.contains("classname=\"&lt;stdin&gt;\">") && !junit.contains(" file="), "{junit}");
        let run = sarif(&told(tree.path(), &text, "sarif"));
        let result = &run["results"][0];
        assert!(result["locations"][0]["physicalLocation"].is_null(), "{result}");
        assert!(result["locations"][0]["logicalLocations"].is_array(), "{result}");
        assert!(!run["artifacts"].to_string().contains("stdin"), "{}", run["artifacts"]);
    }
}

/// A folder with a `helm` that prints `STRICT` whatever it is asked, as a PATH.
#[cfg(unix)]
fn programs() -> (tempfile::TempDir, std::ffi::OsString) {
    use std::os::unix::fs::PermissionsExt;
    let programs = tempfile::tempdir().unwrap();
    let program = programs.path().join("helm");
    std::fs::write(&program, format!("#!/bin/sh\ncat <<'END'\n{}END\n", helm("db/templates/all.yaml"))).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.path().display());
    (programs, path.into())
}

#[cfg(unix)]
#[test]
fn a_finding_is_the_same_wherever_the_run_is() {
    let tree = repository();
    write(tree.path(), &[("charts/db/ci/x-values.yaml", "a: b\n")]);
    let (_programs, path) = programs();
    let check = |here: &str, arguments: &[&str]| {
        let all = [&["check", "--select", RULE, "--fail-on", "never", "--format", "json"], arguments].concat();
        let run = run_with(&tree.path().join(here), &all, Some(path.clone()));
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        serde_json::from_str::<Value>(&run.stdout).unwrap()
    };
    let from = |here: &str, folder: &str| {
        let report = check(here, &["--render", folder]);
        assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report}");
        report["findings"][0]["fingerprint"].clone()
    };
    assert_eq!(from("", "."), from("charts", "db"));
    assert_eq!(from("", "charts"), from("charts/db", "."));
    // So a baseline knows it; a run that renders nothing cannot tell that it is gone, one that does can.
    check("", &["--render", "--write-baseline", "known.json"]);
    let known = check("charts", &["--render", "--baseline", "../known.json"]);
    assert_eq!((known["findings"].as_array().unwrap().len(), &known["summary"]["baseline"]["gone"]), (0, &0.into()));
    let raw = check("", &["--baseline", "known.json"]);
    assert_eq!(raw["summary"]["baseline"]["gone"], 0);
    check("", &["--write-baseline", "known.json"]);
    let text = std::fs::read_to_string(tree.path().join("known.json")).unwrap();
    let name = "helm template charts/db --values charts/db/ci/x-values.yaml";
    assert!(text.contains(&format!("\"file\": \"{name}\"")), "{text}");
    std::fs::remove_file(tree.path().join("charts/db/Chart.yaml")).unwrap();
    let gone = check("", &["--render", "--baseline", "known.json", "charts"]);
    assert_eq!(gone["summary"]["baseline"]["gone"], 1);
}

#[cfg(unix)]
#[test]
fn what_a_program_printed_is_no_file() {
    let tree = repository();
    let (_programs, path) = programs();
    let told = |format: &str| {
        let arguments = ["check", "--render", "--select", RULE, "--fail-on", "never", "--format", format, "charts"];
        let run = run_with(tree.path(), &arguments, Some(path.clone()));
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        run.stdout
    };
    let github = told("github");
    let expected = "::warning file=charts/db/templates/all.yaml,title=stslint%3A budget-blocks-eviction::helm template charts/db:8:";
    assert!(github.starts_with(expected), "{github}");
    let run = sarif(&told("sarif"));
    let artifacts: Vec<&str> =
        run["artifacts"].as_array().unwrap().iter().filter_map(|one| one["location"]["uri"].as_str()).collect();
    assert_eq!(artifacts, ["charts/db/templates/all.yaml"]);
}
