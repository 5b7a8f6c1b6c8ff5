//! Adopting stslint where there are findings already: what is known is hidden, what is new fails.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::fs;
use std::path::Path;

use common::{json, places, stslint, with_stdin, write};
use serde_json::Value;

/// A set whose Service is missing: a warning.
fn set(name: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: {name}\nspec:\n  serviceName: {name}\n  replicas: 3\n  selector:\n    matchLabels: {{app: {name}}}\n  template:\n    metadata:\n      labels: {{app: {name}}}\n    spec:\n      containers:\n        - name: web\n          image: registry.example/web:1\n          ports: [{{containerPort: 80}}]\n          readinessProbe: {{tcpSocket: {{port: 80}}}}\n"
    )
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    folder
}

const FILE: &str = "known.json";

fn write_baseline(folder: &Path, arguments: &[&str]) -> String {
    let mut all = vec!["check", "--write-baseline", FILE];
    all.extend(arguments);
    let run = stslint(folder, &all);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    run.stdout
}

/// The report with the baseline: rules found, how many are hidden, how many entries are gone.
fn with_baseline(folder: &Path, arguments: &[&str]) -> (Vec<String>, u64, u64) {
    let mut all = vec!["--baseline", FILE];
    all.extend(arguments);
    outcome(&json(folder, &all))
}

fn outcome(report: &Value) -> (Vec<String>, u64, u64) {
    let hidden = report["suppressed"].as_array().unwrap().iter().filter(|one| one["by"] == "baseline").count();
    let found = places(report).into_iter().map(|(rule, _, file, _)| format!("{rule} {file}")).collect();
    (found, hidden as u64, report["summary"]["baseline"]["gone"].as_u64().unwrap())
}

fn entries(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(FILE)).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["findings"].as_array().unwrap().clone()
}

fn nothing() -> Vec<String> {
    Vec::new()
}

#[test]
fn what_is_known_is_hidden_and_what_is_new_fails() {
    let folder = folder(&[("deploy/a.yaml", &set("a")), ("deploy/b.yaml", &set("b"))]);
    let folder = folder.path();
    assert_eq!(stslint(folder, &["check"]).code, 1);
    let said = write_baseline(folder, &[]);
    assert!(said.contains("Wrote known.json: "), "{said}");
    let before = fs::read_to_string(folder.join(FILE)).unwrap();
    let count = entries(folder).len() as u64;
    assert!(count >= 4, "{before}");
    assert_eq!(stslint(folder, &["check", "--baseline", FILE, "--fail-on", "note"]).code, 0);
    assert_eq!(with_baseline(folder, &[]), (nothing(), count, 0));
    // Lines move, and nothing is new; a new set is.
    write(folder, &[("deploy/a.yaml", &format!("# one\n# two\n{}", set("a"))), ("deploy/c.yaml", &set("c"))]);
    let run = stslint(folder, &["check", "--baseline", FILE]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("`c`") && !run.stdout.contains("`a`"), "{}", run.stdout);
    assert!(run.stdout.contains(&format!("Suppressed by the baseline: {count} findings.")), "{}", run.stdout);
    let (found, hidden, gone) = with_baseline(folder, &[]);
    assert!(found.iter().all(|one| one.ends_with("deploy/c.yaml")) && !found.is_empty(), "{found:?}");
    assert_eq!((hidden, gone), (count, 0));
    fs::remove_file(folder.join("deploy/c.yaml")).unwrap();
    write_baseline(folder, &[]);
    assert_eq!(fs::read_to_string(folder.join(FILE)).unwrap(), before, "the same findings are the same bytes");
}

#[test]
fn a_file_is_read_in_reviews() {
    let folder = folder(&[("b.yaml", &set("b")), ("a.yaml", &set("a"))]);
    write_baseline(folder.path(), &[]);
    let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(&lines[..3], ["{", "  \"stslint-baseline\": 1,", "  \"findings\": ["]);
    assert_eq!(&lines[lines.len() - 2..], ["  ]", "}"]);
    let files: Vec<String> = entries(folder.path()).iter().map(|one| one["file"].to_string()).collect();
    assert!(files.is_sorted(), "{files:?}");
    assert_eq!(lines.len(), 5 + files.len(), "one finding a line");
    let first = &entries(folder.path())[0];
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["fingerprint", "rule", "severity", "file", "object", "field", "message"]);
    assert_eq!(first["object"], "StatefulSet a");
}

