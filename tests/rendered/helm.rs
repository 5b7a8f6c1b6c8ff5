//! The real helm.

use serde_json::Value;

use crate::common::{with_stdin, write};
use crate::{data, has, in_template, of_rule, pair, rendered, run_with};

/// The least that helm takes for a chart.
const DB: &str = "apiVersion: v2\nname: db\nversion: 1.0.0\n";

#[test]
fn a_chart_is_judged_as_helm_renders_it() {
    if !has("helm") {
        return;
    }
    let report = rendered(&data("charts"), &["ledger", "common"]);
    let budget = of_rule(&report, "budget-blocks-eviction");
    assert_eq!(budget, [pair("helm template ledger:8", "ledger/templates/around.yaml")]);
    let [(place, from)] = of_rule(&report, "readiness-probe-missing").try_into().unwrap();
    assert!(place.starts_with("helm template ledger:") && from == "ledger/templates/set.yaml", "{place} {from}");
    // What helm printed is no file that a link could open.
    let linked =
        run_with(&data("charts"), &["check", "--render", "--hyperlinks", "always", "ledger", "common"], None).stdout;
    assert!(linked.contains("helm template ledger:8") && linked.contains("]8;;"), "{linked}");
    assert!(!linked.contains("/helm%20template"), "{linked}");
    let journal = of_rule(&report, "service-not-found");
    assert!(journal.iter().all(|(_, from)| from == "ledger/charts/journal/templates/set.yaml"), "{journal:?}");
    assert_eq!(journal.len(), 1);
    assert_eq!(report["summary"]["sets"], 2);
    // A library is rendered with whoever uses it.
    assert_eq!(report["summary"]["skipped"]["Helm template"]["count"], 1);
    assert_eq!(report["summary"]["skipped"]["Helm template"]["places"][0], "common/templates/_set.yaml:1");
}

#[test]
fn the_same_from_standard_input() {
    if !has("helm") {
        return;
    }
    let charts = data("charts");
    let output = std::process::Command::new("helm")
        .args(["template", "--include-crds", "--kube-version=1.37.0", "one", "./ledger"])
        .current_dir(&charts)
        .output()
        .unwrap();
    assert!(output.status.success());
    let run = with_stdin(&charts, &["check", "--format", "json", "--fail-on", "never", "-"], &output.stdout);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let [(_, from)] = of_rule(&report, "budget-blocks-eviction").try_into().unwrap();
    assert_eq!(from, "ledger/templates/around.yaml");
    let run =
        with_stdin(&charts.join("ledger"), &["check", "--format", "json", "--fail-on", "never", "-"], &output.stdout);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let [(_, from)] = of_rule(&report, "budget-blocks-eviction").try_into().unwrap();
    assert_eq!(from, "templates/around.yaml");
}

#[test]
fn values_are_those_given_or_those_that_the_chart_is_tried_with() {
    if !has("helm") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let chart = data("charts/locked");
    let read = |name: &str| std::fs::read_to_string(chart.join(name)).unwrap();
    let files = [("locked/Chart.yaml", read("Chart.yaml")), ("locked/templates/set.yaml", read("templates/set.yaml"))];
    files.iter().for_each(|(name, text)| write(tree.path(), &[(name, text)]));
    write(tree.path(), &[("mine.yaml", "name: mine\n")]);
    let run = run_with(tree.path(), &["check", "--render"], None);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("a name is needed"), "{}", run.stderr);

    let report = rendered(tree.path(), &["--values", "mine.yaml"]);
    let places = of_rule(&report, "service-not-found");
    assert_eq!(places, [pair("helm template locked --values mine.yaml:8", "locked/templates/set.yaml")]);
    assert_eq!(report["findings"][0]["sets"][0]["name"], "mine");

    // Each in turn; what they have in common is said once.
    let tried = [("locked/ci/a-values.yaml", "name: one\n"), ("locked/ci/b-values.yaml", "name: one\n# again\n")];
    write(tree.path(), &tried);
    write(tree.path(), &[("locked/ci/c-values.yaml", "name: two\n"), ("locked/ci/other.yaml", "name: three\n")]);
    let report = rendered(tree.path(), &[]);
    let names: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["rule"] == "service-not-found")
        .map(|one| one["sets"][0]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["one", "two"]);
    assert_eq!(report["summary"]["sets"], 3);
}

#[test]
fn a_comment_that_some_values_need_is_needed() {
    if !has("helm") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let set = crate::STRICT.replace(
        "maxUnavailable: 0",
        "maxUnavailable: {{ .Values.most }} # stslint: ignore[budget-blocks-eviction] by hand",
    );
    let files = [
        ("db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 0.1.0\n"),
        ("db/templates/all.yaml", &set),
        ("db/ci/a-values.yaml", "most: 0\n"),
        ("db/ci/b-values.yaml", "most: 1\n"),
    ];
    write(tree.path(), &files);
    assert_eq!(of_rule(&rendered(tree.path(), &[]), "unused-suppression"), []);
    write(tree.path(), &[("db/ci/a-values.yaml", "most: 1\n")]);
    assert_eq!(of_rule(&rendered(tree.path(), &[]), "unused-suppression").len(), 1);
}

