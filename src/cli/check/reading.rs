//! What is read: paths, standard input, the revision to compare with.

use std::path::PathBuf;

use clap::Args;

use super::choosing::{Choice, Choosing};
use crate::cli::Failure;
use crate::cli::input::Request;

#[derive(Debug, Args)]
pub(super) struct Reading {
    /// Files and folders to read; `-` for standard input. A folder is searched for .yaml, .yml and .json.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The name to show for what comes from standard input.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
    /// Compare with the same paths at this revision of Git (a branch, a tag, a commit, HEAD~1): what would the API server
    /// refuse of the change?
    #[arg(long, value_name = "REVISION")]
    base: Option<String>,
    /// Read files with so many threads. Default: one a processor.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

impl Reading {
    pub(super) fn request(&self) -> Request<'_> {
        Request {
            paths: &self.paths,
            stdin_filename: self.stdin_filename.as_deref(),
            threads: self.threads.map(usize::from),
            base: self.base.as_deref(),
            staged: None,
            reads_all: false,
        }
    }

    /// What is read, as far as options that choose do not say otherwise.
    pub(super) fn choice(&self, choosing: &Choosing) -> Result<Choice, Failure> {
        choosing.choice(&self.paths, self.base.as_deref())
    }
}