#[test]
fn entries_that_are_gone_are_counted_and_taken_out() {
    let folder = folder(&[("a.yaml", &set("a")), ("b.yaml", &set("b"))]);
    let folder = folder.path();
    write_baseline(folder, &[]);
    let of_b = entries(folder).iter().filter(|one| one["file"] == "b.yaml").count() as u64;
    fs::remove_file(folder.join("b.yaml")).unwrap();
    assert_eq!(with_baseline(folder, &[]).2, of_b);
    let run = stslint(folder, &["check", "--baseline", FILE]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("are gone; `--write-baseline known.json` takes them out."), "{}", run.stdout);
    write_baseline(folder, &[]);
    assert!(entries(folder).iter().all(|one| one["file"] == "a.yaml"));
}

#[test]
fn a_run_over_a_part_neither_misses_nor_drops_the_rest() {
    let folder = folder(&[("a/a.yaml", &set("a")), ("b/b.yaml", &set("b"))]);
    let folder = folder.path();
    write_baseline(folder, &[]);
    let all = entries(folder);
    assert_eq!(with_baseline(folder, &["a"]).2, 0);
    assert_eq!(with_baseline(folder, &["--select", "duplicate-key"]).2, 0);
    let run = with_stdin(folder, &["check", "--format", "json", "--baseline", FILE, "-"], set("x").as_bytes());
    assert_eq!(outcome(&serde_json::from_str(&run.stdout).unwrap()).2, 0);
    write_baseline(folder, &["a"]);
    assert_eq!(entries(folder), all);
    // A set by itself, without the Service that something is found of.
    write_baseline(folder, &["a/a.yaml"]);
    assert_eq!(entries(folder), all);
    write_baseline(folder, &["--select", "duplicate-key"]);
    assert_eq!(entries(folder), all);
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {selector: {app: b}, ports: [{port: 80}]}\n";
    write(folder, &[("b/service.yaml", service)]);
    write_baseline(folder, &[]);
    assert!(entries(folder).iter().any(|one| one["rule"] == "service-not-headless"));
    let all = entries(folder);
    assert_eq!(with_baseline(folder, &["b/service.yaml"]).2, 0);
    write_baseline(folder, &["b/service.yaml"]);
    assert_eq!(entries(folder), all);
    // What could not be read is not gone either.
    fs::write(folder.join("b/b.yaml"), "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: [\n").unwrap();
    let (found, _, gone) = with_baseline(folder, &[]);
    assert_eq!((found, gone), (vec!["invalid-manifest b/b.yaml".to_owned()], 0));
}

