//! `stslint config`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::configured::{self, Configured};
use super::input::Request;
use super::terminal::{self, When};
use super::{Failure, examples, init, table};
use crate::config::{self, Config, Level};
use crate::model::Version;
use crate::render::printable;
use crate::rules::ALL;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What would be checked: the configuration is the one nearest upwards from the folder that holds all of it.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    configured: Configured,
    /// Print the JSON Schema of the file.
    #[arg(long, conflicts_with_all = ["paths", "config", "isolated"])]
    schema: bool,
    /// Wrap the table at so many columns; 0 never wraps. Default: the terminal's width, else never.
    #[arg(long, value_name = "COLUMNS")]
    width: Option<u16>,
}

/// What `--help` ends with: where the file is looked for, and all that it may hold.
pub(super) fn reference() -> String {
    format!("{}\n\n{FOUND}\n\n{}", examples::CONFIG, init::TEMPLATE.split_once("\n\n").map_or("", |(_, rest)| rest))
}

const FOUND: &str = "\
Where it is looked for:
  The nearest `.stslint.yaml` (or `.stslint.yml`) upwards from the folder that holds all paths
  given, up to the root of its Git repository; the current folder where no paths are given.
  Outside a repository no farther than the current folder. One file counts for the whole run.
  `--config FILE` names another, `--isolated` takes none.

What beats what:
  The command line, then the file, then the default. `--select` decides in place of `rules`
  which rules run, `--ignore` takes some away; severities, overrides and `ignore` entries of
  the file count all the same. In the file a rule beats its group, an override both. The day
  of today is that of the clock in UTC, or of SOURCE_DATE_EPOCH.

What it may hold, as `stslint init` writes it:";

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    if arguments.schema {
        out.write_all(config::schema().as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let request = Request { paths: &arguments.paths, ..Request::default() };
    let options = request.options()?;
    let config = arguments.configured.load(&options, terminal::error_style(When::Auto, When::Auto))?;
    show(&config, arguments.width, out)?;
    Ok(ExitCode::SUCCESS)
}

/// What applies, with where it comes from.
fn show(config: &Config, width: Option<u16>, out: &mut dyn Write) -> std::io::Result<()> {
    let name = configured::name(config);
    let file = name.as_deref().unwrap_or("none found");
    writeln!(out, "Configuration: {}\n", printable(file))?;
    let fail_on = config.fail_on.map(|fail_on| format!("{fail_on:?}").to_lowercase());
    let systems = configured::systems(config).map(|folder| folder.display().to_string());
    let baseline = configured::baseline(config).map(|file| file.display().to_string());
    let settings = [
        ("kubernetes-version", config.version.map(|version| version.to_string()), Version::NEWEST.to_string()),
        ("fail-on", fail_on, "warning".to_owned()),
        ("systems", systems, "built in".to_owned()),
        ("baseline", baseline, "none".to_owned()),
    ];
    let from = |is_set: bool| if is_set { "the file" } else { "default" };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (key, set, default) in settings {
        let from = from(set.is_some());
        rows.push(vec![key.to_owned(), printable(&set.unwrap_or(default)).into_owned(), from.to_owned()]);
    }
    for rule in ALL {
        let id = rule.meta.id;
        let level = config.policy.level(id);
        let elsewhere = match (config.policy.is_on_somewhere(id), level) {
            (true, Level::Off) => " (on by an override)",
            _ => "",
        };
        rows.push(vec![
            id.to_owned(),
            format!("{}{elsewhere}", level.as_str()),
            from(config.policy.is_set(id)).to_owned(),
        ]);
    }
    let width = match width {
        Some(0) => None,
        Some(width) => Some(usize::from(width)),
        None => terminal::width(),
    };
    out.write_all(table::draw(&["SETTING", "VALUE", "FROM"], &rows, width).as_bytes())
}
