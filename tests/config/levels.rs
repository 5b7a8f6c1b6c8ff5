//! Levels and overrides, and what the command line makes of them.

use crate::common::{stslint, write};
use crate::{FILE, WEB, folder, found, named, with};

const RULES: &[&str] = &["service-not-found", "budget-missing"];

#[test]
fn a_level_switches_off_or_sets_the_severity() {
    assert_eq!(with("rules: {service-not-found: error}\n", RULES)[1..], ["service-not-found error web.yaml:7"]);
    assert_eq!(with("rules: {service-not-found: note}\n", RULES)[1..], ["service-not-found note web.yaml:7"]);
    assert_eq!(with("rules: {service-not-found: off}\n", RULES), ["budget-missing note web.yaml:4"]);
    assert_eq!(with("rules: {service-not-found: \"off\"}\n", RULES), ["budget-missing note web.yaml:4"]);
    assert_eq!(with("rules: {service-not-found: on}\n", RULES)[1..], ["service-not-found warning web.yaml:7"]);
}

#[test]
fn a_rule_beats_its_group_whatever_comes_first() {
    for text in ["rules: {budget-missing: error, default: off}", "rules: {default: off, budget-missing: error}"] {
        assert_eq!(with(text, RULES), ["budget-missing error web.yaml:4"], "{text}");
    }
    assert_eq!(with("rules: {default: warning, all: off}", &["budget-missing"]), ["budget-missing warning web.yaml:4"]);
    assert_eq!(with("rules: {all: off}", &[]), Vec::<String>::new());
}

#[test]
fn the_severity_decides_the_exit_code() {
    let folder = folder(&[("web.yaml", WEB), (FILE, "rules: {service-not-found: note}\n")]);
    assert_eq!(stslint(folder.path(), &[]).code, 0);
    write(folder.path(), &[(FILE, "rules: {service-not-found: error}\nfail-on: error\n")]);
    assert_eq!(stslint(folder.path(), &[]).code, 1);
    write(folder.path(), &[(FILE, "fail-on: error\n")]);
    assert_eq!(stslint(folder.path(), &[]).code, 0);
    // The command line beats the file, and the file the default.
    assert_eq!(stslint(folder.path(), &["check", "--fail-on", "warning"]).code, 1);
    write(folder.path(), &[(FILE, "fail-on: never\n")]);
    assert_eq!(stslint(folder.path(), &[]).code, 0);
}

#[test]
fn the_command_line_says_which_rules_run_and_the_file_how_loud() {
    let text = "rules: {service-not-found: error, budget-missing: off}\n";
    let folder = folder(&[("web.yaml", WEB), (FILE, text)]);
    let run = |arguments: &[&str]| found(folder.path(), arguments, &[]);
    assert_eq!(run(&["--select", "budget-missing"]), ["budget-missing note web.yaml:4"]);
    assert_eq!(run(&["--select", "service-not-found"]), ["service-not-found error web.yaml:7"]);
    assert_eq!(run(&["--ignore", "service-not-found"]), Vec::<String>::new());
}

#[test]
fn an_override_counts_where_all_that_it_says_fits() {
    let folder = folder(&[
        ("prod/web.yaml", WEB),
        ("dev/web.yaml", &WEB.replace("namespace: shop", "namespace: ci-1")),
        ("dev/cache.yaml", &named("cache-a").replace("namespace: shop", "namespace: ci-1")),
    ]);
    let run = |text: &str| {
        write(folder.path(), &[(FILE, text)]);
        found(folder.path(), &[], &["service-not-found"])
    };
    let all = ["dev/cache.yaml", "dev/web.yaml", "prod/web.yaml"];
    for (condition, off) in [
        ("paths: dev", &[0, 1][..]),
        ("paths: dev/", &[0, 1]),
        ("paths: '*.yaml'", &[0, 1, 2]),
        ("paths: [dev/*, '!dev/web.yaml']", &[0]),
        ("namespaces: ci-*", &[0, 1]),
        ("names: cache-*", &[0]),
        ("names: [cache-*, web]", &[0, 1, 2]),
        ("names: web, paths: dev", &[1]),
        ("kinds: StatefulSet, namespaces: shop", &[2]),
        ("kinds: Service", &[]),
        ("kinds: '*'", &[0, 1, 2]),
    ] {
        let found = run(&format!("overrides: [{{{condition}, rules: {{service-not-found: off}}}}]\n"));
        let left = all.iter().enumerate().filter(|(index, _)| !off.contains(index));
        let left: Vec<String> = left.map(|(_, file)| format!("service-not-found warning {file}:7")).collect();
        assert_eq!(found, left, "{condition}");
    }
}

#[test]
fn the_last_override_that_fits_counts_and_can_switch_on() {
    let folder = folder(&[("a/web.yaml", WEB), ("b/web.yaml", WEB)]);
    let text = "\
rules: {service-not-found: off}
overrides:
  - {paths: [a, b], rules: {service-not-found: error}}
  - {paths: b, rules: {default: off, service-not-found: on}}
";
    write(folder.path(), &[(FILE, text)]);
    assert_eq!(
        found(folder.path(), &[], RULES),
        [
            "budget-missing note a/web.yaml:4",
            "service-not-found error a/web.yaml:7",
            "service-not-found warning b/web.yaml:7"
        ]
    );
    // `--ignore` has the last word.
    assert_eq!(found(folder.path(), &["--ignore", "all"], &[]), Vec::<String>::new());
}

#[test]
fn a_finding_elsewhere_fits_by_the_set_that_it_is_about() {
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: guard, namespace: shop}\n\
                  spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}\n";
    let folder = folder(&[("web.yaml", WEB), ("guard.yaml", budget)]);
    let run = |text: &str| {
        write(folder.path(), &[(FILE, text)]);
        found(folder.path(), &[], &["budget-blocks-eviction"]).len()
    };
    assert_eq!(run(""), 1);
    for condition in ["names: guard", "names: web", "kinds: StatefulSet", "paths: web.yaml", "paths: guard.yaml"] {
        assert_eq!(run(&format!("overrides: [{{{condition}, rules: {{default: off}}}}]\n")), 0, "{condition}");
    }
    // One object has to fit all of it.
    assert_eq!(run("overrides: [{names: web, kinds: PodDisruptionBudget, rules: {default: off}}]\n"), 1);
}

#[test]
fn files_that_are_no_text_have_levels_too() {
    let folder = folder(&[("web.yaml", WEB)]);
    std::fs::write(folder.path().join("bad.yaml"), b"kind: StatefulSet\n\xff\n").unwrap();
    let run = |text: &str| {
        write(folder.path(), &[(FILE, text)]);
        found(folder.path(), &[], &["invalid-manifest"])
    };
    assert_eq!(run(""), ["invalid-manifest error bad.yaml:2"]);
    assert_eq!(run("overrides: [{paths: bad.yaml, rules: {all: note}}]"), ["invalid-manifest note bad.yaml:2"]);
    assert_eq!(run("ignore: [{paths: bad.yaml, rules: invalid-manifest, reason: x}]"), Vec::<String>::new());
}
