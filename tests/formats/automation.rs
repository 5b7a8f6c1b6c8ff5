//! `action.yml` and the GitLab template: what they run is run here, with the built program on the PATH.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;
use serde_json::Value;

use crate::common::CI_VARIABLES;
use crate::common::repository::Repository;

const SET: &str =
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  replicas: 1\n  replicas: 2\n";

fn documents(name: &str) -> Vec<Value> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    yaml_serde::Deserializer::from_str(&text).map(|document| Value::deserialize(document).unwrap()).collect()
}

/// Runs a script where the built program is what `stslint` means.
fn run(shell: &str, script: &str, folder: &Path, variables: &[(String, String)]) -> Option<Output> {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_stslint"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(program.parent().unwrap().to_path_buf()).chain(std::env::split_paths(&path));
    let mut command = Command::new(shell);
    command.arg("-c").arg(script).current_dir(folder).env("PATH", std::env::join_paths(folders).unwrap());
    // Nothing that was built before by the action itself.
    command.env("HOME", folder);
    for variable in CI_VARIABLES {
        command.env_remove(variable);
    }
    let output = command.envs(variables.iter().map(|(name, value)| (name, value))).output().ok();
    if output.is_none() {
        println!("skipped: there is no {shell}");
    }
    output
}

/// The folders `in` with a warning and `a b` with another, at a commit of `main` and at one of `change`.
fn repository() -> Option<Repository> {
    let repository = Repository::new()?;
    repository.write("in/a.yaml", SET);
    repository.commit();
    repository.git(&["checkout", "--quiet", "-b", "change"]);
    repository.write("a b/b.yaml", SET);
    repository.commit();
    Some(repository)
}

