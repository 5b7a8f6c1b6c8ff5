//! The files of one folder that were written for stslint itself.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::bytes::reason;

/// Most files of such a folder that are read.
const MOST_FILES: usize = 1_000;

/// Longest of them, in bytes.
const LONGEST: u64 = 1 << 20;

/// A file with its content.
#[derive(Clone, Debug)]
pub struct Named {
    /// The file's name without its ending.
    pub name: String,
    /// The path, as it is shown.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Why a folder cannot be read: the path, and the reason as a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The folder, or one of its files.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Reads the files of a folder that end in `.yaml`, sorted by name. What lies deeper, is hidden, or ends in something
/// else is left alone; only a `.yml` is refused, since it would be missed without a word.
///
/// # Errors
/// The first path that cannot be read.
pub fn read_folder(folder: &Path) -> Result<Vec<Named>, Unreadable> {
    let fail = |path: &Path, reason: String| Unreadable { path: shown(path), reason };
    let listed = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = listed.map_err(|error| fail(folder, reason(&error)))?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(|path| concerns(path)).collect();
    paths.sort();
    if paths.len() > MOST_FILES {
        return Err(fail(folder, format!("holds more than {MOST_FILES} files, the most that are read")));
    }
    let read = |path: PathBuf| {
        let name = path.file_stem().and_then(|name| name.to_str()).ok_or_else(|| "its name is not UTF-8".to_owned());
        let named = name.and_then(|name| {
            if path.extension().is_some_and(|ending| ending == "yml") {
                return Err(format!("files end in .yaml here: call it {name}.yaml"));
            }
            Ok(Named { name: name.to_owned(), path: shown(&path), bytes: content(&path)? })
        });
        named.map_err(|reason| fail(&path, reason))
    };
    paths.into_iter().map(read).collect()
}

fn concerns(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !is_hidden && path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

fn content(path: &Path) -> Result<Vec<u8>, String> {
    // A pipe that somebody put there would never end, so the kind is asked before anything is opened.
    let metadata = fs::metadata(path).map_err(|error| reason(&error))?;
    if !metadata.is_file() {
        return Err("is no file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| reason(&error))?;
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if bytes.len() as u64 > LONGEST {
        return Err(format!("larger than {} MiB, the most that is read here", LONGEST >> 20));
    }
    Ok(bytes)
}

/// A path as it is shown, with `/`.
fn shown(path: &Path) -> String {
    path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/")
}
