//! The `ignore` entries.

use serde_json::{Value, json};

use crate::common::{json as report, stslint, write};
use crate::{FILE, WEB, folder, found, named, on};

/// 2027-01-31 and the day after it, in seconds, at their last and first second.
const LAST: &str = "1801439999";
const AFTER: &str = "1801440000";

const ENTRY: &str = "\
ignore:
  - rules: service-not-found
    reason: the operator makes it
    until: 2027-01-31
";

#[test]
fn what_an_entry_switches_off_is_in_the_report_with_its_reason() {
    let folder =
        folder(&[("web.yaml", WEB), (FILE, "# head\nignore:\n  - {rules: [service-not-found], reason: so be it}\n")]);
    let report = report(folder.path(), &[]);
    let off = report["suppressed"].as_array().unwrap();
    assert_eq!(off.len(), 1);
    assert_eq!((&off[0]["by"], &off[0]["reason"]), (&json!("configuration"), &json!("so be it")));
    assert_eq!(off[0]["finding"]["rule"], "service-not-found");
    let place = &off[0]["location"];
    assert_eq!(
        (&place["file"], &place["start"]["line"], &place["start"]["column"]),
        (&json!(FILE), &json!(3), &json!(14))
    );
    assert_eq!(crate::found(folder.path(), &[], &["service-not-found", "unused-suppression"]), Vec::<String>::new());
    let run = stslint(folder.path(), &[]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("Suppressed by the configuration: 1 finding."), "{}", run.stdout);
}

#[test]
fn an_entry_fits_by_path_object_and_field() {
    let folder = folder(&[("a/web.yaml", WEB), ("b/cache.yaml", &named("cache"))]);
    let run = |condition: &str| {
        write(folder.path(), &[(FILE, &format!("ignore: [{{rules: service-not-found, reason: x, {condition}}}]\n"))]);
        found(folder.path(), &[], &["service-not-found"]).len()
    };
    for (condition, left) in [
        ("paths: a", 1),
        ("names: cache", 1),
        ("names: cach", 2),
        ("namespaces: shop", 0),
        ("namespaces: [other, sh*]", 0),
        ("fields: spec.serviceName", 0),
        ("fields: spec", 0),
        ("fields: spec.service", 2),
        ("fields: spec.replicas", 2),
        ("paths: b, names: web", 2),
    ] {
        assert_eq!(run(condition), left, "{condition}");
    }
}

#[test]
fn groups_can_be_ignored() {
    let folder = folder(&[("web.yaml", WEB), (FILE, "ignore: [{rules: all, names: web, reason: a test bench}]\n")]);
    assert_eq!(found(folder.path(), &[], &[]), Vec::<String>::new());
}

#[test]
fn an_entry_that_does_nothing_is_reported_where_it_stands() {
    let text = "ignore:\n  - rules: [service-not-found, quorum-too-small]\n    reason: x\n";
    let folder = folder(&[("web.yaml", WEB), (FILE, text)]);
    assert_eq!(found(folder.path(), &[], &["unused-suppression"]), ["unused-suppression note .stslint.yaml:2"]);
    let run = stslint(folder.path(), &["check", "--verbose"]);
    let said = "note[unused-suppression]: `quorum-too-small` finds nothing that this entry could switch off";
    assert!(run.stdout.contains(said) && run.stdout.contains("remove it"), "{}", run.stdout);
    // Its own level counts, and it can be ignored itself.
    let louder = format!("rules: {{unused-suppression: error}}\n{text}");
    write(folder.path(), &[(FILE, &louder)]);
    assert_eq!(found(folder.path(), &[], &["unused-suppression"]), ["unused-suppression error .stslint.yaml:3"]);
    write(folder.path(), &[(FILE, &format!("rules: {{unused-suppression: off}}\n{text}"))]);
    assert_eq!(found(folder.path(), &[], &["unused-suppression"]), Vec::<String>::new());
    // A rule that did not run, or was switched off, found nothing for that reason.
    write(folder.path(), &[(FILE, text)]);
    for arguments in [&["--select", "unused-suppression"][..], &["--ignore", "quorum-too-small"]] {
        assert_eq!(found(folder.path(), arguments, &["unused-suppression"]), Vec::<String>::new(), "{arguments:?}");
    }
}

