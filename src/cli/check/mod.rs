//! `stslint check`.

mod adopting;
mod output;
mod reading;
mod rendering;
mod selecting;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;

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
    rendering: rendering::Rendering,
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
    let render = arguments.rendering.wanted(arguments.kubernetes_version, arguments.output.is_verbose());
    let request = input::Request { render, ..arguments.reading.request() };
    let adopted = arguments.adopting.adopt(request.paths, request.stdin_filename, arguments.output.error_style())?;
    let read = input::read(&request, &mut io::stdin().lock())?;
    let systems = catalogue.identify_all(&read.inventory);
    let context = Context {
        head: &read.inventory,
        base: read.base.as_ref(),
        catalogue: &catalogue,
        systems: &systems,
        version: arguments.kubernetes_version,
    };
    // Single files are a piece of something: what belongs to them may lie beside them.
    let is_file = |path: &std::path::PathBuf| path.as_os_str() != "-" && !path.is_dir();
    let partial = read.is_partial() || request.paths.iter().any(is_file);
    let options = lint::Options { ignores: adopted.ignores, partial, names: Some(&adopted.names) };
    let mut report = lint::run(&context, &selection, &options);
    input::complete(&mut report, &read, &selection, &adopted.names);
    let covered = adopting::Covered { paths: request.paths, stdin_filename: request.stdin_filename, partial };
    let is_written = adopted.apply(&mut report, &selection, &covered)?;
    arguments.output.write(&report, out)?;
    if !read.renders.failed.is_empty() {
        out.flush()?;
        read.renders.complain();
        // What was not judged may hold anything.
        return Ok(ExitCode::from(2));
    }
    Ok(ExitCode::from(u8::from(!is_written && arguments.selecting.fails(&report))))
}
