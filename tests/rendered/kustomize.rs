//! The real kustomize, by itself and as part of kubectl.

use serde_json::Value;

use crate::common::{with_stdin, write};
use crate::{data, has, of_rule, pair, rendered, run_with};

/// What is found in the test data with one of the programs.
#[cfg(unix)]
fn built_by(program: &str) -> Option<Value> {
    if !has(program) {
        return None;
    }
    let path = crate::only(&[program]);
    let arguments = ["check", "--format", "json", "--fail-on", "never", "--render"];
    let run = run_with(&data("kustomize"), &arguments, Some(path.path().into()));
    assert_eq!(run.code, 0, "{}", run.stderr);
    Some(serde_json::from_str(&run.stdout).unwrap())
}

#[cfg(unix)]
#[test]
fn overlays_are_judged_as_they_are_built_and_shown_where_they_are_written() {
    let reports: Vec<Value> = ["kustomize", "kubectl"].into_iter().filter_map(built_by).collect();
    for report in &reports {
        let rules = ["readiness-probe-missing", "undefined-env-reference", "service-not-headless"];
        let places = rules.map(|rule| of_rule(report, rule));
        let expected = ["base/set.yaml:17", "base/set.yaml:19", "base/service.yaml:4"];
        assert_eq!(places, expected.map(|place| vec![pair(place, "")]));
        let findings = report["findings"].as_array().unwrap();
        let probe = findings.iter().find(|one| one["rule"] == "readiness-probe-missing").unwrap();
        // A patch gives prod its probe.
        let names: Vec<&str> =
            probe["sets"].as_array().unwrap().iter().map(|set| set["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["dev-store", "store-traced"]);
        let notes = probe["notes"].as_array().unwrap();
        let seen = "seen in what this renders: `kustomize build overlays/dev`, `kustomize build traced`";
        assert_eq!(notes.last().unwrap(), seen);
        assert_eq!(report["summary"]["sets"], 3);
        assert_eq!(report["summary"]["skipped"], serde_json::json!({}));
    }
    // The same report, whichever of the two programs was there.
    assert!(reports.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_value_that_a_patch_sets_is_shown_where_it_was_built() {
    if !has("kubectl") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: db}\nspec:\n  maxUnavailable: 1\n  selector: {matchLabels: {app: db}}\n";
    let files = [
        ("base/kustomization.yaml", "resources: [db.yaml, budget.yaml]\n"),
        ("base/db.yaml", crate::STRICT.split_once("---\n").unwrap().1),
        ("base/budget.yaml", budget),
        (
            "over/kustomization.yaml",
            "resources: [../base]\npatches:\n- target: {kind: PodDisruptionBudget}\n  patch: |-\n    - {op: replace, path: /spec/maxUnavailable, value: 0}\n",
        ),
    ];
    write(tree.path(), &files);
    let report = rendered(tree.path(), &[]);
    assert_eq!(of_rule(&report, "budget-blocks-eviction"), [pair("kustomize build over:25", "base/budget.yaml")]);
}

#[test]
fn what_cannot_be_told_apart_is_shown_where_it_was_built() {
    if !has("kubectl") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let other = crate::STRICT.replace("db", "x-db");
    let kustomization = "namePrefix: x-\nresources: [a.yaml, b.yaml]\n";
    write(tree.path(), &[("kustomization.yaml", kustomization), ("a.yaml", crate::STRICT), ("b.yaml", &other)]);
    let report = rendered(tree.path(), &[]);
    // `x-db` is what becomes of `db`, or what another one was called before.
    let places = of_rule(&report, "budget-blocks-eviction");
    assert_eq!(places[0], pair("b.yaml:6", ""));
    assert!(places[1].0.starts_with("kustomize build .:") && places[1].1 == "kustomization.yaml", "{places:?}");
    assert_eq!(places.len(), 2);

    // With kustomize's own word it is certain.
    let told = format!("buildMetadata: [originAnnotations]\n{kustomization}");
    write(tree.path(), &[("kustomization.yaml", &told)]);
    let report = rendered(tree.path(), &[]);
    assert_eq!(of_rule(&report, "budget-blocks-eviction"), [pair("a.yaml:6", ""), pair("b.yaml:6", "")]);
}

#[test]
fn namespaces_tell_objects_of_one_name_apart() {
    if !has("kubectl") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let strict = |namespace: &str| {
        crate::STRICT.replace("  name: db\nspec", &format!("  name: db\n  namespace: {namespace}\nspec"))
    };
    let (a, b) = (strict("a"), strict("b"));
    write(tree.path(), &[("kustomization.yaml", "resources: [a.yaml, b.yaml]\n"), ("a.yaml", &a), ("b.yaml", &b)]);
    let report = rendered(tree.path(), &[]);
    assert_eq!(of_rule(&report, "budget-blocks-eviction"), [pair("a.yaml:7", ""), pair("b.yaml:7", "")]);
}

#[test]
fn an_object_of_a_base_that_was_not_read_is_not_taken_for_one_that_was() {
    if !has("kubectl") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let strict = |namespace: &str| {
        crate::STRICT.replace("  name: db\nspec", &format!("  name: db\n  namespace: {namespace}\nspec"))
    };
    let files = [
        ("over/kustomization.yaml", "resources: [../base, ../other]\n".to_owned()),
        ("base/kustomization.yaml", "resources: [a.yaml]\n".to_owned()),
        ("base/a.yaml", strict("a")),
        ("other/kustomization.yaml", "resources: [b.yaml]\n".to_owned()),
        ("other/b.yaml", strict("b")),
    ];
    files.iter().for_each(|(name, text)| write(tree.path(), &[(name, text)]));
    let report = rendered(tree.path(), &["over", "base"]);
    let places = of_rule(&report, "budget-blocks-eviction");
    assert_eq!(places[0], pair("base/a.yaml:7", ""));
    assert!(places[1].0.starts_with("kustomize build over:") && places[1].1 == "over/kustomization.yaml", "{places:?}");
    // One namespace for all leaves nothing in doubt.
    write(tree.path(), &[("over/kustomization.yaml", "namespace: c\nresources: [../base]\n")]);
    let report = rendered(tree.path(), &["over", "base"]);
    assert_eq!(of_rule(&report, "budget-blocks-eviction"), [pair("base/a.yaml:7", "")]);
}

#[test]
fn comments_in_the_file_speak_for_what_is_built_of_it() {
    if !has("kubectl") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let quiet = crate::STRICT
        .replace("maxUnavailable: 0", "maxUnavailable: 0 # stslint: ignore[budget-blocks-eviction] by hand");
    write(tree.path(), &[("kustomization.yaml", "namePrefix: x-\nresources: [a.yaml]\n"), ("a.yaml", &quiet)]);
    let report = rendered(tree.path(), &[]);
    assert_eq!(of_rule(&report, "budget-blocks-eviction"), []);
    assert_eq!(of_rule(&report, "unused-suppression"), []);
    assert_eq!(report["suppressed"][0]["reason"], "by hand");
}

#[test]
fn nothing_is_fetched_and_no_chart_inflated() {
    if !has("kubectl") {
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    let files = [
        ("far/kustomization.yaml", "resources: [\"https://example.com/x/y//deploy?ref=v1\"]\n"),
        ("hidden/kustomization.yaml", "resources: [a.yaml]\npatches: [{path: \"https://example.com/patch.yaml\"}]\n"),
        ("hidden/a.yaml", crate::STRICT),
        ("inflate/kustomization.yaml", "helmCharts: [{name: x, repo: \"https://example.com\"}]\n"),
    ];
    write(tree.path(), &files);
    let run = run_with(tree.path(), &["check", "--render"], None);
    assert_eq!(run.code, 2);
    for words in [
        "error: `kustomize build far` was not rendered, and what it would print was not judged:\n    gathers `https://example.com/x/y//deploy?ref=v1`, and --render opens no network\n  help: --render opens no network; render it yourself: kustomize build far | stslint check -\n",
        "`kustomize build hidden` was not rendered",
        "must specify --enable-helm\n",
        "  help: render it yourself: kustomize build inflate --enable-helm | stslint check -\n",
    ] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
}

#[test]
fn the_same_from_standard_input() {
    if !has("kubectl") {
        return;
    }
    let folder = data("kustomize");
    let output =
        std::process::Command::new("kubectl").args(["kustomize", "traced"]).current_dir(&folder).output().unwrap();
    let run = with_stdin(&folder, &["check", "--format", "json", "--fail-on", "never", "-"], &output.stdout);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let [(place, from)] = of_rule(&report, "readiness-probe-missing").try_into().unwrap();
    assert!(place.starts_with("<stdin>:") && from == "../base/set.yaml", "{place} {from}");
}
