//! `members-share-node`: members of one cluster that the loss of one node can take together.

use serde_json::{Value, json};

use super::shared::patched::may_be_patched_in;
use super::shared::propose::selector_labels;
use super::shared::spread::{Miss, Spread};
use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{Replicas, SetView};
use crate::systems::{Running, Tolerance};
use crate::yaml::{FieldPath, Presence};

pub(super) const META: RuleMeta = RuleMeta {
    id: "members-share-node",
    summary: "Nothing keeps the members of a cluster on different nodes, or what is meant to does not select them",
    group: Group::Default,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(spec) = set.pod_spec() else { return };
    let members = match set.replicas() {
        Replicas::Fixed(count) => Some(count),
        Replicas::Scaled { max, .. } => max,
        Replicas::Unknown => set.written_replicas(),
    };
    // What the labels of a set that contradicts itself are meant to be is open.
    if members.is_some_and(|members| members < 2) || set.misses_itself() {
        return;
    }
    let patched = ["ffinity", "topologySpread"].iter().any(|word| may_be_patched_in(set, word, context));
    if patched || context.head.gathers_unread(set.id()) {
        return;
    }
    let running = context.system(set).filter(|running| running.is_clustered() && !running.is_assumed());
    match (Spread::of(set, spec, context), &running) {
        (Spread::Missed(miss), _) => findings.push(missed(set, &miss, running.is_some())),
        (Spread::Nothing, Some(running)) => findings.push(nothing(set, running)),
        (Spread::Nothing, None) | (Spread::Apart, _) => {}
    }
}

/// A term that is meant to keep the Pods apart, and selects none of them.
fn missed(set: SetView<'_>, miss: &Miss, clustered: bool) -> Finding {
    let name = set.name();
    let term = if miss.is_constraint { "spread constraint" } else { "anti-affinity" };
    let severity = if clustered { Severity::Warning } else { Severity::Note };
    let (message, place, label) = match miss.mismatches.first() {
        Some(mismatch) => {
            let (key, wanted) = (&mismatch.key, mismatch.wanted.join("` or `"));
            let found = match &mismatch.found {
                Some(found) => format!("they have `{key}: {found}`"),
                None => format!("they have no label `{key}`"),
            };
            let message = format!(
                "`{name}` does not keep its Pods apart: its {term} is about Pods with `{key}: {wanted}`, and {found}"
            );
            (message, Place::value(set.id(), requirement(set, miss, key)), "selects none of this set's Pods")
        }
        None => {
            let message =
                format!("`{name}` does not keep its Pods apart: its {term} has no selector and is about no Pod");
            (message, Place::key(set.id(), miss.path.clone()), "no `labelSelector`")
        }
    };
    let mut finding = Finding::new(severity, message, place, label).about(set.id());
    if let Some(mismatch) = miss.mismatches.first().filter(|mismatch| mismatch.found.is_some()) {
        let labels = FieldPath::of("spec.template.metadata.labels").key(mismatch.key.clone());
        finding = finding.related(Place::value(set.id(), labels), "what the Pods have");
    }
    let value = json!({ "matchLabels": selector_labels(set) });
    finding
        .propose("select the set's own Pods:", Proposal::Set { object: set.id(), path: miss.path.clone(), value })
        .note(
            "the scheduler compares the selector with labels of Pods; one that fits none changes nothing, and nobody reports \
             it. Fine where other Pods are meant.",
        )
}

/// The place of one requirement of a selector.
fn requirement(set: SetView<'_>, miss: &Miss, key: &str) -> FieldPath {
    let equal = miss.path.clone().key("matchLabels").key(key.to_owned());
    if set.node_at(&equal).is_some() {
        return equal;
    }
    let expressions = miss.path.clone().key("matchExpressions");
    let node = set.node_at(&expressions);
    let asks =
        |item: crate::yaml::Node<'_>| item.get("key").and_then(|node| node.as_str()).is_some_and(|text| text == key);
    match node.and_then(|node| node.items().position(asks)) {
        Some(index) => expressions.index(index).key("values"),
        None => miss.path.clone(),
    }
}

/// Nothing at all.
fn nothing(set: SetView<'_>, running: &Running<'_>) -> Finding {
    let written = set.written_replicas().unwrap_or_default();
    let tolerance = running.votes().map_or(Tolerance::None, |votes| votes.tolerance);
    let keeps = set.spec().volume_claim_templates.iter().flatten().next().is_some();
    let (together, loss) = match tolerance {
        Tolerance::Majority => ((written.max(3) - 1) / 2 + 1, "the quorum can go with it"),
        Tolerance::ReplicationFactor if keeps => (2, "data can become unavailable with it"),
        Tolerance::ReplicationFactor | Tolerance::None => (2, "both are lost with it"),
    };
    let message = format!("nothing keeps {together} members of {} off one node: {loss}", wording::set(set));
    let replicas = FieldPath::of("spec.replicas");
    let place = match set.node_at(&replicas) {
        Some(_) => Place::value(set.id(), replicas),
        None => Place::value(set.id(), FieldPath::of("metadata.name")),
    };
    let finding =
        Finding::new(Severity::Note, message, place, "no anti-affinity and no spread constraint").about(set.id());
    let path = FieldPath::of("spec.template.spec.topologySpreadConstraints");
    let finding = if set.presence(&path) == Presence::Absent && !set.template_labels().is_empty() {
        let constraint: Value = json!([{
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": { "matchLabels": selector_labels(set) },
        }]);
        finding
            .propose("spread the members over the nodes:", Proposal::Set { object: set.id(), path, value: constraint })
    } else {
        finding.advise("add a constraint with `topologyKey: kubernetes.io/hostname` that selects the set's own Pods")
    };
    finding.note(
        "by itself the scheduler prefers nodes with fewer Pods of the set, and puts two on one node when others are full or \
         gone. `ScheduleAnyway` makes that preference stronger and no more; with `DoNotSchedule` a Pod waits for a node. Fine \
         where a webhook or the cluster's scheduler takes care of it.",
    )
}
