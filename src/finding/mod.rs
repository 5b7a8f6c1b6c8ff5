//! What rules say and what a run reports.

mod diagnostic;
mod entry;
mod meta;
mod place;
mod proposal;
mod report;
mod severity;

pub use diagnostic::Diagnostic;
pub use entry::Finding;
pub use meta::{Group, REPOSITORY, RuleMeta};
pub use place::{Part, Place, State, Target};
pub use proposal::{Help, Proposal};
pub use report::{
    BaselineUse, HelpText, Location, Means, ObjectName, Report, Reported, SetName, Skipped, Summary, Suppressed,
};
pub use severity::Severity;
