//! What a volume is made of (`pkg/apis/core/validation/validation.go`, the sources of ValidatePersistentVolumeSpec).
//!
//! What Pods have as well stands in `volume`: the server has one function for both.

use k8s_openapi::api::core::v1::{
    CSIPersistentVolumeSource, GlusterfsPersistentVolumeSource, PersistentVolume, PersistentVolumeSpec, SecretReference,
};

use super::iscsi;
use crate::model::admission::forms::{filled, flawed, no_backsteps};
use crate::model::admission::name::{label_flaws, subdomain_flaws};
use crate::model::admission::review::Review;
use crate::model::admission::volume::{cloud, host_path, network};
use crate::yaml::FieldPath;

pub(super) fn review(volume: &PersistentVolume, spec: &PersistentVolumeSpec, review: &mut Review<'_>) {
    let mut has_one = false;
    for (key, is_there) in sources(spec) {
        if !is_there {
            continue;
        }
        let path = FieldPath::of("spec").key(key);
        // Only `flexVolume` is read beside another.
        if has_one && key != "flexVolume" {
            let reason = "a volume has one source";
            review.forbidden(path.clone(), "may not specify more than 1 volume type", reason);
            if key == "cephfs" {
                review.named(&path, "spec.cephFS");
            }
            continue;
        }
        has_one = true;
        one(key, volume, spec, &path, review);
    }
    if !has_one {
        review.required(FieldPath::of("spec"), "must specify a volume type", "no source such as `csi` or `nfs`");
    }
}

