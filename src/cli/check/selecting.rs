//! Which rules run, and what makes the exit code 1.

use clap::{Args, ValueEnum};

use crate::cli::Failure;
use crate::cli::names::Names;
use crate::config;
use crate::finding::{Report, Severity};
use crate::lint::Selection;

#[derive(Debug, Args)]
pub(super) struct Selecting {
    /// Run only these rules or groups (default, pedantic, all).
    #[arg(long, value_delimiter = ',', value_name = "RULE", value_parser = Names::RulesAndGroups, hide_possible_values = true)]
    select: Vec<String>,
    /// Don't run these rules or groups.
    #[arg(long, value_delimiter = ',', value_name = "RULE", value_parser = Names::RulesAndGroups, hide_possible_values = true)]
    ignore: Vec<String>,
    /// The lightest finding that makes the exit code 1. Default: what the configuration says, else `warning`.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl From<config::FailOn> for FailOn {
    fn from(configured: config::FailOn) -> Self {
        match configured {
            config::FailOn::Error => FailOn::Error,
            config::FailOn::Warning => FailOn::Warning,
            config::FailOn::Note => FailOn::Note,
            config::FailOn::Never => FailOn::Never,
        }
    }
}

impl Selecting {
    pub(super) fn selection(&self) -> Result<Selection, Failure> {
        Selection::new(&self.select, &self.ignore).map_err(|unknown| {
            let nearest = unknown.nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
            let name = unknown.name;
            Failure::Usage(format!("no rule or group is called `{name}`{nearest} (`stslint rules` lists them)"))
        })
    }

    /// Whether the exit code is 1.
    pub(super) fn fails(&self, report: &Report, configured: Option<config::FailOn>) -> bool {
        let least = match self.fail_on.or(configured.map(FailOn::from)).unwrap_or(FailOn::Warning) {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Note => Severity::Note,
            FailOn::Never => return false,
        };
        report.findings.iter().any(|finding| finding.severity >= least)
    }
}
