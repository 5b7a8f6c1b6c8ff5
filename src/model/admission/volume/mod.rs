//! Volumes (`pkg/apis/core/validation/validation.go`, ValidateVolumes and validateVolumeSource).

pub(super) mod cloud;
mod ephemeral;
mod files;
pub(super) mod network;
mod projected;

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{HostPathVolumeSource, ImageVolumeSource, PodSpec, Volume};

use super::forms::{below, filled, flawed, given, no_backsteps, one_of};
use super::name::label_flaws;
use super::review::Review;
use crate::model::{Quantity, is_placeholder};
use crate::yaml::FieldPath;

/// Reviews the volumes, and returns the names that mounts may name.
///
/// The server puts a volume for each claim template first, in no order, and leaves out the Pod's own volumes of the same
/// names; so it counts the Pod's other volumes from behind the templates.
pub(super) fn review<'p>(
    pod: &'p PodSpec,
    path: &FieldPath,
    claims: &[&'p str],
    review: &mut Review<'_>,
) -> Vec<&'p str> {
    let path = below(path, "volumes");
    let claims: BTreeSet<&str> = claims.iter().copied().collect();
    let is_usable = |name: &&&str| is_placeholder(name) || label_flaws(name).is_empty();
    let mut names: Vec<&str> = claims.iter().filter(is_usable).copied().collect();
    let mut taken = BTreeSet::new();
    let mut place = claims.len();
    for (number, volume) in pod.volumes.iter().flatten().enumerate() {
        if review.is_full() {
            break;
        }
        let name = volume.name.as_str();
        if claims.contains(name) {
            continue;
        }
        // One whose name is still to come may be left out as well.
        if !claims.is_empty() && review.is_unknowable(&below(&path.clone().index(number), "name")) {
            names.push(name);
            place += 1;
            continue;
        }
        // Until 1.34 volumes of images are dropped together with their mounts (the gate ImageVolume, on from 1.35).
        if volume.image.is_some() && !review.version.is_at_least(35) {
            names.push(name);
            continue;
        }
        let (at, before) = (path.clone().index(number), review.count());
        source(volume, &at, review);
        if name.is_empty() {
            review.required(below(&at, "name"), "", "");
        } else {
            flawed(&below(&at, "name"), label_flaws(name), review);
        }
        if taken.contains(name) {
            review.duplicate(below(&at, "name"), "a volume above has the name");
        }
        if review.count() == before {
            // A name that an overlay changes is not taken for certain.
            taken.extend(Some(name).filter(|_| !review.is_unknowable(&below(&at, "name"))));
            names.push(name);
        }
        review.spelled_since(before, &at, &path.clone().index(place).to_string());
        place += 1;
    }
    names
}

/// The field of a source, the name that the server has for it where there are two, and its own review.
type Source<'v> = (&'static str, &'static str, Option<Box<dyn Fn(&FieldPath, &mut Review<'_>) + 'v>>);

/// One source: of several the server looks into the first of its own order, and refuses the others.
fn source(volume: &Volume, path: &FieldPath, review: &mut Review<'_>) {
    let mut first: Option<FieldPath> = None;
    for (key, named, source) in sources(volume) {
        let Some(look) = source else { continue };
        let at = below(path, key);
        if let Some(first) = &first {
            // An overlay may take the first away.
            if review.is_unknowable(first) {
                continue;
            }
            review.forbidden(at.clone(), "may not specify more than 1 volume type", "a second source");
            review.named(&at, below(path, named).to_string());
        } else {
            look(&at, review);
            first = Some(at);
        }
    }
    network::initiator(volume, path, review);
}

