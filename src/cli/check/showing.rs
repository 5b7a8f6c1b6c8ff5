//! What a report for people is made of beside its findings.

use clap::Args;

use crate::cli::terminal::{self, When};
use crate::render::Style;

#[derive(Debug, Args)]
pub(super) struct Showing {
    /// Count the findings by rule instead of showing them.
    ///
    /// How many there are of each rule and severity, about how many StatefulSets and in how many files, the most first.
    /// `--format json` has the counts in any case, in `summary.rules`.
    #[arg(long)]
    statistics: bool,
    /// Make places lead to their files and rules to their pages.
    ///
    /// `auto` does in terminals that are known to follow hyperlinks, never into a pipe or a file, and leaves out the files
    /// when the terminal stands on another machine (ssh). The text is the same either way: only escape sequences (OSC 8)
    /// stand around it.
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    hyperlinks: When,
}

impl Showing {
    /// Adds to a style what was asked for here.
    pub(super) fn complete(&self, style: Style) -> Style {
        Style { links: terminal::links(self.hyperlinks), statistics: self.statistics, ..style }
    }
}
