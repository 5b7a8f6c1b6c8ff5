//! `stslint explain`.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;

use super::Failure;
use super::names::Names;
use crate::systems::Catalogue;
use crate::{config, rules};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The rule, as in `service-not-headless`.
    #[arg(value_name = "RULE", value_parser = Names::Rules, hide_possible_values = true)]
    rule: String,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let Some(rule) = rules::find(&arguments.rule) else {
        if Catalogue::built_in().find(&arguments.rule).is_some() {
            let name = &arguments.rule;
            return Err(Failure::Usage(format!("`{name}` is no rule but a system: `stslint systems {name}` shows it")));
        }
        if config::is_group(&arguments.rule) {
            let name = &arguments.rule;
            return Err(Failure::Usage(format!("`{name}` is a group of rules: `stslint rules` lists them all")));
        }
        let nearest = config::nearest_rule(&arguments.rule);
        let nearest = nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
        let name = &arguments.rule;
        return Err(Failure::Usage(format!("no rule is called `{name}`{nearest} (`stslint rules` lists them)")));
    };
    out.write_all(rule.page.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
