//! `stslint check`.

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
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let selection = arguments.selecting.selection()?;
    let catalogue = arguments.own.catalogue(arguments.output.error_style())?;
    let render = arguments.rendering.wanted(arguments.kubernetes_version, arguments.output.is_verbose());
    let request = input::Request { render, ..arguments.reading.request() };
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
    arguments.output.write(&report, out)?;
    if !read.renders.failed.is_empty() {
        out.flush()?;
        read.renders.complain();
        // What was not judged may hold anything.
        return Ok(ExitCode::from(2));
    }
    Ok(ExitCode::from(u8::from(arguments.selecting.fails(&report))))
}
