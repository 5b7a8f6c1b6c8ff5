//! `unknown-system`: an annotation names a system, or a mode of one, that the catalogue does not hold.

use super::shared::start::place;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::{ANNOTATION, Meaning};

pub(super) const META: RuleMeta = RuleMeta {
    id: "unknown-system",
    summary: "The annotation stslint/system names a system, or a mode of one, that stslint does not know",
    group: Group::Default,
    severities: &[Severity::Warning],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(declared) = context.catalogue.declared(set) else { return };
    let (says, text) = (set.name(), declared.text);
    let (message, label, meant, advice) = match declared.meaning {
        Meaning::UnknownSystem { nearest } => (
            format!(
                "`{says}` says that it runs `{text}`, which stslint does not know: it is judged as no known system"
            ),
            "no system of this name".to_owned(),
            nearest.map(str::to_owned),
            "`stslint systems` lists the names; `none` says that the set runs none of them".to_owned(),
        ),
        Meaning::UnknownMode { system, nearest } => (
            format!(
                "`{says}` says that it runs `{text}`, a mode that stslint does not know: its settings tell the mode"
            ),
            format!("{} has no mode of this name", system.title),
            nearest.map(|mode| format!("{}/{mode}", system.name())),
            format!("`stslint systems {}` lists the modes; the name alone leaves it to the settings", system.name()),
        ),
        Meaning::None | Meaning::System(_) | Meaning::Mode(..) => return,
    };
    let finding = Finding::new(Severity::Warning, message, place(&declared.place), label).about(set.id());
    let finding = match meant {
        Some(meant) => {
            let (object, path) = (set.id(), declared.place.path.clone());
            let lead = format!("if `{meant}` is meant:");
            finding.propose(lead, Proposal::Set { object, path, value: meant.into() })
        }
        None => finding.advise(advice),
    };
    findings.push(finding.note(format!(
        "`{ANNOTATION}` decides in place of the image which system a set runs; `--systems DIR` adds systems of your own.",
    )));
}
