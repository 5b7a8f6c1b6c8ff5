//! Named pipes: `<(helm template …)` hands one over, and one that nobody writes to must not hold the run for ever.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long to wait for a program to open its end. One that has opened it may take as long as it likes.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);

/// The reading end of a named pipe.
pub(super) struct Pipe {
    file: File,
    /// Until when a writer has to show up; `None` once there was one.
    deadline: Option<Instant>,
}

impl Pipe {
    /// Opens a path if it is a named pipe; `None` for everything else.
    #[cfg(unix)]
    pub(super) fn open(path: &Path) -> io::Result<Option<Pipe>> {
        use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

        if !std::fs::metadata(path)?.file_type().is_fifo() {
            return Ok(None);
        }
        // Without this flag, opening already waits for a writer.
        let file = File::options().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
        Ok(Some(Pipe { file, deadline: Some(Instant::now() + PATIENCE) }))
    }

    /// Elsewhere no path is one.
    #[cfg(not(unix))]
    pub(super) fn open(_path: &Path) -> io::Result<Option<Pipe>> {
        Ok(None)
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read(buffer) {
                // No writer: none yet, or none any more.
                Ok(0) => match self.deadline {
                    None => return Ok(0),
                    Some(deadline) if Instant::now() > deadline => {
                        let seconds = PATIENCE.as_secs();
                        return Err(io::Error::other(format!(
                            "a pipe that no program wrote to within {seconds} seconds"
                        )));
                    }
                    Some(_) => sleep(PAUSE),
                },
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.deadline = None;
                    sleep(PAUSE);
                }
                Ok(read) => {
                    self.deadline = None;
                    return Ok(read);
                }
                Err(error) => return Err(error),
            }
        }
    }
}
