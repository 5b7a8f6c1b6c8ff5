//! A file that was written for stslint itself: where it lies, and its content.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::bytes::reason;
use super::pipe::Pipe;
use super::place::display;
use super::{Options, Unreadable};

/// Longest of them, in bytes.
const LONGEST: u64 = 1 << 20;

/// A file with its content.
#[derive(Clone, Debug)]
pub struct OwnFile {
    /// The path, as it is shown.
    pub name: String,
    /// The folder it lies in, as the path leads to it.
    pub folder: PathBuf,
    /// The same with links resolved.
    pub real_folder: PathBuf,
    /// The content.
    pub bytes: Vec<u8>,
}

/// The one file of these names that is nearest upwards from the folder that holds all the paths, no farther than the
/// root of its repository; outside a repository, no farther than the working directory, or that folder alone where it
/// lies elsewhere.
///
/// # Errors
/// A file that cannot be read, and two of the names in one folder.
pub fn find_upwards(names: &[&str], options: &Options) -> Result<Option<OwnFile>, Unreadable> {
    let here = &options.working_directory;
    for folder in folders_upwards(options) {
        let mut found = names.iter().map(|name| folder.join(name)).filter(|path| path.symlink_metadata().is_ok());
        match (found.next(), found.next()) {
            (Some(one), None) => return read_own(&one, here).map(Some),
            (Some(one), Some(other)) => {
                let other = display(&other, here);
                return Err(Unreadable {
                    path: display(&one, here),
                    reason: format!("{other} lies beside it: keep one"),
                });
            }
            (None, _) => {}
        }
    }
    Ok(None)
}

/// The folders in which [`find_upwards`] looks, the nearest first.
pub fn folders_upwards(options: &Options) -> Vec<PathBuf> {
    let here = &options.working_directory;
    let start = common_folder(options);
    let repository = start.ancestors().find(|folder| folder.join(".git").exists());
    let last = match repository {
        Some(root) => root,
        None if start.starts_with(here) => here,
        None => &start,
    };
    start.ancestors().take_while(|folder| folder.starts_with(last)).map(Path::to_path_buf).collect()
}

/// Reads a file that the user named.
///
/// # Errors
/// Why it cannot be read.
pub fn read_own(path: &Path, working_directory: &Path) -> Result<OwnFile, Unreadable> {
    let name = display(path, working_directory);
    let absolute = working_directory.join(path);
    let bytes = content(&absolute).map_err(|reason| Unreadable { path: name.clone(), reason })?;
    let folder = absolute.parent().unwrap_or(Path::new("/")).to_path_buf();
    let real_folder = fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
    Ok(OwnFile { name, folder, real_folder, bytes })
}

/// Whether a folder can be read.
///
/// # Errors
/// Why not.
pub fn is_folder(path: &Path) -> Result<(), String> {
    fs::read_dir(path).map(|_| ()).map_err(|error| reason(&error))
}

fn content(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = fs::metadata(path).map_err(|error| reason(&error))?;
    if metadata.is_dir() {
        return Err("is a folder".to_owned());
    }
    let mut bytes = Vec::new();
    let read = match Pipe::open(path) {
        Ok(Some(pipe)) => pipe.take(LONGEST + 1).read_to_end(&mut bytes),
        Ok(None) => File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes)),
        Err(error) => Err(error),
    };
    read.map_err(|error| reason(&error))?;
    if bytes.len() as u64 > LONGEST {
        return Err(format!("larger than {} MiB, the most that is read here", LONGEST >> 20));
    }
    Ok(bytes)
}

/// The folder that holds all paths given, without links resolved: what is shown of files begins with the paths as well.
fn common_folder(options: &Options) -> PathBuf {
    let folders = options.paths.iter().map(|path| folder_of(path, options));
    folders.reduce(|common, folder| together(&common, &folder)).unwrap_or_else(|| options.working_directory.clone())
}

fn folder_of(path: &Path, options: &Options) -> PathBuf {
    let here = &options.working_directory;
    let path = match (path.as_os_str() == "-", &options.stdin_filename) {
        (false, _) => here.join(path),
        (true, Some(name)) => here.join(name),
        (true, None) => return here.clone(),
    };
    // `..` behind a link leads where the link does.
    let path = if path.components().any(|part| part.as_os_str() == "..") {
        fs::canonicalize(&path).unwrap_or(path)
    } else {
        path
    };
    let is_folder = fs::metadata(&path).is_ok_and(|metadata| metadata.is_dir());
    let folder = if is_folder { &path } else { path.parent().unwrap_or(&path) };
    folder.components().collect()
}

fn together(one: &Path, other: &Path) -> PathBuf {
    let same = one.components().zip(other.components()).take_while(|(one, other)| one == other);
    same.map(|(part, _)| part).collect()
}

/// Whether what is read holds all that lies below a folder.
pub fn holds_all_of(options: &Options, folder: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = real(folder);
    let here = [PathBuf::from(".")];
    let paths = if options.paths.is_empty() { &here[..] } else { &options.paths };
    paths.iter().filter(|path| path.as_os_str() != "-").any(|path| {
        let path = options.working_directory.join(path);
        path.is_dir() && folder.starts_with(real(&path))
    })
}
