//! Runs one program, bounded in time and in what it may say.

use std::env;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::yaml::MAX_FILE_BYTES;

/// So many bytes of what a failing program says are read, and of their end so many are shown.
const MOST_WORDS: usize = 64 << 10;
const MOST_SHOWN: usize = 4 << 10;

/// How often a program that has closed its output is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(5);

/// A program on the `PATH`. Entries that are no absolute paths are passed over: a `.` there would let a repository bring
/// its own.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let path = env::var_os("PATH")?;
    let found = env::split_paths(&path).filter(|folder| folder.is_absolute()).map(|folder| folder.join(&file));
    found.into_iter().find(|path| is_executable(path))
}

#[cfg(unix)]
fn is_executable(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &std::path::Path) -> bool {
    path.is_file()
}

enum Said {
    Output(Vec<u8>),
    Words(Vec<u8>),
}

/// Runs a command to its end, with nothing on its standard input; what it printed, or what went wrong.
pub(super) fn run(command: &mut Command, time: Duration) -> Result<Vec<u8>, String> {
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|error| format!("cannot be run: {error}"))?;
    let outcome = attend(&mut child, time);
    if outcome.is_err() {
        // What it started itself may live on; nobody waits for it.
        let _ = child.kill();
        let _ = child.wait();
    }
    let (output, words, status) = outcome?;
    if status.success() { Ok(output) } else { Err(failure(status, &words)) }
}

/// Reads both streams while the program runs.
fn attend(child: &mut Child, time: Duration) -> Result<(Vec<u8>, Vec<u8>, ExitStatus), String> {
    let deadline = Instant::now() + time;
    let late = || format!("was stopped after {} seconds", time.as_secs());
    let (sender, receiver) = mpsc::channel();
    listen(child.stdout.take(), MAX_FILE_BYTES + 1, sender.clone(), Said::Output);
    listen(child.stderr.take(), MOST_WORDS, sender, Said::Words);
    let (mut output, mut words) = (Vec::new(), Vec::new());
    loop {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Said::Output(bytes)) if bytes.len() > MAX_FILE_BYTES => {
                return Err(format!("printed more than {} MiB, the most that stslint reads", MAX_FILE_BYTES >> 20));
            }
            Ok(Said::Output(bytes)) => output = bytes,
            Ok(Said::Words(bytes)) => words = bytes,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => return Err(late()),
        }
    }
    loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => return Ok((output, words, status)),
            None if Instant::now() > deadline => return Err(late()),
            None => thread::sleep(PAUSE),
        }
    }
}

/// Reads a stream to its end or to a limit, in a thread of its own: a program that waits for one of two pipes to be
/// emptied would stand still otherwise.
fn listen(
    stream: Option<impl Read + Send + 'static>,
    most: usize,
    sender: Sender<Said>,
    said: impl FnOnce(Vec<u8>) -> Said + Send + 'static,
) {
    let Some(mut stream) = stream else { return };
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.by_ref().take(most as u64).read_to_end(&mut bytes);
        // Nobody may be listening any more.
        let _ = sender.send(said(bytes));
        // What comes beyond the limit is let through, so that the program can end by itself.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
}

fn failure(status: ExitStatus, words: &[u8]) -> String {
    let words = String::from_utf8_lossy(words);
    let words = words.trim();
    let start = words.ceil_char_boundary(words.len().saturating_sub(MOST_SHOWN));
    match &words[start..] {
        "" => format!("failed without a word ({status})"),
        words => words.to_owned(),
    }
}
