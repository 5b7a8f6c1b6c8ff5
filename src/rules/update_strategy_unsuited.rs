//! `update-strategy-unsuited`: a rolling update where the system's makers replace Pods by hand, in an order of their own.

use serde_json::json;

use super::shared::recipe;
use super::shared::start::Start;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "update-strategy-unsuited",
    summary: "A rolling update replaces Pods of a system whose makers want them replaced by hand",
    group: Group::Pedantic,
    severities: &[Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(start) = Start::of(set, context) else { return };
    let Some(fact) = start.running.rollout() else { return };
    let path = FieldPath::of("spec.updateStrategy");
    let strategy = set.spec().update_strategy.as_ref();
    let kind = strategy.and_then(|strategy| strategy.type_.as_deref()).unwrap_or_default();
    let partition = strategy.and_then(|strategy| strategy.rolling_update.as_ref()?.partition).unwrap_or(0);
    // A partition is a hand at the brake as well.
    if set.object().is_faulty(&path) || !matches!(kind, "" | "RollingUpdate") || partition > 0 {
        return;
    }
    let severity = if start.running.is_assumed() { Severity::Note } else { Severity::Warning };
    let message = format!(
        "an update of `{}` replaces its Pods in the order of their numbers, not as {} does it: {}",
        set.name(),
        start.running.title(),
        fact.says
    );
    let field = path.clone().key("type");
    let (place, label) = if set.node_at(&field).is_some() {
        (Place::value(set.id(), field), "from the highest ordinal down, each when the one before it is ready")
    } else {
        (Place::value(set.id(), FieldPath::of("metadata.name")), "`updateStrategy` is `RollingUpdate` by default")
    };
    let strategy = Proposal::Set { object: set.id(), path, value: json!({"type": "OnDelete"}) };
    let mut finding = Finding::new(severity, message, place, label).about(set.id());
    finding = finding.propose(format!("replace Pods by hand, as {}:", fact.shipped_by), strategy);
    if let Some(commands) = recipe::fill(set, start.running.container(), &fact.runbook) {
        finding = finding.propose("an update then goes:", Proposal::Run { commands });
    }
    findings.push(
        finding.note("under `OnDelete` a changed template waits until its Pod is deleted; nothing else changes."),
    );
}
