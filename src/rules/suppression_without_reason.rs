//! `suppression-without-reason`: a rule is switched off and nobody says why.

use super::Check;
use crate::finding::{Group, RuleMeta, Severity};

pub(super) const META: RuleMeta = RuleMeta {
    id: "suppression-without-reason",
    summary: "A comment or an annotation switches a rule off and does not say why",
    group: Group::Default,
    severities: &[Severity::Note],
};

pub(super) const CHECK: Check = Check::Engine;
