//! What rules say and what a run reports.

mod diagnostic;
mod entry;
mod meta;
mod place;
mod proposal;
mod report;
mod severity;
mod statistics;

pub use diagnostic::Diagnostic;
pub use entry::Finding;
pub use meta::{Group, REPOSITORY, RuleMeta};
pub use place::{Part, Place, State, Target};
pub use proposal::{Help, Proposal};
pub use report::{
    BaselineUse, Compared, Edit, Fix, HelpText, JudgedSet, Language, Location, Means, ObjectName, Report, Reported,
    Runs, SetName, Skipped, Summary, Suppressed, ToldBy,
};
pub use severity::Severity;
pub use statistics::Statistic;
