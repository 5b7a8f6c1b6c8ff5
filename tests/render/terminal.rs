//! What only terminals get, and what many findings of one rule share.

use stslint::finding::{Report, Reported, Severity};
use stslint::render::{Links, Style};

use crate::golden;
use crate::reports::{self, at, find, finding, plain, report, source, text};

const FOLDER: &str = "file:///home/me/my%20shop/";

fn linked(width: Option<usize>) -> Style {
    Style { color: true, links: Links { pages: true, files: Some(FOLDER) }, ..plain(width) }
}

/// A text without its OSC 8 sequences, and the addresses in them.
fn split(text: &str) -> (String, Vec<String>) {
    let (mut rest, mut addresses) = (String::new(), Vec::new());
    let mut parts = text.split("\u{1b}]8;;");
    rest.push_str(parts.next().unwrap());
    for part in parts {
        let (address, behind) = part.split_once("\u{1b}\\").unwrap();
        addresses.push(address.to_owned());
        rest.push_str(behind);
    }
    (rest, addresses)
}

#[test]
fn hyperlinks() {
    let all = report(vec![reports::missing_service(), reports::note(), reports::grown_template()]);
    for (width, name) in [(Some(60), "60"), (None, "none")] {
        golden::check(&format!("hyperlinks.{name}.ascii.ansi"), text(&all, &linked(width)).into_bytes());
    }
}

#[test]
fn hyperlinks_are_the_same_text() {
    let all = report(vec![
        reports::missing_service(),
        reports::blocking_budget(),
        reports::grown_template(),
        reports::note(),
        reports::crowded_line(),
    ]);
    for width in [None, Some(40), Some(60), Some(80), Some(300)] {
        for unicode in [false, true] {
            let style = Style { unicode, ..linked(width) };
            let (rest, addresses) = split(&text(&all, &style));
            assert_eq!(rest, text(&all, &Style { links: Links::default(), ..style }));
            assert!(addresses.len() >= 10 && addresses.len() % 2 == 0, "{addresses:?}");
        }
    }
}

#[test]
fn nothing_breaks_out_of_a_hyperlink() {
    let names = [
        ("a\u{1b}\\\u{7}\u{9c}b.yaml", "a%1B/%07%C2%9Cb.yaml"),
        ("x;y z#1?%41\n.yaml", "x%3By%20z%231%3F%2541%0A.yaml"),
        ("größe/\u{202e}.yaml", "gr%C3%B6%C3%9Fe/%E2%80%AE.yaml"),
    ];
    for (name, encoded) in names {
        let odd = source(name, "k: v\nkind: X\n");
        for severity in Severity::ALL {
            let one = report(vec![finding(severity, "any-rule", "said", vec![find(&odd, "X", "here")])]);
            let (rest, addresses) = split(&text(&one, &Style { color: false, ..linked(None) }));
            assert!(addresses.contains(&format!("{FOLDER}{encoded}#2")), "{addresses:?}");
            assert!(!rest.contains(['\u{1b}', '\u{7}', '\u{9c}']), "{rest:?}");
            for address in addresses {
                assert!(address.bytes().all(|byte| byte.is_ascii_graphic()), "{address:?}");
            }
        }
    }
    assert_eq!(Links::folder("/a b/;\u{1b}\\"), "file:///a%20b/%3B%1B/");
    assert_eq!(Links::folder("C:\\a b"), "file:///C:/a%20b/");
    assert_eq!(Links::folder("/"), "file:///");
}

#[test]
fn what_has_no_file_leads_nowhere() {
    let pipe = source("<stdin>", "kind: X\n");
    let mut base = find(&source("a.yaml", "kind: X\n"), "X", "was here");
    base.revision = Some("main".to_owned());
    let lost = find(&source("\u{fffd}.yaml", "kind: X\n"), "X", "no Unicode");
    let absolute = find(&source("/srv/a.yaml", "kind: X\n"), "X", "elsewhere");
    let one = report(vec![finding(
        Severity::Error,
        "any-rule",
        "said",
        vec![at(&pipe, 0, 4, "piped"), base, lost, absolute],
    )]);
    let (_, addresses) = split(&text(&one, &linked(None)));
    let files: Vec<_> = addresses.iter().filter(|address| address.starts_with("file:")).collect();
    assert_eq!(files, ["file:///srv/a.yaml#1"]);
    // Pages have an address wherever the files lie.
    let style = Style { links: Links { pages: true, files: None }, ..linked(None) };
    let (_, addresses) = split(&text(&one, &style));
    assert!(addresses.iter().all(|address| !address.starts_with("file:")) && addresses.len() == 4, "{addresses:?}");
}

fn explained(name: &str, notes: &[&str]) -> Reported {
    let source = source(name, "kind: StatefulSet\n");
    let mut one = finding(Severity::Warning, "any-rule", "something is so", vec![find(&source, "StatefulSet", "here")]);
    one.notes = notes.iter().map(|note| (*note).to_owned()).collect();
    one
}

#[test]
fn what_was_explained_is_not_explained_again() {
    let long = "a mechanism that takes a sentence, and another one that says when it is fine to ignore all this.";
    let own = "`web-2` is the third member, and that is said of this set only, so it stands here.";
    let mut other = explained("d.yaml", &[long]);
    other.rule = "other-rule";
    let all = report(vec![
        explained("a.yaml", &[long, "short."]),
        explained("b.yaml", &[long, "short."]),
        explained("c.yaml", &[own, long]),
        other,
    ]);
    golden::check("explained.80.ascii.txt", text(&all, &plain(Some(80))).into_bytes());
    let shown = |style: &Style| text(&all, style).matches("a mechanism that takes").count();
    assert_eq!(shown(&plain(Some(80))), 2);
    assert_eq!(shown(&Style { verbose: true, ..plain(Some(80)) }), 4);
}

#[test]
fn a_note_as_short_as_its_reference_is_repeated() {
    let all = report(vec![explained("a.yaml", &["the default is 10."]), explained("b.yaml", &["the default is 10."])]);
    assert_eq!(text(&all, &plain(None)).matches("the default is 10.").count(), 2);
}

#[test]
fn statistics() {
    let all = report(vec![
        explained("a.yaml", &[]),
        explained("b.yaml", &[]),
        reports::missing_service(),
        reports::blocking_budget(),
        reports::note(),
        reports::note(),
        reports::note(),
    ]);
    let style = Style { statistics: true, ..plain(Some(60)) };
    golden::check("statistics.60.ascii.txt", text(&all, &style).into_bytes());
    golden::check("statistics.none.ascii.ansi", text(&all, &Style { color: true, width: None, ..style }).into_bytes());
    assert_eq!(text(&Report::default(), &style), text(&Report::default(), &plain(Some(60))));
}
