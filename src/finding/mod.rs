//! What rules say and what a run reports.

mod report;
mod severity;

pub use report::{HelpText, Location, ObjectName, Report, Reported, SetName, Skipped, Summary};
pub use severity::Severity;
