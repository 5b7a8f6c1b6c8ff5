//! `--watch`, by its output: nothing here measures time.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;

use crate::common::{stslint, write};
use crate::live::{Live, interrupt};
use crate::shell::has;

pub(crate) fn set(name: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec:\n  serviceName: {name}\n  replicas: 3\n  \
         selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec: \
         {{containers: [{{name: main, image: registry.example/main:1}}]}}\n"
    )
}

fn start(folder: &Path, arguments: &[&str]) -> Live {
    let mut all = vec!["check", "--watch", "--select", "service-not-found"];
    all.extend(arguments);
    let live = Live::stslint(folder, &all);
    live.until("the first wait", |live| waits(live) == 1);
    live
}

fn waits(live: &Live) -> usize {
    live.stderr().matches("Watching for changes").count()
}

/// The report of the newest run that is over: what was printed behind the one before it.
fn says(live: &Live, what: &str) {
    let last = |live: &Live| {
        let all = live.stdout();
        let ends: Vec<usize> = all.match_indices(" documents).\n").map(|(at, end)| at + end.len()).collect();
        let ends = if ends.is_empty() {
            all.match_indices(" document).\n").map(|(at, end)| at + end.len()).collect()
        } else {
            ends
        };
        let begin = ends.len().checked_sub(2).map_or(0, |at| ends[at]);
        all[begin..].to_owned()
    };
    live.until(what, |live| last(live).contains(what));
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    folder
}

#[test]
fn saves_are_seen_however_editors_make_them() {
    let found = folder(&[("deploy/a.yaml", &set("a")), ("deploy/more.yaml", "kind: Service\n")]);
    let mut live = start(found.path(), &["deploy"]);
    says(&live, "Found 1 warning in 1 StatefulSet");
    let path = |name: &str| found.path().join("deploy").join(name);
    // Written in place.
    fs::write(path("a.yaml"), set("b")).unwrap();
    says(&live, "Service `b`");
    // Written beside and renamed.
    fs::write(path(".a.yaml.swp"), set("c")).unwrap();
    fs::rename(path(".a.yaml.swp"), path("a.yaml")).unwrap();
    says(&live, "Service `c`");
    // The old one kept as a backup.
    fs::rename(path("a.yaml"), path("a.yaml~")).unwrap();
    fs::write(path("a.yaml"), set("d")).unwrap();
    says(&live, "Service `d`");
    // A new file, in a new folder.
    write(found.path(), &[("deploy/new/deep/e.yaml", &set("e"))]);
    says(&live, "Found 2 warnings in 2 StatefulSets");
    write(found.path(), &[("deploy/new/deep/e.yaml", &set("f"))]);
    says(&live, "Service `f`");
    fs::remove_dir_all(path("new")).unwrap();
    says(&live, "Found 1 warning in 1 StatefulSet");
    // Ctrl-C ends it as it ends any program.
    live.interrupt();
    assert_eq!(live.end().signal(), Some(2));
    assert!(!live.stdout().contains('\u{1b}'), "no screen to clear");
}

#[test]
fn what_ignore_files_say_is_followed() {
    let found = folder(&[("a.yaml", &set("a")), ("b.yaml", &set("b"))]);
    let live = start(found.path(), &[]);
    says(&live, "Found 2 warnings");
    fs::write(found.path().join(".gitignore"), "b.yaml\n").unwrap();
    says(&live, "Found 1 warning");
    fs::remove_file(found.path().join(".gitignore")).unwrap();
    says(&live, "Found 2 warnings");
}

#[test]
fn a_folder_or_file_that_goes_away_is_an_error_until_it_is_back() {
    let found = folder(&[("deploy/a.yaml", &set("a"))]);
    for named in ["deploy", "deploy/a.yaml"] {
        let live = start(found.path(), &[named]);
        fs::rename(found.path().join("deploy"), found.path().join("away")).unwrap();
        live.until("the error", |live| live.stderr().contains(&format!("{named}: no such file or folder")));
        let before = waits(&live);
        fs::rename(found.path().join("away"), found.path().join("deploy")).unwrap();
        live.until("the next run", |live| waits(live) > before);
        write(found.path(), &[("deploy/a.yaml", &set("b"))]);
        says(&live, "Service `b`");
        write(found.path(), &[("deploy/a.yaml", &set("a"))]);
    }
}

