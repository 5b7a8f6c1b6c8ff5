//! `immutable-storage-class-change`: an update of a StorageClass that the API server refuses.

use super::shared::was::{was, with_base};
use super::shared::{kubectl, wording};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::update::{ClassField, answer_storage_class};
use crate::model::{Change, Typed};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "immutable-storage-class-change",
    summary: "A field of an existing StorageClass changes that the API server does not let change",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Change(check);

fn check(change: Change<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Change::Kept { base, head } = change else { return };
    let (Typed::StorageClass(before), Typed::StorageClass(after)) = (&base.typed, &head.typed) else { return };
    if !base.type_errors.is_empty() || !head.type_errors.is_empty() {
        return;
    }
    let fields = answer_storage_class(before, after, context.version);
    let Some((first, rest)) = fields.split_first() else { return };
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let name = &head.name;
    let message = format!(
        "StorageClass `{name}` cannot be updated: the API server refuses any change of {}",
        wording::list(&names)
    );
    let path = |field: &ClassField| FieldPath::root().key(field.name());
    let label = |field: &ClassField| {
        let default = match field {
            ClassField::ReclaimPolicy => Some("Delete"),
            ClassField::VolumeBindingMode => Some("Immediate"),
            _ => None,
        };
        was(context, base, &path(field), default)
    };
    let finding = Finding::new(Severity::Error, message, Place::value(head.id, path(first)), label(first));
    let mut finding = with_base(finding, context, base, path(first));
    for field in rest {
        finding = finding.related(Place::value(head.id, path(field)), label(field));
        finding = with_base(finding, context, base, path(field));
    }
    finding =
        finding.advise("leave the class as it is and write a new one under another name; new claims can name that");
    if kubectl::is_plain(name) {
        let commands = vec![
            "# volumes and claims of the class stay as they are; a claim made in between finds no class and waits"
                .to_owned(),
            format!("kubectl delete storageclass {name}"),
            kubectl::apply(context.head, head),
        ];
        finding = finding.propose("or replace it under the same name:", Proposal::Run { commands });
    }
    let answers: Vec<String> = fields.iter().map(|field| format!("`{}`", field.answer(context.version))).collect();
    finding = finding.note(format!("{} answers {}", context.version, answers.join(" and ")));
    findings.push(finding.note(
        "a class decides only over volumes that are made later: those that exist keep their parameters and their reclaim \
         policy, which can be changed on each PersistentVolume.",
    ));
}
