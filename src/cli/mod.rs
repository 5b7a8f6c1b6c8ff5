//! The command line: the only place that wires the floors, and owns standard output, colour and exit codes.

mod check;
mod completions;
mod config;
mod configured;
mod examples;
mod explain;
mod init;
mod input;
mod man;
mod names;
mod outlet;
mod own;
mod page;
mod progress;
mod rendered;
mod rules;
mod systems;
mod table;
mod terminal;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use outlet::Outlet;

use crate::finding::Diagnostic;
use crate::render::{self, Style};

/// Lint Kubernetes StatefulSets together with everything they depend on.
///
/// Reads YAML and JSON manifests, joins every StatefulSet with its governing Service, PodDisruptionBudgets, claims and
/// autoscalers, and says what will break, where, why, and what to do instead.
#[derive(Debug, Parser)]
#[command(
    name = "stslint",
    version,
    args_conflicts_with_subcommands = true,
    after_help = examples::MORE,
    after_long_help = examples::CHECK
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: check::Arguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lint files and folders; the default when paths are given without a command.
    #[command(after_help = examples::MORE, after_long_help = examples::CHECK)]
    Check(Box<check::Arguments>),
    /// Print a rule's page: what it means, why it hurts, good and bad manifests, sources.
    #[command(after_long_help = examples::EXPLAIN)]
    Explain(explain::Arguments),
    /// Show the configuration that applies, or the JSON Schema of its file.
    #[command(after_help = "`stslint config --help` shows all that the file may hold.", after_long_help = config::reference())]
    Config(config::Arguments),
    /// Write a commented `.stslint.yaml` and, asked, what runs stslint in pre-commit and CI.
    #[command(after_help = examples::MORE, after_long_help = examples::INIT)]
    Init(init::Arguments),
    /// List all rules.
    #[command(after_long_help = examples::RULES)]
    Rules(rules::Arguments),
    /// List the stateful systems that stslint knows, or show one: modes, votes, peers, start, data, probes, sources.
    #[command(after_help = examples::MORE, after_long_help = examples::SYSTEMS)]
    Systems(systems::Arguments),
    /// Print what makes a shell complete commands, options, rules and systems.
    #[command(after_long_help = examples::COMPLETIONS)]
    Completions(completions::Arguments),
    /// Print a manual page, or write one for each command into a folder.
    #[command(after_long_help = examples::MAN)]
    Man(man::Arguments),
}

/// Most faults in the user's own files that are shown.
const MOST_DIAGNOSTICS: usize = 20;

/// What ends a command before its work is done.
#[derive(Debug)]
enum Failure {
    /// Something that the user has to mend; shown as it is.
    Usage(String),
    /// Files that the user wrote for stslint have faults.
    Diagnosed {
        /// The faults.
        diagnostics: Vec<Diagnostic>,
        /// What follows from them.
        message: String,
        /// How they are shown.
        style: Style,
    },
    /// Standard output or another file could not be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

/// Runs the program with the process's own arguments, streams and environment.
pub fn main() -> ExitCode {
    let command = match is_plugin(env::args_os().next()) {
        true => Cli::command().bin_name("kubectl stslint"),
        false => Cli::command(),
    };
    let cli = match command.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(asked) => return said(&asked),
    };
    let mut out = Outlet::new(io::stdout().lock());
    let outcome = run(cli, &mut out).and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    outcome.unwrap_or_else(|failure| report(&failure))
}

fn run(cli: Cli, out: &mut Outlet<'_>) -> Result<ExitCode, Failure> {
    match cli.command {
        None => {
            let commands = Cli::command();
            cli.check.refuse_misspelt(commands.get_subcommands().map(clap::Command::get_name))?;
            check::run(&cli.check, out)
        }
        Some(Command::Check(arguments)) => check::run(&arguments, out),
        Some(Command::Config(arguments)) => config::run(&arguments, out),
        Some(Command::Init(arguments)) => init::run(&arguments, out),
        Some(Command::Explain(arguments)) => explain::run(&arguments, out),
        Some(Command::Rules(arguments)) => rules::run(&arguments, out),
        Some(Command::Systems(arguments)) => systems::run(&arguments, out),
        Some(Command::Completions(arguments)) => completions::run(&arguments, Cli::command(), out),
        Some(Command::Man(arguments)) => man::run(&arguments, Cli::command(), out),
    }
}

/// Prints what clap has to say: help, the version, or what is wrong with the arguments.
fn said(asked: &clap::Error) -> ExitCode {
    match asked.print() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => report(&Failure::Output(error)),
        _ => ExitCode::from(u8::try_from(asked.exit_code()).unwrap_or(2)),
    }
}

/// Says why the work was not done.
fn report(failure: &Failure) -> ExitCode {
    match failure {
        Failure::Output(error) => fail(&format!("cannot write the output: {error}")),
        Failure::Usage(message) => fail(message),
        Failure::Diagnosed { diagnostics, message, style } => {
            // As below: nothing is left to do when standard error is closed.
            let _ = diagnose(diagnostics, style);
            fail(message)
        }
    }
}

/// Whether kubectl calls it: kubectl's plugins are programs whose names begin with `kubectl-`.
fn is_plugin(called: Option<OsString>) -> bool {
    called.is_some_and(|path| Path::new(&path).file_stem().is_some_and(|name| name == "kubectl-stslint"))
}

fn diagnose(diagnostics: &[Diagnostic], style: &Style) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stderr().lock());
    for diagnostic in diagnostics.iter().take(MOST_DIAGNOSTICS) {
        render::human::diagnose(diagnostic, style, &mut out)?;
        writeln!(out)?;
    }
    match diagnostics.len().saturating_sub(MOST_DIAGNOSTICS) {
        0 => {}
        more => writeln!(out, "and {more} more\n")?,
    }
    out.flush()
}

fn fail(message: &str) -> ExitCode {
    // Nothing is left to do when even standard error is closed.
    let _ = writeln!(io::stderr(), "error: {}", render::printable(message));
    ExitCode::from(2)
}
