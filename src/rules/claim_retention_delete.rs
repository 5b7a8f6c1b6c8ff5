//! `claim-retention-delete`: claims with data that are deleted with the set, or when it is scaled down.

use serde_json::json;

use super::shared::class;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Replicas, SetView};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "claim-retention-delete",
    summary: "A system's data goes when its set is deleted or scaled down",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

/// What becomes of the volumes whose claims go.
enum Volumes {
    /// Their class was read and deletes them.
    Deleted,
    /// Their class was read and keeps them.
    Kept,
    /// No class is named, or it was not read.
    Unknown,
}

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let field = FieldPath::of("spec.persistentVolumeClaimRetentionPolicy");
    let Some(policy) = &set.spec().persistent_volume_claim_retention_policy else { return };
    if set.object().is_faulty(&field) {
        return;
    }
    let says = |value: &Option<String>| value.as_deref() == Some("Delete");
    let (deleted, scaled) = (says(&policy.when_deleted), says(&policy.when_scaled));
    if !deleted && !scaled {
        return;
    }
    let Some(running) = context.system(set) else { return };
    let Some((worth, claims)) = class::data_claims(set, &running) else { return };
    let classes: Vec<_> = claims
        .iter()
        .map(|(_, claim)| {
            let name = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref());
            name.and_then(|name| class::named(name, context)).filter(|class| class.provisions())
        })
        .collect();
    let deleting = classes.iter().flatten().find(|class| class.deletes());
    let volumes = match deleting {
        Some(_) => Volumes::Deleted,
        None if classes.iter().all(Option::is_some) => Volumes::Kept,
        None => Volumes::Unknown,
    };
    let (name, what) = (set.name(), worth.what.as_str());
    let command = match (deleted, scaled) {
        (true, false) => format!("`kubectl delete statefulset {name}` deletes its claims"),
        (false, _) => format!("scaling `{name}` down deletes the claims of the Pods that go"),
        (true, true) => format!("`kubectl delete statefulset {name}`, or scaling it down, deletes its claims"),
    };
    let rest = match volumes {
        Volumes::Deleted => format!(", and their class deletes {what} with them"),
        Volumes::Unknown => format!(", and {what} with them unless their class retains volumes"),
        Volumes::Kept => format!(": {what} stay on volumes that no Pod finds again by itself"),
    };
    let severity = if matches!(volumes, Volumes::Kept) { Severity::Note } else { Severity::Warning };
    let keys = [("whenDeleted", deleted), ("whenScaled", scaled)].map(|(key, on)| (field.clone().key(key), on));
    let mut places = keys.iter().filter(|(_, on)| *on).map(|(path, _)| Place::value(set.id(), path.clone()));
    let Some(first) = places.next() else { return };
    let label = if deleted { "claims go with the set" } else { "claims go with their Pods" };
    let mut finding = Finding::new(severity, format!("{command}{rest}"), first, label).about(set.id());
    for place in places {
        finding = finding.related(place, "and with the Pods that are scaled away");
    }
    if let Some(class) = deleting {
        let policy = FieldPath::of("reclaimPolicy");
        finding = finding.related(Place::value(class.object.id, policy), "this class deletes a volume with its claim");
    }
    if let Replicas::Scaled { by, .. } = set.replicas()
        && scaled
    {
        finding = finding.related(Place::value(by, FieldPath::of("metadata.name")), "this autoscaler scales it down");
    }
    let proposals = keys.into_iter().filter(|(_, on)| *on).map(|(path, _)| Proposal::Set {
        object: set.id(),
        path,
        value: json!("Retain"),
    });
    findings.push(
        finding
            .propose_all("keep the claims; the policy can be changed at any time:", proposals.collect())
            .note(match (deleted, scaled) {
                (true, _) => {
                    "the claims belong to the set then and go when it does: also when a tool deletes and re-creates it to get \
                     past an immutable field (`kubectl apply --force`, a replacing sync). `--cascade=orphan` keeps them. Fine \
                     for environments that are thrown away."
                }
                (false, _) => {
                    "a `replicas` that is lowered by mistake, or taken out of the manifest, counts as scaling down: the server \
                     puts 1. A member that is scaled up again starts empty and copies from the others, as long as there are \
                     any. Fine for environments that are thrown away."
                }
            }),
    );
}
