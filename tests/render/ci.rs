//! The formats for CI systems: golden files, and texts that try to break out of them.

use std::collections::{BTreeSet, HashMap};

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use stslint::finding::{
    BaselineUse, Compared, HelpText, Means, ObjectName, Report, Reported, Severity, Skipped, Suppressed,
};
use stslint::render::{Format, Named, Paths, Setting, defuse, markdown};

use crate::golden::check;
use crate::reports::{self, at, find, finding, plain, report, setting, source};

fn text(format: Format, report: &Report, setting: &Setting) -> String {
    let mut out = Vec::new();
    format.render(report, setting, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The log without the rules, whose pages are tested elsewhere.
fn sarif(report: &Report, setting: &Setting) -> String {
    let mut log: Value = serde_json::from_str(&text(Format::Sarif, report, setting)).unwrap();
    let driver = &mut log["runs"][0]["tool"]["driver"];
    assert!(driver["rules"].as_array().unwrap().len() > 30);
    driver["rules"] = Value::Null;
    driver["semanticVersion"] = Value::Null;
    for result in log["runs"][0]["results"].as_array_mut().unwrap() {
        // Where a rule stands changes with every new one.
        result.as_object_mut().unwrap().remove("ruleIndex");
    }
    serde_json::to_string_pretty(&log).unwrap() + "\n"
}

/// Something of everything: files in and outside of the repository, a base, what was skipped, switched off, unreadable.
fn everything() -> (Report, Setting) {
    let outside = source("/elsewhere/a b#c.yaml", "kind: StatefulSet\n");
    let here = source("<stdin>", "kind: StatefulSet\n");
    let gone = reports::grown_template();
    let gone = Reported { location: gone.related.first().cloned(), related: Vec::new(), ..gone };
    let mut report = report(vec![
        reports::missing_service(),
        reports::blocking_budget(),
        reports::grown_template(),
        gone,
        reports::many_lines(),
        reports::note(),
        finding(Severity::Warning, "odd-file", "a file elsewhere", vec![find(&outside, "kind", "")]),
        finding(Severity::Warning, "odd-file", "no file at all", vec![find(&here, "kind", "from a pipe")]),
        finding(Severity::Warning, "odd-file", "no place at all", vec![]),
    ]);
    let off = |by, reason: &str| Suppressed {
        finding: reports::note(),
        by,
        reason: reason.to_owned(),
        location: Some(find(&source("ordering.yaml", reports::ETCD), "replicas", "")),
    };
    report.suppressed = vec![off(Means::Comment, "on purpose"), off(Means::Baseline, "")];
    let skipped = Skipped { count: 2, with_set: 1, places: vec!["chart/a.yaml:3".into(), "chart/b:c.yaml:1".into()] };
    report.summary.skipped.insert("Helm template", skipped);
    report.summary.unreadable.push(("secret.yaml".into(), "Permission denied".into()));
    report.summary.compared = Some(Compared {
        revision: "0123456789ab".into(),
        commit: Some("0123456789abcdef0123456789abcdef01234567".into()),
        found_as: Some("the merge base of HEAD and origin/main (GITHUB_BASE_REF)".into()),
    });
    report.summary.elsewhere = 3;
    report.summary.excluded = 2;
    report.summary.configuration = Some("a`b/.stslint.yaml".into());
    report.summary.baseline = Some(BaselineUse { file: "known.json".into(), entries: 9, gone: 1, written: false });
    let inside = ["ordering.yaml", "deploy/budget.yaml", "deploy/statefulsets/crdb.yaml", "postgres.yaml"];
    let named = |name: &str| Named { path: format!("apps/{name}"), inside: true, is_file: true };
    let mut names: HashMap<_, _> = inside.iter().map(|name| ((*name).to_owned(), named(name))).collect();
    names.insert("<stdin>".to_owned(), Named { path: "<stdin>".to_owned(), inside: false, is_file: false });
    (report, Setting { paths: Paths::new(names), ..setting(plain(None)) })
}

#[test]
fn everything_in_every_format() {
    let (report, setting) = everything();
    check("everything.github", text(Format::Github, &report, &setting).into());
    check("everything.gitlab.json", text(Format::Gitlab, &report, &setting).into());
    check("everything.junit.xml", text(Format::Junit, &report, &setting).into());
    check("everything.md", text(Format::Markdown, &report, &setting).into());
    check("everything.sarif", sarif(&report, &setting).into());
}

#[test]
fn nothing_in_every_format() {
    let (report, setting) = (report(vec![]), setting(plain(None)));
    check("nothing.github", text(Format::Github, &report, &setting).into());
    check("nothing.gitlab.json", text(Format::Gitlab, &report, &setting).into());
    check("nothing.junit.xml", text(Format::Junit, &report, &setting).into());
    check("nothing.md", text(Format::Markdown, &report, &setting).into());
    check("nothing.sarif", sarif(&report, &setting).into());
}

/// What GitHub shows as alerts although it is marked as suppressed.
#[test]
fn on_github_what_is_switched_off_is_no_result() {
    let (report, setting) = everything();
    let log = text(Format::Sarif, &report, &Setting { github: true, ..setting });
    assert!(!log.contains("\"suppressions\""));
    let log: Value = serde_json::from_str(&log).unwrap();
    assert_eq!(log["runs"][0]["properties"]["suppressed"], 2);
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), report.findings.len());
}

