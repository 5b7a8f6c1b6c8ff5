//! Single files that stslint itself reads and writes.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process;

use super::bytes::reason;

/// Reads a file of at most `longest` bytes.
///
/// # Errors
/// Why not, as a clause.
pub fn read_file(path: &Path, longest: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| reason(&error))?;
    file.take(longest + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    match bytes.len() as u64 > longest {
        true => Err(format!("longer than the {} MiB that are read", longest >> 20)),
        false => Ok(bytes),
    }
}

/// Writes a file whole or not at all: what was there stays until all of the new is on the disk. A link stays a link.
///
/// # Errors
/// Why not, as a clause.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(error) if error.kind() == ErrorKind::NotFound => path.to_path_buf(),
        Err(error) => return Err(reason(&error)),
    };
    let old = fs::metadata(&target).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return Err("this is no file".to_owned());
    }
    let beside = beside(&target).ok_or("this names no file")?;
    let written = write_new(&beside, bytes).and_then(|()| {
        if let Some(old) = &old {
            fs::set_permissions(&beside, old.permissions())?;
        }
        fs::rename(&beside, &target)
    });
    written.map_err(|error| {
        // Nothing is lost when it stays.
        let _ = fs::remove_file(&beside);
        match target.parent() {
            Some(folder) if error.kind() == ErrorKind::NotFound => format!("there is no folder {}", folder.display()),
            _ => reason(&error),
        }
    })
}

/// A name of its own in the same folder, so that the last step is a rename.
fn beside(target: &Path) -> Option<PathBuf> {
    let name = target.file_name()?.to_string_lossy().into_owned();
    Some(target.with_file_name(format!(".{name}.{}.new", process::id())))
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // One of a run that was killed; ours by its name.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
