//! The summary of a GitHub step.

use std::fs;

use crate::common::{in_ci, write};

const SET: &str =
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  replicas: 1\n  replicas: 2\n";

#[test]
fn the_format_github_adds_to_the_summary_of_the_step() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("in/a.yaml", SET), ("step.md", "# Before\n")]);
    let step = folder.path().join("step.md");
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", step.to_str().unwrap())];
    let run = in_ci(folder.path(), &variables, &["in", "--format", "github"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with("::warning file=in/a.yaml,line=6,"), "{}", run.stdout);
    let text = fs::read_to_string(&step).unwrap();
    assert!(text.starts_with("# Before\n## stslint\n") && text.contains("| warning | `in/a.yaml:6` |"), "{text}");
    // Named outright it is added to as well, and once.
    let markdown = format!("markdown={}", step.display());
    in_ci(folder.path(), &variables, &["in", "--format", "github", "--format", &markdown]);
    let text = fs::read_to_string(&step).unwrap();
    assert_eq!(text.matches("## stslint\n").count(), 2);
    // Other formats leave it alone.
    in_ci(folder.path(), &variables, &["in", "--format", "json"]);
    assert_eq!(fs::read_to_string(&step).unwrap(), text);
}

#[test]
fn the_summary_stays_below_what_github_takes() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("in/a.yaml", SET)]);
    let step = folder.path().join("step.md");
    let variables = [("GITHUB_STEP_SUMMARY", step.to_str().unwrap())];
    fs::write(&step, "x".repeat((1 << 20) - 1_000)).unwrap();
    in_ci(folder.path(), &variables, &["in", "--format", "github"]);
    let text = fs::read_to_string(&step).unwrap();
    assert!(text.len() <= 1 << 20, "{}", text.len());
    assert!(text.contains("did not fit in here; the log has them"), "{}", &text[text.len() - 1_000..]);
}

#[test]
fn a_summary_that_cannot_be_written_ends_the_run_at_once() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("in/a.yaml", SET)]);
    let run = in_ci(folder.path(), &[("GITHUB_STEP_SUMMARY", "no/such/file")], &["in", "--format", "github"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("no/such/file, which GITHUB_STEP_SUMMARY names, cannot be written"), "{}", run.stderr);
}
