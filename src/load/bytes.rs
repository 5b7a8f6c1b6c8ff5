//! Bytes from a file, and what is said when they do not come.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::yaml::MAX_FILE_BYTES;

/// Reads a file into a buffer that is used again, and returns how many bytes of the buffer are the file's.
pub(super) fn read_file(path: &Path, buffer: &mut Vec<u8>) -> io::Result<usize> {
    read_all(&mut File::open(path)?, buffer)
}

/// Reads everything there is, up to [`MAX_FILE_BYTES`]: what has no end (`/dev/zero`) must not end us.
pub(super) fn read_all(input: &mut dyn Read, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            // Most manifests fit the first time; what is left of the last file is overwritten.
            buffer.resize((buffer.len() * 2).max(256 << 10), 0);
        }
        match input.read(&mut buffer[filled..]) {
            Ok(0) => return Ok(filled),
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if filled > MAX_FILE_BYTES {
            let limit = MAX_FILE_BYTES >> 20;
            return Err(io::Error::other(format!("larger than {limit} MiB, the most that stslint reads")));
        }
    }
}

/// An error in words, without the number the operating system gives it.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        // What the operating system says begins with a capital and ends with its number.
        _ if error.raw_os_error().is_some() => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
        _ => error.to_string(),
    }
}