fn sources<'v>(volume: &'v Volume) -> Vec<Source<'v>> {
    fn named<'v, T>(
        key: &'static str,
        named: &'static str,
        source: &'v Option<T>,
        look: fn(&T, &FieldPath, &mut Review<'_>),
    ) -> Source<'v> {
        let look = source.as_ref().map(|source| {
            let look = move |path: &FieldPath, review: &mut Review<'_>| look(source, path, review);
            Box::new(look) as Box<dyn Fn(&FieldPath, &mut Review<'_>) + 'v>
        });
        (key, named, look)
    }
    fn of<'v, T>(key: &'static str, source: &'v Option<T>, look: fn(&T, &FieldPath, &mut Review<'_>)) -> Source<'v> {
        named(key, key, source, look)
    }
    vec![
        of("emptyDir", &volume.empty_dir, |source, path, review| {
            let size = source.size_limit.as_ref().and_then(|size| Quantity::parse(&size.0));
            if size.is_some_and(|size| size < Quantity::zero()) {
                let detail = "SizeLimit field must be a valid resource quantity";
                review.forbidden(below(path, "sizeLimit"), detail, "negative");
            }
        }),
        of("hostPath", &volume.host_path, host_path),
        of("gitRepo", &volume.git_repo, network::git),
        of("gcePersistentDisk", &volume.gce_persistent_disk, cloud::gce),
        of("awsElasticBlockStore", &volume.aws_elastic_block_store, cloud::aws),
        of("secret", &volume.secret, files::secret),
        of("nfs", &volume.nfs, network::nfs),
        of("iscsi", &volume.iscsi, network::iscsi),
        of("glusterfs", &volume.glusterfs, |source, path, review| {
            filled(path, "endpoints", &source.endpoints, review);
            filled(path, "path", &source.path, review);
        }),
        of("flocker", &volume.flocker, cloud::flocker),
        of("persistentVolumeClaim", &volume.persistent_volume_claim, |source, path, review| {
            filled(path, "claimName", &source.claim_name, review);
        }),
        of("rbd", &volume.rbd, |source, path, review| {
            network::monitors(&source.monitors, path, review);
            filled(path, "image", &source.image, review);
        }),
        of("cinder", &volume.cinder, cloud::cinder),
        named("cephfs", "cephFS", &volume.cephfs, |source, path, review| {
            network::monitors(&source.monitors, path, review);
        }),
        of("quobyte", &volume.quobyte, network::quobyte),
        named("downwardAPI", "downwarAPI", &volume.downward_api, files::downward),
        of("fc", &volume.fc, network::fibre_channel),
        of("flexVolume", &volume.flex_volume, cloud::flex),
        of("configMap", &volume.config_map, files::config_map),
        of("azureFile", &volume.azure_file, |source, path, review| {
            filled(path, "secretName", &source.secret_name, review);
            filled(path, "shareName", &source.share_name, review);
        }),
        of("vsphereVolume", &volume.vsphere_volume, |source, path, review| {
            filled(path, "volumePath", &source.volume_path, review);
        }),
        of("photonPersistentDisk", &volume.photon_persistent_disk, |source, path, review| {
            filled(path, "pdID", &source.pd_id, review);
        }),
        of("portworxVolume", &volume.portworx_volume, |source, path, review| {
            filled(path, "volumeID", &source.volume_id, review);
        }),
        of("azureDisk", &volume.azure_disk, cloud::azure_disk),
        of("storageos", &volume.storageos, cloud::storage_os),
        of("projected", &volume.projected, projected::review),
        of("scaleIO", &volume.scale_io, cloud::scale_io),
        of("csi", &volume.csi, cloud::csi),
        of("ephemeral", &volume.ephemeral, ephemeral::review),
        of("image", &volume.image, image),
    ]
}

pub(super) fn host_path(source: &HostPathVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    const TYPES: &[&str] =
        &["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
    let at = below(path, "path");
    if source.path.is_empty() {
        review.required(at, "", "");
        return;
    }
    no_backsteps(&at, &at.to_string(), &source.path, review);
    one_of(&below(path, "type"), source.type_.as_deref(), TYPES, review);
}

fn image(source: &ImageVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    const POLICIES: &[&str] = &["Always", "IfNotPresent", "Never"];
    // Before, a template could leave it out (inferred from answers).
    if review.version.is_at_least(37) {
        filled(path, "reference", source.reference.as_deref().unwrap_or_default(), review);
    }
    let policy = given(&source.pull_policy);
    one_of(&below(path, "pullPolicy"), policy, POLICIES, review);
}
