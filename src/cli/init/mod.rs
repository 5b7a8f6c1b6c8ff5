//! `stslint init`: a commented configuration, and the pieces that run stslint elsewhere.
//!
//! Nothing that is there is touched: what has to go into a file that exists already is printed.

mod piece;

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::Failure;
use crate::config::NAMES;
use piece::{CONFIGURATION, GITHUB, GITLAB, PRE_COMMIT, Piece};

/// The file that `stslint init` writes: also the reference of what a configuration may hold.
pub(super) const TEMPLATE: &str = include_str!("stslint.yaml");

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where to write. Default: the root of the Git repository around the current folder, else the current folder.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Add the hook for pre-commit: `.pre-commit-config.yaml`.
    #[arg(long)]
    pre_commit: bool,
    /// Add a workflow for GitHub Actions: `.github/workflows/stslint.yml`.
    #[arg(long)]
    github: bool,
    /// Add a job for GitLab CI: `.gitlab-ci.yml`.
    #[arg(long)]
    gitlab: bool,
    /// Overwrite the configuration and the workflow that are there; other files are never overwritten.
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let folder = match &arguments.folder {
        Some(folder) => folder.clone(),
        None => root()?,
    };
    if !folder.is_dir() {
        return Err(Failure::Usage(format!("{}: no such folder", folder.display())));
    }
    let asked = [(arguments.pre_commit, PRE_COMMIT), (arguments.github, GITHUB), (arguments.gitlab, GITLAB)];
    let pieces: Vec<Piece> = asked.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, piece)| piece).collect();
    let written = NAMES.iter().map(|name| folder.join(name)).find(|path| path.symlink_metadata().is_ok());
    match written {
        Some(path) if !arguments.force && pieces.is_empty() => {
            return Err(Failure::Usage(format!("{} exists; `--force` overwrites it", shown(&path))));
        }
        Some(path) if !arguments.force => writeln!(out, "Kept {}.", shown(&path))?,
        // Two of the names in one folder would be refused by the next run.
        Some(path) => put(&path, &CONFIGURATION, true, out)?,
        None => put(&folder.join(CONFIGURATION.path), &CONFIGURATION, arguments.force, out)?,
    }
    for piece in pieces {
        put(&folder.join(piece.path), &piece, arguments.force, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a piece, or says what to add where its file is there already.
fn put(path: &Path, piece: &Piece, force: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let outcome = if force && piece.is_ours { piece.replace(path) } else { piece.create(path) };
    match outcome {
        Ok(()) => writeln!(out, "Wrote {}.", shown(path))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let what = if piece.is_ours { "it would hold this (`--force` overwrites it)" } else { "add this to it" };
            writeln!(out, "{} exists; {what}:\n\n{}", shown(path), piece.addition(path))?;
        }
        Err(error) => return Err(Failure::Usage(format!("{} cannot be written: {error}", shown(path)))),
    }
    Ok(())
}

/// The root of the repository around the current folder, relative to it where that is the folder itself.
fn root() -> Result<PathBuf, Failure> {
    let here =
        env::current_dir().map_err(|error| Failure::Usage(format!("the current folder cannot be read: {error}")))?;
    let root = here.ancestors().find(|folder| folder.join(".git").exists());
    Ok(root.filter(|root| *root != here).map_or_else(|| PathBuf::from("."), Path::to_path_buf))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string().replace(std::path::MAIN_SEPARATOR, "/")
}
