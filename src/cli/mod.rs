//! The command line: the only place that wires the floors, and owns standard output, colour and exit codes.

mod check;
mod explain;
mod input;
mod own;
mod page;
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

use crate::finding::Diagnostic;
use crate::render::{self, Style};

/// Lint Kubernetes StatefulSets together with everything they depend on.
///
/// Reads YAML and JSON manifests, joins every StatefulSet with its governing Service, PodDisruptionBudgets, claims and
/// autoscalers, and says what will break, where, why, and what to do instead.
#[derive(Debug, Parser)]
#[command(name = "stslint", version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: check::Arguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lint files and folders; the default when paths are given without a command.
    #[command(after_help = EXAMPLES)]
    Check(Box<check::Arguments>),
    /// Print a rule's page: what it means, why it hurts, good and bad manifests, sources.
    Explain(explain::Arguments),
    /// List all rules.
    Rules(rules::Arguments),
    /// List the stateful systems that stslint knows, or show one: modes, votes, peers, start, data, probes, sources.
    #[command(after_help = SYSTEMS)]
    Systems(systems::Arguments),
}

const EXAMPLES: &str = "\
Examples:
  stslint check                            everything below the current folder
  stslint deploy/ extra/service.yaml       these paths
  helm template chart/ | stslint check -   standard input
  stslint check --fail-on error --format json deploy/
  stslint explain service-not-headless

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 stslint could not do its work.";

const SYSTEMS: &str = "\
Examples:
  stslint systems                                      all of them
  stslint systems etcd                                 one, like a page
  stslint systems etcd --format yaml > own/etcd.yaml   its file, to change
  stslint check --systems own/ deploy/                 judge with your own
  stslint systems --schema > schema.json               what a file may hold, for an editor

A set says itself what it runs with the annotation `stslint/system: NAME`, `NAME/MODE` or `none`.";

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
    let cli = Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit());
    let stdout = io::stdout();
    let mut out = io::BufWriter::new(stdout.lock());
    let outcome = match cli.command {
        None => check::run(&cli.check, &mut out),
        Some(Command::Check(arguments)) => check::run(&arguments, &mut out),
        Some(Command::Explain(arguments)) => explain::run(&arguments, &mut out),
        Some(Command::Rules(arguments)) => rules::run(&arguments, &mut out),
        Some(Command::Systems(arguments)) => systems::run(&arguments, &mut out),
    };
    let outcome = outcome.and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    match outcome {
        Ok(code) => code,
        // The reader has gone: `stslint | head` ends quietly, and what was found still counts as found.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(1),
        Err(Failure::Output(error)) => fail(&format!("cannot write the output: {error}")),
        Err(Failure::Usage(message)) => fail(&message),
        Err(Failure::Diagnosed { diagnostics, message, style }) => {
            // As below: nothing is left to do when standard error is closed.
            let _ = diagnose(&diagnostics, &style);
            fail(&message)
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
