//! Fields that no server knows, or none of the version that is meant.

use super::{Object, Version, is_placeholder};
use crate::nearest::nearest;
use crate::yaml::{FieldPath, Node, NodeKind, Segment, UnknownField};

/// A field that the server of a version does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnservedField {
    /// The field.
    pub path: FieldPath,
    /// The minor version that was the first to have it; `None` where none has.
    pub since: Option<u8>,
    /// The field that was most likely meant.
    pub meant: Option<FieldPath>,
}

impl Object {
    /// The fields that the server of this version does not have, in the order of the text.
    pub fn fields_unknown_to(&self, root: Node<'_>, version: Version) -> Vec<UnservedField> {
        let never = |field: &UnknownField| UnservedField { path: field.path.clone(), since: None, meant: meant(field) };
        // A name that is filled in later may be one of those that there are.
        let is_later = |segment: &Segment| matches!(segment, Segment::Key(key) if is_placeholder(key));
        let known = self.unknown_fields.iter().filter(|field| !field.path.segments().iter().any(is_later));
        let mut found: Vec<UnservedField> = known.map(never).collect();
        if version != Version::NEWEST {
            let mut walk = Later { version, path: Vec::new(), visits: 0, found: &mut found };
            walk.below(root, &mut String::new());
        }
        found
    }

    /// The fields that were most likely meant by those that no server knows.
    pub(super) fn fields_meant(&self) -> impl Iterator<Item = FieldPath> {
        self.unknown_fields.iter().filter_map(meant)
    }
}

/// The field that somebody meant: in other letters, in another place, or with a slip.
fn meant(field: &UnknownField) -> Option<FieldPath> {
    let Some(Segment::Key(name)) = field.path.segments().last() else { return None };
    let parent = field.path.parent()?;
    let in_other_letters = field.known.iter().find(|known| known.eq_ignore_ascii_case(name));
    if let Some(known) = in_other_letters {
        return Some(parent.key(*known));
    }
    if let Some(moved) = moved(&parent, name, field.known) {
        return Some(moved);
    }
    field.outer.clone().or_else(|| nearest(name, field.known.iter().copied()).map(|known| parent.key(known)))
}

