//! What several tests need: the built program, and the examples in the rules' pages.
#![allow(dead_code, clippy::unwrap_used, missing_docs, unreachable_pub)]

pub mod inventory;
pub mod page;
pub mod records;
pub mod repository;

use std::path::Path;

use serde_json::Value;

/// What a run printed, and how it ended.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// What the program reads of a CI system's environment.
pub const CI_VARIABLES: [&str; 9] = [
    "GITHUB_ACTIONS",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_BASE_REF",
    "GITHUB_REF",
    "GITHUB_SHA",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
    "TF_BUILD",
    "TEAMCITY_VERSION",
];

/// Runs the built program in a folder, in the environment of a CI job.
pub fn in_ci(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.current_dir(folder).args(arguments).env_remove("NO_COLOR");
    for variable in CI_VARIABLES {
        command.env_remove(variable);
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    Run {
        code: output.status.code().expect("ended by itself"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the built program in a folder.
pub fn stslint(folder: &Path, arguments: &[&str]) -> Run {
    with_stdin(folder, arguments, b"")
}

/// Runs the built program in a folder with something on standard input.
pub fn with_stdin(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Run {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.current_dir(folder).args(arguments).write_stdin(stdin).env_remove("NO_COLOR");
    // These tests may themselves run in someone's CI.
    for variable in CI_VARIABLES {
        command.env_remove(variable);
    }
    let output = command.output().unwrap();
    Run {
        code: output.status.code().expect("ended by itself"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the built program and parses its JSON.
pub fn json(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["check", "--format", "json", "--fail-on", "never"];
    all.extend(arguments);
    let run = stslint(folder, &all);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// One finding as tests compare it: rule, severity, file (`FILE@REVISION` at a base), line.
pub fn places(report: &Value) -> Vec<(String, String, String, u64)> {
    let findings = report["findings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let place = |finding: &Value| {
        let location = &finding["location"];
        let line = location["start"]["line"].as_u64().unwrap_or(0);
        let revision = location["revision"].as_str().map_or_else(String::new, |revision| format!("@{revision}"));
        (text(&finding["rule"]), text(&finding["severity"]), text(&location["file"]) + &revision, line)
    };
    findings.map(place).collect()
}

/// The findings of one rule as `file:line` with the severity.
pub fn of_rule(report: &Value, rule: &str) -> Vec<(String, u64, String)> {
    let all = places(report).into_iter().filter(|(name, ..)| name == rule);
    all.map(|(_, severity, file, line)| (file, line, severity)).collect()
}

/// Writes files below a folder, making folders on the way.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// The JSON pointers of all scalars in a tree.
pub fn leaves(tree: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, value)| {
                walk(value, &format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(number, value)| walk(value, &format!("{path}/{number}"), found));
            }
            _ => found.push(path.to_owned()),
        }
    }
    let mut found = Vec::new();
    walk(tree, "", &mut found);
    found
}
