//! Runs lines of shell with the built program in the path.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::Run;

/// Whether a program is on this machine.
pub(crate) fn has(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
    found.unwrap().success()
}

/// The path with the built program's folder in front.
pub(crate) fn path() -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_stslint"));
    format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap())
}

/// Runs a script by one of the shells, with a clean idea of colours.
pub(crate) fn run(shell: &str, folder: &Path, script: &str) -> Run {
    let mut command = Command::new(shell);
    command.args(["-c", script]).current_dir(folder).env("PATH", path()).env("HOME", folder).stdin(Stdio::null());
    let output = command.env_remove("NO_COLOR").output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
