//! A file that `stslint init` writes.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// A file with its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Where it belongs, from the root of the repository on.
    pub(super) path: &'static str,
    content: &'static str,
    /// The key under which a file that is there has others of the kind already.
    key: Option<&'static str>,
    /// Whether the whole file is stslint's, so that it may be overwritten when asked.
    pub(super) is_ours: bool,
}

pub(super) const CONFIGURATION: Piece =
    Piece { path: ".stslint.yaml", content: super::TEMPLATE, key: None, is_ours: true };

pub(super) const PRE_COMMIT: Piece = Piece {
    path: ".pre-commit-config.yaml",
    content: include_str!("pre-commit.yaml"),
    key: Some("repos:"),
    is_ours: false,
};

pub(super) const GITHUB: Piece =
    Piece { path: ".github/workflows/stslint.yml", content: include_str!("github.yaml"), key: None, is_ours: true };

pub(super) const GITLAB: Piece =
    Piece { path: ".gitlab-ci.yml", content: include_str!("gitlab.yaml"), key: Some("include:"), is_ours: false };

impl Piece {
    fn text(&self) -> String {
        self.content.replace("VERSION", env!("CARGO_PKG_VERSION"))
    }

    /// What belongs into a file that is there: all but the key under which it has others already.
    pub(super) fn addition(&self, path: &Path) -> String {
        let text = self.text();
        let there = fs::read_to_string(path).unwrap_or_default();
        let rest = self
            .key
            .and_then(|key| text.strip_prefix(key).filter(|_| there.lines().any(|line| line.trim_end() == key)));
        rest.map_or_else(|| text.clone(), |rest| rest.trim_start_matches('\n').to_owned())
    }

    /// Writes the file where none is, not even a link that leads nowhere.
    pub(super) fn create(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(self.text().as_bytes()).inspect_err(|_| {
            // A file half written would be taken for a whole one; that it could not be removed says no more.
            let _ = fs::remove_file(path);
        })
    }

    /// Writes the file over one that is there: whole or not at all, and never through a link.
    pub(super) fn replace(&self, path: &Path) -> io::Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.with_file_name(format!("{name}.{}.new", std::process::id()));
        self.create(&beside)?;
        fs::rename(&beside, path).inspect_err(|_| {
            let _ = fs::remove_file(&beside);
        })
    }
}