#[test]
fn the_working_directory_does_not_matter() {
    let Some(repository) = common::repository::Repository::new() else { return };
    let folder = repository.folder();
    write(folder, &[("deploy/a/x.yaml", &set("a")), ("deploy/b/y.yaml", &set("b"))]);
    fs::create_dir(folder.join(".ci")).unwrap();
    let run = stslint(folder, &["check", "--write-baseline", ".ci/known.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = fs::read_to_string(folder.join(".ci/known.json")).unwrap();
    assert!(text.contains("\"file\": \"deploy/a/x.yaml\""), "{text}");
    let absolute = folder.to_string_lossy().into_owned();
    for (here, arguments) in [
        ("deploy", vec!["check", "--baseline", "../.ci/known.json"]),
        ("deploy/a", vec!["check", "--baseline", "../../.ci/known.json", ".."]),
        ("deploy/a", vec!["check", "--baseline", "../../.ci/known.json", "x.yaml", "../b/y.yaml"]),
        (".ci", vec!["check", "--baseline", "known.json", &absolute]),
    ] {
        let run = stslint(&folder.join(here), &arguments);
        assert_eq!(run.code, 0, "{here} {arguments:?}: {}{}", run.stdout, run.stderr);
    }
    let beside = repository.beside("elsewhere");
    fs::create_dir(&beside).unwrap();
    let run = stslint(&beside, &["check", "--baseline", &format!("{absolute}/.ci/known.json"), &absolute]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let print = |here: &str| json(&folder.join(here), &[])["findings"][0]["fingerprint"].clone();
    assert_eq!(print("."), print("deploy"));
}

#[test]
fn a_folder_of_another_name_brings_nothing_back() {
    let folder = folder(&[("old/a.yaml", &set("a")), ("old/b.yaml", &set("b"))]);
    let folder = folder.path();
    write_baseline(folder, &[]);
    let count = entries(folder).len() as u64;
    fs::rename(folder.join("old"), folder.join("new")).unwrap();
    assert_eq!(with_baseline(folder, &[]), (nothing(), count, 0));
    // A copy is new: the file of the entry is there.
    write(folder, &[("old/a.yaml", &set("a")), ("old/b.yaml", &set("b"))]);
    let (found, hidden, _) = with_baseline(folder, &[]);
    assert_eq!(hidden, count);
    assert!(found.iter().all(|one| one.contains("new/")) && !found.is_empty(), "{found:?}");
    // An entry stands for one finding: two copies of what moved are one known and one new.
    fs::remove_dir_all(folder.join("old")).unwrap();
    write(folder, &[("copy/a.yaml", &set("a")), ("copy/b.yaml", &set("b"))]);
    let (found, hidden, gone) = with_baseline(folder, &[]);
    assert_eq!((found.len() as u64, hidden, gone), (count, count, 0), "{found:?}");
}

#[test]
fn another_fingerprint_is_found_by_its_words() {
    let folder = folder(&[("a.yaml", &set("a"))]);
    let folder = folder.path();
    write_baseline(folder, &[]);
    let count = entries(folder).len() as u64;
    let text = fs::read_to_string(folder.join(FILE)).unwrap();
    let first = entries(folder)[0]["fingerprint"].as_str().unwrap().to_owned();
    fs::write(folder.join(FILE), text.replace(&first, &"0".repeat(32))).unwrap();
    assert_eq!(with_baseline(folder, &[]), (nothing(), count, 0));
}

#[test]
fn what_weighs_more_than_it_did_is_new() {
    let folder = folder(&[("a.yaml", &set("a"))]);
    let folder = folder.path();
    write_baseline(folder, &[]);
    let text = fs::read_to_string(folder.join(FILE)).unwrap();
    assert!(text.contains("\"severity\": \"warning\""), "{text}");
    fs::write(folder.join(FILE), text.replace("\"severity\": \"warning\"", "\"severity\": \"note\"")).unwrap();
    let report = json(folder, &["--baseline", FILE]);
    let found = report["findings"].as_array().unwrap();
    assert_eq!((found.len(), outcome(&report).2), (1, 0), "{report:#}");
    assert!(found[0]["notes"].to_string().contains("the baseline knows it as a note"), "{report:#}");
    // And what weighs less is known.
    fs::write(folder.join(FILE), text.replace("\"severity\": \"warning\"", "\"severity\": \"error\"")).unwrap();
    assert_eq!(with_baseline(folder, &[]).0, nothing());
}

#[test]
fn what_a_change_does_is_never_known_before() {
    let Some(repository) = common::repository::Repository::new() else { return };
    repository.write("a.yaml", &set("a"));
    repository.commit();
    repository.write("a.yaml", &set("a").replace("serviceName: a", "serviceName: other"));
    let folder = repository.folder();
    let run = stslint(folder, &["check", "--base", "HEAD", "--write-baseline", FILE]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("serviceName"), "it is shown: {}", run.stdout);
    assert!(entries(folder).iter().all(|one| one["rule"] != "immutable-field-change"));
    let (found, ..) = with_baseline(folder, &["--base", "HEAD"]);
    assert_eq!(found, ["immutable-field-change a.yaml"]);
}

/// What is reported of a change only is no base for a later run over everything.
#[test]
fn it_is_written_of_all_that_is_read() {
    let folder = folder(&[("a.yaml", &set("a"))]);
    for chosen in [&["--staged"][..], &["--context", ".", "a.yaml"], &["--pre-commit", "a.yaml"]] {
        let run = stslint(folder.path(), &[&["check", "--write-baseline", FILE], chosen].concat());
        assert_eq!(run.code, 2, "{chosen:?} {}", run.stdout);
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
        assert!(!folder.path().join(FILE).exists());
    }
}

#[test]
fn no_report_is_written_over_it() {
    let folder = folder(&[("a.yaml", &set("a"))]);
    let folder = folder.path();
    let report = format!("json=./{FILE}");
    for option in ["--write-baseline", "--baseline"] {
        let run = stslint(folder, &["check", option, FILE, "--format", &report]);
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains(&format!("{FILE} cannot be written: it is the baseline")), "{}", run.stderr);
        assert!(run.stdout.is_empty());
        write_baseline(folder, &[]);
    }
    assert!(!entries(folder).is_empty());
}

#[test]
fn suppressions_come_first_and_no_ignores_shows_everything() {
    let comment = "serviceName: a # stslint: ignore[service-not-found] made by the operator";
    let folder = folder(&[("a.yaml", &set("a").replace("serviceName: a", comment)), ("b.yaml", &set("b"))]);
    let folder = folder.path();
    write_baseline(folder, &[]);
    let known: Vec<String> = entries(folder).iter().map(|one| format!("{} {}", one["rule"], one["file"])).collect();
    assert!(!known.contains(&"\"service-not-found\" \"a.yaml\"".to_owned()), "{known:?}");
    let report = json(folder, &["--baseline", FILE, "--no-ignores"]);
    assert_eq!(report["suppressed"], serde_json::json!([]));
    assert_eq!(report["summary"]["baseline"], Value::Null);
    assert_eq!(common::of_rule(&report, "service-not-found").len(), 2);
    assert_eq!(report["findings"].as_array().unwrap().len(), known.len() + 1);
    for arguments in [
        ["check", "--no-ignores", "--write-baseline", FILE],
        ["check", "--baseline=known.json", "--write-baseline", FILE],
    ] {
        assert_eq!(stslint(folder, &arguments).code, 2);
    }
}

#[test]
fn a_baseline_that_cannot_be_used_ends_the_run_with_a_place() {
    let folder = folder(&[("a.yaml", &set("a"))]);
    let folder = folder.path();
    write_baseline(folder, &[]);
    let good = fs::read_to_string(folder.join(FILE)).unwrap();
    let conflict = good
        .replace("  \"findings\"", "<<<<<<< HEAD\n  \"findings\"")
        .replace("\n  ]", "\n=======\n>>>>>>> other\n  ]");
    let lines = good.lines().count();
    let cases = [
        (String::new(), "known.json:1", "ends too early"),
        ("hello\n".to_owned(), "known.json:1:1", "this is no JSON"),
        (good[..good.len() / 2].to_owned(), "known.json:4", "ends too early"),
        (
            good.replace("baseline\": 1", "baseline\": 7"),
            "known.json:2:3",
            "is of version 7, and this stslint reads version 1",
        ),
        (good.replace("baseline\": 1", "baseline\": \"x\""), "known.json:2:3", "is of version \"x\""),
        ("{\"findings\": []}".to_owned(), "known.json:1:1", "this is no baseline"),
        ("[]".to_owned(), "known.json:1", ""),
        (good.replacen("\"field\"", "\"feild\"", 1), "known.json:4", "write `field`, if that is meant"),
        (good.replacen("\"findings\"", "\"more\": 1, \"findings\"", 1), "known.json:3", "unknown field `more`"),
        (good.replacen("{\"fingerprint\": \"", "{\"fingerprint\": \"x", 1), "known.json:4", "32 hexadecimal digits"),
        (
            good.replacen("\"note\"", "\"nota\"", 1).replacen("\"warning\"", "\"warn\"", 1),
            "known.json:4",
            "a severity is",
        ),
        (conflict, "known.json:3:1", "a merge of Git left its marks here"),
        (good.replace("\n  ]\n}", "\n  ]\n}}"), &format!("known.json:{lines}"), "this is no JSON"),
    ];
    for (text, place, message) in cases {
        fs::write(folder.join(FILE), &text).unwrap();
        for option in ["--baseline", "--write-baseline"] {
            let run = stslint(folder, &["check", option, FILE]);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}\n{}", run.stderr);
            let said = run.stderr.replace("\n", " ");
            assert!(said.contains(place) && said.contains(message), "{place} {message}\n{}", run.stderr);
            assert!(run.stderr.contains("this baseline cannot be used"), "{}", run.stderr);
            assert_eq!(fs::read_to_string(folder.join(FILE)).unwrap(), text, "it is left as it is");
        }
    }
    fs::write(folder.join(FILE), [b'{', 0xFF, b'}']).unwrap();
    assert_eq!(stslint(folder, &["check", "--baseline", FILE]).code, 2);
    let missing = stslint(folder, &["check", "--baseline", "missing.json"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("`--write-baseline missing.json` writes it"), "{}", missing.stderr);
}

#[test]
fn a_manifest_is_never_overwritten() {
    let folder = folder(&[("a.yaml", &set("a"))]);
    let run = stslint(folder.path(), &["check", "--write-baseline", "a.yaml"]);
    assert_eq!(run.code, 2);
    assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), set("a"));
}