#[test]
fn other_files_and_our_own_reading_start_nothing() {
    let found = folder(&[("a.yaml", &set("a")), ("readme.md", "x")]);
    let live = start(found.path(), &[]);
    fs::write(found.path().join("readme.md"), "y").unwrap();
    fs::read(found.path().join("a.yaml")).unwrap();
    fs::write(found.path().join("a.yaml"), set("b")).unwrap();
    live.until("the second run", |live| waits(live) >= 2);
    says(&live, "Service `b`");
    // Had the reading of the second run started a third, it would be there before this one's.
    fs::write(found.path().join("a.yaml"), set("c")).unwrap();
    says(&live, "Service `c`");
    live.until("the third wait", |live| waits(live) >= 3);
    assert!(live.stdout().matches("Found 1 warning").count() <= 4, "{}", live.stdout());
}

#[test]
fn a_report_that_is_written_into_the_folder_starts_nothing() {
    let found = folder(&[("a.yaml", &set("a"))]);
    let mut command = Command::new("sh");
    command.args(["-c", "exec stslint check --watch --format json . >report.json"]);
    let live = Live::start(&mut command, found.path());
    live.until("the first wait", |live| waits(live) == 1);
    fs::write(found.path().join("a.yaml"), set("b")).unwrap();
    live.until("the second wait", |live| waits(live) == 2);
    // Longer than it takes to see a save; nothing is asserted but that no run follows.
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    assert_eq!(waits(&live), 2);
}

#[test]
fn reports_that_go_to_files_in_the_folder_start_nothing() {
    let found = folder(&[("in/a.yaml", &set("a")), ("in/later.json", "{}")]);
    std::os::unix::fs::symlink("later.json", found.path().join("in/link.json")).unwrap();
    let live =
        start(found.path(), &["in", "--format", "json=in/report.json", "--format", "sarif=./in/../in/link.json"]);
    fs::write(found.path().join("in/a.yaml"), set("b")).unwrap();
    live.until("the second wait", |live| waits(live) == 2);
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    assert_eq!(waits(&live), 2);
}

#[test]
fn the_configuration_the_baseline_and_own_systems_are_followed() {
    let found = folder(&[(".git/HEAD", ""), ("a/deploy/a.yaml", &set("a")), ("known/baseline.json", BASELINE)]);
    let live = start(found.path(), &["a/deploy", "--baseline", "known/baseline.json"]);
    says(&live, "Found 1 warning");
    // One that comes, nearer and nearer.
    let off = "rules: {service-not-found: error}\n";
    fs::write(found.path().join(".stslint.yaml"), off).unwrap();
    says(&live, "Found 1 error");
    fs::write(found.path().join("a/.stslint.yaml"), "rules: {service-not-found: note}\n").unwrap();
    says(&live, "Found 1 note");
    // A fault is said, and what mends it is seen.
    fs::write(found.path().join("a/.stslint.yaml"), "rules: {service-not-fund: note}\n").unwrap();
    live.until("the fault", |live| live.stderr().contains("did you mean `service-not-found`?"));
    fs::remove_file(found.path().join("a/.stslint.yaml")).unwrap();
    says(&live, "Found 1 error");
    write(found.path(), &[("own/x.yaml", "a: [\n"), (".stslint.yaml", "systems: own\n")]);
    live.until("the fault in a system", |live| live.stderr().contains("own/x.yaml"));
    live.until("rest", |live| live.stderr().trim_end().ends_with("Ctrl-C ends."));
    let before = waits(&live);
    fs::write(found.path().join("own/x.yaml"), "b: 1\n").unwrap();
    live.until("the next run", |live| waits(live) > before);
    fs::remove_file(found.path().join(".stslint.yaml")).unwrap();
    says(&live, "Found 1 warning");
    fs::write(found.path().join("known/baseline.json"), "{}").unwrap();
    live.until("the fault in the baseline", |live| live.stderr().contains("this is no baseline"));
}

const BASELINE: &str = "{\"stslint-baseline\": 1, \"findings\": []}\n";

