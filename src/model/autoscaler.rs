//! What sets the number of replicas besides the manifest.

use super::Fault;
use crate::yaml::{FieldPath, Node};

/// A HorizontalPodAutoscaler or a KEDA ScaledObject, reduced to what it does to its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autoscaler {
    /// `scaleTargetRef.kind`; KEDA's default is Deployment.
    pub target_kind: String,
    /// `scaleTargetRef.apiVersion`; empty where it is left out.
    pub target_api_version: String,
    /// `scaleTargetRef.name`; empty where an autoscaler that is no patch lacks it.
    pub target_name: String,
    /// The fewest replicas it leaves: `minReplicas` (default 1) or `minReplicaCount` (default 0).
    pub min: Option<i64>,
    /// The most replicas it sets.
    pub max: Option<i64>,
    /// Where the minimum is written, or would be.
    pub min_path: FieldPath,
}

impl Autoscaler {
    /// Whether its target is a StatefulSet of Kubernetes' own.
    pub fn targets_a_set(&self) -> bool {
        let group = self.target_api_version.rsplit_once('/').map_or("", |(group, _)| group);
        self.target_kind == "StatefulSet" && matches!(group, "apps" | "")
    }

    /// Reads either kind. What lacks its target, or the target's name and the most replicas, is taken for a patch.
    ///
    /// Sources: kubernetes/api `autoscaling/v2/types.go`, kedacore/keda `apis/keda/v1alpha1/scaledobject_types.go`.
    pub fn read(root: Node<'_>, keda: bool) -> Result<Autoscaler, Fault> {
        let spec = root.get("spec").ok_or(Fault::Incomplete)?;
        let target = spec.get("scaleTargetRef").ok_or(Fault::Incomplete)?;
        let text = |key: &str| target.get(key).and_then(Node::as_str).map(str::to_owned);
        let number = |key: &str, default: Option<i64>| match spec.get(key) {
            None => default,
            Some(node) => node.as_i64(),
        };
        let (min_key, max_key, default_min, default_kind) = if keda {
            ("minReplicaCount", "maxReplicaCount", Some(0), "Deployment")
        } else {
            ("minReplicas", "maxReplicas", Some(1), "")
        };
        Ok(Autoscaler {
            target_kind: text("kind").unwrap_or_else(|| default_kind.to_owned()),
            target_api_version: text("apiVersion").unwrap_or_default(),
            target_name: match text("name") {
                None if !keda && spec.get("maxReplicas").is_some() => String::new(),
                name => name.ok_or(Fault::Incomplete)?,
            },
            min: number(min_key, default_min),
            max: number(max_key, if keda { Some(100) } else { None }),
            min_path: FieldPath::of("spec").key(min_key),
        })
    }
}
