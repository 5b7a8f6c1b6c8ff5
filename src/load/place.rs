//! Where a file lies among the inputs.

use std::path::{Component, Path, PathBuf};

/// Where a file lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which of the paths given it was reached by, counted from 0.
    pub root: usize,
    /// The components of its folder from the file system's root, links on the way to the path given resolved; empty for
    /// standard input without a name.
    pub directory: Vec<Box<str>>,
    /// How many of them belong to the path given.
    pub root_depth: usize,
    /// The file's own name.
    pub file_name: Box<str>,
}

impl Place {
    /// The root of what was reached by none of the paths given.
    pub const ELSEWHERE: usize = usize::MAX;
}

/// The names in a path; what is no UTF-8 is replaced.
pub fn components(path: &Path) -> Vec<Box<str>> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy().into()),
        // Two drives are two places.
        Component::Prefix(prefix) => Some(prefix.as_os_str().to_string_lossy().into()),
        _ => None,
    });
    names.collect()
}

/// A path as it is shown: relative to the working directory where it lies below it, with `/`.
pub fn display(path: &Path, working_directory: &Path) -> String {
    let below = path.strip_prefix(working_directory).unwrap_or(path);
    let mut shown = String::new();
    for component in below.components() {
        match component {
            Component::CurDir => {}
            Component::RootDir => shown.push('/'),
            Component::Prefix(prefix) => shown.push_str(&prefix.as_os_str().to_string_lossy()),
            Component::ParentDir => push(&mut shown, ".."),
            Component::Normal(name) => push(&mut shown, &name.to_string_lossy()),
        }
    }
    if shown.is_empty() { ".".to_owned() } else { shown }
}

/// As [`display`], for a path that need not lie below the working directory: `../other.yaml` where both lie below `top`.
pub(super) fn display_below(path: &Path, top: &Path, working_directory: &Path) -> String {
    let Ok(inner) = working_directory.strip_prefix(top) else { return display(path, working_directory) };
    let up = working_directory.ancestors().take(inner.components().count() + 1);
    for (steps, folder) in up.enumerate() {
        if let Ok(below) = path.strip_prefix(folder) {
            return "../".repeat(steps) + &display(below, working_directory);
        }
    }
    display(path, working_directory)
}

fn push(shown: &mut String, name: &str) {
    if !shown.is_empty() && !shown.ends_with('/') {
        shown.push('/');
    }
    shown.push_str(name);
}

/// A path without `.` and `..`, by its words alone: links are not looked at.
pub fn normal(path: &Path) -> PathBuf {
    let mut found = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                found.pop();
            }
            other => found.push(other),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{display, display_below};

    #[test]
    fn paths_are_shown_as_the_user_knows_them() {
        let here = Path::new("/home/here");
        let cases = [
            ("./a//b/./c.yaml", "a/b/c.yaml"),
            (".", "."),
            ("/home/here", "."),
            ("/home/here/a.yaml", "a.yaml"),
            ("/home/heretic/a.yaml", "/home/heretic/a.yaml"),
            ("../a.yaml", "../a.yaml"),
            ("a/../b.yaml", "a/../b.yaml"),
            ("/", "/"),
        ];
        for (path, shown) in cases {
            assert_eq!(display(Path::new(path), here), shown, "{path}");
        }
    }
    #[test]
    fn paths_of_a_repository_are_shown_from_any_of_its_folders() {
        let top = Path::new("/r");
        let cases = [
            ("/r/a/b.yaml", "/r", "a/b.yaml"),
            ("/r/a/b.yaml", "/r/a", "b.yaml"),
            ("/r/a/b.yaml", "/r/c/d", "../../a/b.yaml"),
            ("/r/a/b.yaml", "/r/a/d", "../b.yaml"),
            ("/r/a/b.yaml", "/elsewhere", "/r/a/b.yaml"),
        ];
        for (path, here, shown) in cases {
            assert_eq!(display_below(Path::new(path), top, Path::new(here)), shown, "{path} from {here}");
        }
    }
}
