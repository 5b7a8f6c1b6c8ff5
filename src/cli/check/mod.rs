//! `stslint check`.

mod adopting;
mod choosing;
mod output;
mod reading;
mod selecting;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;

use super::own::Own;
use super::{Failure, input};
use crate::lint;
use crate::model::{Inventory, Version};
use crate::rules::Context;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: reading::Reading,
    #[command(flatten)]
    choosing: choosing::Choosing,
    #[command(flatten)]
    output: output::Output,
    #[command(flatten)]
    selecting: selecting::Selecting,
    /// The minor version of the cluster (1.32 to 1.37): what its API server refuses, and how it says so.
    #[arg(long, value_name = "VERSION", default_value_t = Version::NEWEST)]
    kubernetes_version: Version,
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    adopting: adopting::Adopting,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let selection = arguments.selecting.selection()?;
    let catalogue = arguments.own.catalogue(arguments.output.error_style())?;
    let choice = arguments.reading.choice(&arguments.choosing)?;
    let request = choice.request(arguments.reading.request());
    let adopted = arguments.adopting.adopt(request.paths, request.stdin_filename, arguments.output.error_style())?;
    let read = input::read(&request, &mut io::stdin().lock())?;
    choice.check(&read)?;
    // Single files are a piece of something: what belongs to them may lie beside them. So is what was chosen.
    let is_file = |path: &std::path::PathBuf| path.as_os_str() != "-" && !path.is_dir();
    let partial = read.is_partial() || request.paths.iter().any(is_file) || !choice.is_everything();
    let options = lint::Options { ignores: adopted.ignores, partial, names: Some(&adopted.names) };
    let judge = |head: &Inventory, base: Option<&Inventory>| {
        let systems = catalogue.identify_all(head);
        let version = arguments.kubernetes_version;
        lint::run(&Context { head, base, catalogue: &catalogue, systems: &systems, version }, &selection, &options)
    };
    let mut report = judge(&read.inventory, read.base.as_ref());
    let is_wanted = |name: &str| choice.is_everything() || choice.is_chosen(name, &read);
    if !choice.is_everything() {
        let before = read.base.as_ref().map(|base| lint::Before::new(base, &judge(base, None)));
        lint::narrow(&mut report, &is_wanted, before.as_ref());
    }
    input::complete(&mut report, &read, &selection, &adopted.names, &is_wanted);
    let covered = adopting::Covered { paths: request.paths, stdin_filename: request.stdin_filename, partial };
    let is_written = adopted.apply(&mut report, &selection, &covered)?;
    arguments.output.write(&report, out)?;
    Ok(ExitCode::from(u8::from(!is_written && arguments.selecting.fails(&report))))
}
