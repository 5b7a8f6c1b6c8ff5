//! What is read: paths, standard input, the revision to compare with.

use std::path::PathBuf;

use clap::Args;

use super::base::Base;
use super::choosing::{Choice, Choosing};
use crate::cli::Failure;
use crate::cli::input::Request;

#[derive(Debug, Args)]
pub(super) struct Reading {
    /// Files and folders to read; `-` for standard input.
    ///
    /// A folder is searched for .yaml, .yml and .json; what .gitignore, .ignore or a leading dot keeps out is passed over. A
    /// file that is named is read whatever its ending. Default: the current folder.
    #[arg(value_name = "PATH", help_heading = None::<&'static str>)]
    paths: Vec<PathBuf>,
    /// The name to show for what comes from standard input.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
    /// Compare with the same paths at this revision of Git; `auto` finds it.
    ///
    /// What would the API server refuse of the change? A branch, a tag, a commit, HEAD~1. `auto` takes what the change
    /// began at: from what GitHub Actions and GitLab CI say of a pull or merge request, else where HEAD and the default
    /// branch of origin parted. The summary says what it was.
    #[arg(long, value_name = "REVISION")]
    base: Option<String>,
    /// Read files with so many threads. Default: one a processor.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

impl Reading {
    /// The revision to compare with, where one is asked for.
    pub(super) fn base(&self) -> Result<Option<Base>, Failure> {
        self.base.as_deref().map(|asked| Base::resolve(asked, &self.paths)).transpose()
    }

    /// The paths that were named.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Whether one of them is standard input.
    pub(super) fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| path.as_os_str() == "-")
    }

    pub(super) fn request<'a>(&'a self, base: Option<&'a Base>) -> Request<'a> {
        Request {
            paths: &self.paths,
            stdin_filename: self.stdin_filename.as_deref(),
            threads: self.threads.map(usize::from),
            base: base.map(|base| base.revision.as_str()),
            render: None,
            staged: None,
            reads_all: false,
        }
    }

    /// What is read, as far as options that choose do not say otherwise.
    pub(super) fn choice(&self, choosing: &Choosing, base: Option<&Base>) -> Result<Choice, Failure> {
        choosing.choice(&self.paths, base.map(|base| base.revision.as_str()))
    }
}
