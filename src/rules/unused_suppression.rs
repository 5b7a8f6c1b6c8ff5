//! `unused-suppression`: a comment, annotation or entry that is meant to switch a rule off and does not.

use super::Check;
use crate::finding::{Group, RuleMeta, Severity};

pub(super) const META: RuleMeta = RuleMeta {
    id: "unused-suppression",
    summary: "A comment, an annotation or an entry is meant to switch a rule off and switches nothing off",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Engine;