#[test]
fn a_path_that_cannot_be_written_ends_the_run() {
    let folder = folder(&[("a.yaml", &set("a"))]);
    let folder = folder.path();
    fs::create_dir(folder.join("taken")).unwrap();
    for path in ["missing/known.json", "taken", "a.yaml/known.json", ""] {
        let run = stslint(folder, &["check", "--write-baseline", path]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{path}: {}", run.stderr);
        assert!(path != "missing/known.json" || run.stderr.contains("there is no folder missing"), "{}", run.stderr);
    }
    let left: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_rights_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("a.yaml", &set("a")), ("real/known.json", "{\"stslint-baseline\": 1, \"findings\": []}")]);
    let folder = folder.path();
    let real = folder.join("real/known.json");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/known.json", folder.join(FILE)).unwrap();
    write_baseline(folder, &[]);
    assert!(fs::symlink_metadata(folder.join(FILE)).unwrap().file_type().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(!entries(folder).is_empty());
}

#[test]
fn hostile_words_do_not_break_out() {
    let bad = set("a")
        .replace("image: registry.example/web:1", "image: \"x\\e[31m\\u202e\\\", \\\"rule\\\": \\u0085\"")
        .replace("serviceName: a", "serviceName: \"a\\\"\\u202e\\u0007\\x9b\"");
    let folder = folder(&[("a.yaml", &bad)]);
    write_baseline(folder.path(), &[]);
    let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
    assert!(text.chars().all(|char| char == '\n' || !char.is_control()) && !text.contains('\u{202e}'), "{text}");
    assert_eq!(with_baseline(folder.path(), &[]).0, nothing());
}

