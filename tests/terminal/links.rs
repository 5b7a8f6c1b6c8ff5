//! Hyperlinks, through the built program.

use std::process::Command;

use crate::common::{stslint, write};
use crate::live::Live;
use crate::shell::has;
use crate::watch::set;

#[test]
fn hyperlinks_are_asked_for_or_left_out() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("a b;c/web.yaml", &set("web"))]);
    let plain = stslint(folder.path(), &["check"]).stdout;
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(stslint(folder.path(), &["check", "--hyperlinks", "never"]).stdout, plain);
    let linked = stslint(folder.path(), &["check", "--hyperlinks", "always"]).stdout;
    let real = std::fs::canonicalize(folder.path()).unwrap();
    let address = format!(
        "\u{1b}]8;;file://{}/a%20b%3Bc/web.yaml#5\u{1b}\\a b;c/web.yaml:5:16\u{1b}]8;;\u{1b}\\",
        real.display()
    );
    assert!(linked.contains(&address), "{linked:?}");
    let mut rest = String::new();
    for (index, part) in linked.split("\u{1b}]8;;").enumerate() {
        rest.push_str(if index == 0 { part } else { part.split_once("\u{1b}\\").unwrap().1 });
    }
    assert_eq!(rest, plain);
    // Other formats have addresses of their own.
    assert!(!stslint(folder.path(), &["check", "--format", "json", "--hyperlinks", "always"]).stdout.contains("]8;;"));
}

#[cfg(target_os = "linux")]
#[test]
fn only_terminals_that_are_known_to_follow_hyperlinks_get_them() {
    if !has("script") {
        eprintln!("skipped: script (util-linux) is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("web.yaml", &set("web"))]);
    let shown = |environment: &[(&str, &str)]| {
        let mut command = Command::new("script");
        command.args(["-q", "-e", "-c", "stslint check --unicode never", "/dev/null"]);
        for name in [
            "VTE_VERSION",
            "TERM_PROGRAM",
            "COLORTERM",
            "WT_SESSION",
            "KONSOLE_VERSION",
            "DOMTERM",
            "FORCE_HYPERLINK",
            "SSH_TTY",
            "SSH_CONNECTION",
        ] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm").envs(environment.iter().copied());
        let mut live = Live::start(&mut command, folder.path());
        assert_eq!(live.end().code(), Some(1));
        live.until("the report", |live| live.stdout().contains("document)."));
        let all = live.stdout();
        (all.contains("]8;;https://"), all.contains("]8;;file://"))
    };
    assert_eq!(shown(&[]), (false, false));
    assert_eq!(shown(&[("TERM_PROGRAM", "WezTerm")]), (true, true));
    assert_eq!(shown(&[("TERM_PROGRAM", "WezTerm"), ("TERM", "dumb")]), (false, false));
    // The files lie on this machine, and the terminal stands on another.
    assert_eq!(shown(&[("TERM_PROGRAM", "WezTerm"), ("SSH_TTY", "/dev/pts/1")]), (true, false));
    // No terminal, whatever the environment says.
    let mut command = Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.arg("check").env("FORCE_HYPERLINK", "1");
    let mut live = Live::start(&mut command, folder.path());
    live.end();
    live.until("the report", |live| live.stdout().contains("document)."));
    assert!(!live.stdout().contains('\u{1b}'));
}

#[test]
fn statistics_count_instead_of_showing() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("a.yaml", &set("a")), ("b.yaml", &set("b"))]);
    let run = stslint(folder.path(), &["check", "--statistics", "--select", "service-not-found"]);
    let expected = "count  severity  rule               sets  files\n    2  warning   service-not-found     2      2\n\n\
                    Found 2 warnings in 2 StatefulSets (2 files, 2 documents).\n";
    assert_eq!((run.code, run.stdout.as_str()), (1, expected));
}
