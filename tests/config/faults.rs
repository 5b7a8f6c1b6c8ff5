//! What is wrong with the file: all of it at once, each at its bytes, and nothing is judged.

use crate::common::stslint;
use crate::{FILE, WEB, folder};

/// What is said of a file: `line:column message | help`.
fn said(text: &str) -> Vec<String> {
    let folder = folder(&[("web.yaml", WEB), (FILE, text)]);
    let run = stslint(folder.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}");
    let (rest, last) = run.stderr.trim_end().rsplit_once('\n').unwrap();
    assert!(last.starts_with("error: the configuration .stslint.yaml cannot be used: "), "{last}");
    let mut all = Vec::new();
    for one in rest.split("error: ").skip(1) {
        let (message, rest) = one.split_once('\n').unwrap();
        let place = rest.split(".stslint.yaml:").nth(1).unwrap().lines().next().unwrap();
        let help = rest.split("= help: ").nth(1).map_or("", |help| help.lines().next().unwrap());
        all.push(format!("{place} {message} | {help}"));
    }
    all
}

#[test]
fn every_fault_is_said_at_its_bytes() {
    for (text, expected) in [
        ("colour: red", "1:1 there is no field `colour` here, only"),
        ("rule: {}", "1:1 there is no field `rule` here, only"),
        (
            "rules: {budget-mising: off}",
            "1:9 no rule or group is called `budget-mising` | did you mean `budget-missing`?",
        ),
        ("rules: {pedantik: on}", "1:9 no rule or group is called `pedantik` | did you mean `pedantic`?"),
        ("rules: {xyz: on}", "1:9 no rule or group is called `xyz` | `stslint rules` lists the names"),
        (
            "rules: {all: eror}",
            "1:14 one of `off`, `on`, `note`, `warning`, `error` is expected here, this is `eror` | did you mean `error`?",
        ),
        ("rules: {all: 3}", "1:14 one of `off`, `on`, `note`, `warning`, `error` is expected here, this is a number"),
        ("rules: [all]", "1:8 a mapping is expected here, this is a list"),
        ("rules: {all: on, all: off}", "1:18 "),
        (
            "fail-on: eror",
            "1:10 one of `error`, `warning`, `note`, `never` is expected here, this is `eror` | did you mean `error`?",
        ),
        ("kubernetes-version: 1.31", "1:21 `1.31` is no version that is known | known versions are 1.32 to 1.37"),
        ("kubernetes-version: [1]", "1:21 a version, as in `\"1.34\"`, is expected here, this is a list"),
        ("exclude: ['a[']", "1:11 `a[` is no pattern for paths: "),
        (
            "exclude: ../x",
            "1:10 `../x` is no pattern for paths: patterns begin in this file's folder and stay below it",
        ),
        ("systems: nowhere", "1:10 `nowhere` cannot be read: no such file or folder"),
        ("systems: web.yaml", "1:10 `web.yaml` cannot be read: not a directory"),
        (
            "external-services: [a/b/c]",
            "1:21 `a/b/c` names no Service | write NAMESPACE/NAME, or NAME for any namespace",
        ),
        ("external-services: [web.shop.svc]", "1:21 `web.shop.svc` names no Service"),
        ("options: {budget-missing: {replicas: 1}}", "1:38 at least 2 are expected here"),
        ("options: {budget-missing: {replicas: x}}", "1:38 a whole number is expected here, this is a string"),
        (
            "options: {budget-missing: {replica: 3}}",
            "1:28 there is no field `replica` here, only `replicas` | did you mean `replicas`?",
        ),
        ("options: {budget-mising: {}}", "1:11 there is no field `budget-mising` here"),
        ("overrides: [{rules: {all: off}}]", "1:13 this override says nowhere where it counts"),
        ("overrides: [{paths: a}]", "1:13 `rules` is missing here"),
        ("overrides: [{paths: '', rules: {}}]", "1:21 `` is no pattern for paths: it names nothing"),
        ("overrides: [{names: a, rules: {x: off}}]", "1:32 no rule or group is called `x`"),
        (
            "overrides: [{kinds: StatefulSets, rules: {}}]",
            "1:21 stslint reads no object of kind `StatefulSets` | did you mean `StatefulSet`?",
        ),
        ("ignore: [{reason: x}]", "1:10 `rules` is missing here"),
        ("ignore: [{rules: all}]", "1:10 `reason` is missing here"),
        ("ignore: [{rules: [], reason: x}]", "1:18 no rule is named here"),
        ("ignore: [{rules: all, reason: ' '}]", "1:31 the reason is empty | say why"),
        (
            "ignore: [{rules: budget-mising, reason: x}]",
            "1:18 no rule or group is called `budget-mising` | did you mean",
        ),
        (
            "ignore: [{rules: all, reason: x, until: 2027-02-29}]",
            "1:41 `2027-02-29` is no date | 2027-02 has the days 1 to 28",
        ),
        (
            "ignore: [{rules: all, reason: x, until: tomorrow}]",
            "1:41 `tomorrow` is no date | a date is written as in `2027-01-31`",
        ),
        ("ignore: [{rules: all, reason: x, name: web}]", "1:34 there is no field `name` here, only"),
        ("ignore: {rules: all}", "1:9 a list is expected here, this is a mapping"),
        ("rules: {\n", ""),
        ("- a\n", "1:1 "),
        ("rules: {}\n---\nrules: {}\n", "3:1 a second document begins here | the configuration is one document"),
        ("rules: {all: off\u{7}}", "1:17 YAML cannot hold the character U+0007"),
    ] {
        let found = said(text);
        assert_eq!(found.len(), 1, "{text}: {found:#?}");
        assert!(found[0].starts_with(expected), "{text}: {found:#?}\n{expected}");
    }
}

