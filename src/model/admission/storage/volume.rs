//! A PersistentVolume (`pkg/apis/core/validation/validation.go`, ValidatePersistentVolume and
//! ValidatePersistentVolumeSpec; `pkg/volume/validation/pv_validation.go`).

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeSpec};

use super::source;
use crate::model::admission::forms::{flawed, in_spec};
use crate::model::admission::name::subdomain_flaws;
use crate::model::admission::review::Review;
use crate::model::admission::{metadata, node_selector};
use crate::model::{Quantity, is_placeholder};
use crate::yaml::FieldPath;

const ACCESS_MODES: &[&str] = &["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const ALONE: &str = "ReadWriteOncePod";

pub(in crate::model::admission) fn review(volume: &PersistentVolume, review: &mut Review<'_>) {
    metadata::review(&volume.metadata, &FieldPath::of("metadata"), subdomain_flaws, review);
    let nothing = PersistentVolumeSpec::default();
    let spec = volume.spec.as_ref().unwrap_or(&nothing);
    access_modes(spec, review);
    capacity(spec, review);
    let policy = spec.persistent_volume_reclaim_policy.as_deref().unwrap_or_default();
    const POLICIES: &[&str] = &["Delete", "Recycle", "Retain"];
    if !policy.is_empty() && !POLICIES.contains(&policy) {
        review.unsupported(in_spec("persistentVolumeReclaimPolicy"), POLICIES);
    }
    if let Some(chosen) = &spec.node_affinity {
        let path = in_spec("nodeAffinity").key("required");
        match &chosen.required {
            None => {
                review.required(path, "must specify required node constraints", "says no nodes");
            }
            Some(required) => node_selector::review(required, &path, review),
        }
    }
    source::review(volume, spec, review);
    if policy == "Recycle" && spec.host_path.as_ref().is_some_and(|host| is_root(&host.path)) {
        let detail = "may not be 'recycle' for a hostPath mount of '/'";
        review.forbidden(in_spec("persistentVolumeReclaimPolicy"), detail, "would empty the whole node");
    }
    if let Some(class) = spec.storage_class_name.as_deref().filter(|class| !class.is_empty()) {
        flawed(&in_spec("storageClassName"), subdomain_flaws(class), review);
    }
    const MODES: &[&str] = &["Block", "Filesystem"];
    if spec.volume_mode.as_deref().is_some_and(|mode| !MODES.contains(&mode)) {
        review.unsupported(in_spec("volumeMode"), MODES);
    }
    attributes_class(spec, review);
    mount_options(volume, spec, review);
}

fn access_modes(spec: &PersistentVolumeSpec, review: &mut Review<'_>) {
    let modes = spec.access_modes.as_deref().unwrap_or_default();
    if modes.is_empty() {
        review.required(in_spec("accessModes"), "", "at least one is needed");
    }
    for (number, mode) in modes.iter().enumerate().filter(|(_, mode)| !ACCESS_MODES.contains(&mode.as_str())) {
        let path = in_spec("accessModes").index(number);
        if !is_placeholder(mode) {
            review.unsupported(path.clone(), ACCESS_MODES);
            review.named(&path, "spec.accessModes");
        }
    }
    let is_known = |mode: &&String| ACCESS_MODES.contains(&mode.as_str());
    let others = modes.iter().filter(is_known).filter(|mode| *mode != ALONE).count();
    if others > 0 && modes.iter().any(|mode| mode == ALONE) {
        let detail = "may not use ReadWriteOncePod with other access modes";
        review.forbidden(in_spec("accessModes"), detail, "`ReadWriteOncePod` stands alone");
    }
}

fn capacity(spec: &PersistentVolumeSpec, review: &mut Review<'_>) {
    const SUPPORTED: &[&str] = &["storage"];
    let nothing = Default::default();
    let capacity = spec.capacity.as_ref().unwrap_or(&nothing);
    let path = in_spec("capacity");
    if capacity.is_empty() {
        review.required(path.clone(), "", "how much `storage` it has");
    }
    if !capacity.contains_key("storage") || capacity.len() > 1 {
        review.unsupported(path.clone(), SUPPORTED);
    }
    for (name, amount) in capacity {
        let amount = Quantity::parse(&amount.0).map(Quantity::stored);
        if amount.is_some_and(|amount| !amount.is_positive()) {
            let path = path.clone().key(name.clone());
            review.invalid(path.clone(), "must be greater than zero", "more than nothing");
            review.named(&path, format!("spec.capacity[{name}]"));
        }
    }
}

fn attributes_class(spec: &PersistentVolumeSpec, review: &mut Review<'_>) {
    // Until 1.33 the field is dropped (the gate VolumeAttributesClass, on from 1.34).
    let Some(class) = spec.volume_attributes_class_name.as_deref().filter(|_| review.version.is_at_least(34)) else {
        return;
    };
    let path = in_spec("volumeAttributesClassName");
    match class {
        "" => {
            review.required(path, "an empty string is disallowed", "leave it out instead");
        }
        class => flawed(&path, subdomain_flaws(class), review),
    }
    if spec.csi.is_none() {
        let detail = "has to be specified when using volumeAttributesClassName";
        review.required(in_spec("csi"), detail, "`volumeAttributesClassName` needs it");
    }
}

fn mount_options(volume: &PersistentVolume, spec: &PersistentVolumeSpec, review: &mut Review<'_>) {
    const ANNOTATION: &str = "volume.beta.kubernetes.io/mount-options";
    let is_mounted = spec.gce_persistent_disk.is_some()
        || spec.aws_elastic_block_store.is_some()
        || spec.glusterfs.is_some()
        || spec.nfs.is_some()
        || spec.rbd.is_some()
        || spec.quobyte.is_some()
        || spec.iscsi.is_some()
        || spec.cinder.is_some()
        || spec.cephfs.is_some()
        || spec.azure_file.is_some()
        || spec.vsphere_volume.is_some()
        || spec.azure_disk.is_some()
        || spec.photon_persistent_disk.is_some();
    let annotations = volume.metadata.annotations.as_ref();
    if !is_mounted && annotations.is_some_and(|annotations| annotations.contains_key(ANNOTATION)) {
        let path = FieldPath::of("metadata.annotations").key(ANNOTATION);
        review.forbidden(
            path.clone(),
            "may not specify mount options for this volume type",
            "not for this volume type",
        );
        review.named(&path, format!("metadata.annotations.{ANNOTATION}"));
    }
}

/// Whether a path, cleaned as `path.Clean` does it, is `/`.
fn is_root(path: &str) -> bool {
    let mut depth = 0_usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.saturating_sub(1),
            _ => depth += 1,
        }
    }
    path.starts_with('/') && depth == 0
}
