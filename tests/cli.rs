//! The front door: exit codes, paths, standard input, selection, suppression, what was not checked.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{json, of_rule, stslint, with_stdin, write};

const LONELY: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  replicas: 3
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

const BUDGET: &str = "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 0
  selector:
    matchLabels: {app: web}
";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    folder
}

#[test]
fn exit_codes_follow_fail_on() {
    let found = folder(&[("web.yaml", LONELY)]);
    for (fail_on, code) in [("error", 0), ("warning", 1), ("note", 1), ("never", 0)] {
        assert_eq!(stslint(found.path(), &["check", "--fail-on", fail_on]).code, code, "{fail_on}");
    }
    assert_eq!(stslint(found.path(), &["check"]).code, 1);
    let only_notes = folder(&[("web.yaml", &LONELY.replace("replicas: 3", "replicas: 1"))]);
    assert_eq!(stslint(only_notes.path(), &["check"]).code, 0);
    assert_eq!(stslint(only_notes.path(), &["check", "--fail-on", "note"]).code, 1);
}

#[test]
fn paths_without_a_command_are_checked() {
    let found = folder(&[("a/web.yaml", LONELY), ("b/other.txt", LONELY)]);
    let run = stslint(found.path(), &["a"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.contains("a/web.yaml:6:16"), "{}", run.stdout);
    // A file that is named is read whatever its ending.
    assert_eq!(stslint(found.path(), &["b/other.txt"]).code, 1);
    assert_eq!(stslint(found.path(), &[]).code, 1);
}

#[test]
fn what_cannot_be_read_is_exit_2_and_says_why() {
    let found = folder(&[("web.yaml", LONELY), ("empty/readme.md", "no manifest")]);
    let missing = stslint(found.path(), &["check", "nowhere"]);
    assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
    assert!(missing.stderr.contains("nowhere"), "{}", missing.stderr);
    let empty = stslint(found.path(), &["check", "empty"]);
    assert_eq!(empty.code, 2);
    assert!(empty.stderr.contains("empty"), "{}", empty.stderr);
    assert_eq!(stslint(found.path(), &["check", "web.yaml", "nowhere"]).code, 2);
}

#[test]
fn files_without_any_set_are_fine_and_said_so() {
    let found = folder(&[("budget.yaml", BUDGET), ("values.yaml", "a: 1\n")]);
    let run = stslint(found.path(), &["check"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("No StatefulSet found in 2 files"), "{}", run.stdout);
}

#[test]
fn standard_input_has_a_name() {
    let empty = folder(&[]);
    let all = format!("{LONELY}---\n{BUDGET}");
    let run = with_stdin(empty.path(), &["check", "-", "--stdin-filename", "rendered.yaml"], all.as_bytes());
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.contains("rendered.yaml:6:16"), "{}", run.stdout);
    assert!(run.stdout.contains("rendered.yaml:25:19"), "{}", run.stdout);
    let unnamed = with_stdin(empty.path(), &["-"], all.as_bytes());
    assert!(unnamed.stdout.contains("<stdin>:6:16"), "{}", unnamed.stdout);
}

#[test]
fn a_pipe_that_brings_nothing_is_exit_2() {
    let empty = folder(&[]);
    let run = with_stdin(empty.path(), &["check", "-"], b"");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("standard input"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_and_one_without_a_writer_holds_nothing_up() {
    use std::io::Write as _;

    let found = folder(&[("web.yaml", LONELY)]);
    let pipe = found.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn(move || {
        let mut end = std::fs::File::options().write(true).open(pipe).unwrap();
        for line in LONELY.split_inclusive('\n') {
            end.write_all(line.as_bytes()).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    });
    let run = stslint(found.path(), &["check", "pipe"]);
    writer.join().unwrap();
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.contains("pipe:6:16"), "{}", run.stdout);

    let run = stslint(found.path(), &["check", "pipe", "web.yaml"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("pipe: a pipe that no program wrote to"), "{}", run.stderr);
    // A folder's pipes are no manifests.
    assert_eq!(stslint(found.path(), &["check"]).code, 1);
}

#[test]
fn advice_for_json_and_flow_style_can_be_pasted_there() {
    let set = "{\"apiVersion\": \"apps/v1\", \"kind\": \"StatefulSet\", \"metadata\": {\"name\": \"web\"}, \"spec\": {
      \"serviceName\": \"web\", \"replicas\": 3, \"selector\": {\"matchLabels\": {\"app\": \"web\"}},
      \"template\": {\"metadata\": {\"labels\": {\"app\": \"web\"}}, \"spec\": {\"containers\": [
        {\"name\": \"web\", \"image\": \"registry.example/web:1\", \"ports\": [{\"containerPort\": 80}]}]}}}}";
    let budget = BUDGET.replace(
        "spec:\n  maxUnavailable: 0\n  selector:\n    matchLabels: {app: web}",
        "spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}",
    );
    let found = folder(&[("set.json", set), ("budget.yaml", &budget)]);
    let report = json(found.path(), &[]);
    let help = |rule: &str| {
        let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == rule).unwrap();
        finding["help"][0]["block"].as_str().unwrap().to_owned()
    };
    assert_eq!(help("budget-blocks-eviction"), "\"maxUnavailable\": 1");
    let probe = help("readiness-probe-missing");
    assert!(probe.starts_with("\"readinessProbe\": {\n  \"tcpSocket\": {\n    \"port\": 80\n"), "{probe}");
    let object: serde_json::Value = serde_json::from_str(&help("service-not-found")).unwrap();
    assert_eq!(object["kind"], "Service");
}

#[test]
fn files_that_are_all_ignored_are_said_so() {
    let found = folder(&[(".gitignore", "*.yaml\n"), ("web.yaml", LONELY)]);
    let run = stslint(found.path(), &["check"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains(".gitignore"), "{}", run.stderr);
    assert_eq!(stslint(found.path(), &["check", "web.yaml"]).code, 1);
}

#[test]
fn a_comment_above_a_list_item_or_on_a_related_place_switches_off_too() {
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    let comment = "# stslint: ignore[service-not-headless] fine";
    let at_name = LONELY.replace("serviceName: web", &format!("serviceName: web {comment}"));
    for text in [format!("{service}---\n{at_name}"), format!("{service}---\n{comment}\n{LONELY}")] {
        let report = json(folder(&[("all.yaml", &text)]).path(), &["--select", "service-not-headless"]);
        assert_eq!(report["findings"], serde_json::json!([]), "{text}");
    }
    let item = |text: &str| format!("- {}", text.trim_end().replace('\n', "\n  "));
    let list = format!("kind: List\napiVersion: v1\nitems:\n{}\n{comment}\n{}\n", item(service), item(LONELY));
    let report = json(folder(&[("list.yaml", &list)]).path(), &[]);
    assert_eq!((&report["summary"]["suppressed"], &report["summary"]["sets"]), (&1.into(), &1.into()), "{report:#}");
}

#[test]
fn a_comment_above_a_separator_speaks_for_the_object_below() {
    let comment = "# stslint: ignore[service-not-found] made by the operator\n";
    let first = format!("{comment}---\n{LONELY}");
    let second = format!("{BUDGET}\n{comment}# more\n--- # next\n\n{LONELY}");
    for text in [first, second] {
        let report = json(folder(&[("all.yaml", &text)]).path(), &["--select", "service-not-found,unused-suppression"]);
        assert_eq!(report["findings"], serde_json::json!([]), "{text}");
        assert_eq!(report["summary"]["suppressed"], 1);
    }
}

#[test]
fn a_mountain_of_comments_comes_to_an_end() {
    let comments = "# stslint: ignore[service-not-found] because\n".repeat(100_000);
    let found = folder(&[("web.yaml", &format!("{comments}---\n{comments}{LONELY}"))]);
    let report = json(found.path(), &["--select", "service-not-found,unused-suppression"]);
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["summary"]["suppressed"], 1);
}

#[test]
fn comments_that_switch_nothing_off_are_said() {
    let text = format!(
        "# stslint: ignore\n---\n{}",
        LONELY
            .replace("serviceName: web", "serviceName: web # stslint: ignore[service-not-fuond, budget-missing]")
            .replace("  replicas: 3", "  replicas: 3 # stslint: ignore[immutable-field-change]")
    );
    let found = folder(&[("web.yaml", &text)]);
    let unused = |arguments: &[&str]| of_rule(&json(found.path(), arguments), "unused-suppression");
    let place = |line: u64, severity: &str| ("web.yaml".to_owned(), line, severity.to_owned());
    // `budget-missing` speaks of the set, not at this line, so it is not switched off here.
    assert_eq!(unused(&[]), [place(1, "warning"), place(8, "warning"), place(8, "note")]);
    // What did not run is not judged: no base for the one, not selected the other.
    assert_eq!(unused(&["--select", "unused-suppression"]), [place(1, "warning"), place(8, "warning")]);
    let run = stslint(found.path(), &["check", "--select", "unused-suppression"]);
    assert!(run.stdout.contains("write `service-not-found`, if that is meant"), "{}", run.stdout);
}

#[test]
fn rules_are_selected_and_typos_proposed() {
    let found = folder(&[("web.yaml", LONELY), ("budget.yaml", BUDGET)]);
    let rules = |arguments: &[&str]| {
        let report = json(found.path(), arguments);
        let mut names: Vec<String> = common::places(&report).into_iter().map(|(rule, ..)| rule).collect();
        names.sort();
        names
    };
    assert_eq!(rules(&[]), ["budget-blocks-eviction", "service-not-found"]);
    assert_eq!(rules(&["--select", "service-not-found"]), ["service-not-found"]);
    assert_eq!(rules(&["--ignore", "service-not-found"]), ["budget-blocks-eviction"]);
    assert_eq!(rules(&["--select", "all", "--ignore", "default"]), Vec::<String>::new());
    let typo = stslint(found.path(), &["check", "--select", "service-notfound"]);
    assert_eq!(typo.code, 2);
    assert!(typo.stderr.contains("did you mean `service-not-found`?"), "{}", typo.stderr);
    let explain = stslint(found.path(), &["explain", "service-not-heedless"]);
    assert_eq!(explain.code, 2);
    assert!(explain.stderr.contains("did you mean `service-not-headless`?"), "{}", explain.stderr);
}

#[test]
fn a_comment_switches_a_finding_off_on_its_line_above_it_or_for_the_object() {
    let comment = "# stslint: ignore[service-not-found] made by the operator";
    let places = [
        LONELY.replace("serviceName: web", &format!("serviceName: web {comment}")),
        LONELY.replace("  serviceName", &format!("  {comment}\n  # and another one\n  serviceName")),
        format!("{comment}\n{LONELY}"),
    ];
    for text in &places {
        let found = folder(&[("web.yaml", text)]);
        let report = json(found.path(), &["--select", "service-not-found"]);
        assert_eq!(report["findings"], serde_json::json!([]), "{text}");
        assert_eq!(report["summary"]["suppressed"], 1);
    }
    let elsewhere = LONELY.replace("  replicas: 3", &format!("  replicas: 3 {comment}"));
    let other_rule = LONELY.replace("serviceName: web", "serviceName: web # stslint: ignore[duplicate-key]");
    for text in [elsewhere, other_rule] {
        let found = folder(&[("web.yaml", &text)]);
        assert_eq!(of_rule(&json(found.path(), &[]), "service-not-found").len(), 1, "{text}");
    }
}

#[test]
fn what_is_not_judged_is_counted() {
    let helm = LONELY.replace("replicas: 3", "replicas: {{ .Values.replicas }}");
    let sops = format!("{LONELY}sops:\n  mac: ENC[AES256_GCM,data:x]\n  version: 3.9.0\n");
    let template =
        "apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n- kind: StatefulSet\n  apiVersion: apps/v1\n";
    let kruise = LONELY.replace("apps/v1", "apps.kruise.io/v1beta1");
    let old = LONELY.replace("apps/v1", "apps/v1beta1");
    let patch = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec: {replicas: 5}\n";
    let files = [
        ("helm.yaml", helm.as_str()),
        ("chart/Chart.yaml", "name: c\n"),
        ("chart/templates/set.yaml", LONELY),
        ("sops.yaml", &sops),
        ("template.yaml", template),
        ("kruise.yaml", &kruise),
        ("old.yaml", &old),
        ("patch.yaml", patch),
    ];
    let found = folder(&files);
    let report = json(found.path(), &["--ignore", "api-version-unserved"]);
    let skipped = report["summary"]["skipped"].as_object().unwrap();
    let counts: Vec<(&str, u64, u64)> = skipped
        .iter()
        .map(|(reason, one)| (reason.as_str(), one["count"].as_u64().unwrap(), one["with_set"].as_u64().unwrap()))
        .collect();
    let expected = [
        ("Helm template", 2, 2),
        ("OpenShift Template", 1, 1),
        ("StatefulSet of another API group", 1, 1),
        ("kustomize patch", 1, 1),
        ("object of an API version that is no longer served", 1, 1),
        ("sops-encrypted document", 1, 1),
    ];
    assert_eq!(counts, expected);
    assert_eq!(report["summary"]["sets"], 0);
    assert_eq!(report["findings"], serde_json::json!([]));
    let human = stslint(found.path(), &["check", "--ignore", "api-version-unserved"]);
    assert_eq!(human.code, 0);
    assert!(human.stdout.contains("2 Helm templates"), "{}", human.stdout);
    let hint = "`--render` judges what your helm and kustomize make of charts and patches.";
    assert!(human.stdout.contains(hint), "{}", human.stdout);
    let piped = with_stdin(found.path(), &["check", "-"], patch.as_bytes());
    assert!(piped.stdout.contains("kustomize patch") && !piped.stdout.contains("--render"), "{}", piped.stdout);
    let verbose = stslint(found.path(), &["check", "--verbose"]);
    assert!(verbose.stdout.contains("chart/templates/set.yaml:1"), "{}", verbose.stdout);
}

#[test]
fn one_broken_document_does_not_stop_the_others() {
    let broken = "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n spec: {}\n";
    let text = format!("{broken}---\n{LONELY}");
    let found = folder(&[("all.yaml", &text), ("bytes.yaml", "kind: StatefulSet\nname: \u{1}\n")]);
    let report = json(found.path(), &[]);
    let invalid = of_rule(&report, "invalid-manifest");
    assert_eq!(invalid.len(), 2, "{report:#}");
    assert_eq!(of_rule(&report, "service-not-found").len(), 1, "{report:#}");
}

#[test]
fn a_type_error_leaves_the_rest_of_the_object_judged() {
    let text = LONELY.replace("replicas: 3", "replicas: three");
    let found = folder(&[("web.yaml", &text)]);
    let report = json(found.path(), &[]);
    assert_eq!(of_rule(&report, "invalid-manifest"), [("web.yaml".to_owned(), 7, "error".to_owned())]);
    assert_eq!(report["findings"][1]["location"]["start"]["column"], 13);
    assert_eq!(of_rule(&report, "service-not-found").len(), 1, "{report:#}");
}

#[test]
fn output_is_the_same_whatever_the_number_of_threads() {
    let files: Vec<(String, String)> = (0..60)
        .map(|number| (format!("d{}/f{number}.yaml", number % 7), LONELY.replace("web", &format!("web{number}"))))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let found = folder(&files);
    let outputs: Vec<String> =
        ["1", "2", "8"].iter().map(|threads| stslint(found.path(), &["check", "--threads", threads]).stdout).collect();
    assert!(outputs[0].matches("warning[service-not-found]").count() == 60);
    assert_eq!(outputs[0], outputs[1]);
    assert_eq!(outputs[0], outputs[2]);
}

#[test]
fn colour_is_asked_for_or_left_out() {
    let found = folder(&[("web.yaml", LONELY)]);
    assert!(!stslint(found.path(), &["check"]).stdout.contains('\u{1b}'));
    assert!(stslint(found.path(), &["check", "--color", "always"]).stdout.contains('\u{1b}'));
    assert!(stslint(found.path(), &["check", "--unicode", "always"]).stdout.contains('│'));
}

#[test]
fn every_rule_is_listed_and_explained() {
    let empty = folder(&[]);
    let list = stslint(empty.path(), &["rules"]);
    let table = stslint(empty.path(), &["rules", "--format", "markdown"]);
    let array: serde_json::Value =
        serde_json::from_str(&stslint(empty.path(), &["rules", "--format", "json"]).stdout).unwrap();
    assert_eq!(array.as_array().unwrap().len(), stslint::rules::ALL.len());
    for rule in stslint::rules::ALL {
        let id = rule.meta.id;
        assert!(list.stdout.contains(id) && table.stdout.contains(&format!("[`{id}`](rules/{id}.md)")));
        let page = stslint(empty.path(), &["explain", id]);
        assert_eq!((page.code, page.stdout.as_str()), (0, rule.page));
    }
}

#[test]
fn the_readme_holds_the_table_of_rules_and_json_version() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let empty = folder(&[]);
    let table = stslint(empty.path(), &["rules", "--format", "markdown"]).stdout;
    assert!(!table.is_empty() && readme.contains(&table), "README's table is not that of:\n{table}");
}

#[test]
fn the_readme_shows_what_the_program_says() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let shown = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let run = stslint(root, &["check", "--fail-on", "never", "--width", "100", "testdata/shop"]);
    assert_eq!((run.code, run.stdout.trim_end()), (0, shown.trim_end()));
}

#[test]
fn what_kubectl_refuses_before_it_sees_an_object_is_said() {
    let whole = LONELY.replace("replicas: 3", "replicas: 1");
    let cases = [
        // kind below another key by mistake
        ("kind.yaml", "apiVersion: apps/v1\nmetadata:\n  name: web\n  kind: StatefulSet\nspec: {}\n".to_owned(), 1),
        ("items.yaml", format!("apiVersion: v1\nitems:\n- {}", whole.trim_end().replace('\n', "\n  ")), 1),
        // no JSON, though it begins like it
        ("flow.yaml", "{apiVersion: v1, kind: Service, metadata: {name: a}}\n".to_owned(), 1),
        // a separator that is none
        ("separator.yaml", format!("{BUDGET}---trailing\n"), 9),
    ];
    for (name, text, line) in cases {
        let found = folder(&[(name, &text)]);
        let report = json(found.path(), &["--select", "invalid-manifest"]);
        let said = of_rule(&report, "invalid-manifest");
        assert_eq!(said, [(name.to_owned(), line, "error".to_owned())], "{text}\n{report:#}");
    }
    let fine = [
        ("flow.yaml", "---\n{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {clusterIP: None}}\n"),
        ("surrogate.json", "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"data\": {\"a\": \"\\ud83d\"}}"),
        ("other.yaml", "apiVersion: v2\nname: chart\n# kind: StatefulSet\nx: {kind: Service}\n"),
    ];
    for (name, text) in fine {
        let found = folder(&[(name, text)]);
        let report = json(found.path(), &["--select", "invalid-manifest"]);
        assert_eq!(of_rule(&report, "invalid-manifest"), [], "{text}\n{report:#}");
    }
}

#[test]
fn a_whole_set_with_a_wrong_type_is_no_patch() {
    for (part, wrong) in
        [("template", "template: foo"), ("metadata", "template: {metadata: foo}"), ("spec", "template: {spec: 5}")]
    {
        let text = format!("{}{wrong}\n", LONELY.split("template:").next().unwrap());
        let report = json(folder(&[("web.yaml", &text)]).path(), &["--select", "invalid-manifest"]);
        assert_eq!(of_rule(&report, "invalid-manifest").len(), 1, "{part}: {report:#}");
        assert_eq!(report["summary"]["sets"], 1, "{part}");
    }
}

#[test]
fn placeholders_of_any_engine_are_no_wrong_types() {
    for placeholder in ["<%= @n %>", "\"{{ n }}\"", "$REPLICAS", "${REPLICAS}", "$(REPLICAS)"] {
        let text = LONELY.replace("replicas: 3", &format!("replicas: {placeholder}"));
        let report = json(folder(&[("web.yaml", &text)]).path(), &["--select", "invalid-manifest"]);
        assert_eq!(report["findings"], serde_json::json!([]), "{placeholder}");
    }
}

#[test]
fn a_key_written_more_than_twice_is_one_finding() {
    let thrice = LONELY.replace("  replicas: 3\n", "  replicas: 3\n  replicas: 4\n  replicas: 5\n");
    let found = folder(&[("web.yaml", &thrice)]);
    let report = json(found.path(), &["--select", "duplicate-key"]);
    assert_eq!(of_rule(&report, "duplicate-key"), [("web.yaml".to_owned(), 9, "warning".to_owned())]);
    let finding = &report["findings"][0];
    assert!(finding["message"].as_str().unwrap().contains("three times"), "{finding:#}");
    let lines: Vec<_> =
        finding["related"].as_array().unwrap().iter().map(|one| one["start"]["line"].as_u64()).collect();
    assert_eq!(lines, [Some(7), Some(8)], "{finding:#}");
    let many =
        LONELY.replace("{app: web}\n  template", &format!("{{{}app: web}}\n  template", "app: web, ".repeat(30_000)));
    let found = folder(&[("web.yaml", &many)]);
    for format in ["json", "human"] {
        let run = stslint(found.path(), &["check", "--select", "duplicate-key", "--format", format]);
        assert!(run.stdout.contains("30001 times"), "{}", &run.stdout[..run.stdout.len().min(2_000)]);
        assert!(run.stdout.len() < 20_000, "{format}: {} bytes", run.stdout.len());
    }
}
