//! `stslint systems`.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::configured::{self, Configured};
use super::input::Request;
use super::names::Names;
use super::own::Own;
use super::terminal::{self, When};
use super::{Failure, page, table};
use crate::nearest::nearest;
use crate::render::printable;
use crate::systems::{self, Catalogue, Entry};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// One system, as in `etcd`; all of them when left out.
    #[arg(value_name = "NAME", value_parser = Names::Systems, hide_possible_values = true)]
    name: Option<String>,
    /// How to print them; `yaml` prints the file of the one that is named.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    configured: Configured,
    /// Print the JSON Schema of a system's file.
    #[arg(long, conflicts_with_all = ["name", "format", "systems", "config", "isolated"])]
    schema: bool,
    /// Wrap the table at so many columns; 0 never wraps. Default: the terminal's width, else never.
    #[arg(long, value_name = "COLUMNS")]
    width: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table, or one system like a page.
    Text,
    /// A JSON array, or one object with all facts.
    Json,
    /// A Markdown table, or one system like a page.
    Markdown,
    /// The file of one system, as it is written.
    Yaml,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    if arguments.schema {
        out.write_all(systems::schema().as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let style = || terminal::error_style(When::Auto, When::Auto);
    let options = Request::default().options()?;
    let configured = configured::systems(&arguments.configured.load(&options, style())?);
    let has_own = arguments.own.is_given() || configured.is_some();
    let catalogue = arguments.own.catalogue(configured, style())?;
    let Some(name) = &arguments.name else {
        list(arguments, &catalogue, has_own, out)?;
        return Ok(ExitCode::SUCCESS);
    };
    let Some(entry) = catalogue.find(name) else {
        let nearest = nearest(name, catalogue.systems().map(|system| system.name()));
        let nearest = nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
        return Err(Failure::Usage(format!("no system is called `{name}`{nearest} (`stslint systems` lists them)")));
    };
    match arguments.format {
        Format::Text | Format::Markdown => out.write_all(page::of(entry).as_bytes())?,
        Format::Yaml => out.write_all(printable(entry.source.text()).as_bytes())?,
        Format::Json => {
            let mut system = summary(entry);
            system["facts"] = entry.to_json();
            serde_json::to_writer_pretty(&mut *out, &system).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(arguments: &Arguments, catalogue: &Catalogue, has_own: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let entries = catalogue.entries();
    match arguments.format {
        Format::Text => {
            let width = match arguments.width {
                Some(0) => None,
                Some(width) => Some(usize::from(width)),
                None => terminal::width(),
            };
            let mut heads = vec!["NAME", "TITLE", "MODES", "IMAGES"];
            if has_own {
                heads.insert(2, "FROM");
            }
            let rows: Vec<Vec<String>> = entries.iter().map(|entry| row(entry, has_own)).collect();
            out.write_all(table::draw(&heads, &rows, width).as_bytes())?;
        }
        Format::Json => {
            let all: Vec<_> = entries.into_iter().map(summary).collect();
            serde_json::to_writer_pretty(&mut *out, &all).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        Format::Markdown => {
            writeln!(out, "| name | system | modes | images |\n| --- | --- | --- | --- |")?;
            for entry in entries {
                let cells = row(entry, false);
                let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
                writeln!(out, "| `{}` | {} |", cells[0], cells[1..].join(" | "))?;
            }
        }
        Format::Yaml => return Err(Failure::Usage("`--format yaml` prints one system: name it".to_owned())),
    }
    Ok(())
}

fn row(entry: &Entry, with_file: bool) -> Vec<String> {
    let system = &entry.system;
    let modes: Vec<&str> = system.modes.iter().map(|mode| mode.name.as_str()).collect();
    // Names of modes may hold commas.
    let mut cells = vec![page::flat(system.name()), page::flat(&system.title)];
    if with_file {
        cells.push(page::flat(if entry.is_own { entry.source.name() } else { "built in" }));
    }
    cells.push(page::flat(&modes.join("; ")));
    cells.push(page::flat(&system.images.join(", ")));
    cells
}

fn summary(entry: &Entry) -> serde_json::Value {
    let system = &entry.system;
    let modes = system.modes.iter();
    let modes = modes.map(|mode| json!({"name": mode.name, "clustered": mode.clustered, "assumed": mode.assumed}));
    json!({
        "name": system.name(),
        "title": system.title,
        "file": entry.source.name(),
        "own": entry.is_own,
        "modes": modes.collect::<Vec<_>>(),
        "images": system.images,
    })
}
