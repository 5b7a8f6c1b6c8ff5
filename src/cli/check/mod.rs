//! `stslint check`.

mod adopting;
mod output;
mod reading;
mod selecting;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;

use super::configured::{self, Configured};
use super::own::Own;
use super::{Failure, input};
use crate::lint;
use crate::model::Version;
use crate::rules::Context;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: reading::Reading,
    #[command(flatten)]
    output: output::Output,
    #[command(flatten)]
    selecting: selecting::Selecting,
    /// The minor version of the cluster (1.32 to 1.37): what its API server refuses, and how it says so. Default: what the
    /// configuration says, else the newest.
    #[arg(long, value_name = "VERSION")]
    kubernetes_version: Option<Version>,
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    configured: Configured,
    #[command(flatten)]
    adopting: adopting::Adopting,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let style = || arguments.output.error_style();
    let selection = arguments.selecting.selection()?;
    let request = arguments.reading.request();
    let options = request.options()?;
    let mut config = arguments.configured.load(&options, style())?;
    let catalogue = arguments.own.catalogue(configured::systems(&config), style())?;
    let is_whole = configured::is_whole(&config, &options);
    let selection = selection.with_policy(std::mem::take(&mut config.policy), is_whole);
    let adopted = arguments.adopting.adopt(request.paths, request.stdin_filename, style())?;
    let read = input::read(&request, configured::exclude(&config), &mut io::stdin().lock())?;
    let systems = catalogue.identify_all(&read.inventory);
    let context = Context {
        head: &read.inventory,
        base: read.base.as_ref(),
        catalogue: &catalogue,
        systems: &systems,
        version: arguments.kubernetes_version.or(config.version).unwrap_or_default(),
        options: &config.options,
    };
    // Single files are a piece of something: what belongs to them may lie beside them.
    let is_file = |path: &std::path::PathBuf| path.as_os_str() != "-" && !path.is_dir();
    let partial = read.is_partial() || request.paths.iter().any(is_file);
    let options = lint::Options { ignores: adopted.ignores, partial, names: Some(&adopted.names) };
    let not_text = input::not_text_findings(&read, &selection, &adopted.names);
    let mut report = lint::run_with(&context, &selection, &options, not_text);
    input::complete(&mut report, &read);
    report.summary.configuration = configured::name(&config);
    let covered = adopting::Covered { paths: request.paths, stdin_filename: request.stdin_filename, partial };
    let is_written = adopted.apply(&mut report, &selection, &covered)?;
    arguments.output.write(&report, out)?;
    Ok(ExitCode::from(u8::from(!is_written && arguments.selecting.fails(&report, config.fail_on))))
}
