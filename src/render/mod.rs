//! A [`Report`] in someone's format: one renderer a file, behind one enum.
//!
//! Renderers look at nothing but the report and the [`Style`]: whether the terminal has colours, how wide it is and
//! what the environment wants is found out above. The same report and style give the same bytes.

mod excerpt;
mod frame;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
mod line;
mod link;
mod log;
pub mod markdown;
mod repeated;
pub mod sarif;
mod setting;
mod statistics;
mod summary;
mod told;
mod visible;

use std::io;

pub use link::Links;

use crate::finding::Report;

pub use log::defuse;
pub use setting::{Named, Paths, Setting};

/// A message on one line for a terminal, with control characters made visible: for what is said beside the report.
pub fn printable(message: &str) -> std::borrow::Cow<'_, str> {
    visible::prose(message, false)
}

/// How text for people is laid out. Formats for programs ignore it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal; `None` (not a terminal) wraps nothing. Less than 40 counts as 40.
    pub width: Option<usize>,
    /// Whether to colour with ANSI escapes.
    pub color: bool,
    /// Whether frames may use box-drawing characters; plain ASCII otherwise. Manifest text is shown as it is either way.
    pub unicode: bool,
    /// Whether notes get their frame too, what explains a finding is repeated with each, and skipped documents are listed.
    pub verbose: bool,
    /// Where the text leads in terminals that show hyperlinks.
    pub links: Links,
    /// Whether findings are counted by rule instead of shown.
    pub statistics: bool,
}

/// The formats a report can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Frames for a person at a terminal.
    Human,
    /// Versioned JSON for programs; see [`json`].
    Json,
    /// Workflow commands of GitHub Actions; see [`github`].
    Github,
    /// SARIF 2.1.0; see [`sarif`].
    Sarif,
    /// GitLab's code quality report; see [`gitlab`].
    Gitlab,
    /// JUnit's XML; see [`junit`].
    Junit,
    /// Markdown; see [`markdown`].
    Markdown,
}

impl Format {
    /// All of them, the default first.
    pub const ALL: [Format; 7] =
        [Format::Human, Format::Json, Format::Github, Format::Sarif, Format::Gitlab, Format::Junit, Format::Markdown];

    /// The word for `--format`.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Json => "json",
            Format::Github => "github",
            Format::Sarif => "sarif",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
            Format::Markdown => "markdown",
        }
    }

    /// What it is for, in a line.
    pub fn summary(self) -> &'static str {
        match self {
            Format::Human => "Source lines with labels, for people",
            Format::Json => "One JSON object, for programs",
            Format::Github => "Annotations in GitHub Actions, and the summary of the step",
            Format::Sarif => "SARIF 2.1.0, for code scanning and editors",
            Format::Gitlab => "GitLab's code quality report",
            Format::Junit => "JUnit's XML, for CI systems that show test results",
            Format::Markdown => "A table with details, for summaries and comments",
        }
    }

    /// Writes the report in this format.
    ///
    /// # Errors
    ///
    /// Only what `out` itself returns, with its kind, so that a closed pipe can be told from a full disk.
    pub fn render(self, report: &Report, setting: &Setting, out: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Format::Human => human::render(report, &setting.style, out),
            Format::Json => json::render(report, out),
            Format::Github => github::render(report, setting, out),
            Format::Sarif => sarif::render(report, setting, out),
            Format::Gitlab => gitlab::render(report, setting, out),
            Format::Junit => junit::render(report, setting, out),
            Format::Markdown => markdown::render(report, setting, out),
        }
    }
}
