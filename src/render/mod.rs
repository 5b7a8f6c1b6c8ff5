//! A [`Report`] in someone's format: one renderer a file, behind one enum.
//!
//! Renderers look at nothing but the report and the [`Style`]: whether the terminal has colours, how wide it is and
//! what the environment wants is found out above. The same report and style give the same bytes.

mod excerpt;
mod frame;
pub mod human;
pub mod json;
mod line;
mod link;
mod repeated;
mod statistics;
mod summary;
mod visible;

use std::io;

pub use link::Links;

use crate::finding::Report;

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
}

impl Format {
    /// All of them, the default first.
    pub const ALL: [Format; 2] = [Format::Human, Format::Json];

    /// The word for `--format`.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Json => "json",
        }
    }

    /// Writes the report in this format.
    ///
    /// # Errors
    ///
    /// Only what `out` itself returns, with its kind, so that a closed pipe can be told from a full disk.
    pub fn render(self, report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Format::Human => human::render(report, style, out),
            Format::Json => json::render(report, out),
        }
    }
}
