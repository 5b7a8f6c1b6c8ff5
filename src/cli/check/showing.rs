//! What a report for people is made of beside its findings.

use clap::Args;

use crate::cli::terminal::{self, When};
use crate::render::Style;

#[derive(Debug, Args)]
pub(super) struct Showing {
    /// Count the findings by rule instead of showing them; `--format json` has the counts in any case.
    #[arg(long)]
    statistics: bool,
    /// Make places lead to their files and rules to their pages: `auto` does in terminals known to follow hyperlinks.
    ///
    /// `auto` never does when the output is no terminal, and leaves out files when the terminal is on another machine
    /// (ssh). The text is the same either way: only escape sequences (OSC 8) stand around it.
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    hyperlinks: When,
}

impl Showing {
    /// Adds to a style what was asked for here.
    pub(super) fn complete(&self, style: Style) -> Style {
        Style { links: terminal::links(self.hyperlinks), statistics: self.statistics, ..style }
    }
}
