//! What all containers of a Pod share.

use std::collections::{HashMap, HashSet};

use k8s_openapi::api::core::v1::{PodSpec, Volume};

use crate::model::admission::amounts;
use crate::model::admission::review::Review;
use crate::model::{Object, Typed, is_placeholder};
use crate::yaml::{FieldPath, Node};

/// What `spec.os.name` says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum System {
    Linux,
    Windows,
    /// Nothing, or nothing that holds.
    Unsaid,
}

/// What the Pod says that its containers are held against. `None` where it is not sure.
pub(super) struct Shared<'p> {
    pub(super) path: FieldPath,
    /// The names that mounts may name.
    volumes: HashSet<&'p str>,
    /// The volumes that are written, of each name the first that is not refused, with their places.
    written: HashMap<&'p str, (usize, &'p Volume)>,
    /// The names of the set's claim templates.
    claims: HashSet<&'p str>,
    /// Whether the volumes are these and no others.
    volumes_are_sure: bool,
    /// The names of `resourceClaims`.
    pub(super) resource_claims: Option<HashSet<&'p str>>,
    /// The seconds that the Pod has to end.
    pub(super) grace: Option<i64>,
    pub(super) host_network: Option<bool>,
    pub(super) host_users: Option<bool>,
    pub(super) host_process: Option<bool>,
    pub(super) system: System,
    /// Whether the Pod's own policy is `Never`.
    pub(super) never_restarts: bool,
}

impl<'p> Shared<'p> {
    pub(super) fn of<'a: 'p>(
        pod: &'p PodSpec,
        path: &FieldPath,
        volumes: &[&'p str],
        review: &Review<'a>,
    ) -> Shared<'p> {
        let own = pod.volumes.as_deref().unwrap_or_default();
        let list = path.clone().key("volumes");
        let refused = review.refused_items(&list);
        let mut written: HashMap<&str, (usize, &Volume)> = HashMap::new();
        for (number, volume) in own.iter().enumerate() {
            let first = written.entry(volume.name.as_str()).or_insert((number, volume));
            if refused.contains(&first.0) && !refused.contains(&number) {
                *first = (number, volume);
            }
        }
        let claims: HashSet<&str> = claim_names(review.object).collect();
        // What stands at a place is known here already.
        let is_named = |item: FieldPath, name: &str| {
            !is_placeholder(name) && ![item.clone(), item.key("name")].iter().any(|path| review.object.is_faulty(path))
        };
        let templates = FieldPath::of("spec.volumeClaimTemplates");
        let volumes_are_sure = is_whole(&list, own.len(), review.object)
            && is_whole(&templates, claim_names(review.object).count(), review.object)
            && own.iter().enumerate().all(|(number, one)| is_named(list.clone().index(number), &one.name))
            && claim_names(review.object).enumerate().all(|(number, name)| {
                let item = templates.clone().index(number);
                is_named(item.clone().key("metadata"), name) && !review.object.is_patched(&item)
            });
        let sure = |key: &'static str| !review.is_unknowable(&path.clone().key(key));
        let security = path.clone().key("securityContext").key("windowsOptions").key("hostProcess");
        let host_process = pod.security_context.as_ref().and_then(|security| security.windows_options.as_ref());
        let host_process = host_process.and_then(|windows| windows.host_process);
        let system = match pod.os.as_ref().map(|os| os.name.as_str()) {
            Some("linux") if !review.is_unknowable(&path.clone().key("os").key("name")) => System::Linux,
            Some("windows") if !review.is_unknowable(&path.clone().key("os").key("name")) => System::Windows,
            _ => System::Unsaid,
        };
        Shared {
            path: path.clone(),
            volumes: volumes.iter().copied().collect(),
            written,
            claims,
            volumes_are_sure,
            resource_claims: amounts::claims_of(pod, path, review),
            grace: sure("terminationGracePeriodSeconds").then(|| pod.termination_grace_period_seconds.unwrap_or(30)),
            host_network: sure("hostNetwork").then(|| pod.host_network.unwrap_or(false)),
            host_users: sure("hostUsers").then(|| pod.host_users.unwrap_or(true)),
            host_process: host_process.filter(|_| !review.is_unknowable(&security)),
            system,
            never_restarts: sure("restartPolicy") && pod.restart_policy.as_deref() == Some("Never"),
        }
    }

    /// Whether no volume has this name for certain.
    pub(super) fn lacks_volume(&self, name: &str, review: &Review<'_>) -> bool {
        if !self.volumes_are_sure || self.volumes.contains(name) {
            return false;
        }
        // A volume that is refused is none; one that is filled in later may be.
        let refused = self.written.get(name).map(|(number, _)| self.path.clone().key("volumes").index(*number));
        refused.is_none_or(|path| review.root.at(&path).is_none_or(|node| !is_open(node)))
    }

    /// Whether the volume of this name is one for certain that cannot be a block device.
    pub(super) fn is_no_claim(&self, name: &str, review: &Review<'_>) -> bool {
        let Some((number, volume)) = self.written.get(name).filter(|_| self.volumes.contains(name)) else {
            return false;
        };
        let path = self.path.clone().key("volumes").index(*number);
        let is_claim = volume.persistent_volume_claim.is_some() || volume.ephemeral.is_some();
        self.volumes_are_sure
            && !self.claims.contains(name)
            && !is_claim
            && !review.object.is_patched(&path.clone().key("persistentVolumeClaim"))
            && !review.object.is_patched(&path.key("ephemeral"))
    }

    /// Whether the volume of this name is not an `emptyDir` for certain; one without any source is.
    pub(super) fn is_never_empty(&self, name: &str, review: &Review<'_>) -> bool {
        if !self.volumes_are_sure || self.claims.contains(name) {
            return self.volumes_are_sure;
        }
        let Some((number, volume)) = self.written.get(name) else { return false };
        let path = self.path.clone().key("volumes").index(*number);
        let is_default = **volume == Volume { name: volume.name.clone(), ..Volume::default() };
        volume.empty_dir.is_none() && !is_default && !review.object.is_patched(&path.key("emptyDir"))
    }

    /// Whether there is neither a volume nor a claim template of this name for certain, refused or not.
    pub(super) fn is_unwritten(&self, name: &str) -> bool {
        self.volumes_are_sure && !self.written.contains_key(name) && !self.claims.contains(name)
    }
}

fn claim_names(object: &Object) -> impl Iterator<Item = &str> {
    let set = match &object.typed {
        Typed::StatefulSet(set) => Some(set),
        _ => None,
    };
    let templates = set.into_iter().flat_map(|set| set.spec.volume_claim_templates.iter().flatten());
    templates.map(|template| template.metadata.name.as_deref().unwrap_or_default())
}

/// Whether a list has no other items than those that are written.
fn is_whole(list: &FieldPath, length: usize, object: &Object) -> bool {
    !object.is_faulty(list) && !object.is_patched(&list.clone().index(length))
}

/// Whether anything in a value is filled in later.
fn is_open(node: Node<'_>) -> bool {
    is_placeholder(node.text())
        || node.items().any(is_open)
        || node
            .entries()
            .into_iter()
            .any(|(key, value)| key.key_text().is_none_or(|key| is_placeholder(&key)) || is_open(value))
}
