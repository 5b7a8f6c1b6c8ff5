//! Files that reports and baselines go to: written whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Standard output.
    Stdout,
    /// A file, which is replaced whole; links resolved.
    File(PathBuf),
    /// Something that is written into: a pipe, a device, what a descriptor stands for.
    Stream(PathBuf),
}

/// What stands for standard output.
const STDOUT: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

impl Target {
    /// What a path names, as far as it can be written. Nothing is changed yet.
    pub(super) fn of(path: &Path) -> Result<Target, String> {
        if STDOUT.iter().any(|name| path == Path::new(name)) {
            return Ok(Target::Stdout);
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Err("it is a folder".to_owned()),
            Ok(_) if path.starts_with("/dev") || path.starts_with("/proc") => Ok(Target::Stream(path.to_path_buf())),
            Ok(metadata) if metadata.is_file() => {
                if metadata.permissions().readonly() {
                    return Err("it is read-only".to_owned());
                }
                let path = fs::canonicalize(path).map_err(|error| error.to_string())?;
                temporary(&path)?;
                Ok(Target::File(path))
            }
            Ok(metadata) if is_pipe(&metadata) => Ok(Target::Stream(path.to_path_buf())),
            Ok(_) => Err("it is neither a file nor a pipe".to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => new(path),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A file that is not there yet.
fn new(path: &Path) -> Result<Target, String> {
    if fs::symlink_metadata(path).is_ok() {
        return Err("it is a link to nothing".to_owned());
    }
    if path.as_os_str().to_string_lossy().ends_with('/') {
        return Err("there is no such folder".to_owned());
    }
    let Some(name) = path.file_name() else { return Err("it names no file".to_owned()) };
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no folder {}", folder.display()),
        _ => error.to_string(),
    })?;
    let path = folder.join(name);
    temporary(&path)?;
    Ok(Target::File(path))
}

/// An empty file beside a path, deleted when it is dropped: what can make it can put it in the path's place.
fn temporary(path: &Path) -> Result<NamedTempFile, String> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut builder = Builder::new();
    // The name begins with a dot: no run takes it for a manifest.
    builder.prefix(".stslint-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any program makes a file; the umask takes from it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
        .tempfile_in(folder)
        .map_err(|error| format!("no file can be made in {}: {}", folder.display(), reason(&error)))
}

/// The words of the system, without the path that the library adds.
fn reason(error: &io::Error) -> String {
    error.raw_os_error().map_or_else(|| error.to_string(), |code| io::Error::from_raw_os_error(code).to_string())
}

#[cfg(unix)]
fn is_pipe(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    kind.is_fifo() || kind.is_char_device()
}

#[cfg(not(unix))]
fn is_pipe(_metadata: &fs::Metadata) -> bool {
    false
}

/// Replaces files, all or none as far as the system lets it: all are on the disk before the first takes its place.
pub(super) fn replace(files: &[(&Path, Vec<u8>)]) -> Result<(), String> {
    let mut ready = Vec::new();
    for (path, bytes) in files {
        let fail = |reason: String| format!("{} cannot be written: {reason}", path.display());
        let mut file = temporary(path).map_err(fail)?;
        file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(|error| fail(reason(&error)))?;
        if let Ok(metadata) = fs::metadata(path) {
            file.as_file().set_permissions(metadata.permissions()).map_err(|error| fail(reason(&error)))?;
        }
        ready.push((path, file));
    }
    for (path, file) in ready {
        file.persist(path)
            .map_err(|error| format!("{} cannot be written: {}", path.display(), reason(&error.error)))?;
    }
    Ok(())
}

/// Writes to the end of a stream or a file. A reader that has gone is no failure of ours.
pub(super) fn append(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let written = OpenOptions::new().append(true).open(path).and_then(|mut stream: File| stream.write_all(bytes));
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("{} cannot be written: {}", path.display(), reason(&error)))
        }
        _ => Ok(()),
    }
}

/// A path with the links of its folder resolved, whether or not there is a file.
pub(super) fn real(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
}

/// Whether two paths name one file.
pub(super) fn same(one: &Path, other: &OsStr) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one.as_os_str() == other,
    }
}
