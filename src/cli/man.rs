//! `stslint man`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Command};
use clap_mangen::Man;

use super::Failure;
use crate::nearest::nearest;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The command whose page to print; stslint's own when left out.
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write the pages of all commands into this folder: stslint.1, stslint-check.1 and so on.
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, command: Command, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let pages = pages(command)?;
    if let Some(folder) = &arguments.out {
        write(folder, &pages)?;
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = arguments.command.as_ref().map_or_else(|| "stslint".to_owned(), |name| format!("stslint-{name}"));
    match pages.iter().find(|(name, _)| *name == wanted) {
        Some((_, page)) => out.write_all(page)?,
        None => {
            let names = pages.iter().filter_map(|(name, _)| name.strip_prefix("stslint-"));
            let name = arguments.command.as_deref().unwrap_or_default();
            let nearest = nearest(name, names).map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
            return Err(Failure::Usage(format!("no command is called `{name}`{nearest} (`stslint help` lists them)")));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The pages of the program and of each command, by name.
fn pages(command: Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let mut pages = vec![page("stslint".to_owned(), &command)?];
    for one in command.get_subcommands() {
        pages.push(page(format!("stslint-{}", one.get_name()), one)?);
    }
    Ok(pages)
}

fn page(name: String, command: &Command) -> io::Result<(String, Vec<u8>)> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    // Without a date, which would make two builds of one version differ.
    let (title, version) = (name.to_uppercase(), env!("CARGO_PKG_VERSION"));
    writeln!(page, ".TH \"{title}\" \"1\" \"\" \"stslint {version}\" \"stslint manual\"")?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(help) = command.get_after_long_help() {
        examples(&help.to_string(), &mut page)?;
    }
    Ok((name, page))
}

/// What stands below the options in `--help`: examples as they are, the rest as paragraphs.
fn examples(help: &str, page: &mut Vec<u8>) -> io::Result<()> {
    writeln!(page, ".SH EXAMPLES")?;
    let mut verbatim = false;
    for line in help.lines().filter(|line| !line.is_empty() && *line != "Examples:") {
        let is_example = line.starts_with("  ");
        match (verbatim, is_example) {
            (false, true) => writeln!(page, ".nf")?,
            (true, false) => writeln!(page, ".fi\n.PP")?,
            _ => {}
        }
        verbatim = is_example;
        let line = line.strip_prefix("  ").unwrap_or(line).replace('\\', "\\e").replace('-', "\\-");
        writeln!(page, "\\&{}", line.replace('\'', "\\(aq").replace('`', "\\`"))?;
    }
    if verbatim {
        writeln!(page, ".fi")?;
    }
    Ok(())
}

fn write(folder: &Path, pages: &[(String, Vec<u8>)]) -> Result<(), Failure> {
    let cannot =
        |path: &Path, error: io::Error| Failure::Usage(format!("{}: cannot be written: {error}", path.display()));
    fs::create_dir_all(folder).map_err(|error| cannot(folder, error))?;
    for (name, page) in pages {
        let path = folder.join(format!("{name}.1"));
        fs::write(&path, page).map_err(|error| cannot(&path, error))?;
    }
    Ok(())
}