#[test]
fn a_run_over_a_part_knows_nothing_of_the_rest() {
    let text = "\
ignore:
  - {rules: quorum-too-small, reason: x}
  - {rules: quorum-even-members, reason: x, paths: a}
  - {rules: quorum-even-members, reason: x, paths: b}
";
    let folder = folder(&[("a/web.yaml", WEB), ("b/cache.yaml", &named("cache")), (FILE, text)]);
    let lines = |paths: &[&str]| found(folder.path(), paths, &["unused-suppression"]);
    assert_eq!(lines(&["a"]), ["unused-suppression note .stslint.yaml:3"]);
    // A single file is a piece of something: what is missing may need the entry.
    assert_eq!(lines(&["a/web.yaml"]), Vec::<String>::new());
    assert_eq!(lines(&["a", "b"]).len(), 2);
    assert_eq!(lines(&[]).len(), 3);
}

#[test]
fn an_entry_counts_to_the_end_of_its_last_day() {
    let folder = folder(&[("web.yaml", WEB), (FILE, ENTRY)]);
    let run = |day: &str| {
        let run =
            on(day, folder.path(), &["check", "--format", "json", "--select", "service-not-found,unused-suppression"]);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        (run.code, crate::common::places(&report))
    };
    assert_eq!(run(LAST), (0, vec![]));
    let (code, found) = run(AFTER);
    assert_eq!(code, 1);
    let text =
        |(rule, severity, file, line): &(String, String, String, u64)| format!("{rule} {severity} {file}:{line}");
    let found: Vec<String> = found.iter().map(text).collect();
    let back = ["unused-suppression warning .stslint.yaml:4", "service-not-found warning web.yaml:7"];
    assert_eq!(found, back);
    let said = on(AFTER, folder.path(), &["check"]).stdout;
    assert!(
        said.contains("this entry counted until 2027-01-31: what `service-not-found` finds there is reported again")
    );
}

#[test]
fn an_entry_whose_day_is_over_and_that_is_not_needed_is_a_note() {
    let text = ENTRY.replace("service-not-found", "quorum-too-small");
    let folder = folder(&[("web.yaml", WEB), (FILE, &text)]);
    let run = on(AFTER, folder.path(), &["check", "--fail-on", "warning", "--ignore", "service-not-found"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let run = on(AFTER, folder.path(), &["check", "--fail-on", "never"]);
    assert!(run.stdout.contains("note[unused-suppression]: .stslint.yaml:2:12"), "{}", run.stdout);
}

#[test]
fn the_day_comes_from_the_clock_or_from_the_environment() {
    let folder = folder(&[("web.yaml", WEB), (FILE, &ENTRY.replace("2027-01-31", "2024-02-29"))]);
    assert_eq!(stslint(folder.path(), &["check", "--select", "service-not-found"]).code, 1);
    assert_eq!(on("0", folder.path(), &["check", "--select", "service-not-found"]).code, 0);
    let bad = on("yesterday", folder.path(), &["check"]);
    assert_eq!((bad.code, bad.stdout.as_str()), (2, ""));
    assert_eq!(bad.stderr, "error: SOURCE_DATE_EPOCH is `yesterday`, no number of seconds\n");
}

#[test]
fn comments_count_as_used_beside_entries_and_overrides() {
    let commented = WEB.replace("serviceName: web", "serviceName: web  # stslint: ignore[service-not-found] by hand");
    for text in [
        "ignore: [{rules: service-not-found, reason: x}]\n",
        "overrides: [{names: web, rules: {service-not-found: off}}]\n",
    ] {
        let folder = folder(&[("web.yaml", &commented), (FILE, text)]);
        assert_eq!(
            found(folder.path(), &[], &["service-not-found", "unused-suppression"]),
            Vec::<String>::new(),
            "{text}"
        );
    }
}

#[test]
fn fingerprints_of_entries_stay_when_lines_move() {
    let folder = folder(&[("web.yaml", WEB)]);
    let prints = |head: &str| {
        let text = "  - {rules: quorum-too-small, reason: x}\n  - {rules: quorum-too-small, reason: x}\n";
        write(folder.path(), &[(FILE, &format!("{head}ignore:\n{text}"))]);
        let report = report(folder.path(), &["--select", "unused-suppression,quorum-too-small"]);
        let findings = report["findings"].as_array().unwrap().clone();
        findings.iter().map(|one| one["fingerprint"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // Rules were chosen on the command line, and both of them ran.
    let before = prints("");
    assert_eq!(before.len(), 2);
    assert_ne!(before[0], before[1]);
    assert_eq!(before, prints("# a line\nfail-on: error\n"));
}

#[test]
fn no_ignores_reports_what_entries_switch_off() {
    let folder =
        folder(&[("web.yaml", WEB), (FILE, "ignore: [{rules: all, reason: x}]\nrules: {budget-missing: off}\n")]);
    assert_eq!(found(folder.path(), &[], &[]), Vec::<String>::new());
    assert_eq!(found(folder.path(), &["--no-ignores"], &[]), ["service-not-found warning web.yaml:7"]);
}
