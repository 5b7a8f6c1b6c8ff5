//! The last lines, in every number.

use stslint::finding::{Means, Report, Skipped, Summary, Suppressed};
use stslint::render::Style;

use crate::reports::{blocking_budget, missing_service, note, plain, report_of_sets, text};

fn summary(summary: Summary) -> String {
    text(&Report { summary, ..Report::default() }, &plain(Some(80)))
}

fn skipped(count: usize, with_set: usize, places: &[&str]) -> Skipped {
    Skipped { count, with_set, places: places.iter().map(|place| (*place).to_owned()).collect() }
}

#[test]
fn nothing_found() {
    let read = Summary { files: 12, documents: 31, sets: 4, ..Summary::default() };
    assert_eq!(summary(read), "No findings in 4 StatefulSets (12 files, 31 documents).\n");
    let one = Summary { files: 1, documents: 1, sets: 1, ..Summary::default() };
    assert_eq!(summary(one), "No findings in 1 StatefulSet (1 file, 1 document).\n");
}

#[test]
fn no_set() {
    let read = Summary { files: 12, documents: 31, ..Summary::default() };
    assert_eq!(summary(read), "No StatefulSet found in 12 files.\n");
    assert_eq!(summary(Summary::default()), "No StatefulSet found in 0 files.\n");
}

#[test]
fn findings_are_counted_by_severity() {
    let read = Summary { files: 2, documents: 3, sets: 2, ..Summary::default() };
    let last = |findings, summary: &Summary| {
        let shown = text(&Report { findings, summary: summary.clone(), ..Report::default() }, &plain(None));
        shown.lines().rfind(|line| line.starts_with("Found")).unwrap().to_owned()
    };
    let two = vec![missing_service(), missing_service(), blocking_budget()];
    assert_eq!(last(two, &read), "Found 1 error, 2 warnings in 2 StatefulSets (2 files, 3 documents).");
    let notes = vec![note(), note()];
    assert_eq!(last(notes, &read), "Found 2 notes in 2 StatefulSets (2 files, 3 documents).");
    let broken = Summary { files: 1, documents: 1, ..Summary::default() };
    assert_eq!(last(vec![blocking_budget()], &broken), "Found 1 error, but no StatefulSet (1 file, 1 document).");
}

#[test]
fn what_was_left_out() {
    let mut read = Summary { files: 12, documents: 31, sets: 4, ..Summary::default() };
    read.skipped.insert("Helm template", skipped(3, 2, &["chart/a.yaml:1", "chart/b\u{1b}.yaml:7"]));
    read.skipped.insert("kustomize patch", skipped(1, 1, &["overlay/p.yaml:1"]));
    read.skipped.insert("document without a kind", skipped(2, 0, &[]));
    read.unreadable = ["permission denied", "no mapping"].map(|why| ("secret.yaml".to_owned(), why.to_owned())).into();
    let suppressed =
        Suppressed { finding: note(), by: Means::Comment, reason: "it is a cache".to_owned(), location: None };
    let report = Report { findings: vec![], suppressed: vec![suppressed], summary: read, ..Report::default() };
    assert_eq!(
        text(&report, &plain(Some(80))),
        "No findings in 4 StatefulSets (12 files, 31 documents).\n\
         Skipped: 3 Helm templates (2 with a StatefulSet), 2 documents without a kind, 1\n  \
         kustomize patch (with a StatefulSet).\n\
         Suppressed by comments: 1 finding.\n\
         Could not read 1 path: findings may be missing.\n  \
         secret.yaml: permission denied\n  \
         secret.yaml: no mapping\n\
         `--verbose` lists what was skipped.\n"
    );
    let verbose = Style { verbose: true, ..plain(None) };
    assert_eq!(
        text(&report, &verbose),
        "No findings in 4 StatefulSets (12 files, 31 documents).\n\
         Skipped: 3 Helm templates (2 with a StatefulSet), 2 documents without a kind, 1 kustomize patch (with a StatefulSet).\n  \
         chart/a.yaml:1: Helm template\n  \
         chart/b\\x1b.yaml:7: Helm template\n  \
         overlay/p.yaml:1: kustomize patch\n\
         Suppressed by comments: 1 finding.\n\
         Could not read 1 path: findings may be missing.\n  \
         secret.yaml: permission denied\n  \
         secret.yaml: no mapping\n"
    );
}

#[test]
fn what_sets_were_taken_for() {
    let report = report_of_sets();
    let verbose = Style { verbose: true, ..plain(None) };
    assert_eq!(
        text(&report, &verbose),
        "No findings in 4 StatefulSets (1 file, 4 documents).\n\
         Taken for (`stslint systems` lists what is known):\n  \
         all.yaml:1:7: `db`: etcd, static list; by its image, the mode by all.yaml:2:6\n  \
         all.yaml:3:7: `log`: kafka, list not read (only likely); by its annotation\n  \
         all.yaml:4:7: `x\\x1b`: no system, by its annotation\n  \
         all.yaml:5:4: a set without a name: no system that is known\n"
    );
    assert!(!text(&report, &plain(None)).contains("Taken for"));
}

#[test]
fn verbose_is_mentioned_once_where_it_adds_something() {
    let read = Summary { files: 1, documents: 1, sets: 1, ..Summary::default() };
    let mention = |findings, style: &Style| {
        text(&Report { findings, summary: read.clone(), ..Report::default() }, style).matches("--verbose").count()
    };
    assert_eq!(mention(vec![note(), note()], &plain(None)), 1);
    assert_eq!(mention(vec![blocking_budget()], &plain(None)), 0);
    assert_eq!(mention(vec![note()], &Style { verbose: true, ..plain(None) }), 0);
}