#[test]
fn github_gets_ten_of_each_and_the_heaviest_first() {
    let place = source("a.yaml", "kind: StatefulSet\n");
    let many = |severity, count| (0..count).map(move |_| severity).collect::<Vec<_>>();
    let findings = [many(Severity::Note, 12), many(Severity::Warning, 10), many(Severity::Error, 11)].concat();
    let findings =
        findings.into_iter().map(|severity| finding(severity, "many", "one", vec![find(&place, "kind", "")]));
    let mut report = report(findings.collect());
    let commands = |log: &str, kind: &str| log.lines().filter(|line| line.starts_with(&format!("::{kind} "))).count();
    let log = text(Format::Github, &report, &setting(plain(None)));
    let [errors, warnings, notices] = ["error", "warning", "notice"].map(|kind| commands(&log, kind));
    assert_eq!([errors, warnings, notices], [10, 10, 10]);
    assert!(log.starts_with("::error "), "{log}");
    assert!(
        log.contains("\n::group::3 more findings: GitHub annotates 10 errors, 10 warnings and 10 notices of a step\n")
    );
    assert!(log.contains("\nerror[many] a.yaml:1:1: one\n") && log.contains("\n::endgroup::\n"), "{log}");
    // What could not be read takes one of the warnings.
    report.summary.unreadable.push(("x".into(), "y".into()));
    let log = text(Format::Github, &report, &setting(plain(None)));
    assert_eq!(commands(&log, "warning"), 10);
    assert!(log.contains("::group::4 more findings"), "{log}");
}

#[test]
fn markdown_keeps_to_a_limit_and_says_so() {
    let place = source("a.yaml", "kind: StatefulSet\n");
    let findings = (0..300).map(|number| {
        let message = format!("finding {number} is long: {}", "x ".repeat(900));
        finding(Severity::Warning, "many", &message, vec![find(&place, "kind", "")])
    });
    let report = report(findings.collect());
    let setting = setting(plain(None));
    let whole = markdown::within(&report, &setting, usize::MAX);
    assert!(whole.len() > 1 << 20 && !whole.contains("did not fit"));
    let full = |text: &str| text.matches("\n#### ").count();
    let rows = |text: &str| text.matches("\n| warning | ").count();
    assert_eq!((rows(&whole), full(&whole)), (300, 300));
    let folded = markdown::within(&report, &setting, 1 << 20);
    assert!(folded.len() <= 1 << 20);
    assert!(rows(&folded) == 300 && full(&folded) < 300);
    assert!(folded.contains(&format!("\n{} findings in full did not fit", 300 - full(&folded))), "{folded}");
    let cut = markdown::within(&report, &setting, 100_000);
    assert!(cut.len() <= 100_000 && full(&cut) == 0);
    assert!(cut.contains(&format!("\n{} more findings did not fit", 300 - rows(&cut))));
    let nothing = markdown::within(&report, &setting, 0);
    assert!(nothing.contains("300 more findings did not fit"), "{nothing}");
}