/// Where a field belongs that stands one level off, as the same words do in other kinds.
fn moved(parent: &FieldPath, name: &str, known: &[&'static str]) -> Option<FieldPath> {
    let inner = |key: &'static str| known.contains(&key).then(|| parent.clone().key(key).key(name.to_owned()));
    let beside = |key: &'static str| known.contains(&key).then(|| parent.clone().key(key));
    let last = parent.segments().iter().rev().find_map(|segment| match segment {
        Segment::Key(key) => Some(&**key),
        Segment::Index(_) => None,
    })?;
    match (last, name) {
        // A Service's selector is a map, that of a set has two ways.
        ("selector" | "labelSelector", _) => inner("matchLabels"),
        ("updateStrategy", "partition" | "maxUnavailable") => inner("rollingUpdate"),
        ("spec", "strategy") => beside("updateStrategy"),
        ("spec", "minReplicas") => beside("minAvailable"),
        ("secret", "name") => beside("secretName"),
        ("configMap", "configMapName") => beside("name"),
        ("persistentVolumeClaim", "name") => beside("claimName"),
        ("resources", "cpu" | "memory" | "storage" | "ephemeral-storage") => inner("requests"),
        ("env", "fieldRef" | "resourceFieldRef" | "configMapKeyRef" | "secretKeyRef") => inner("valueFrom"),
        ("readinessProbe" | "livenessProbe" | "startupProbe" | "preStop" | "postStart", "command") => inner("exec"),
        ("readinessProbe" | "livenessProbe" | "startupProbe", "path" | "port" | "scheme") => inner("httpGet"),
        ("volumeClaimTemplates" | "metadata", "accessModes" | "resources" | "storageClassName" | "volumeMode") => {
            let claim = if last == "metadata" { parent.parent()? } else { parent.clone() };
            Some(claim.key("spec").key(name.to_owned()))
        }
        _ => None,
    }
}

/// Fields of Kubernetes 1.37 that 1.32 did not have, by their path without list positions and the minor version that was
/// the first to have them; read off the types of k8s.io/api 0.32 to 0.37.
const LATER: &[(&str, u8)] = &[
    ("spec.behavior.scaleDown.tolerance", 33),
    ("spec.behavior.scaleUp.tolerance", 33),
    ("spec.template.spec.evictionResponders", 37),
    ("spec.template.spec.hostnameOverride", 34),
    ("spec.template.spec.schedulingGroup", 36),
    ("spec.template.spec.volumes.configMap.defaultUser", 37),
    ("spec.template.spec.volumes.configMap.items.user", 37),
    ("spec.template.spec.volumes.downwardAPI.defaultUser", 37),
    ("spec.template.spec.volumes.downwardAPI.items.user", 37),
    ("spec.template.spec.volumes.emptyDir.mode", 37),
    ("spec.template.spec.volumes.projected.defaultUser", 37),
    ("spec.template.spec.volumes.projected.sources.clusterTrustBundle.user", 37),
    ("spec.template.spec.volumes.projected.sources.configMap.items.user", 37),
    ("spec.template.spec.volumes.projected.sources.downwardAPI.items.user", 37),
    ("spec.template.spec.volumes.projected.sources.podCertificate", 34),
    ("spec.template.spec.volumes.projected.sources.podCertificate.user", 37),
    ("spec.template.spec.volumes.projected.sources.podCertificate.userAnnotations", 35),
    ("spec.template.spec.volumes.projected.sources.secret.items.user", 37),
    ("spec.template.spec.volumes.projected.sources.serviceAccountToken.user", 37),
    ("spec.template.spec.volumes.secret.defaultUser", 37),
    ("spec.template.spec.volumes.secret.items.user", 37),
];

/// The same, below any container.
const LATER_IN_CONTAINERS: &[(&str, u8)] = &[
    ("env.valueFrom.fileKeyRef", 34),
    ("lifecycle.stopSignal", 33),
    ("livenessProbe.grpc.mode", 37),
    ("livenessProbe.httpGet.protocol", 37),
    ("readinessProbe.grpc.mode", 37),
    ("readinessProbe.httpGet.protocol", 37),
    ("restartPolicyRules", 34),
    ("startupProbe.grpc.mode", 37),
    ("startupProbe.httpGet.protocol", 37),
    ("lifecycle.postStart.httpGet.protocol", 37),
    ("lifecycle.preStop.httpGet.protocol", 37),
    ("volumeMounts.bindMountOptions", 37),
];

/// So many values are looked at; aliases can make a small text mean any number of them.
const MAX_VISITS: usize = 1_000_000;

const CONTAINERS: &[&str] =
    &["spec.template.spec.containers", "spec.template.spec.initContainers", "spec.template.spec.ephemeralContainers"];

fn since(path: &str) -> Option<u8> {
    let of = |table: &[(&str, u8)], path: &str| table.iter().find(|(known, _)| *known == path).map(|(_, since)| *since);
    let in_container = CONTAINERS.iter().find_map(|list| path.strip_prefix(list)?.strip_prefix('.'));
    of(LATER, path).or_else(|| of(LATER_IN_CONTAINERS, in_container?))
}

/// Whether one of those fields may stand below a path.
fn leads_to_later(path: &str) -> bool {
    let leads = |table: &[(&str, u8)], path: &str| {
        path.is_empty()
            || table.iter().any(|(known, _)| known.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    };
    let in_container = CONTAINERS.iter().find_map(|list| path.strip_prefix(list));
    let in_container = in_container.map(|rest| rest.strip_prefix('.').unwrap_or(rest));
    leads(LATER, path) || in_container.is_some_and(|rest| leads(LATER_IN_CONTAINERS, rest))
}

/// Looks for fields that are too new.
struct Later<'f> {
    version: Version,
    path: Vec<Segment>,
    visits: usize,
    found: &'f mut Vec<UnservedField>,
}

impl Later<'_> {
    /// `words` is the path without positions.
    fn below(&mut self, node: Node<'_>, words: &mut String) {
        self.visits += 1;
        if self.visits > MAX_VISITS || !leads_to_later(words) {
            return;
        }
        let length = words.len();
        let in_list = matches!(self.path.last(), Some(Segment::Index(_)));
        match node.kind() {
            NodeKind::Sequence if !in_list => {
                for (index, item) in node.items().enumerate() {
                    self.path.push(Segment::Index(index));
                    self.below(item, words);
                    self.path.pop();
                }
            }
            NodeKind::Mapping => {
                for (key, value) in node.entries() {
                    let Some(name) = key.key_text() else { continue };
                    if length > 0 {
                        words.push('.');
                    }
                    words.push_str(&name);
                    self.path.push(Segment::Key(name.into_owned().into()));
                    match since(words).filter(|since| !self.version.is_at_least(*since)) {
                        Some(since) => {
                            let path = FieldPath::from(self.path.clone());
                            self.found.push(UnservedField { path, since: Some(since), meant: None });
                        }
                        None => self.below(value, words),
                    }
                    self.path.pop();
                    words.truncate(length);
                }
            }
            _ => {}
        }
    }
}