#[test]
fn a_baseline_is_no_manifest() {
    let folder = folder(&[("a.yaml", &set("a"))]);
    let before = json(folder.path(), &[]);
    write_baseline(folder.path(), &[]);
    let after = json(folder.path(), &[]);
    assert_eq!(before["findings"], after["findings"]);
    assert_eq!(
        (&before["summary"]["documents"], &before["summary"]["skipped"]),
        (&after["summary"]["documents"], &after["summary"]["skipped"])
    );
}

#[test]
fn standard_input_has_a_baseline_too() {
    let folder = folder(&[]);
    let folder = folder.path();
    let text = set("a");
    assert_eq!(with_stdin(folder, &["check", "-", "--write-baseline", FILE], text.as_bytes()).code, 0);
    assert!(!entries(folder).is_empty());
    let run = with_stdin(folder, &["check", "-", "--baseline", FILE, "--format", "json"], text.as_bytes());
    assert_eq!(run.code, 0);
    assert_eq!(outcome(&serde_json::from_str(&run.stdout).unwrap()).0, nothing());
    let other = with_stdin(folder, &["check", "-", "--baseline", FILE, "--format", "json"], set("b").as_bytes());
    let (found, hidden, gone) = outcome(&serde_json::from_str(&other.stdout).unwrap());
    assert_eq!((found.is_empty(), hidden, gone), (false, 0, entries(folder).len() as u64));
}

#[test]
fn the_configuration_may_name_it() {
    let folder = folder(&[
        ("a.yaml", &set("a")),
        ("deep/b.yaml", &set("b")),
        (".git/HEAD", ""),
        (".stslint.yaml", "baseline: known/all.json\n"),
        ("known/.keep", ""),
    ]);
    let folder = folder.path();
    let missing = stslint(folder, &["check"]);
    assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
    assert!(missing.stderr.contains("known/all.json` writes it"), "{}", missing.stderr);
    assert_eq!(stslint(folder, &["check", "--write-baseline", "known/all.json"]).code, 0);
    for from in [folder.to_path_buf(), folder.join("deep")] {
        let run = stslint(&from, &["check", "--fail-on", "note"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("Suppressed by the baseline"), "{}", run.stdout);
    }
    for option in ["--no-ignores", "--isolated"] {
        let run = stslint(folder, &["check", "--fail-on", "note", option]);
        assert_eq!(run.code, 1, "{option}: {}{}", run.stdout, run.stderr);
    }
    let shown = stslint(folder, &["config"]).stdout;
    assert!(shown.contains("known/all.json"), "{shown}");
}
