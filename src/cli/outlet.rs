//! Standard output, whose reader may leave before the end.

use std::io::{self, StdoutLock, Write};

/// Standard output. When its reader has gone (`stslint | head`) the rest is let go quietly: the exit code still says what
/// was found.
pub(super) struct Outlet<'a> {
    inner: io::BufWriter<StdoutLock<'a>>,
    has_reader: bool,
}

impl<'a> Outlet<'a> {
    pub(super) fn new(stdout: StdoutLock<'a>) -> Self {
        Self { inner: io::BufWriter::new(stdout), has_reader: true }
    }

    /// Whether anybody may still be reading.
    pub(super) fn has_reader(&self) -> bool {
        self.has_reader
    }

    fn unless_gone<T>(&mut self, otherwise: T, done: io::Result<T>) -> io::Result<T> {
        match done {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.has_reader = false;
                Ok(otherwise)
            }
            done => done,
        }
    }
}

impl Write for Outlet<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.has_reader {
            return Ok(bytes.len());
        }
        let written = self.inner.write(bytes);
        self.unless_gone(bytes.len(), written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.has_reader {
            return Ok(());
        }
        let flushed = self.inner.flush();
        self.unless_gone((), flushed)
    }
}
