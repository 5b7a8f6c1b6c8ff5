//! `unused-suppression`: a comment or annotation that is meant to switch a rule off and does not.

use super::Check;
use crate::finding::{Group, RuleMeta, Severity};

pub(super) const META: RuleMeta = RuleMeta {
    id: "unused-suppression",
    summary: "A comment or an annotation is meant to switch a rule off and switches nothing off",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Engine;
