//! Comments and annotations that switch findings off, in every place where somebody may write them.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{json, of_rule, stslint, with_stdin, write};
use serde_json::{Value, json};

const SET: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: registry.example/web:1
          ports: [{containerPort: 80}]
          readinessProbe: {tcpSocket: {port: 80}}
";

/// A set without a name is silent; this one asks for a Service that is not there.
const RULES: &str = "service-not-found,unused-suppression,suppression-without-reason";

const COMMENT: &str = "# stslint: ignore[service-not-found] made by the operator";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    folder
}

fn report(files: &[(&str, &str)]) -> Value {
    json(folder(files).path(), &["--select", RULES])
}

/// Findings as `rule:line:severity`, and by what means how many were switched off.
fn outcome(report: &Value) -> (Vec<String>, Vec<String>) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let found =
        report["findings"].as_array().unwrap().iter().map(|one| {
            format!("{}:{}:{}", text(&one["rule"]), one["location"]["start"]["line"], text(&one["severity"]))
        });
    let off = report["suppressed"].as_array().unwrap().iter();
    (found.collect(), off.map(|one| format!("{}: {}", text(&one["by"]), text(&one["reason"]))).collect())
}

#[track_caller]
fn silent(name: &str, text: &str) {
    let (found, off) = outcome(&report(&[(name, text)]));
    assert_eq!(found, Vec::<String>::new(), "{text}");
    assert_eq!(off.len(), 1, "{text}: {off:?}");
    assert!(off[0].ends_with(": made by the operator"), "{off:?}");
}

fn annotated(annotations: &str) -> String {
    SET.replacen("  name: web\n", &format!("  name: web\n  annotations:\n{annotations}"), 1)
}

#[test]
fn comments_count_wherever_yaml_has_them() {
    let trailing = |comment: &str| SET.replace("serviceName: web", &format!("serviceName: web {comment}"));
    silent("trailing.yaml", &trailing(COMMENT));
    silent("tabs.yaml", &trailing("\t#\tstslint:\tignore[service-not-found]\tmade by the operator"));
    silent("crlf.yaml", &trailing(COMMENT).replace('\n', "\r\n"));
    silent("crlf-above.yaml", &format!("{COMMENT}\n---\n{SET}").replace('\n', "\r\n"));
    silent("bom.yaml", &format!("\u{feff}{COMMENT}\n{SET}"));
    silent("license.yaml", &format!("# Copyright\n\n{COMMENT}\n\n# more\n%YAML 1.2\n---\n{SET}"));
    silent("end.yaml", &format!("a: 1\n...\n{COMMENT}\n---\n{SET}"));
    silent(
        "two.yaml",
        &trailing(
            "# stslint: ignore[budget-missing] one member # stslint: ignore[service-not-found] made by the operator",
        ),
    );
    let flow = "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: web}, spec: {\n  serviceName: web, # stslint: ignore[service-not-found] made by the operator\n  replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: a/b:1, readinessProbe: {tcpSocket: {port: 80}}}]}}}}\n";
    silent("flow.yaml", &format!("# comes first\n---\n{flow}"));
    let lone = format!("- # the set\n  {}", SET.trim_end().replace('\n', "\n  "));
    silent("list.yaml", &format!("apiVersion: v1\nkind: List\nitems:\n{COMMENT}\n{lone}\n"));
    let lone = format!("-\n  {}", SET.trim_end().replace('\n', "\n  "));
    silent("lone.yaml", &format!("apiVersion: v1\nkind: List\nitems:\n{COMMENT}\n{lone}\n"));
    silent("source.yaml", &format!("---\n# Source: chart/templates/set.yaml\n{COMMENT}\n{SET}"));
}

#[test]
fn comments_between_documents_speak_for_the_next_one_only() {
    let other = "apiVersion: v1\nkind: Secret\nmetadata: {name: other}\n";
    for between in [
        format!("{other}---\n{COMMENT}\n---\n{SET}"),
        format!("{other}{COMMENT}\n---\n{SET}"),
        format!("{SET}---\n{other}---\n{COMMENT}\n{}", SET.replace("name: web\nspec", "name: second\nspec")),
    ] {
        let (_, off) = outcome(&report(&[("all.yaml", &between)]));
        assert_eq!(off, ["comment: made by the operator"], "{between}");
    }
    // What belongs to a document that is not read is none of ours: its comments, and its content above all.
    let inside = format!(
        "apiVersion: v1\nkind: Secret\n# stslint: ignore[nonsense] x\nmetadata: {{name: other}}\nstringData:\n  a: |\n    {COMMENT}\n"
    );
    let (found, off) = outcome(&report(&[("all.yaml", &format!("{inside}---\n{SET}"))]));
    assert_eq!((found.len(), off.len()), (1, 0), "{found:?} {off:?}");
    assert!(found[0].starts_with("service-not-found"));
}