/// The step that lints, with inputs in place of the expressions in its environment.
fn action(repository: &Repository, inputs: &[(&str, &str)], variables: &[(&str, &str)]) -> Option<(Output, String)> {
    let action = documents("action.yml").remove(0);
    let step = action["runs"]["steps"].as_array().unwrap().iter().find(|step| step["id"] == "lint").unwrap();
    let output = repository.beside("output");
    fs::write(&output, "").unwrap();
    let mut environment: Vec<(String, String)> = Vec::new();
    for (name, expression) in step["env"].as_object().unwrap() {
        let input = expression.as_str().unwrap().trim_start_matches("${{ inputs.").trim_end_matches(" }}");
        let default = action["inputs"][input]["default"].as_str().unwrap_or_else(|| panic!("no input {input}"));
        let given = inputs.iter().find(|(known, _)| *known == input).map(|(_, value)| *value);
        environment.push((name.clone(), given.unwrap_or(default).to_owned()));
    }
    environment.push(("GITHUB_OUTPUT".to_owned(), output.display().to_string()));
    environment.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let script = step["run"].as_str().unwrap();
    let done = run("bash", script, repository.folder(), &environment)?;
    Some((done, fs::read_to_string(output).unwrap()))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_action_annotates_and_fails_as_asked() {
    let Some(repository) = repository() else { return };
    let Some((done, written)) = action(&repository, &[], &[]) else { return };
    let (out, errors) = (text(&done.stdout), text(&done.stderr));
    assert_eq!(done.status.code(), Some(1), "{out}{errors}");
    assert!(out.contains("::warning file=in/a.yaml,line=6,") && out.contains("::warning file=a b/b.yaml,"), "{out}");
    assert!(!out.contains("Compared with") && written.is_empty(), "{out}");

    // In a pull request there is a base; paths and arguments are one a line and stay what they are.
    let inputs = [
        ("paths", "a b\n$(touch owned)\n; touch owned"),
        ("fail-on", "never"),
        ("sarif", "out.sarif"),
        ("arguments", "--verbose\n--select\nduplicate-key"),
    ];
    fs::create_dir(repository.folder().join("$(touch owned)")).unwrap();
    fs::create_dir(repository.folder().join("; touch owned")).unwrap();
    let summary = repository.beside("summary");
    fs::write(&summary, "").unwrap();
    let variables = [("GITHUB_BASE_REF", "main"), ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let (done, written) = action(&repository, &inputs, &variables).unwrap();
    let (out, errors) = (text(&done.stdout), text(&done.stderr));
    assert_eq!(done.status.code(), Some(0), "{out}{errors}");
    assert!(out.contains("the merge base of HEAD and main (GITHUB_BASE_REF)"), "{out}");
    assert_eq!(written, "sarif=./out.sarif\n");
    assert!(fs::read_to_string(repository.folder().join("out.sarif")).unwrap().contains("a%20b/b.yaml"));
    assert!(fs::read_to_string(&summary).unwrap().contains("## stslint"));
    assert!(!repository.folder().join("owned").exists());

    let (done, _) = action(&repository, &[("base", "main"), ("fail-on", "error")], &[]).unwrap();
    assert_eq!(done.status.code(), Some(0));
    assert!(text(&done.stdout).contains("Compared with main (commit "));
    let (done, _) = action(&repository, &[("base", "none")], &[("GITHUB_BASE_REF", "main")]).unwrap();
    assert!(!text(&done.stdout).contains("Compared with"));
    let (done, _) = action(&repository, &[("fail-on", "sometimes")], &[]).unwrap();
    assert_eq!(done.status.code(), Some(2));
}

/// What the repository's configuration says of failing holds, as long as nobody says otherwise in the pipeline.
#[test]
fn without_an_input_the_configuration_says_what_fails() {
    let Some(repository) = repository() else { return };
    repository.write(".stslint.yaml", "fail-on: error\n");
    let (Some((done, _)), Some(job_done)) = (action(&repository, &[], &[]), job(&repository, &[], &[])) else { return };
    assert_eq!(done.status.code(), Some(0), "{}{}", text(&done.stdout), text(&done.stderr));
    assert_eq!(job_done.status.code(), Some(0), "{}{}", text(&job_done.stdout), text(&job_done.stderr));
    let asked = [("fail-on", "warning")];
    assert_eq!(action(&repository, &asked, &[]).unwrap().0.status.code(), Some(1));
    assert_eq!(job(&repository, &asked, &[]).unwrap().status.code(), Some(1));
}

#[test]
fn the_action_says_where_an_absolute_file_is() {
    let Some(repository) = repository() else { return };
    let file = repository.beside("out.sarif");
    let inputs = [("sarif", file.to_str().unwrap()), ("working-directory", "in")];
    let Some((_, written)) = action(&repository, &inputs, &[]) else { return };
    assert_eq!(written, format!("sarif={}\n", file.display()));
}

#[test]
fn what_fails_is_the_configuration_s_to_say() {
    let Some(repository) = repository() else { return };
    fs::write(repository.folder().join(".stslint.yaml"), "fail-on: error\n").unwrap();
    let Some((done, _)) = action(&repository, &[], &[]) else { return };
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let (done, _) = action(&repository, &[("fail-on", "warning")], &[]).unwrap();
    assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
    assert_eq!(job(&repository, &[], &[]).unwrap().status.code(), Some(0));
    assert_eq!(job(&repository, &[("fail-on", "warning")], &[]).unwrap().status.code(), Some(1));
}

#[test]
fn no_script_of_the_action_holds_an_expression() {
    let action = documents("action.yml").remove(0);
    for step in action["runs"]["steps"].as_array().unwrap() {
        if let Some(script) = step["run"].as_str() {
            assert!(!script.contains("${{"), "{script}");
            assert_eq!(step["shell"], "bash");
        }
    }
    for (name, input) in action["inputs"].as_object().unwrap() {
        assert!(input["description"].is_string() && input["default"].is_string(), "{name}");
    }
}

/// The job's script, with inputs in place of `$[[ … ]]` in its variables.
fn job(repository: &Repository, inputs: &[(&str, &str)], variables: &[(&str, &str)]) -> Option<Output> {
    let [specification, jobs] = &documents("templates/stslint.yml")[..] else { panic!("two documents") };
    let job = &jobs["stslint"];
    let mut environment: Vec<(String, String)> = Vec::new();
    for (name, value) in job["variables"].as_object().unwrap() {
        let value = value.as_str().unwrap();
        let value = match value.strip_prefix("$[[ inputs.").and_then(|rest| rest.strip_suffix(" ]]")) {
            Some(input) => {
                let default = specification["spec"]["inputs"][input]["default"].as_str().unwrap();
                inputs.iter().find(|(known, _)| *known == input).map_or(default, |(_, value)| *value)
            }
            None => value,
        };
        environment.push((name.clone(), value.to_owned()));
    }
    environment.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let lines = |key: &str| job[key].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned());
    let script: Vec<String> = lines("before_script").chain(lines("script")).collect();
    run("sh", &script.join("\n"), repository.folder(), &environment)
}

#[test]
fn the_gitlab_job_writes_its_reports() {
    let Some(repository) = repository() else { return };
    let Some(done) = job(&repository, &[], &[]) else { return };
    let (out, errors) = (text(&done.stdout), text(&done.stderr));
    assert_eq!(done.status.code(), Some(1), "{out}{errors}");
    assert!(out.contains("warning[duplicate-key]") && !out.contains("Compared with"), "{out}");
    let [_, jobs] = &documents("templates/stslint.yml")[..] else { panic!("two documents") };
    let artifacts = &jobs["stslint"]["artifacts"];
    let report = |key: &str| {
        let name = artifacts["reports"][key].as_str().unwrap();
        assert!(artifacts["paths"].as_array().unwrap().iter().any(|path| path == name));
        fs::read_to_string(repository.folder().join(name)).unwrap()
    };
    let issues: Value = serde_json::from_str(&report("codequality")).unwrap();
    assert_eq!(issues.as_array().unwrap().len(), 2, "{issues}");
    assert!(report("junit").starts_with("<?xml"));

    let base = repository.git(&["rev-parse", "main"]);
    let request = [("CI_MERGE_REQUEST_IID", "7"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str())];
    let inputs = [("paths", "in *"), ("fail-on", "error"), ("arguments", "--select duplicate-key --verbose")];
    let done = job(&repository, &inputs, &request).unwrap();
    // `*` is a path that is not there, not all files.
    assert_eq!(done.status.code(), Some(2), "{}", text(&done.stdout));
    let done = job(&repository, &[&[("paths", "in")], &inputs[1..]].concat(), &request).unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("the commit that the change began at (CI_MERGE_REQUEST_DIFF_BASE_SHA)"));
}
