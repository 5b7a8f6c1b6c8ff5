//! `stslint completions`.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::{Shell, generate};

use super::Failure;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell. Names of rules and systems are completed in bash, zsh and fish.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, mut command: Command, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    // The generator panics where it cannot write, so it writes into memory.
    let mut script = Vec::new();
    generate(arguments.shell, &mut command, "stslint", &mut script);
    out.write_all(&script)?;
    if arguments.shell == Shell::Fish {
        fish(&command, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The words that may follow a command: the generator for fish knows only those that follow an option.
fn fish(command: &Command, out: &mut dyn Write) -> std::io::Result<()> {
    for one in command.get_subcommands() {
        let words: Vec<String> = one
            .get_positionals()
            .flat_map(|argument| argument.get_possible_values())
            .map(|value| value.get_name().to_owned())
            .collect();
        if !words.is_empty() {
            let (name, words) = (one.get_name(), words.join(" "));
            writeln!(out, "complete -c stslint -n \"__fish_stslint_using_subcommand {name}\" -f -a \"{words}\"")?;
        }
    }
    Ok(())
}