#[test]
fn text_is_no_comment() {
    let script = format!(
        "          command: [sh]\n          args:\n            - |\n              {COMMENT}\n              # stslint: ignore[nonsense] x\n              run\n"
    );
    let (found, off) = outcome(&report(&[("web.yaml", &format!("{SET}{script}"))]));
    assert_eq!((found.as_slice(), off.len()), (&["service-not-found:6:note".to_owned()][..], 0));
    let quoted = annotated("    note: '# stslint: ignore[nonsense] x'\n");
    let (found, _) = outcome(&report(&[("web.yaml", &quoted)]));
    assert_eq!(found, ["service-not-found:8:note"]);
}

#[test]
fn slips_in_comments_are_said() {
    let with = |comment: &str| {
        outcome(&report(&[("web.yaml", &SET.replace("replicas: 1", &format!("replicas: 1 {comment}")))])).0
    };
    for slip in [
        "# stslint: ignore",
        "# stslint: ignore service-not-found",
        "# stslint: disable[service-not-found] x",
        "# stslint: ignore[] x",
    ] {
        assert_eq!(with(slip), ["service-not-found:6:note", "unused-suppression:7:warning"], "{slip}");
    }
    for prose in ["# stslint: see the wiki", "# about stslint: ignore[x]"] {
        assert_eq!(with(prose), ["service-not-found:6:note"], "{prose}");
    }
}

#[test]
fn a_reason_is_asked_for_once() {
    let text =
        SET.replace("serviceName: web", "serviceName: web # stslint: ignore[service-not-found, service-not-headless]");
    let bare = report(&[("web.yaml", &text)]);
    // `service-not-headless` did not run.
    assert_eq!(outcome(&bare).0, ["suppression-without-reason:6:note"]);
    // Of one that is of no use nothing else is said.
    let text = SET.replace("replicas: 1", "replicas: 1 # stslint: ignore[service-not-found]");
    assert_eq!(outcome(&report(&[("web.yaml", &text)])).0, ["service-not-found:6:note", "unused-suppression:7:note"]);
    let annotation = annotated("    stslint/ignore-service-not-found:\n");
    assert_eq!(outcome(&report(&[("web.yaml", &annotation)])).0, ["suppression-without-reason:6:note"]);
}

#[test]
fn what_is_said_of_suppressions_can_be_switched_off_as_well() {
    let line = "serviceName: web # stslint: ignore[service-not-fuond, unused-suppression] an old branch needs it";
    let (found, off) = outcome(&report(&[("web.yaml", &SET.replace("serviceName: web", line))]));
    assert_eq!(found, ["service-not-found:6:note"]);
    assert_eq!(off, ["comment: an old branch needs it"]);
    let above = format!(
        "# stslint: ignore[service-not-found]\n# stslint: ignore[suppression-without-reason] see the commit\n{SET}"
    );
    let (found, off) = outcome(&report(&[("web.yaml", &above)]));
    assert_eq!((found.len(), off.len()), (0, 2), "{found:?} {off:?}");
    let needless = SET.replace("serviceName: web", "serviceName: web # stslint: ignore[unused-suppression] why");
    assert_eq!(
        outcome(&report(&[("web.yaml", &needless)])).0,
        ["service-not-found:6:note", "unused-suppression:6:note"]
    );
}

