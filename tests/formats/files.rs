//! Several formats of one run, and files that are whole or not there.

use std::fs;
use std::path::Path;

use crate::common::{in_ci, stslint, write};

const SET: &str =
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  replicas: 1\n  replicas: 2\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("in/a.yaml", SET)]);
    folder
}

fn left(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn one_run_writes_many_and_stdout_still_gets_the_report_for_people() {
    let folder = folder();
    let formats = ["sarif=a.sarif", "gitlab=b.json", "junit=c.xml", "markdown=d.md", "json=e.json", "github=f.txt"];
    let mut arguments = vec!["in"];
    arguments.extend(formats.iter().flat_map(|format| ["--format", format]));
    let run = stslint(folder.path(), &arguments);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let human = stslint(folder.path(), &["in"]);
    assert_eq!(run.stdout, human.stdout);
    assert_eq!(left(folder.path()), ["a.sarif", "b.json", "c.xml", "d.md", "e.json", "f.txt", "in"]);
    for (format, file) in formats.iter().map(|format| format.split_once('=').unwrap()) {
        let alone = stslint(folder.path(), &["in", "--format", format]);
        assert_eq!(fs::read_to_string(folder.path().join(file)).unwrap(), alone.stdout, "{format}");
        assert!(!alone.stdout.is_empty());
    }
    // The same bytes again.
    let before = fs::read(folder.path().join("a.sarif")).unwrap();
    stslint(folder.path(), &arguments);
    assert_eq!(fs::read(folder.path().join("a.sarif")).unwrap(), before);
}

#[test]
fn one_format_goes_to_stdout_and_human_can_go_elsewhere() {
    let folder = folder();
    let both = stslint(folder.path(), &["in", "--format", "json", "--format", "human=a.txt"]);
    assert_eq!(both.code, 1);
    assert!(both.stdout.starts_with('{'));
    assert!(fs::read_to_string(folder.path().join("a.txt")).unwrap().contains("[duplicate-key]"));
    let quiet = stslint(folder.path(), &["in", "--format", "human=/dev/null", "--format", "json=b.json"]);
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (1, "", ""));
    for dash in ["json=-", "json=/dev/stdout"] {
        let run = stslint(folder.path(), &["in", "--format", dash]);
        assert_eq!(run.stdout, both.stdout, "{dash}");
    }
    let twice = stslint(folder.path(), &["in", "--format", "json", "--format", "sarif=-"]);
    assert_eq!(twice.code, 2);
    assert!(twice.stderr.contains("`--format sarif=FILE`"), "{}", twice.stderr);
    let same = stslint(folder.path(), &["in", "--format", "json=x", "--format", "sarif=./in/../x"]);
    assert_eq!(same.code, 2);
    assert!(same.stderr.contains("two formats go to "), "{}", same.stderr);
}

