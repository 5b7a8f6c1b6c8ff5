//! `stslint check`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::own::Own;
use super::terminal::{self, When};
use super::{Failure, input};
use crate::finding::{Report, Severity};
use crate::lint::{self, Selection};
use crate::model::Version;
use crate::render::{self, Style};
use crate::rules::Context;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and folders to read; `-` for standard input. A folder is searched for .yaml, .yml and .json.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The name to show for what comes from standard input.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
    /// How to print the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The lightest finding that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = FailOn::Warning, value_name = "SEVERITY")]
    fail_on: FailOn,
    /// Compare with the same paths at this revision of Git (a branch, a tag, a commit, HEAD~1): what would the API server
    /// refuse of the change?
    #[arg(long, value_name = "REVISION")]
    base: Option<String>,
    /// The minor version of the cluster (1.32 to 1.37): what its API server refuses, and how it says so.
    #[arg(long, value_name = "VERSION", default_value_t = Version::NEWEST)]
    kubernetes_version: Version,
    #[command(flatten)]
    own: Own,
    /// Run only these rules or groups (default, pedantic, all).
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    select: Vec<String>,
    /// Don't run these rules or groups.
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    ignore: Vec<String>,
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
    /// Read files with so many threads. Default: one a processor.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// How the report is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Source lines with labels, for people.
    Human,
    /// One JSON object, for programs.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    fn fails(self, report: &Report) -> bool {
        let least = match self {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Note => Severity::Note,
            FailOn::Never => return false,
        };
        report.findings.iter().any(|finding| finding.severity >= least)
    }
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let selection = Selection::new(&arguments.select, &arguments.ignore).map_err(|unknown| {
        let nearest = unknown.nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
        Failure::Usage(format!("no rule or group is called `{}`{nearest} (`stslint rules` lists them)", unknown.name))
    })?;
    let catalogue = arguments.own.catalogue(terminal::error_style(arguments.color, arguments.unicode))?;
    let request = input::Request {
        paths: &arguments.paths,
        stdin_filename: arguments.stdin_filename.as_deref(),
        threads: arguments.threads.map(usize::from),
        base: arguments.base.as_deref(),
    };
    let read = input::read(&request, &mut io::stdin().lock())?;
    let systems = catalogue.identify_all(&read.inventory);
    let context = Context {
        head: &read.inventory,
        base: read.base.as_ref(),
        catalogue: &catalogue,
        systems: &systems,
        version: arguments.kubernetes_version,
    };
    let mut report = lint::run(&context, &selection);
    input::complete(&mut report, &read, &selection);

    match arguments.format {
        Format::Human => render::human::render(&report, &style(arguments), out)?,
        Format::Json => render::json::render(&report, out)?,
    }
    Ok(ExitCode::from(u8::from(arguments.fail_on.fails(&report))))
}

fn style(arguments: &Arguments) -> Style {
    let width = match arguments.width {
        Some(0) => None,
        Some(width) => Some(usize::from(width)),
        None => terminal::width(),
    };
    Style {
        width,
        color: terminal::color(arguments.color),
        unicode: terminal::unicode(arguments.unicode),
        verbose: arguments.verbose,
    }
}