#[test]
fn annotations_switch_off_what_is_about_their_object() {
    silent("set.yaml", &annotated("    stslint/ignore-service-not-found: made by the operator\n"));
    silent("quoted.yaml", &annotated("    \"stslint/ignore-service-not-found\": |\n      made by the operator\n"));
    let template = SET.replace(
        "      labels: {app: web}\n",
        "      labels: {app: web}\n      annotations: {stslint/ignore-service-not-found: made by the operator}\n",
    );
    silent("template.yaml", &template);
    let from_yaml: Value = json!({"apiVersion": "apps/v1", "kind": "StatefulSet",
        "metadata": {"name": "web", "annotations": {"stslint/ignore-service-not-found": "made by the operator"}},
        "spec": {"serviceName": "web", "replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": {
            "metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "a/b:1"}]}}}});
    let text = serde_json::to_string(&from_yaml).unwrap();
    silent("set.json", &text);
    silent("escaped.json", &text.replace("stslint/", "stslint\\/"));
    let location = &report(&[("set.json", &text)])["suppressed"][0]["location"];
    let (start, end) = (&location["start"]["offset"], &location["end"]["offset"]);
    let key = text.find("\"stslint/ignore").unwrap();
    assert_eq!((start.as_u64(), end.as_u64()), (Some(key as u64), Some((key + 34) as u64)), "{location:#}");
}

const SERVICE: &str =
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";

const BUDGET: &str = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}\n";

#[test]
fn annotations_of_services_and_budgets_count_too() {
    let budget = BUDGET.replace(
        "  name: web\n",
        "  name: web\n  annotations: {stslint/ignore-budget-blocks-eviction: drained by hand}\n",
    );
    let all = [("web.yaml", SET), ("budget.yaml", budget.as_str()), ("service.yaml", SERVICE)];
    let report = json(folder(&all).path(), &["--select", "budget-blocks-eviction,unused-suppression"]);
    assert_eq!(outcome(&report), (vec![], vec!["annotation: drained by hand".to_owned()]));
    // On the Service it silences nothing of the budget.
    let service =
        SERVICE.replace("  name: web\n", "  name: web\n  annotations: {stslint/ignore-budget-blocks-eviction: x}\n");
    let all = [("web.yaml", SET), ("budget.yaml", BUDGET), ("service.yaml", service.as_str())];
    let report = json(folder(&all).path(), &["--select", "budget-blocks-eviction,unused-suppression"]);
    assert_eq!(of_rule(&report, "budget-blocks-eviction").len(), 1);
    assert_eq!(of_rule(&report, "unused-suppression"), [("service.yaml".to_owned(), 5, "note".to_owned())]);
}

#[test]
fn slips_in_annotations_are_said_at_the_key() {
    let folder = folder(&[(
        "web.yaml",
        &annotated("    stslint/ignore-service-notfound: x\n    stslint/ignore: x\n    stslint/system: none\n"),
    )]);
    let report = json(folder.path(), &["--select", RULES]);
    assert_eq!(
        outcome(&report).0,
        ["unused-suppression:6:warning", "unused-suppression:7:warning", "service-not-found:10:note"]
    );
    let shown = stslint(folder.path(), &["check", "--select", RULES]).stdout;
    assert!(shown.contains("write `stslint/ignore-service-not-found`, if that is meant"), "{shown}");
}

/// Two sets behind one Service: what is found of the Service is about both.
fn two_sets(first: &str, second: &str) -> String {
    let second = second.replace("name: web\n", "name: other\n");
    format!("{SERVICE}---\n{first}---\n{second}")
}

#[test]
fn what_one_set_silences_remains_for_the_other() {
    let off = annotated("    stslint/ignore-service-not-headless: no peers\n");
    let rule = ["--select", "service-not-headless,unused-suppression"];
    let sets = |text: &str| {
        let report = json(folder(&[("all.yaml", text)]).path(), &rule);
        let names =
            |one: &Value| one["sets"].as_array().unwrap().iter().map(|set| set["name"].to_string()).collect::<String>();
        let found: Vec<String> = report["findings"].as_array().unwrap().iter().map(names).collect();
        let off: Vec<String> =
            report["suppressed"].as_array().unwrap().iter().map(|one| names(&one["finding"])).collect();
        (found, off)
    };
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(sets(&two_sets(SET, SET)), (owned(&["\"other\"\"web\""]), owned(&[])));
    assert_eq!(sets(&two_sets(&off, SET)), (owned(&["\"other\""]), owned(&["\"web\""])));
    assert_eq!(sets(&two_sets(&off, &off)).0, owned(&[]));
    let comment = format!("# stslint: ignore[service-not-headless] no peers\n{SET}");
    assert_eq!(sets(&two_sets(&comment, SET)), (owned(&["\"other\""]), owned(&["\"web\""])));
}

#[test]
fn a_finding_at_the_base_is_none_of_the_heads_objects() {
    let Some(repository) = common::repository::Repository::new() else { return };
    let folder = repository.folder();
    write(folder, &[("a.yaml", SERVICE), ("b.yaml", BUDGET), ("c.yaml", SET)]);
    repository.commit();
    repository.remove("b.yaml");
    repository.remove("c.yaml");
    write(
        folder,
        &[(
            "a.yaml",
            &SERVICE.replace(
                "  name: web\n",
                "  name: web\n  annotations: {stslint/ignore-set-removed: x} # stslint: ignore[set-removed] x\n",
            ),
        )],
    );
    let report = json(folder, &["--base", "HEAD", "--select", "set-removed,unused-suppression"]);
    assert_eq!(of_rule(&report, "set-removed").len(), 1, "{report:#}");
}

#[test]
fn a_related_place_in_another_file_counts() {
    let set = SET.replace("serviceName: web", "serviceName: web # stslint: ignore[service-not-headless] fine");
    let rule = ["--select", "service-not-headless,unused-suppression"];
    let without = json(folder(&[("web.yaml", SET), ("service.yaml", SERVICE)]).path(), &rule);
    let places = common::places(&without);
    assert_eq!((places.len(), places[0].2.as_str()), (1, "service.yaml"), "{without:#}");
    let with = json(folder(&[("web.yaml", set.as_str()), ("service.yaml", SERVICE)]).path(), &rule);
    assert_eq!(outcome(&with), (vec![], vec!["comment: fine".to_owned()]));
}

#[test]
fn unneeded_is_said_only_when_all_was_read_and_ran() {
    let text = SET.replace("replicas: 1", "replicas: 1 # stslint: ignore[service-not-found] why");
    let unused = |files: &[(&str, &str)], rules: &str| {
        of_rule(&json(folder(files).path(), &["--select", rules]), "unused-suppression").len()
    };
    assert_eq!(unused(&[("web.yaml", &text)], RULES), 1);
    assert_eq!(unused(&[("web.yaml", &text)], "unused-suppression"), 0);
    assert_eq!(
        unused(&[("web.yaml", &text), ("broken.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: [\n")], RULES),
        0
    );
    let named = json(folder(&[("web.yaml", &text)]).path(), &["web.yaml"]);
    assert_eq!(of_rule(&named, "unused-suppression"), [], "what it is for may lie beside it");
    let change = SET.replace("replicas: 1", "replicas: 1 # stslint: ignore[immutable-field-change] why");
    assert_eq!(unused(&[("web.yaml", &change)], "all"), 0);
}

#[test]
fn an_overlay_keeps_a_suppression_needed() {
    // What an overlay decides is not reported, and what silences it elsewhere is not called unneeded here.
    let text = SET.replace("serviceName: web", &format!("serviceName: web {COMMENT}"));
    let patch = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec: {serviceName: other}\n";
    let files = [
        ("base/web.yaml", text.as_str()),
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("dev/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}]\n"),
        ("dev/patch.yaml", patch),
    ];
    assert_eq!(outcome(&report(&files)), (vec![], vec![]));
}

#[test]
fn annotations_of_a_kustomization_reach_what_it_builds() {
    let only = "resources: [web.yaml]\ncommonAnnotations:\n  stslint/ignore-service-not-found: made by the operator\n";
    let (found, off) = outcome(&report(&[("web.yaml", SET), ("kustomization.yaml", only)]));
    assert_eq!((found.len(), off.as_slice()), (0, &["annotation: made by the operator".to_owned()][..]));
    let patch = "resources: [web.yaml]\npatches:\n- patch: |\n    apiVersion: apps/v1\n    kind: StatefulSet\n    metadata: {name: web, annotations: {stslint/ignore-service-not-found: made by the operator}}\n";
    let (found, off) = outcome(&report(&[("web.yaml", SET), ("kustomization.yaml", patch)]));
    assert_eq!((found.len(), off.len()), (0, 1), "{found:?}");
    // What one of two overlays says is not said of the other.
    let files = [
        ("base/web.yaml", SET),
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("dev/kustomization.yaml", "resources: [../base]\ncommonAnnotations: {stslint/ignore-service-not-found: x}\n"),
        ("prod/kustomization.yaml", "resources: [../base]\n"),
    ];
    let (found, off) = outcome(&report(&files));
    assert_eq!((found.len(), off.len()), (1, 0), "{found:?} {off:?}");
}

#[test]
fn hostile_reasons_stay_in_their_strings() {
    let text = SET.replace(
        "serviceName: web",
        "serviceName: web # stslint: ignore[service-not-found] \u{1b}[31m ]] <x> \u{202e}::error::",
    );
    let folder = folder(&[("web.yaml", &text)]);
    let run = stslint(folder.path(), &["check", "--verbose"]);
    assert!(!run.stdout.contains('\u{1b}') && !run.stdout.contains('\u{202e}'), "{}", run.stdout);
    let annotation = annotated(
        "    ? [stslint/ignore-x]\n    : 1\n    stslint/ignore-service-not-found: {a: b}\n    stslint/ignore-: [x]\n    stslint/ignore-\"; drop: x\n",
    );
    let run = with_stdin(folder.path(), &["check", "-"], annotation.as_bytes());
    assert!(run.code < 2, "{}", run.stderr);
}
