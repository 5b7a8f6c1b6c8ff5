//! What a file is called wherever the program is started: its path from the root of the repository.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use super::place::{components, normal};
use super::render;

/// A folder from which files are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    root: PathBuf,
    working_directory: PathBuf,
}

impl Anchor {
    /// The root of the repository that a file or folder lies in, else the folder `otherwise`. `start` is relative to the
    /// working directory; what does not exist counts by its nearest parent that does.
    pub fn of(start: &Path, otherwise: &Path, working_directory: &Path) -> Anchor {
        let working_directory = fs::canonicalize(working_directory).unwrap_or_else(|_| working_directory.to_path_buf());
        let folder = |path: &Path| {
            let path = normal(&working_directory.join(path));
            let folder = path.ancestors().find(|path| path.is_dir()).unwrap_or(&working_directory);
            fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf())
        };
        // A worktree and a submodule have a file of this name.
        let repository = folder(start).ancestors().find(|path| path.join(".git").exists()).map(Path::to_path_buf);
        let root = repository.unwrap_or_else(|| folder(otherwise));
        Anchor { root, working_directory }
    }

    /// The name of a file that is shown by `shown`: its path from the root with `/`, `..` where it lies outside. What a
    /// program printed is called by the command, with such paths.
    pub fn name<'n>(&self, shown: &'n str) -> Cow<'n, str> {
        // Standard input without a name is no file.
        if shown.starts_with('<') {
            return Cow::Borrowed(shown);
        }
        match printed(shown) {
            Some((command, paths)) => {
                let paths: Vec<String> = paths.split(render::VALUES).map(|path| self.relative(path)).collect();
                Cow::Owned(format!("{command}{}", paths.join(render::VALUES)))
            }
            None => Cow::Owned(self.relative(shown)),
        }
    }

    fn relative(&self, shown: &str) -> String {
        let mut path = normal(&self.working_directory.join(shown));
        if !path.starts_with(&self.root)
            && let (Some(folder), Some(name)) =
                (path.parent().and_then(|folder| fs::canonicalize(folder).ok()), path.file_name())
        {
            // By a link, perhaps.
            path = folder.join(name);
        }
        let (root, path) = (components(&self.root), components(&path));
        let common = root.iter().zip(&path).take_while(|(a, b)| a == b).count();
        let up = root.iter().skip(common).map(|_| "..");
        let name: Vec<&str> = up.chain(path.iter().skip(common).map(|part| &**part)).collect();
        name.join("/")
    }

    /// Where the file of such a name lies, or the folder that was rendered; `None` for what is neither.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        let name = printed(name).map_or(name, |(_, paths)| paths.split(render::VALUES).next().unwrap_or(paths));
        (!name.starts_with('<')).then(|| normal(&self.root.join(name)))
    }

    /// Whether a name is that of what a program printed.
    pub fn is_printed(name: &str) -> bool {
        printed(name).is_some()
    }
}

/// The command and the paths in the name of what a program printed.
fn printed(name: &str) -> Option<(&'static str, &str)> {
    render::NAMES.into_iter().find_map(|command| Some((command, name.strip_prefix(command)?)))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::Anchor;

    #[test]
    fn names_do_not_depend_on_the_working_directory() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let root = folder.path();
        fs::create_dir_all(root.join("repo/.git"))?;
        fs::create_dir_all(root.join("repo/deploy/a"))?;
        for (here, shown) in
            [("repo", "deploy/a/x.yaml"), ("repo/deploy", "a/x.yaml"), ("repo/deploy/a", "../a/x.yaml")]
        {
            let anchor = Anchor::of(Path::new("."), root, &root.join(here));
            assert_eq!(anchor.name(shown), "deploy/a/x.yaml", "{here}");
            let outside = root.join("other/y.yaml");
            assert_eq!(anchor.name(&outside.to_string_lossy()), "../other/y.yaml", "{here}");
            assert_eq!(anchor.name("<stdin>"), "<stdin>");
        }
        let file = Path::new("repo/deploy/gone/file.yaml");
        assert_eq!(Anchor::of(file, root, root), Anchor::of(Path::new("repo"), root, root));
        assert_eq!(
            Anchor::of(Path::new("other"), &root.join("repo/deploy"), root).name("repo/deploy/x.yaml"),
            "x.yaml"
        );
        Ok(())
    }
}