#[test]
fn dependencies_are_not_fetched() {
    if !has("helm") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let chart = "apiVersion: v2\nname: db\nversion: 0.1.0\ndependencies:\n- {name: other, version: 1.0.0, repository: \"https://charts.example\"}\n";
    write(tree.path(), &[("db/Chart.yaml", chart), ("db/templates/a.yaml", "")]);
    let run = run_with(tree.path(), &["check", "--render"], None);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("missing in charts/ directory: other"), "{}", run.stderr);
    assert!(run.stderr.ends_with("  help: fetch them first: helm dependency build db\n"), "{}", run.stderr);
}

#[test]
fn ci_systems_are_told_the_template() {
    if !has("helm") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let chart = data("charts/ledger");
    let read = |name: &str| std::fs::read_to_string(chart.join(name)).unwrap();
    let names = ["Chart.yaml", "values.yaml", "templates/_names.tpl", "templates/around.yaml", "templates/set.yaml"];
    names.iter().for_each(|name| write(tree.path(), &[(&format!("apps/ledger/{name}"), &read(name))]));
    write(
        tree.path(),
        &[(".git/HEAD", ""), ("apps/ledger/charts/journal/Chart.yaml", "name: journal\nversion: 1.0.0\n")],
    );
    for folder in [tree.path().to_path_buf(), tree.path().join("apps")] {
        in_template(&folder, &["--render"], "", "apps/ledger/templates/around.yaml");
    }
}

#[test]
fn a_baseline_keeps_what_only_rendering_shows() {
    if !has("helm") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), &[("apps/db/Chart.yaml", DB), ("apps/db/templates/all.yaml", crate::STRICT)]);
    write(tree.path(), &[(".git/HEAD", ""), ("a.yaml", &crate::STRICT.replace("db", "other"))]);
    let here = tree.path();
    let run = |folder: &str, arguments: &[&str]| {
        let run = run_with(&here.join(folder), arguments, None);
        assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.stdout, run.stderr);
        run.stdout
    };
    run("", &["--render", "--write-baseline", "known.json"]);
    let known = std::fs::read_to_string(here.join("known.json")).unwrap();
    assert!(known.contains("\"helm template apps/db\""), "{known}");
    // A run that renders nothing cannot tell, and takes nothing out.
    let plain = run("", &["--baseline", "known.json"]);
    assert!(!plain.contains("are gone") && !plain.contains("is gone"), "{plain}");
    run("", &["--write-baseline", "known.json"]);
    assert_eq!(std::fs::read_to_string(here.join("known.json")).unwrap(), known);
    // The same text from another folder.
    run("apps", &["--render", "--write-baseline", "../again.json", ".."]);
    assert_eq!(std::fs::read_to_string(here.join("again.json")).unwrap(), known);
}

#[test]
fn a_template_chooses_what_is_found_in_what_it_renders_to() {
    if !has("helm") {
        return;
    }
    let arguments = [
        "--context",
        "ledger",
        "ledger/templates/around.yaml",
        "--select",
        "budget-blocks-eviction,readiness-probe-missing",
    ];
    let report = rendered(&data("charts"), &arguments);
    assert_eq!(of_rule(&report, "budget-blocks-eviction").len(), 1);
    assert_eq!(of_rule(&report, "readiness-probe-missing").len(), 0);
}

#[test]
fn the_configuration_knows_what_is_rendered_by_its_template() {
    if !has("helm") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let files = [(".git/HEAD", ""), ("apps/db/Chart.yaml", DB), ("apps/db/templates/all.yaml", crate::STRICT)];
    write(tree.path(), &files);
    let budget = |configuration: &str, folder: &str| {
        write(tree.path(), &[(".stslint.yaml", configuration)]);
        let report = rendered(&tree.path().join(folder), &[]);
        let unused = of_rule(&report, "unused-suppression");
        assert!(unused.is_empty(), "{unused:?}");
        of_rule(&report, "budget-blocks-eviction").len()
    };
    for folder in ["", "apps"] {
        assert_eq!(budget("{}", folder), 1);
        let off = "overrides: [{paths: [apps/db/], rules: {budget-blocks-eviction: off}}]";
        assert_eq!(budget(off, folder), 0);
        let ignored = "ignore: [{rules: budget-blocks-eviction, paths: [apps/db/templates/all.yaml], reason: known}]";
        assert_eq!(budget(ignored, folder), 0);
        let other = "overrides: [{paths: [other/], rules: {budget-blocks-eviction: off}}]";
        assert_eq!(budget(other, folder), 1);
    }
}
