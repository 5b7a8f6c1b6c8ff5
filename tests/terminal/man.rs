//! `stslint man`.

use crate::common::stslint;
use crate::shell::{has, run};

#[test]
fn every_command_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let written = stslint(folder.path(), &["man", "--out", "new/man1"]);
    assert_eq!((written.code, written.stdout.as_str(), written.stderr.as_str()), (0, "", ""));
    let help = stslint(folder.path(), &["--help"]).stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| !line.is_empty());
    let commands = commands.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let mut names: Vec<String> = commands
        .map(|line| line.split_whitespace().next().unwrap())
        .filter(|name| *name != "help")
        .map(|name| format!("stslint-{name}.1"))
        .collect();
    assert!(names.len() >= 6, "{help}");
    names.push("stslint.1".to_owned());
    names.sort();
    let there = std::fs::read_dir(folder.path().join("new/man1")).unwrap();
    let mut there: Vec<String> = there.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    there.sort();
    assert_eq!(there, names);
    for name in names {
        let page = std::fs::read_to_string(folder.path().join("new/man1").join(&name)).unwrap();
        assert!(page.contains(".SH NAME") && page.contains(".SH OPTIONS") && page.contains(".SH EXAMPLES"), "{name}");
        let command = name.trim_start_matches("stslint").trim_start_matches('-').trim_end_matches(".1");
        let arguments = if command.is_empty() { vec!["man"] } else { vec!["man", command] };
        assert_eq!(stslint(folder.path(), &arguments).stdout, page, "{name}");
    }
}

#[test]
fn a_page_that_is_not_there_or_cannot_be_written_is_exit_2() {
    let folder = tempfile::tempdir().unwrap();
    let typo = stslint(folder.path(), &["man", "chek"]);
    assert_eq!(typo.code, 2);
    assert!(typo.stderr.contains("did you mean `check`?"), "{}", typo.stderr);
    std::fs::write(folder.path().join("file"), "").unwrap();
    let written = stslint(folder.path(), &["man", "--out", "file"]);
    assert_eq!(written.code, 2);
    assert!(written.stderr.contains("file: cannot be written"), "{}", written.stderr);
}

#[test]
fn mandoc_has_nothing_to_warn_of() {
    if !has("mandoc") {
        eprintln!("skipped: mandoc is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(stslint(folder.path(), &["man", "--out", "."]).code, 0);
    let lint = run("sh", folder.path(), "mandoc -Tlint -Wwarning *.1");
    // The page's generator puts a line break beside a space, which costs nothing; a page without a date is on purpose.
    let said = |line: &&str| !line.contains("skipping paragraph macro") && !line.contains("missing date");
    assert_eq!(lint.stdout.lines().filter(said).collect::<Vec<_>>(), Vec::<&str>::new());
    let shown = run("sh", folder.path(), "mandoc -Tascii stslint-check.1").stdout;
    let example = "stslint deploy/ extra/service.yaml       these paths";
    assert!(shown.contains(example), "{shown}");
}
