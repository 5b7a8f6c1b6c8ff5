//! A program that runs beside the test: what it prints is looked at while it runs, and it never outlives the test.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// No test asserts time; this is when it gives up.
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) struct Live {
    child: Child,
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
}

impl Live {
    pub(crate) fn start(command: &mut Command, folder: &Path) -> Live {
        command.current_dir(folder).env("PATH", crate::shell::path()).env_remove("NO_COLOR");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = collect(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        Live { child, stdout, stderr }
    }

    pub(crate) fn stslint(folder: &Path, arguments: &[&str]) -> Live {
        Live::start(Command::new(env!("CARGO_BIN_EXE_stslint")).args(arguments), folder)
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout.lock().unwrap()).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr.lock().unwrap()).into_owned()
    }

    /// Waits until something is true of what was printed.
    pub(crate) fn until(&self, what: &str, holds: impl Fn(&Live) -> bool) {
        let begin = Instant::now();
        while !holds(self) {
            assert!(begin.elapsed() < LIMIT, "{what} never came:\n{}\n{}", self.stdout(), self.stderr());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the end.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < LIMIT, "it never ended:\n{}\n{}", self.stdout(), self.stderr());
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn interrupt(&self) {
        interrupt(&self.child.id().to_string());
    }
}

/// What Ctrl-C sends.
pub(crate) fn interrupt(id: &str) {
    assert!(Command::new("kill").args(["-INT", id]).status().unwrap().success());
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(mut stream: impl Read + Send + 'static) -> Arc<Mutex<Vec<u8>>> {
    let all = Arc::new(Mutex::new(Vec::new()));
    let end = Arc::clone(&all);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            end.lock().unwrap().extend_from_slice(&buffer[..length]);
        }
    });
    all
}