/// The sources in the server's order.
fn sources(spec: &PersistentVolumeSpec) -> [(&'static str, bool); 22] {
    [
        ("hostPath", spec.host_path.is_some()),
        ("gcePersistentDisk", spec.gce_persistent_disk.is_some()),
        ("awsElasticBlockStore", spec.aws_elastic_block_store.is_some()),
        ("glusterfs", spec.glusterfs.is_some()),
        ("flocker", spec.flocker.is_some()),
        ("nfs", spec.nfs.is_some()),
        ("rbd", spec.rbd.is_some()),
        ("quobyte", spec.quobyte.is_some()),
        ("cephfs", spec.cephfs.is_some()),
        ("iscsi", spec.iscsi.is_some()),
        ("cinder", spec.cinder.is_some()),
        ("fc", spec.fc.is_some()),
        ("flexVolume", spec.flex_volume.is_some()),
        ("azureFile", spec.azure_file.is_some()),
        ("vsphereVolume", spec.vsphere_volume.is_some()),
        ("photonPersistentDisk", spec.photon_persistent_disk.is_some()),
        ("portworxVolume", spec.portworx_volume.is_some()),
        ("azureDisk", spec.azure_disk.is_some()),
        ("scaleIO", spec.scale_io.is_some()),
        ("local", spec.local.is_some()),
        ("storageos", spec.storageos.is_some()),
        ("csi", spec.csi.is_some()),
    ]
}

/// The one source that is read.
fn one(key: &str, volume: &PersistentVolume, spec: &PersistentVolumeSpec, path: &FieldPath, review: &mut Review<'_>) {
    match key {
        "hostPath" => spec.host_path.iter().for_each(|source| host_path(source, path, review)),
        "gcePersistentDisk" => spec.gce_persistent_disk.iter().for_each(|source| cloud::gce(source, path, review)),
        "awsElasticBlockStore" => {
            spec.aws_elastic_block_store.iter().for_each(|source| cloud::aws(source, path, review))
        }
        "glusterfs" => spec.glusterfs.iter().for_each(|source| glusterfs(source, path, review)),
        "flocker" => spec.flocker.iter().for_each(|source| cloud::flocker(source, path, review)),
        "nfs" => spec.nfs.iter().for_each(|source| network::nfs(source, path, review)),
        "rbd" => {
            if let Some(source) = &spec.rbd {
                network::monitors(&source.monitors, path, review);
                filled(path, "image", &source.image, review);
            }
        }
        "quobyte" => spec.quobyte.iter().for_each(|source| network::quobyte(source, path, review)),
        "cephfs" => spec.cephfs.iter().for_each(|source| network::monitors(&source.monitors, path, review)),
        "iscsi" => {
            let name = volume.metadata.name.as_deref().unwrap_or_default();
            spec.iscsi.iter().for_each(|source| iscsi::review(source, name, path, review));
        }
        "cinder" => {
            if let Some(source) = &spec.cinder {
                filled(path, "volumeID", &source.volume_id, review);
                let secret = source.secret_ref.as_ref().map(|secret| (&secret.name, &secret.namespace));
                secret_is_named(secret, path, review);
            }
        }
        "fc" => spec.fc.iter().for_each(|source| network::fibre_channel(source, path, review)),
        "flexVolume" => {
            if let Some(source) = &spec.flex_volume {
                filled(path, "driver", &source.driver, review);
                cloud::reserved_options(source.options.as_ref(), path, review);
            }
        }
        "azureFile" => {
            if let Some(source) = &spec.azure_file {
                filled(path, "secretName", &source.secret_name, review);
                filled(path, "shareName", &source.share_name, review);
                if source.secret_namespace.as_deref() == Some("") {
                    filled(path, "secretNamespace", "", review);
                }
            }
        }
        "vsphereVolume" => {
            spec.vsphere_volume.iter().for_each(|source| filled(path, "volumePath", &source.volume_path, review));
        }
        "photonPersistentDisk" => {
            spec.photon_persistent_disk.iter().for_each(|source| filled(path, "pdID", &source.pd_id, review));
        }
        "portworxVolume" => {
            spec.portworx_volume.iter().for_each(|source| filled(path, "volumeID", &source.volume_id, review));
        }
        "azureDisk" => spec.azure_disk.iter().for_each(|source| cloud::azure_disk(source, path, review)),
        "scaleIO" => {
            if let Some(source) = &spec.scale_io {
                filled(path, "gateway", &source.gateway, review);
                filled(path, "system", &source.system, review);
                filled(path, "volumeName", source.volume_name.as_deref().unwrap_or_default(), review);
            }
        }
        "local" => {
            if let Some(source) = &spec.local {
                filled(path, "path", &source.path, review);
                let place = path.clone().key("path");
                no_backsteps(&place, &place.to_string(), &source.path, review);
                if spec.node_affinity.is_none() {
                    let affinity = FieldPath::of("spec.nodeAffinity");
                    review.required(affinity, "Local volume requires node affinity", "which node has it?");
                }
            }
        }
        "storageos" => {
            if let Some(source) = &spec.storageos {
                cloud::storage_os_names(&source.volume_name, &source.volume_namespace, path, review);
                let secret = source.secret_ref.as_ref().map(|secret| (&secret.name, &secret.namespace));
                secret_is_named(secret, path, review);
            }
        }
        _ => spec.csi.iter().for_each(|source| csi(source, path, review)),
    }
}

/// A Secret, by its name and namespace, where one is named at all.
fn secret_is_named(secret: Option<(&Option<String>, &Option<String>)>, path: &FieldPath, review: &mut Review<'_>) {
    let Some((name, namespace)) = secret else { return };
    let path = path.clone().key("secretRef");
    filled(&path, "name", name.as_deref().unwrap_or_default(), review);
    filled(&path, "namespace", namespace.as_deref().unwrap_or_default(), review);
}

fn glusterfs(source: &GlusterfsPersistentVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "endpoints", &source.endpoints, review);
    filled(path, "path", &source.path, review);
    let place = path.clone().key("endpointsNamespace");
    match source.endpoints_namespace.as_deref() {
        None => {}
        Some("") => {
            let detail = "if the endpointnamespace is set, it must be a valid namespace name";
            review.invalid(place, detail, "no namespace's name");
        }
        Some(namespace) => flawed(&place, label_flaws(namespace), review),
    }
}

fn csi(source: &CSIPersistentVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    cloud::csi_driver(&source.driver, path, review);
    filled(path, "volumeHandle", &source.volume_handle, review);
    let secrets = [
        ("controllerPublishSecretRef", &source.controller_publish_secret_ref),
        ("controllerExpandSecretRef", &source.controller_expand_secret_ref),
        ("nodePublishSecretRef", &source.node_publish_secret_ref),
        ("nodeExpandSecretRef", &source.node_expand_secret_ref),
    ];
    for (key, secret) in secrets {
        if let Some(secret) = secret {
            csi_secret(secret, &path.clone().key(key), review);
        }
    }
}

/// validatePVSecretReference.
fn csi_secret(secret: &SecretReference, path: &FieldPath, review: &mut Review<'_>) {
    match secret.name.as_deref().unwrap_or_default() {
        "" => filled(path, "name", "", review),
        name => flawed(&path.clone().key("name"), subdomain_flaws(name), review),
    }
    match secret.namespace.as_deref().unwrap_or_default() {
        "" => filled(path, "namespace", "", review),
        namespace => flawed(&path.clone().key("namespace"), label_flaws(namespace), review),
    }
}
