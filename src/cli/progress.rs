//! One line on standard error that tells what a long run is at: only on a terminal, only after a while, and gone before
//! anything else is printed.
//!
//! A few lines instead of a crate: there is one line and one number, no bar, and no length to measure it by. The cursor is
//! never hidden, so nothing has to be shown again.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{env, mem};

/// What ends before is no long run.
const DELAY: Duration = Duration::from_millis(700);
/// Between two looks at the number.
const INTERVAL: Duration = Duration::from_millis(100);
/// Goes to the first column and erases the line.
const ERASE: &[u8] = b"\r\x1b[K";

/// Whether the line stands on the terminal now. Whoever writes to it holds the lock.
static DRAWN: Mutex<bool> = Mutex::new(false);

/// The line; erased when this is dropped.
pub(super) struct Progress {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    files: Arc<AtomicUsize>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    judging: bool,
    ended: bool,
}

impl Progress {
    /// Begins with the reading. Where standard input is typed by hand, the line would stand in its way.
    pub(super) fn start(reads_stdin: bool) -> Progress {
        let shared = Arc::new(Shared::default());
        let typed = reads_stdin && io::stdin().is_terminal();
        let thread = (is_wanted() && !typed).then(|| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || show(&shared))
        });
        Progress { shared, thread }
    }

    /// Where the files are counted that were read.
    pub(super) fn files(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.shared.files)
    }

    /// Everything is read.
    pub(super) fn judging(&self) {
        lock(&self.shared.state).judging = true;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        lock(&self.shared.state).ended = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It cannot panic; and if it did, the run goes on without it.
            let _ = thread.join();
        }
    }
}

/// A person is looking, and the terminal can erase a line.
fn is_wanted() -> bool {
    let can_erase = env::var_os("TERM").is_some_and(|term| !term.is_empty() && term != "dumb");
    let is_ci = env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    io::stderr().is_terminal() && can_erase && !is_ci
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Draws until the end.
fn show(shared: &Shared) {
    let wait = |time: Duration| {
        let state = lock(&shared.state);
        let waited = shared.changed.wait_timeout_while(state, time, |state| !state.ended);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (!state.ended).then_some(state.judging)
    };
    let Some(mut judging) = wait(DELAY) else { return };
    interrupt::erase_first();
    let mut before = String::new();
    loop {
        let files = shared.files.load(Ordering::Relaxed);
        let what = if judging { "Judging" } else { "Reading" };
        let line = format!("{what}: {files} {}", if files == 1 { "file" } else { "files" });
        // Only what changed is drawn: no flicker.
        if line != before {
            draw(&line);
            before = line;
        }
        match wait(INTERVAL) {
            Some(now) => judging = now,
            None => break,
        }
    }
    erase(&mut lock(&DRAWN));
}

fn draw(line: &str) {
    let mut drawn = lock(&DRAWN);
    let mut bytes = ERASE[..1].to_vec();
    bytes.extend_from_slice(line.as_bytes());
    bytes.extend_from_slice(&ERASE[1..]);
    // In one piece. A terminal that takes nothing any more is no reason to stop.
    *drawn = io::stderr().write_all(&bytes).is_ok();
}

fn erase(drawn: &mut bool) {
    if mem::take(drawn) {
        let _ = io::stderr().write_all(ERASE);
    }
}

#[cfg(unix)]
mod interrupt {
    //! Ctrl-C while the line stands there.

    use std::sync::Once;
    use std::sync::TryLockError;
    use std::thread;
    use std::time::Duration;

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use super::{DRAWN, erase};

    /// From now on a signal erases the line before it ends the program, as it does anyway.
    pub(super) fn erase_first() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
            thread::spawn(move || {
                for signal in signals.forever() {
                    // Not for long: a terminal that is held (Ctrl-S) holds whoever draws, and the end must come at once.
                    for _ in 0..20 {
                        match DRAWN.try_lock() {
                            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(5)),
                            Ok(mut drawn) => {
                                erase(&mut drawn);
                                let _ = emulate_default_handler(signal);
                            }
                            Err(TryLockError::Poisoned(_)) => break,
                        }
                    }
                    let _ = emulate_default_handler(signal);
                }
            });
        });
    }
}

#[cfg(not(unix))]
mod interrupt {
    //! Elsewhere the line stays when the program is ended.

    pub(super) fn erase_first() {}
}
