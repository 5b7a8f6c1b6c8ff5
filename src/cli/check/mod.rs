//! `stslint check`.

mod adopting;
mod base;
mod choosing;
mod files;
mod format;
mod output;
mod paths;
mod reading;
mod rendering;
mod selecting;
mod showing;
mod watch;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;

use super::configured::{self, Configured};
use super::outlet::Outlet;
use super::own::Own;
use super::progress::Progress;
use super::{Failure, input};
use crate::finding::Compared;
use crate::lint;
use crate::model::{Inventory, Version};
use crate::nearest::misspelt;
use crate::rules::Context;

/// The headings of the help text stand here, in their order: where an option belongs is seen in one place.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten, next_help_heading = "Input")]
    reading: reading::Reading,
    #[command(flatten, next_help_heading = "Input")]
    choosing: choosing::Choosing,
    #[command(flatten, next_help_heading = "Input")]
    rendering: rendering::Rendering,
    #[command(flatten, next_help_heading = "Input")]
    watching: watch::Watching,
    #[command(flatten, next_help_heading = "Rules")]
    selecting: selecting::Selecting,
    /// The minor version of the cluster, 1.32 to 1.37.
    ///
    /// What its API server refuses, and how it says so. Default: what the configuration says, else the newest.
    #[arg(long, value_name = "VERSION", help_heading = "Rules")]
    kubernetes_version: Option<Version>,
    #[command(flatten, next_help_heading = "Rules")]
    own: Own,
    #[command(flatten, next_help_heading = "Rules")]
    configured: Configured,
    #[command(flatten, next_help_heading = "Rules")]
    adopting: adopting::Adopting,
    #[command(flatten, next_help_heading = "Output")]
    output: output::Output,
}

impl Arguments {
    /// Fails when the first path does not exist and looks like one of the commands: without a command, a misspelt one
    /// is taken for a path.
    pub(super) fn refuse_misspelt<'c>(&self, commands: impl Iterator<Item = &'c str>) -> Result<(), Failure> {
        let Some(first) = self.reading.paths().first() else { return Ok(()) };
        let Some(word) = first.to_str().filter(|word| !word.contains(['/', '\\', '.'])) else { return Ok(()) };
        match misspelt(word, commands) {
            Some(command) if !first.exists() => Err(Failure::Usage(format!(
                "no command, file or folder is called `{word}`; did you mean `stslint {command}`?"
            ))),
            _ => Ok(()),
        }
    }
}

pub(super) fn run(arguments: &Arguments, out: &mut Outlet<'_>) -> Result<ExitCode, Failure> {
    if arguments.watching.watch { watch::run(arguments, out) } else { once(arguments, out) }
}

/// Reads, judges and prints the report.
fn once(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let style = || arguments.output.error_style();
    let selection = arguments.selecting.selection()?;
    let paths = arguments.reading.paths();
    let destinations = arguments.output.destinations(paths)?;
    let base = arguments.reading.base()?;
    let choice = arguments.reading.choice(&arguments.choosing, base.as_ref())?;
    let request = choice.request(arguments.reading.request(base.as_ref()));
    let options = request.options()?;
    let mut config = arguments.configured.load(&options, style())?;
    let version = arguments.kubernetes_version.or(config.version).unwrap_or(Version::NEWEST);
    let render = arguments.rendering.wanted(version, arguments.output.is_verbose());
    let request = input::Request { render, ..request };
    let catalogue = arguments.own.catalogue(configured::systems(&config), style())?;
    let is_whole = configured::is_whole(&config, &options) && choice.is_everything();
    let selection = selection.with_policy(std::mem::take(&mut config.policy), is_whole);
    let known = configured::baseline(&config);
    let adopted = arguments.adopting.adopt(known, request.paths, request.stdin_filename, style())?;
    adopted.file().map_or(Ok(()), |file| destinations.spare(file))?;
    let progress = Progress::start(arguments.reading.reads_stdin());
    let read = input::read(&request, configured::exclude(&config), &mut io::stdin().lock(), &progress)?;
    choice.check(&read)?;
    progress.judging();
    // Single files are a piece of something: what belongs to them may lie beside them. So is what was chosen.
    let is_file = |path: &std::path::PathBuf| path.as_os_str() != "-" && !path.is_dir();
    let partial = read.is_partial() || request.paths.iter().any(is_file) || !choice.is_everything();
    let lint_options = lint::Options { ignores: adopted.ignores, partial, names: Some(&adopted.names) };
    let judge = |head: &Inventory, base: Option<&Inventory>, not_text| {
        let systems = catalogue.identify_all(head);
        let context =
            Context { head, base, catalogue: &catalogue, systems: &systems, version, options: &config.options };
        lint::run_with(&context, &selection, &lint_options, not_text)
    };
    let not_text = input::not_text_findings(&read, &selection, &adopted.names);
    let mut report = judge(&read.inventory, read.base.as_ref(), not_text);
    let is_wanted = |name: &str| choice.is_everything() || choice.is_chosen(name, &read);
    if !choice.is_everything() {
        let before = read.base.as_ref().map(|base| lint::Before::new(base, &judge(base, None, Vec::new())));
        lint::narrow(&mut report, &is_wanted, before.as_ref());
    }
    input::complete(&mut report, &read, &is_wanted);
    report.summary.configuration = configured::name(&config);
    let covered = adopting::Covered {
        paths: request.paths,
        stdin_filename: request.stdin_filename,
        renders: request.render.is_some(),
        partial,
    };
    // With a base and on standard input `--render` is refused.
    report.summary.renders_more = request.render.is_none()
        && base.is_none()
        && choice.is_everything()
        && !arguments.reading.reads_stdin()
        && ["Helm template", "kustomize patch"]
            .iter()
            .any(|reason| report.summary.skipped.get(reason).is_some_and(|skipped| skipped.with_set > 0));
    let is_written = adopted.apply(&mut report, &selection, &covered)?;
    drop(progress);
    report.summary.compared = read.base.as_ref().map(|_| Compared {
        revision: request.base.unwrap_or("HEAD").to_owned(),
        commit: read.commit.clone(),
        found_as: base.as_ref().and_then(|base| base.found_as.clone()),
    });
    let is_text = |name: &str| name == "<stdin>" || read.renders.printed(name);
    arguments.output.write(&report, &destinations, paths, &is_text, out)?;
    if !read.renders.failed.is_empty() {
        out.flush()?;
        read.renders.complain();
        // What was not judged may hold anything.
        return Ok(ExitCode::from(2));
    }
    Ok(ExitCode::from(u8::from(!is_written && arguments.selecting.fails(&report, config.fail_on))))
}
