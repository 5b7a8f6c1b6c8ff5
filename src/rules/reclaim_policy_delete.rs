//! `reclaim-policy-delete`: data on volumes that go with their claims.

use std::collections::BTreeMap;

use serde_json::json;

use super::shared::class::{self, ClassView};
use super::shared::kubectl;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::{Running, Worth};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "reclaim-policy-delete",
    summary: "A system keeps its data on a StorageClass that deletes a volume together with its claim",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(running) = context.system(set) else { return };
    let Some((worth, claims)) = class::data_claims(set, &running) else { return };
    let mut by_class: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for (position, claim) in claims {
        let class = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref());
        if let (Some(class), Some(name)) = (class, claim.metadata.name.as_deref())
            && !set.object().is_faulty(&class_path(position))
            && !context.options.reclaim_policy_delete.classes.iter().any(|allowed| allowed.fits(class))
        {
            by_class.entry(class).or_default().push((position, name));
        }
    }
    for (name, templates) in by_class {
        let read = class::named(name, context).filter(|class| class.deletes() && class.provisions());
        if let Some(class) = read {
            findings.push(finding(set, &running, worth, class, &templates, context));
        }
    }
}

fn class_path(position: usize) -> FieldPath {
    FieldPath::of("spec.volumeClaimTemplates").index(position).key("spec").key("storageClassName")
}

fn finding(
    set: SetView<'_>,
    running: &Running<'_>,
    worth: &Worth,
    class: ClassView<'_>,
    templates: &[(usize, &str)],
    context: &Context<'_>,
) -> Finding {
    let policy = FieldPath::of("reclaimPolicy");
    let class_name = class.object.name.as_str();
    let keeps = |other: &ClassView<'_>| {
        !other.deletes() && other.provisioner() == class.provisioner() && other.object.name != class_name
    };
    // A class that keeps volumes lies ready, and the data is not on it.
    let kept_by = class::all(context).find(keeps);
    let severity = if kept_by.is_some() { Severity::Warning } else { Severity::Note };
    let namespace = match set.namespace() {
        Some(namespace) => format!("or namespace `{namespace}`"),
        None => "or its namespace".to_owned(),
    };
    let message = format!(
        "`{}` keeps {} on class `{class_name}`, which deletes a volume with its claim: whoever deletes a claim, {namespace}, \
         deletes what {} has stored there",
        set.name(),
        worth.what,
        running.title()
    );
    let mut places = templates.iter().map(|&(position, _)| Place::value(set.id(), class_path(position)));
    let first = places.next().unwrap_or_else(|| Place::key(set.id(), FieldPath::of("spec.volumeClaimTemplates")));
    let mut finding =
        Finding::new(severity, message, first, "volumes of this class go with their claims").about(set.id());
    for other in places {
        finding = finding.related(other, "and here");
    }
    let written = context.head.document_of(class.object.id).node(class.object.node).at(&policy).is_some();
    finding = if written {
        finding.related(Place::value(class.object.id, policy), format!("what becomes of the volumes of `{class_name}`"))
    } else {
        let name = FieldPath::of("metadata.name");
        finding.related(Place::value(class.object.id, name), "no `reclaimPolicy`: the default is `Delete`")
    };
    if let Some(other) = kept_by {
        let proposals = templates.iter().map(|&(position, _)| Proposal::Set {
            object: set.id(),
            path: class_path(position),
            value: json!(other.object.name),
        });
        let lead =
            format!("while the set is not applied yet, take the class that keeps volumes, `{}`:", other.object.name);
        finding = finding.propose_all(lead, proposals.collect());
    }
    let commands = commands(set, templates);
    if !commands.is_empty() {
        finding = finding.propose("keep the volumes that exist:", Proposal::Run { commands });
    }
    finding.note(
        "a class's policy cannot be changed and is copied into each volume when it is made; a volume's own can. With `Retain` \
         a volume whose claim is gone stays, with its data, until somebody deletes it. `Delete` is the default of nearly every \
         class: fine where backups or replicas elsewhere can be had back as fast as you need them.",
    )
}

/// Sets the policy of the volumes behind the claims.
fn commands(set: SetView<'_>, templates: &[(usize, &str)]) -> Vec<String> {
    let plain = |name: &str| kubectl::is_plain(name);
    if !plain(set.name()) || !set.namespace().is_none_or(plain) || !templates.iter().all(|(_, name)| plain(name)) {
        return Vec::new();
    }
    let kubectl = kubectl::kubectl(set.namespace());
    let ordinals = kubectl::ordinals(set);
    let patch = r#"'{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'"#;
    let command = format!("kubectl patch pv $({kubectl} get pvc {{}} -o jsonpath='{{.spec.volumeName}}') -p {patch}");
    let prefixes = templates.iter().map(|(_, name)| format!("{name}-{}", set.name()));
    prefixes.flat_map(|prefix| kubectl::each(&kubectl, "pvc", &prefix, ordinals.as_ref(), &command)).collect()
}
