//! Where the patterns for paths begin.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::load::normal;

/// The folder of the user's file, and the one that paths in reports are relative to.
#[derive(Clone, Debug, Default)]
pub struct Anchor {
    /// The folder, as the paths given lead to it.
    folder: PathBuf,
    /// The same with links resolved.
    real: PathBuf,
    working_directory: PathBuf,
}

impl Anchor {
    /// For a file in `folder`, whose links resolved is `real`.
    pub fn new(folder: &Path, real: &Path, working_directory: &Path) -> Anchor {
        let working_directory = working_directory.to_path_buf();
        Anchor { folder: normal(&working_directory.join(folder)), real: normal(real), working_directory }
    }

    /// The folder of the user's file, absolute.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A path, as given or absolute, from the folder on; `None` where it lies elsewhere.
    pub fn relative(&self, path: &Path) -> Option<PathBuf> {
        let path = normal(&self.working_directory.join(path));
        let below = path.strip_prefix(&self.folder).or_else(|_| path.strip_prefix(&self.real));
        below.ok().map(Path::to_path_buf)
    }
}

/// Patterns for paths, as in `.gitignore`: without a slash a name at any depth, with one a path from the file's folder
/// on, a folder with all that lies in it; `!` takes back.
#[derive(Clone, Debug)]
pub struct Paths(Gitignore);

impl Default for Paths {
    fn default() -> Self {
        Paths(Gitignore::empty())
    }
}

impl Paths {
    /// Reads patterns; of each that is none its number and the reason.
    pub(super) fn read(patterns: &[String]) -> (Paths, Vec<(usize, String)>) {
        // The root is that of the paths asked for, which are relative to the folder.
        let mut builder = GitignoreBuilder::new("");
        builder.allow_unclosed_class(false);
        let mut faults = Vec::new();
        for (number, pattern) in patterns.iter().enumerate() {
            // In a shell `./deploy` is `deploy`; in .gitignore it is nothing.
            let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
            let reason = match pattern.trim_start_matches('!') {
                "" | "/" => Some("it names nothing".to_owned()),
                _ if pattern.starts_with('#') => Some("a `#` begins a comment".to_owned()),
                bare if bare == ".." || bare.starts_with("../") || bare.contains("/../") => {
                    Some("patterns begin in this file's folder and stay below it".to_owned())
                }
                _ => match builder.add_line(None, pattern) {
                    Ok(_) => None,
                    Err(ignore::Error::Glob { err, .. }) => Some(err),
                    Err(other) => Some(other.to_string()),
                },
            };
            faults.extend(reason.map(|reason| (number, reason)));
        }
        match builder.build() {
            Ok(all) => (Paths(all), faults),
            Err(error) => {
                faults.push((0, error.to_string()));
                (Paths::default(), faults)
            }
        }
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a path, relative to the file's folder, is meant: itself, or a folder that it lies in.
    pub fn fits(&self, path: &Path, is_folder: bool) -> bool {
        !path.has_root() && self.0.matched_path_or_any_parents(path, is_folder).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Anchor, Paths};

    #[test]
    fn paths_are_found_from_the_folder_on() {
        let anchor = Anchor::new(Path::new("../repo"), Path::new("/real/repo"), Path::new("/home/me/elsewhere"));
        for (path, below) in [
            ("../repo/a/b.yaml", Some("a/b.yaml")),
            ("/home/me/repo/a.yaml", Some("a.yaml")),
            ("/real/repo/a.yaml", Some("a.yaml")),
            ("../repo/x/../a.yaml", Some("a.yaml")),
            ("../repository/a.yaml", None),
            ("a.yaml", None),
        ] {
            assert_eq!(anchor.relative(Path::new(path)).as_deref(), below.map(Path::new), "{path}");
        }
    }

    #[test]
    fn patterns_are_those_of_gitignore() {
        let fits = |pattern: &str, path: &str| {
            let (paths, faults) = Paths::read(&[pattern.to_owned()]);
            assert_eq!(faults, [], "{pattern}");
            paths.fits(Path::new(path), false)
        };
        for (pattern, path, expected) in [
            ("legacy", "a/legacy/b.yaml", true),
            ("legacy/", "a/legacy/b.yaml", true),
            ("/legacy", "a/legacy/b.yaml", false),
            ("a/legacy", "a/legacy/b.yaml", true),
            ("./a/legacy", "a/legacy/b.yaml", true),
            ("*.test.yaml", "a/b.test.yaml", true),
            ("a/*.yaml", "a/b/c.yaml", false),
            ("a/**", "a/b/c.yaml", true),
            ("a/**/c.yaml", "a/c.yaml", true),
            ("legac", "legacy/b.yaml", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
        for bad in ["", "#a", "../a", "a/../b", "a[", "{a", "/", "!"] {
            assert_eq!(Paths::read(&[bad.to_owned()]).1.len(), 1, "{bad}");
        }
    }
}
