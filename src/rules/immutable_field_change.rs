//! `immutable-field-change`: an update of a set that the API server refuses.

use super::shared::runbook::Runbook;
use super::shared::was::{was, with_base};
use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::update::{FixedField, SetUpdate, TemplateChange, answer_set};
use crate::model::{Change, SetView, Version};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "immutable-field-change",
    summary: "A field of an existing StatefulSet changes that the API server does not let change",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Change(check);

fn check(change: Change<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Change::Kept { base, head } = change else { return };
    let (Some(base), Some(head)) = (context.base.and_then(|all| all.set(base.id)), context.head.set(head.id)) else {
        return;
    };
    let update = answer_set(base, head, context.version);
    if !update.fields.is_empty() {
        findings.push(finding(base, head, &update, context));
    }
}

/// One difference: the field at the head, the field at the base, and what is true at the first.
struct Spot {
    head: FieldPath,
    base: FieldPath,
    label: String,
}

fn finding(base: SetView<'_>, head: SetView<'_>, update: &SetUpdate, context: &Context<'_>) -> Finding {
    let names: Vec<&str> = update.fields.iter().map(|field| field.name()).collect();
    let message =
        format!("`{}` cannot be updated: the API server refuses any change of {}", head.name(), wording::list(&names));
    let mut spots = spots(base, update, context).into_iter();
    let place = |spot: &Spot| Place::value(head.id(), spot.head.clone());
    let mut finding = match spots.next() {
        Some(first) => {
            let finding = Finding::new(Severity::Error, message, place(&first), first.label);
            with_base(finding, context, base.object(), first.base)
        }
        // Never so: a field that changed has a place.
        None => Finding::new(Severity::Error, message, Place::value(head.id(), FieldPath::of("spec")), "differs"),
    };
    for spot in spots {
        let place = place(&spot);
        finding = with_base(finding.related(place, spot.label), context, base.object(), spot.base);
    }
    finding = Runbook { base, head, update }.advise(finding.about(head.id()), context);
    finding = finding.note(quote(&update.fields, context.version));
    for note in notes(update) {
        finding = finding.note(note);
    }
    finding
}

fn spots(base: SetView<'_>, update: &SetUpdate, context: &Context<'_>) -> Vec<Spot> {
    let object = base.object();
    let mut spots = Vec::new();
    for field in &update.fields {
        let path = field.path();
        let default = match field {
            FixedField::PodManagementPolicy => Some("OrderedReady"),
            FixedField::RevisionHistoryLimit => Some("10"),
            FixedField::VolumeClaimTemplates => {
                spots.extend(update.templates.iter().flat_map(|change| template_spots(base, change, context)));
                continue;
            }
            _ => None,
        };
        spots.push(Spot { label: was(context, object, &path, default), head: path.clone(), base: path });
    }
    spots
}

fn template_spots(base: SetView<'_>, change: &TemplateChange, context: &Context<'_>) -> Vec<Spot> {
    let templates = || FixedField::VolumeClaimTemplates.path();
    let revision = context.base_name();
    let name_of = |index: usize| templates().index(index).key("metadata").key("name");
    match change {
        TemplateChange::Changed { before, after, paths, .. } => paths
            .iter()
            .map(|path| {
                let (head, base_path) = (templates().index(*after).join(path), templates().index(*before).join(path));
                let default = (path.to_string() == "spec.volumeMode").then_some("Filesystem");
                Spot { label: was(context, base.object(), &base_path, default), head, base: base_path }
            })
            .collect(),
        TemplateChange::Renamed { from, before, after, .. } => vec![Spot {
            head: name_of(*after),
            base: name_of(*before),
            label: format!("was `{from}` at {revision}: another claim template to the server"),
        }],
        TemplateChange::Added { after, .. } => vec![Spot {
            head: name_of(*after),
            base: templates(),
            label: format!("this claim template is not there at {revision}"),
        }],
        TemplateChange::Removed { name, before } => {
            vec![Spot { head: templates(), base: name_of(*before), label: format!("claim template `{name}` is gone") }]
        }
        TemplateChange::Reordered => vec![Spot {
            head: templates(),
            base: templates(),
            label: "the same claim templates in another order; the server compares them as a list".to_owned(),
        }],
    }
}

/// What the server of this version answers.
fn quote(fields: &[FixedField], version: Version) -> String {
    if version.is_at_least(37) {
        let answers: Vec<String> =
            fields.iter().map(|field| format!("`{}: Invalid value: …: field is immutable`", field.path())).collect();
        return format!("{version} answers {}", answers.join(" and "));
    }
    let history = if version.is_at_least(33) { "'revisionHistoryLimit', " } else { "" };
    format!(
        "{version} answers `spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', \
         'template', 'updateStrategy', {history}'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden`"
    )
}

fn notes(update: &SetUpdate) -> Vec<&'static str> {
    let mut notes = Vec::new();
    let metadata_only = |change: &TemplateChange| match change {
        TemplateChange::Changed { paths, .. } => paths.iter().all(|path| path.to_string().starts_with("metadata")),
        _ => false,
    };
    if update.fields.contains(&FixedField::VolumeClaimTemplates) {
        notes.push("the template is used only for claims that do not exist yet.");
    }
    if !update.templates.is_empty() && update.templates.iter().all(metadata_only) {
        notes.push(
            "labels and annotations of a claim template count like everything else in it; one that changes with every \
             release (`helm.sh/chart`, a version) does not belong there.",
        );
    }
    if update.templates.iter().any(|change| matches!(change, TemplateChange::Removed { .. })) {
        notes.push("the claims of the template that is gone stay, with their data; nobody deletes them.");
    }
    if update.fields.contains(&FixedField::Selector) {
        notes.push(
            "selectors are compared as written, not by what they select: equivalent expressions, or another order, are a \
             change. Services and budgets that select the old labels have to follow.",
        );
    }
    if update.fields.contains(&FixedField::RevisionHistoryLimit) {
        notes.push("`revisionHistoryLimit` can be changed in place from 1.33 on.");
    }
    notes
}
