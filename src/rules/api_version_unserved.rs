//! `api-version-unserved`: an object of a version that no supported API server serves.

use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::SkipReason;

pub(super) const META: RuleMeta = RuleMeta {
    id: "api-version-unserved",
    summary: "An API version that no supported server serves: the object is refused",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Inventory(check);

fn check(context: &Context<'_>, findings: &mut Findings) {
    let unserved = context.head.skipped().iter().filter(|(_, item)| item.reason == SkipReason::UnservedVersion);
    for (document, item) in unserved {
        let placed = context.head.document(*document);
        let Some(version) = placed.node(item.node).get("apiVersion") else { continue };
        let (kind, name, text) = (&item.kind, &item.name, version.text());
        let place = Place::text(*document, version.span());
        if let Some((served, last)) = served(kind, text) {
            let message = format!(
                "{kind} `{name}` is refused: no server since Kubernetes {last} serves `{text}`, and nothing in it was \
                 judged"
            );
            findings.push(
                Finding::new(Severity::Error, message, place, "not served any more")
                    .advise(format!("write `apiVersion: {served}`, and look through what changed with it"))
                    .note("`kubectl convert`, a plugin, rewrites the fields that changed; objects in the cluster need nothing."),
            );
        } else if let Some(served) = newest(kind).filter(|_| is_written_out(text)) {
            let message = format!(
                "{kind} `{name}` is refused: no server has this kind in `{text}`, and nothing in it was judged"
            );
            findings.push(
                Finding::new(Severity::Error, message, place, format!("this kind is served as `{served}`"))
                    .advise(format!("write `apiVersion: {served}`"))
                    .note("kubectl answers `no matches for kind`, and applies the other objects."),
            );
        }
    }
}

/// Whether a version is no text that something fills in.
fn is_written_out(version: &str) -> bool {
    version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-.".contains(&byte))
}

/// The version of the kinds that nobody else has under this name.
fn newest(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "StatefulSet" => "apps/v1",
        "PodDisruptionBudget" => "policy/v1",
        "HorizontalPodAutoscaler" => "autoscaling/v2",
        "StorageClass" => "storage.k8s.io/v1",
        "Service" | "PersistentVolumeClaim" | "PersistentVolume" => "v1",
        _ => return None,
    })
}

/// The version to write, and the first Kubernetes without the old one.
///
/// Source: <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>.
fn served(kind: &str, version: &str) -> Option<(&'static str, &'static str)> {
    Some(match (kind, version) {
        ("StatefulSet", "apps/v1beta1" | "apps/v1beta2") => ("apps/v1", "1.16"),
        ("PodDisruptionBudget", "policy/v1beta1") => ("policy/v1", "1.25"),
        ("HorizontalPodAutoscaler", "autoscaling/v2beta1") => ("autoscaling/v2", "1.25"),
        ("HorizontalPodAutoscaler", "autoscaling/v2beta2") => ("autoscaling/v2", "1.26"),
        ("StorageClass", "storage.k8s.io/v1beta1") => ("storage.k8s.io/v1", "1.22"),
        _ => return None,
    })
}
