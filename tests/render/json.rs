//! The JSON format, read back.

use serde_json::{Value, json};
use stslint::finding::{BaselineUse, Language, Means, Severity, Skipped, Suppressed};
use stslint::render::json::{VERSION, render};

use crate::reports::{self, at, find, finding, report, source};

fn read(report: &stslint::finding::Report) -> Value {
    let mut out = Vec::new();
    render(report, &mut out).unwrap();
    assert!(out.ends_with(b"}\n"));
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn positions_lead_back_to_the_text() {
    let text = "# ünï\r\nname: 名前 👩 x\nlast: y\n";
    let wide = source("dir/wide.yaml", text);
    let places = vec![find(&wide, "x", ""), find(&wide, "名前", "two"), find(&wide, "y", "")];
    let value = read(&report(vec![finding(Severity::Error, "any-rule", "m", places)]));
    let finding = &value["findings"][0];
    let mut shown = vec![finding["location"].clone()];
    shown.extend(finding["related"].as_array().unwrap().clone());
    let words: Vec<&str> = shown
        .iter()
        .map(|place| {
            assert_eq!(place["file"], "dir/wide.yaml");
            let point = |end: &str| {
                let offset = usize::try_from(place[end]["offset"].as_u64().unwrap()).unwrap();
                // The line and column say the same place as the offset.
                let line = text[..offset].matches('\n').count() + 1;
                let begin = text[..offset].rfind('\n').map_or(0, |at| at + 1);
                assert_eq!(place[end]["line"], line);
                assert_eq!(place[end]["column"], text[begin..offset].chars().count() + 1);
                offset
            };
            &text[point("start")..point("end")]
        })
        .collect();
    assert_eq!(words, ["x", "名前", "y"]);
}

#[test]
fn absent_values_are_null() {
    let value = read(&report(vec![finding(Severity::Note, "any-rule", "m", vec![])]));
    assert_eq!(value["version"], VERSION);
    let finding = &value["findings"][0];
    assert_eq!(finding["location"], Value::Null);
    assert_eq!(finding["object"], Value::Null);
    assert_eq!(finding["related"], json!([]));
    assert_eq!(finding["help"], json!([]));
    assert_eq!(finding["sets"], json!([{"namespace": null, "name": "web"}]));
    assert!(finding.as_object().unwrap().contains_key("location"));
}

#[test]
fn sets_say_what_they_were_taken_for() {
    let sets = read(&reports::report_of_sets())["sets"].clone();
    assert_eq!(
        sets[0],
        json!({
            "namespace": "production", "name": "db", "file": "all.yaml", "line": 1, "system": "etcd",
            "mode": "static list", "assumed": false, "identified_by": "image",
            "evidence": {"file": "all.yaml", "line": 2},
        })
    );
    assert_eq!((&sets[1]["assumed"], &sets[1]["identified_by"]), (&json!(true), &json!("annotation")));
    assert_eq!((&sets[2]["system"], &sets[2]["identified_by"]), (&Value::Null, &json!("annotation")));
    assert_eq!(
        (&sets[3]["mode"], &sets[3]["identified_by"], &sets[3]["line"]),
        (&Value::Null, &Value::Null, &json!(5))
    );
}

#[test]
fn blocks_say_what_they_are_and_where_they_belong() {
    let mut reported = reports::missing_service();
    reported.help[0].language = Some(Language::Json);
    reported.help[0].file = Some("a.json".to_owned());
    reported.help[0].path = Some("spec.replicas".to_owned());
    let help = read(&report(vec![reported]))["findings"][0]["help"][0].clone();
    assert_eq!(
        (&help["language"], &help["file"], &help["path"]),
        (&json!("json"), &json!("a.json"), &json!("spec.replicas"))
    );
}

#[test]
fn the_summary_has_every_figure() {
    let mut report =
        report(vec![reports::missing_service(), reports::blocking_budget(), reports::note(), reports::note()]);
    let off = Suppressed {
        finding: reports::note(),
        by: Means::Annotation,
        reason: "it is a cache".to_owned(),
        location: None,
    };
    report.suppressed = vec![off];
    report.summary.unreadable = vec![("secret.yaml".to_owned(), "permission denied".to_owned())];
    report.summary.excluded = 4;
    report.summary.elsewhere = 2;
    report.summary.configuration = Some(".stslint.yaml".to_owned());
    let skipped = Skipped { count: 3, with_set: 2, places: vec!["a.yaml:1".to_owned()] };
    report.summary.skipped.insert("Helm template", skipped);
    report.summary.baseline = Some(BaselineUse { file: "known.json".to_owned(), entries: 4, gone: 1, written: false });
    let expected = json!({
        "files": 2, "documents": 3, "sets": 1,
        "skipped": {"Helm template": {"count": 3, "with_set": 2, "places": ["a.yaml:1"]}},
        "ignored": 0, "excluded": 4, "configuration": ".stslint.yaml",
        "untouched": false, "elsewhere": 2,
        "suppressed": 1,
        "baseline": {"file": "known.json", "entries": 4, "gone": 1, "written": false},
        "unreadable": [{"path": "secret.yaml", "reason": "permission denied"}],
        "base": null,
        "findings": {"error": 1, "warning": 1, "note": 2},
        "rules": [
            {"rule": "parallel-quorum-bootstrap", "severity": "note", "count": 2, "sets": 1, "files": 1},
            {"rule": "budget-blocks-eviction", "severity": "error", "count": 1, "sets": 1, "files": 1},
            {"rule": "service-not-found", "severity": "warning", "count": 1, "sets": 1, "files": 1},
        ],
    });
    let read = read(&report);
    assert_eq!(read["summary"], expected);
    let off = &read["suppressed"][0];
    assert_eq!((&off["by"], &off["reason"]), (&json!("annotation"), &json!("it is a cache")));
    assert_eq!(off["finding"]["rule"], json!(reports::note().rule));
}

#[test]
fn strings_come_back_as_they_were() {
    let odd = source("a\u{1b}\"b\\.yaml", "x: \u{202e}\u{7}\n");
    let value =
        read(&report(vec![finding(Severity::Error, "any-rule", "\u{1b}\n\u{2028}", vec![at(&odd, 3, 999, "\0")])]));
    let finding = &value["findings"][0];
    assert_eq!(finding["message"], "\u{1b}\n\u{2028}");
    assert_eq!(finding["location"]["file"], "a\u{1b}\"b\\.yaml");
    assert_eq!(finding["location"]["label"], "\0");
    // A span beyond the text ends where the text ends.
    assert_eq!(finding["location"]["end"], json!({"offset": 8, "line": 2, "column": 1}));
}
