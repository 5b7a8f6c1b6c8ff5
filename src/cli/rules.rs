//! `stslint rules`.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::Failure;
use crate::finding::{Group, Severity};
use crate::rules::{ALL, Rule};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print the list.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line a rule.
    Text,
    /// A JSON array.
    Json,
    /// A Markdown table with links to the pages, as in the README.
    Markdown,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    match arguments.format {
        Format::Text => text(out)?,
        Format::Json => json(out)?,
        Format::Markdown => markdown(out)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn severities(rule: &Rule) -> String {
    let words: Vec<&str> = rule.meta.severities.iter().map(|severity: &Severity| severity.as_str()).collect();
    words.join(", ")
}

fn text(out: &mut dyn Write) -> std::io::Result<()> {
    let width = ALL.iter().map(|rule| rule.meta.id.len()).max().unwrap_or(0);
    for rule in ALL {
        let group = if rule.meta.group == Group::Default { "" } else { " (off by default)" };
        writeln!(out, "{:width$}  {}{group}", rule.meta.id, rule.meta.summary)?;
        writeln!(out, "{:width$}  {}", "", severities(rule))?;
    }
    Ok(())
}

fn json(out: &mut dyn Write) -> std::io::Result<()> {
    let list: Vec<_> = ALL
        .iter()
        .map(|rule| {
            let severities: Vec<&str> = rule.meta.severities.iter().map(|severity| severity.as_str()).collect();
            serde_json::json!({
                "rule": rule.meta.id,
                "summary": rule.meta.summary,
                "group": rule.meta.group.as_str(),
                "severities": severities,
                "url": rule.meta.url(),
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &list)?;
    writeln!(out)
}

fn markdown(out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "| rule | what it flags | severity |\n| --- | --- | --- |")?;
    for rule in ALL {
        let id = rule.meta.id;
        writeln!(out, "| [`{id}`](rules/{id}.md) | {} | {} |", rule.meta.summary, severities(rule))?;
    }
    Ok(())
}
