//! `--watch`: checks again on every save.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use clap::Args;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use same_file::Handle;

use super::{Arguments, files, once};
use crate::cli::configured;
use crate::cli::input::Request;
use crate::cli::outlet::Outlet;
use crate::cli::{Failure, report, terminal};
use crate::load::Watched;

/// Quiet for so long, a save is over: editors write, rename and delete in a burst.
const QUIET: Duration = Duration::from_millis(100);
/// A folder that never comes to rest is checked nevertheless.
const LONGEST: Duration = Duration::from_secs(2);
/// Clears the screen and leaves what was scrolled away.
const CLEAR: &[u8] = b"\x1b[H\x1b[2J";

#[derive(Debug, Args)]
pub(super) struct Watching {
    /// Check again whenever a file is saved, until Ctrl-C.
    ///
    /// Files and folders that come and go are followed, and what ignore files keep out is not. The screen is cleared
    /// between two reports, if it is one. Errors that come up on the way are shown, and the next save is waited for.
    #[arg(long, conflicts_with = "write_baseline")]
    pub(super) watch: bool,
}

/// Checks, waits for a change, and checks again.
pub(super) fn run(arguments: &Arguments, out: &mut Outlet<'_>) -> Result<ExitCode, Failure> {
    if arguments.reading.reads_stdin() {
        let message = "`--watch` reads again, and standard input can be read only once: name files or folders";
        return Err(Failure::Usage(message.to_owned()));
    }
    let clears = io::stdout().is_terminal() && !terminal::is_dumb();
    let mut is_first = true;
    loop {
        // Watched before it is read: what is saved in the meantime is read again.
        let changes = Changes::of(&paths(arguments), arguments.rendering.is_asked(), arguments.output.own_files())?;
        if clears && !is_first {
            out.write_all(CLEAR)?;
        }
        let code = match once(arguments, out) {
            Ok(code) => code,
            // What was wrong from the beginning is wrong in the command.
            Err(failure) if is_first || matches!(failure, Failure::Output(_)) => return Err(failure),
            Err(failure) => {
                out.flush()?;
                report(&failure)
            }
        };
        out.flush()?;
        if !out.has_reader() {
            return Ok(code);
        }
        // Beside the report, which may go to a program.
        let _ = writeln!(io::stderr(), "Watching for changes; Ctrl-C ends.");
        changes.wait()?;
        is_first = false;
    }
}

/// All that a run reads, as it is at the moment: the configuration may name more, and come and go itself.
fn paths(arguments: &Arguments) -> Vec<PathBuf> {
    let mut paths = arguments.reading.paths().to_vec();
    if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    paths.extend_from_slice(arguments.choosing.context());
    paths.extend(arguments.own.folder().map(PathBuf::from));
    paths.extend(arguments.adopting.baseline().map(PathBuf::from));
    paths.extend(arguments.rendering.values().iter().cloned());
    let read = match arguments.choosing.context() {
        [] => arguments.reading.paths(),
        context => context,
    };
    // What is wrong with any of it is said by the run itself.
    let request = Request { paths: read, ..arguments.reading.request(None) };
    if let Ok(options) = request.options() {
        paths.extend(arguments.configured.candidates(&options));
        let config = arguments.configured.load(&options, arguments.output.error_style());
        let named = |config| configured::systems(config).into_iter().chain(configured::baseline(config));
        paths.extend(config.iter().flat_map(named));
    }
    paths
}

/// What happens to the files of a run.
struct Changes {
    /// Told nothing any more once it is dropped.
    _watcher: RecommendedWatcher,
    watched: Watched,
    /// What the run itself writes.
    own: Vec<PathBuf>,
    events: Receiver<notify::Result<Event>>,
}

impl Changes {
    fn of(paths: &[PathBuf], all_files: bool, own: Vec<PathBuf>) -> Result<Changes, Failure> {
        let (sender, events) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(sender).map_err(cannot)?;
        let here = env::current_dir()
            .map_err(|error| Failure::Usage(format!("the current folder cannot be read: {error}")))?;
        let mut failed = None;
        let watched = Watched::find(paths, &here, all_files, &mut |folder| {
            if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive)
                // What has gone in the meantime is told by the folder above.
                && folder.is_dir()
            {
                failed.get_or_insert(error);
            }
        });
        match failed {
            Some(error) => Err(cannot(error)),
            None => Ok(Changes { _watcher: watcher, watched, own, events }),
        }
    }

    /// Waits for a change and until it is over.
    fn wait(&self) -> Result<(), Failure> {
        let ended = || Failure::Usage("the folders cannot be watched any longer".to_owned());
        while !self.concerns(&self.events.recv().map_err(|_| ended())?) {}
        let begin = Instant::now();
        while begin.elapsed() < LONGEST {
            match self.events.recv_timeout(QUIET) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => return Err(ended()),
            }
        }
        Ok(())
    }

    fn concerns(&self, event: &notify::Result<Event>) -> bool {
        match event {
            // Reading is no change, and we read.
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => false,
            // Some events were lost.
            Ok(event) if event.need_rescan() => true,
            Ok(event) => event.paths.iter().any(|path| self.watched.concerns(path) && !self.is_own_output(path)),
            Err(_) => false,
        }
    }

    /// Whether a file is one that a report goes to, be it that our own output is redirected into it: `stslint --watch
    /// --format json > report.json`.
    fn is_own_output(&self, path: &Path) -> bool {
        self.own.contains(&files::real(path))
            || Handle::stdout().is_ok_and(|own| Handle::from_path(path).is_ok_and(|changed| changed == own))
    }
}

fn cannot(error: notify::Error) -> Failure {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => Failure::Usage(
            "there are more folders than this system lets a user watch (on Linux: sysctl fs.inotify.max_user_watches)"
                .to_owned(),
        ),
        _ => Failure::Usage(format!("the folders cannot be watched: {error}")),
    }
}
