//! Golden files: `SNAPSHOTS=overwrite cargo test --test render` writes them anew; read the difference before committing.

use std::path::PathBuf;

use snapbox::Data;
use snapbox::assert::DEFAULT_ACTION_ENV;
use snapbox::data::DataFormat;
use stslint::finding::{Report, Severity};
use stslint::render::{Format, Style};

use crate::reports::{self, at, find, finding, report, source};

/// Compares byte by byte: no wildcards, no normalised line ends.
pub(crate) fn check(name: &str, actual: Vec<u8>) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/golden/render").join(name);
    let expected = Data::read_from(&path, Some(DataFormat::Text)).raw();
    let actual = Data::text(String::from_utf8(actual).unwrap()).raw();
    snapbox::Assert::new().action_env(DEFAULT_ACTION_ENV).eq(actual, expected);
}

fn render(format: Format, report: &Report, style: &Style) -> Vec<u8> {
    let mut out = Vec::new();
    format.render(report, &reports::setting(*style), &mut out).unwrap();
    out
}

/// One golden file for each width, with and without colour, in Unicode and ASCII.
fn check_everywhere(name: &str, report: &Report) {
    for width in [Some(60), Some(80), None] {
        for unicode in [false, true] {
            for color in [false, true] {
                let style = Style { width, color, unicode, ..Style::default() };
                let columns = width.map_or("none".to_owned(), |width| width.to_string());
                let charset = if unicode { "unicode" } else { "ascii" };
                let extension = if color { "ansi" } else { "txt" };
                let file = format!("{name}.{columns}.{charset}.{extension}");
                check(&file, render(Format::Human, report, &style));
            }
        }
    }
}

fn check_plain(name: &str, report: &Report) {
    let text = render(Format::Human, report, &reports::plain(Some(80)));
    check(&format!("{name}.80.ascii.txt"), text);
    let style = Style { unicode: true, ..reports::plain(Some(60)) };
    check(&format!("{name}.60.unicode.txt"), render(Format::Human, report, &style));
}

#[test]
fn one_file_and_yaml_to_paste() {
    check_everywhere("missing-service", &report(vec![reports::missing_service()]));
}

#[test]
fn two_files_in_one_frame() {
    check_everywhere("blocking-budget", &report(vec![reports::blocking_budget()]));
}

#[test]
fn base_revision_and_template() {
    check_plain("grown-template", &report(vec![reports::grown_template()]));
}

#[test]
fn spans_over_many_lines() {
    check_plain("many-lines", &report(vec![reports::many_lines()]));
}

#[test]
fn several_places_on_one_line() {
    check_plain("crowded-line", &report(vec![reports::crowded_line()]));
}

#[test]
fn notes_take_one_line_between_frames() {
    let report = report(vec![
        reports::note(),
        reports::note(),
        reports::blocking_budget(),
        reports::note(),
        reports::many_lines(),
    ]);
    check_plain("mixed", &report);
    let verbose = Style { verbose: true, ..reports::plain(Some(80)) };
    check("mixed-verbose.80.ascii.txt", render(Format::Human, &report, &verbose));
}

#[test]
fn json() {
    let report = report(vec![
        reports::missing_service(),
        reports::blocking_budget(),
        reports::grown_template(),
        reports::note(),
    ]);
    check("all.json", render(Format::Json, &report, &reports::plain(None)));
}

#[test]
fn sets_in_json() {
    check("sets.json", render(Format::Json, &reports::report_of_sets(), &reports::plain(None)));
}

#[test]
fn control_characters_are_made_visible() {
    let text = "name: \u{1b}[31mred\u{1b}[0m\u{7}\u{9b}2J # \u{202e}evil\u{202c}\r\nnext:\tx\u{85}\n";
    let hostile = source("dir\u{1b}]0;owned\u{7}/a\u{202e}.yaml", text);
    let mut place = find(&hostile, "red", "is \u{1b}[5mnot\u{1b}[0m red\nwarning: forged");
    place.rendered_from = Some("t\u{8}.yaml".to_owned());
    let mut reported = finding(
        Severity::Error,
        "invalid-manifest",
        "`\u{1b}[2J` clears\nerror[forged]: the screen\u{2028}again",
        vec![place, find(&hostile, "x\u{85}", "behind a tab")],
    );
    reported.notes = vec!["one\rtwo\u{202e}three\nerror[forged]: four".to_owned()];
    reported.help = vec![stslint::finding::HelpText {
        lead: "do \u{1b}c it".to_owned(),
        block: Some("a: \u{1b}[0m\tb\r\nc: d\u{9b}\n".to_owned()),
        ..stslint::finding::HelpText::default()
    }];
    let mut report = report(vec![reported]);
    report.summary.unreadable = vec![("x\u{1b}[1m".to_owned(), "no\u{7}".to_owned())];
    check_plain("control-characters", &report);
}

#[test]
fn odd_texts() {
    let wide = source("wide.yaml", "名前: データベース # ✓\nk: v\n");
    let tabs = source("tabs.yaml", "a:\t\tvalue\r\n\tb: c\r\n");
    let bom = source("bom.yaml", "\u{feff}kind: StatefulSet\n");
    let end = source("end.yaml", "kind: StatefulSet\nspec:\n");
    let open = source("open.yaml", "kind: StatefulSet");
    let empty = source("empty.yaml", "");
    let warn = |message: &str, places| finding(Severity::Warning, "odd-text", message, places);
    check_plain(
        "odd-texts",
        &report(vec![
            warn("wide characters", vec![find(&wide, "データベース", "six of them")]),
            warn(
                "tabs and Windows line ends",
                vec![find(&tabs, "value", "after two tabs"), find(&tabs, "c", "after one")],
            ),
            warn("a byte order mark", vec![find(&bom, "kind", "column 1")]),
            warn("nothing at the end", vec![at(&end, 24, 24, "the file ends here")]),
            warn("no line end", vec![at(&open, 17, 17, "nor here")]),
            warn("an empty file", vec![at(&empty, 0, 0, "nothing at all")]),
            warn("beyond the end, and backwards", vec![at(&open, 99, 5, "clamped")]),
            warn("no file", vec![]),
        ]),
    );
}

#[test]
fn far_apart_and_long() {
    let mut text = "kind: StatefulSet\n".to_owned();
    text.push_str(&"# filler\n".repeat(50_000));
    text.push_str("replicas: 3\n");
    text.push_str("# one more\n");
    text.push_str("serviceName: web\n");
    let long = source("long.yaml", &text);
    let line = format!("{{\"kind\":\"StatefulSet\",{}\"end\":1}}", "\"k\":\"value\",".repeat(90_000));
    let json = source("dump.json", &line);
    let last = line.len() - 9;
    check_plain(
        "far-apart",
        &report(vec![
            finding(
                Severity::Error,
                "far-apart",
                "two places are far from each other",
                vec![
                    find(&long, "3", "the main place"),
                    find(&long, "StatefulSet", "far above"),
                    find(&long, "web", "just below"),
                ],
            ),
            finding(
                Severity::Error,
                "one-line",
                "a megabyte on one line",
                vec![
                    at(&json, last, last + 5, "at its very end"),
                    find(&json, "\"StatefulSet\"", "and near the beginning"),
                ],
            ),
            finding(Severity::Error, "one-span", "a megabyte in one span", vec![at(&json, 0, line.len(), "all of it")]),
        ]),
    );
}