const HOSTILE: [&str; 27] = [
    "x\\|<img src=x>|@everyone",
    "a\\\\|b`|`c|",
    "ends with \\",
    "a\n::error::forged",
    "\r\n::set-output name=x::y",
    "::stop-commands::x",
    " ##[add-mask]secret ##vso[task.setvariable variable=a]b",
    "%0A::error::x%25",
    "file=x,line=1::",
    "]]><evil/>",
    "</failure><!-- --> &amp; &#0; &quot;",
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\u{202e}evil\u{202c} \u{2066}x",
    "nul\u{0}in it, \u{b}, \u{fffe}\u{ffff}",
    "\u{85}\u{2028}\u{2029}",
    "`` ` ``` | ~~~ \\`",
    "```\n<script>alert(1)</script>",
    "</details><img src=x onerror=alert(1)>",
    "@everyone @org/team #123 !7 ~label GH-12 user@example.com",
    "[text](https://evil.example/) ![image](x) [1](2)",
    "https://evil.example/?a=1 www.evil.example",
    "*bold* _under_ ~~gone~~ $math$ <!-- -->",
    "\" \\ \u{7f}",
    "a|b\\|c",
    "{0} {{x}}",
    "👩‍👩‍👧 e\u{301} 名",
    "<stdin>:1:1",
];

fn hostile(text: &str) -> Report {
    let file = source(&format!("dir/{text}.yaml"), &format!("kind: {text}\n"));
    let long = text.repeat(3_000 / text.len().max(1));
    let one = |severity| Reported {
        help: vec![HelpText { block: Some(format!("a: |\n  {text}\n{text}\n")), ..reports::help(text, None) }],
        notes: vec![text.to_owned(), long.clone()],
        object: Some(ObjectName {
            api_version: text.to_owned(),
            kind: text.to_owned(),
            namespace: Some(text.to_owned()),
            name: long.clone(),
        }),
        field: format!("spec[{text}]"),
        ..finding(
            severity,
            "invalid-manifest",
            &format!("`{text}` says {text} of `{long}`"),
            vec![at(&file, 6, 7, text), at(&file, 0, 4, &long)],
        )
    };
    // More than GitHub annotates, so that plain lines are there too.
    let mut report = report((0..12).map(|_| one(Severity::Warning)).chain([one(Severity::Error)]).collect());
    report.suppressed =
        vec![Suppressed { finding: one(Severity::Note), by: Means::Comment, reason: text.to_owned(), location: None }];
    report.summary.unreadable = vec![(text.to_owned(), text.to_owned())];
    report
        .summary
        .skipped
        .insert("Helm template", Skipped { count: 1, with_set: 0, places: vec![format!("{text}:1")] });
    report.summary.compared =
        Some(Compared { revision: text.to_owned(), commit: None, found_as: Some(text.to_owned()) });
    report
}