#[test]
fn all_of_them_are_said_at_once() {
    let text = "\
rules:
  budget-mising: off
  service-not-found: eror
  pedantic: [on]
fail_on: error
kubernetes-version: 1.39
exclude: [../x, 'a[']
systems: nowhere
external-services: [a/b/c, 3]
options:
  budget-missing: {replicas: 1, foo: 1}
overrides:
  - rules: {}
  - paths: a
ignore:
  - rules: service-not-fund
    reason: ''
    until: 2027-02-30
    kinds: StatefulSets
  - reason: x
";
    let places: Vec<String> = said(text).iter().map(|one| one.split(' ').next().unwrap().to_owned()).collect();
    let expected = [
        "2:3", "3:22", "4:13", "5:1", "6:21", "7:11", "7:17", "8:10", "9:21", "9:28", "11:30", "11:33", "13:5", "14:5",
        "16:12", "17:13", "18:12", "19:12", "20:5",
    ];
    assert_eq!(places, expected);
}

#[test]
fn hostile_files_end_soon_and_quietly() {
    let deep = format!("rules: {}{}", "[".repeat(2000), "]".repeat(2000));
    let bomb = (0..30).fold("a: &a0 [x]\n".to_owned(), |text, level| {
        format!("{text}b{level}: &a{} [*a{level}, *a{level}, *a{level}]\n", level + 1)
    });
    let many =
        format!("exclude: &x [{}]\noverrides: [{}]\n", "a, ".repeat(1000), "{paths: *x, rules: {}}, ".repeat(1000));
    let faulty = format!("rules: {{{}}}", (0..5000).map(|number| format!("x{number}: off, ")).collect::<String>());
    let wild = format!("ignore: [{{rules: all, reason: x, names: '{}'}}]", "*a".repeat(50_000));
    for (text, code) in [(deep, 2), (bomb, 2), (many, 2), (faulty, 2), (wild, 1)] {
        let folder = folder(&[("web.yaml", WEB), (FILE, &text)]);
        let run = stslint(folder.path(), &[]);
        assert_eq!(run.code, code, "{}\n{}", &text[..100], run.stderr);
        assert!(run.stderr.len() < 50_000 && run.stdout.len() < 50_000);
    }
}

#[test]
fn nothing_of_the_file_reaches_the_terminal_raw() {
    let text = "ignore:\n  - rules: [\"a\\e[31m\\nb\"]\n    reason: x\nrules: {\"\\u202ex\": off}\n";
    let folder = folder(&[("web.yaml", WEB), (FILE, text)]);
    let run = stslint(folder.path(), &[]);
    assert_eq!(run.code, 2);
    assert!(!run.stderr.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{:?}", run.stderr);
}
