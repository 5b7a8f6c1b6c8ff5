//! The line that tells what a long run is at. A pipe that nobody closes makes a run as long as it has to be; `script`
//! (util-linux) makes a terminal.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::live::{Live, interrupt};
use crate::shell::has;
use crate::watch::set;

const ERASE: &str = "\r\u{1b}[K";

/// A run on a terminal that reads a pipe, and the end of the pipe that it waits for.
fn start(folder: &Path, environment: &[(&str, &str)]) -> (Live, File) {
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap().success());
    // Read and write: opening it does not wait.
    let mut pipe = File::options().read(true).write(true).open(folder.join("pipe")).unwrap();
    pipe.write_all(b"# a comment\n").unwrap();
    let mut command = Command::new("script");
    command.args(["-q", "-e", "-c", "echo $$ >id; exec stslint check --color never pipe", "/dev/null"]);
    command.env("TERM", "xterm").env_remove("CI").envs(environment.iter().copied());
    (Live::start(&mut command, folder), pipe)
}

fn can_run() -> bool {
    let can = has("script");
    if !can {
        eprintln!("skipped: script (util-linux) is not installed");
    }
    can
}

#[test]
fn the_line_comes_after_a_while_and_is_gone_before_the_report() {
    if !can_run() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (mut live, mut pipe) = start(folder.path(), &[]);
    live.until("the line", |live| live.stdout().contains("Reading: 0 files\u{1b}[K"));
    pipe.write_all(set("a").as_bytes()).unwrap();
    drop(pipe);
    assert_eq!(live.end().code(), Some(1));
    live.until("the report", |live| live.stdout().contains("document)."));
    let all = live.stdout();
    let (before, report) = all.rsplit_once(ERASE).unwrap();
    assert!(report.contains("Found 1 warning") && !report.contains("Reading:"), "{all:?}");
    assert!(before.ends_with("file\u{1b}[K") || before.ends_with("files\u{1b}[K"), "{all:?}");
    // The same line is not drawn twice.
    assert_eq!(all.matches("Reading: 0 files").count(), 1, "{all:?}");
    assert!(!all.contains("\u{1b}[?25"), "the cursor is left alone");
}

#[test]
fn ctrl_c_ends_at_once_and_leaves_a_clean_line() {
    if !can_run() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (mut live, pipe) = start(folder.path(), &[]);
    live.until("the line", |live| live.stdout().contains("Reading: 0 files\u{1b}[K"));
    interrupt(fs::read_to_string(folder.path().join("id")).unwrap().trim());
    // As a shell says it of what a signal ended.
    assert_eq!(live.end().code(), Some(130));
    live.until("the end", |live| live.stdout().contains(&format!("files\u{1b}[K{ERASE}")));
    drop(pipe);
}

#[test]
fn nothing_is_drawn_where_nobody_looks() {
    if !can_run() {
        return;
    }
    for environment in [("TERM", "dumb"), ("CI", "true")] {
        let folder = tempfile::tempdir().unwrap();
        let (mut live, mut pipe) = start(folder.path(), &[environment]);
        // Longer than the line would wait; nothing is asserted but that it is not there.
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        pipe.write_all(set("a").as_bytes()).unwrap();
        drop(pipe);
        assert_eq!(live.end().code(), Some(1));
        live.until("the report", |live| live.stdout().contains("document)."));
        assert!(!live.stdout().contains("Reading"), "{environment:?}: {:?}", live.stdout());
    }
}