#[test]
fn a_mistyped_format_is_told_the_nearest() {
    let folder = folder();
    for typed in ["srif", "srif=a.sarif"] {
        let run = stslint(folder.path(), &["in", "--format", typed]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("a similar value exists: 'sarif'"), "{}", run.stderr);
        assert!(run.stderr.contains("human, json, github, sarif, gitlab, junit, markdown"), "{}", run.stderr);
    }
    let empty = stslint(folder.path(), &["in", "--format", "sarif="]);
    assert_eq!(empty.code, 2);
    assert!(empty.stderr.contains("a file's name goes behind the `=`"), "{}", empty.stderr);
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is_read() {
    let folder = folder();
    fs::create_dir(folder.path().join("out")).unwrap();
    fs::write(folder.path().join("locked"), "old").unwrap();
    let mut locked = fs::metadata(folder.path().join("locked")).unwrap().permissions();
    locked.set_readonly(true);
    fs::set_permissions(folder.path().join("locked"), locked).unwrap();
    let cases = [
        ("json=out", "out cannot be written: it is a folder"),
        ("json=no/such/a.json", "there is no folder no/such"),
        ("json=new/", "there is no such folder"),
        ("json=locked", "locked cannot be written: it is read-only"),
        ("json=in/a.yaml/b", "in/a.yaml/b cannot be written"),
    ];
    for (format, words) in cases {
        // The path to read is not there: that is not what is said.
        let run = stslint(folder.path(), &["not-there", "--format", "sarif=good.sarif", "--format", format]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{format}");
        assert!(run.stderr.contains(words), "{format}: {}", run.stderr);
    }
    let input = stslint(folder.path(), &["in/a.yaml", "--format", "json=./in/a.yaml"]);
    assert_eq!(input.code, 2);
    assert!(input.stderr.contains("it is read as well"), "{}", input.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("in/a.yaml")).unwrap(), SET);
    assert_eq!(left(folder.path()), ["in", "locked", "out"]);
}

#[test]
fn a_file_stays_as_it_was_when_the_run_fails() {
    let folder = folder();
    fs::write(folder.path().join("old.json"), "old").unwrap();
    for arguments in [
        &["not-there", "--format", "json=old.json"][..],
        &["in", "--base", "no-such", "--format", "json=old.json"],
        &["in", "--base", "auto", "--format", "json=old.json"],
        &["in", "--format", "json=old.json", "--format", "sarif=no/a"],
    ] {
        let run = stslint(folder.path(), arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert_eq!(fs::read_to_string(folder.path().join("old.json")).unwrap(), "old");
    }
    assert_eq!(left(folder.path()), ["in", "old.json"]);
}

#[cfg(unix)]
#[test]
fn links_modes_pipes_and_devices() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    let mode = |name: &str| fs::metadata(path(name)).unwrap().permissions().mode() & 0o777;
    fs::write(path("shared"), "old and longer than nothing").unwrap();
    fs::set_permissions(path("shared"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("shared", path("link")).unwrap();
    symlink("nothing", path("broken")).unwrap();
    let run = stslint(folder.path(), &["in", "--format", "json=link", "--format", "sarif=new.sarif"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert!(fs::symlink_metadata(path("link")).unwrap().is_symlink());
    assert!(fs::read_to_string(path("shared")).unwrap().starts_with('{'));
    assert_eq!(mode("shared"), 0o640);
    // As any program would make it under this umask.
    fs::write(path("plain"), "").unwrap();
    assert_eq!(mode("new.sarif"), mode("plain"));
    let broken = stslint(folder.path(), &["in", "--format", "json=broken"]);
    assert_eq!(broken.code, 2);
    assert!(broken.stderr.contains("it is a link to nothing"), "{}", broken.stderr);

    let device = stslint(folder.path(), &["in", "--format", "json=/dev/null"]);
    assert_eq!((device.code, device.stderr.as_str()), (1, ""));
    let stderr = stslint(folder.path(), &["in", "--format", "json=/dev/stderr"]);
    assert!(stderr.stderr.starts_with('{') && stderr.stdout.contains("[duplicate-key]"), "{}", stderr.stderr);

    if std::process::Command::new("mkfifo").arg(path("pipe")).status().is_ok_and(|status| status.success()) {
        let pipe = path("pipe");
        let reader = std::thread::spawn(move || fs::read_to_string(pipe).unwrap());
        let run = stslint(folder.path(), &["in", "--format", "json=pipe"]);
        assert_eq!((run.code, run.stderr.as_str()), (1, ""));
        assert!(reader.join().unwrap().starts_with('{'));
    }
}

#[cfg(unix)]
#[test]
fn a_reader_who_leaves_takes_nothing_from_the_files() {
    let folder = folder();
    let program = env!("CARGO_BIN_EXE_stslint");
    let command = format!("{program} in --format github --format json=a.json | true");
    let status = std::process::Command::new("sh").arg("-c").arg(command).current_dir(folder.path()).status().unwrap();
    assert!(status.success());
    assert!(fs::read_to_string(folder.path().join("a.json")).unwrap().ends_with("}\n"));
}

#[test]
fn the_log_of_a_ci_system_obeys_nothing_that_a_manifest_quotes() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{SET}  replicas: 1 # ##[add-mask]x ##vso[task.complete]\n  replicas: 1 # ##[add-mask]y\n");
    write(folder.path(), &[("a.yaml", &text)]);
    let home = stslint(folder.path(), &["a.yaml"]);
    assert!(home.stdout.contains("# ##[add-mask]x"), "{}", home.stdout);
    for variable in ["GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"] {
        let run = in_ci(folder.path(), &[(variable, "true")], &["a.yaml"]);
        assert!(run.stdout.contains("\\x23#[add-mask]x"), "{}", run.stdout);
        assert!(!run.stdout.contains("##[") && !run.stdout.contains("##vso["), "{}", run.stdout);
        let json = in_ci(folder.path(), &[(variable, "true")], &["a.yaml", "--format", "json"]);
        assert!(serde_json::from_str::<serde_json::Value>(&json.stdout).is_ok() && !json.stdout.contains("##["));
    }
}