fn acts(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[test]
fn nothing_breaks_out_of_a_log() {
    let honest = text(Format::Github, &hostile("a"), &setting(plain(None)));
    let ours = |line: &str| {
        ["::error file=", "::warning file=", "::warning title=stslint::", "::group::", "::endgroup::"]
            .iter()
            .any(|start| line.starts_with(start))
    };
    for held in HOSTILE {
        let log = text(Format::Github, &hostile(held), &setting(plain(None)));
        assert_eq!(log.lines().count(), honest.lines().count(), "{held:?}: {log}");
        assert!(!log.chars().any(acts), "{held:?}: {log:?}");
        for line in log.lines() {
            assert!(ours(line) || (!line.trim_start().starts_with("::") && !line.contains("##[")), "{held:?}: {line}");
            assert!(line.chars().count() < 16_000, "{held:?}");
            if line.starts_with("::error") || line.starts_with("::warning file") {
                let (properties, _) = line["::".len()..].split_once("::").unwrap();
                let names: Vec<&str> = properties
                    .split_once(' ')
                    .unwrap()
                    .1
                    .split(',')
                    .map(|one| one.split_once('=').unwrap().0)
                    .collect();
                assert_eq!(names, ["file", "line", "col", "endLine", "endColumn", "title"], "{held:?}: {line}");
            }
        }
        for format in Format::ALL.into_iter().filter(|format| *format != Format::Github) {
            let raw = text(format, &hostile(held), &setting(plain(None)));
            let shown = defuse(format, &raw);
            let obeyed =
                |line: &str| line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[");
            assert!(!shown.lines().any(obeyed), "{held:?}: {shown}");
            if matches!(format, Format::Json | Format::Sarif | Format::Gitlab) {
                // What is read back is the same.
                let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
                assert_eq!(read(&shown), read(&raw), "{held:?}");
            }
        }
    }
}

#[test]
fn nothing_breaks_out_of_xml() {
    for held in HOSTILE {
        let xml = text(Format::Junit, &hostile(held), &setting(plain(None)));
        let forbidden = |c: char| acts(c) || matches!(c, '\u{fffe}' | '\u{ffff}');
        assert!(!xml.chars().any(forbidden), "{held:?}");
        let mut reader = Reader::from_str(&xml);
        let mut tags = BTreeSet::new();
        let (mut cases, mut names) = (0, BTreeSet::new());
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => {
                    tags.insert(tag.name().as_ref().to_owned());
                    for attribute in tag.attributes() {
                        let attribute = attribute.unwrap();
                        if tag.name().as_ref() == "testcase" && attribute.key.as_ref() == "name" {
                            names.insert(attribute.value.to_string());
                        }
                    }
                    cases += usize::from(tag.name().as_ref() == "testcase");
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let known = ["error", "failure", "skipped", "testcase", "testsuite", "testsuites"];
        assert_eq!(tags.iter().map(String::as_str).collect::<Vec<_>>(), known, "{held:?}");
        assert_eq!((cases, names.len()), (15, 15), "{held:?}: a name twice");
    }
}

#[test]
fn nothing_breaks_out_of_json() {
    for held in HOSTILE {
        let (report, setting) = (hostile(held), setting(plain(None)));
        let issues: Value = serde_json::from_str(&text(Format::Gitlab, &report, &setting)).unwrap();
        assert_eq!(issues.as_array().unwrap().len(), 13, "{held:?}");
        let log: Value = serde_json::from_str(&text(Format::Sarif, &report, &setting)).unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), 14, "{held:?}");
        for result in run["results"].as_array().unwrap() {
            let message = result["message"]["text"].as_str().unwrap();
            assert!(!message.contains("](") && !message.chars().any(acts), "{held:?}: {message}");
        }
        for artifact in run["artifacts"].as_array().unwrap() {
            let uri = artifact["location"]["uri"].as_str().unwrap();
            assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
        }
    }
}

#[test]
fn nothing_breaks_out_of_markdown() {
    for held in HOSTILE {
        let report = hostile(held);
        let text = text(Format::Markdown, &report, &setting(plain(None)));
        assert!(!text.chars().any(acts), "{held:?}: {text:?}");
        // Outside of fences there is no markup but ours.
        let (mut fence, mut folds) = (None::<usize>, 0);
        for line in text.lines() {
            let ticks = line.len() - line.trim_start_matches('`').len();
            match fence {
                Some(length) if ticks >= length && line.len() == ticks => fence = None,
                Some(_) => {}
                None if ticks >= 3 => fence = Some(ticks),
                None => {
                    let outside = without_code(line);
                    folds += usize::from(outside.contains("details>"));
                    let ours = ["<details>", "</details>", "<summary>Findings in full</summary>"];
                    assert!(ours.contains(&line) || !outside.contains('<'), "{held:?}: {line}");
                    let outside = outside.replace("\\]", "").replace("\\[", "");
                    let links = outside.replace("[invalid-manifest](https://stslint.dev/rules/invalid-manifest)", "");
                    for forbidden in ["](", "://", "www.", "@e", "@o", "#1", "!7", "GH-", "!["] {
                        assert!(!links.contains(forbidden), "{held:?}: {forbidden} in {line}");
                    }
                    if line.starts_with("| ") {
                        let cells = cells(line);
                        assert_eq!(cells.len(), 4, "{held:?}: {line}");
                        // Each cell is parsed for itself: no code span goes over its edge.
                        assert!(cells.iter().all(|cell| cell.matches('`').count() % 2 == 0), "{held:?}: {line}");
                    }
                }
            }
        }
        assert_eq!((fence, folds), (None, 2), "{held:?}: {text}");
    }
}

/// A line without its code spans.
fn without_code(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    assert!(parts.len() % 2 == 1, "a backtick is alone: {line}");
    parts.iter().step_by(2).copied().collect()
}

/// The cells of a line as GitHub's parser cuts them: before anything else, and a backslash takes the next character along.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut chars = line.strip_prefix("| ").unwrap().strip_suffix(" |").unwrap().chars();
    while let Some(c) = chars.next() {
        match c {
            '|' => cells.push(String::new()),
            '\\' => cells.last_mut().unwrap().extend([Some(c), chars.next()].into_iter().flatten()),
            _ => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}
