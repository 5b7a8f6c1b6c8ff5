//! How the report is printed.

use std::io::Write;

use clap::{Args, ValueEnum};

use crate::cli::Failure;
use crate::cli::terminal::{self, When};
use crate::finding::Report;
use crate::render::{self, Style};

#[derive(Debug, Args)]
pub(super) struct Output {
    /// How to print the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Show notes in full, and where everything lies that was skipped.
    #[arg(short, long)]
    verbose: bool,
    /// Colour the output: `auto` does on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    color: When,
    /// Draw with Unicode characters: `auto` does on a terminal whose locale is UTF-8.
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    unicode: When,
    /// Wrap at so many columns; 0 never wraps. Default: the terminal's width, else never.
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16))]
    width: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Source lines with labels, for people.
    Human,
    /// One JSON object, for programs.
    Json,
}

impl Output {
    /// How faults in the user's own files are shown on standard error.
    pub(super) fn error_style(&self) -> Style {
        terminal::error_style(self.color, self.unicode)
    }

    /// Whether everything is to be said.
    pub(super) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Prints the report.
    pub(super) fn write(&self, report: &Report, out: &mut dyn Write) -> Result<(), Failure> {
        match self.format {
            Format::Human => render::human::render(report, &self.style(), out)?,
            Format::Json => render::json::render(report, out)?,
        }
        Ok(())
    }

    fn style(&self) -> Style {
        let width = match self.width {
            Some(0) => None,
            Some(width) => Some(usize::from(width)),
            None => terminal::width(),
        };
        Style {
            width,
            color: terminal::color(self.color),
            unicode: terminal::unicode(self.unicode),
            verbose: self.verbose,
        }
    }
}