#[test]
fn only_a_terminal_is_cleared_and_only_between_two_reports() {
    if !has("script") {
        eprintln!("skipped: script (util-linux) is not installed");
        return;
    }
    let found = folder(&[("a.yaml", &set("a"))]);
    let clear = "\u{1b}[H\u{1b}[2J";
    for (term, clears) in [("xterm", 1), ("dumb", 0)] {
        let mut command = Command::new("script");
        command
            .args(["-q", "-e", "-c", "echo $$ >id; exec stslint check --watch a.yaml", "/dev/null"])
            .env("TERM", term);
        let mut live = Live::start(&mut command, found.path());
        let waits = |live: &Live| live.stdout().matches("Watching for changes").count();
        live.until("the first wait", |live| waits(live) == 1);
        assert!(!live.stdout().contains(clear));
        fs::write(found.path().join("a.yaml"), set("b")).unwrap();
        live.until("the second wait", |live| waits(live) == 2);
        assert_eq!(live.stdout().matches(clear).count(), clears, "{:?}", live.stdout());
        interrupt(fs::read_to_string(found.path().join("id")).unwrap().trim());
        assert_eq!(live.end().code(), Some(130));
    }
}

#[test]
fn what_is_wrong_from_the_beginning_is_exit_2() {
    let found = folder(&[("a.yaml", &set("a"))]);
    for (arguments, words) in [
        (&["--watch", "-"][..], "standard input can be read only once"),
        (&["--watch", "nowhere"], "nowhere: no such file or folder"),
        (&["--watch", "--select", "nothing"], "no rule or group is called `nothing`"),
        (&["--watch", "--base", "nowhere"], "no Git repository"),
    ] {
        let run = stslint(found.path(), arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn every_report_for_programs_is_whole() {
    let found = folder(&[("a.yaml", &set("a"))]);
    let live = start(found.path(), &["--format", "json"]);
    fs::write(found.path().join("a.yaml"), set("b")).unwrap();
    live.until("the second report", |live| live.stdout().contains("Service `b`") && waits(live) >= 2);
    let all = live.stdout();
    let reports: Vec<serde_json::Value> =
        serde_json::Deserializer::from_str(&all).into_iter().collect::<Result<_, _>>().unwrap();
    assert!(reports.len() >= 2 && reports.iter().all(|report| report["summary"]["sets"] == 1), "{all}");
}

#[test]
fn the_users_own_files_are_followed_wherever_they_lie() {
    let found = folder(&[
        (".git/HEAD", ""),
        ("deploy/a.yaml", &set("a")),
        ("around/b.yaml", "kind: Service\n"),
        (".stslint.yaml", "rules: {service-not-found: error}\n"),
    ]);
    let live = start(found.path(), &["--context", "deploy", "--context", "around", "deploy"]);
    says(&live, "Found 1 error");
    write(found.path(), &[(".stslint.yaml", "external-services: [a]\n")]);
    says(&live, "No findings");
    write(found.path(), &[(".stslint.yaml", "rules: {service-not-found: note}\n")]);
    says(&live, "Found 1 note");
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None, selector: {app: a}}\n";
    write(found.path(), &[("around/b.yaml", service)]);
    says(&live, "No findings");
}

#[test]
fn a_new_baseline_is_read() {
    let found = folder(&[("deploy/a.yaml", &set("a"))]);
    let run = stslint(found.path(), &["deploy", "--select", "service-not-found", "--write-baseline", "known.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let known = fs::read_to_string(found.path().join("known.json")).unwrap();
    let live = start(found.path(), &["--baseline", "known.json", "deploy"]);
    says(&live, "No findings");
    let none = known.lines().filter(|line| !line.contains("fingerprint")).collect::<Vec<_>>().join("\n");
    fs::write(found.path().join("known.json"), none).unwrap();
    says(&live, "Found 1 warning");
}

#[test]
fn what_a_renderer_may_read_is_followed() {
    use std::os::unix::fs::PermissionsExt as _;
    let found =
        folder(&[("bin/helm", ""), ("work/db/Chart.yaml", "name: db\n"), ("work/db/templates/_set.tpl", &set("a"))]);
    let helm = found.path().join("bin/helm");
    fs::write(&helm, format!("#!/bin/sh\nexec cat {}/work/db/templates/_set.tpl\n", found.path().display())).unwrap();
    fs::set_permissions(&helm, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", helm.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("env");
    command.args([&format!("PATH={path}"), env!("CARGO_BIN_EXE_stslint")]);
    command.args(["check", "--watch", "--render", "--select", "service-not-found"]);
    let live = Live::start(&mut command, &found.path().join("work"));
    says(&live, "Service `a`");
    live.until("the first wait", |live| waits(live) == 1);
    fs::write(found.path().join("work/db/templates/_set.tpl"), set("b")).unwrap();
    says(&live, "Service `b`");
}
