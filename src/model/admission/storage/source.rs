//! What a volume is made of (`pkg/apis/core/validation/validation.go`, the sources of ValidatePersistentVolumeSpec).

use k8s_openapi::api::core::v1::{
    AzureDiskVolumeSource, CSIPersistentVolumeSource, FCVolumeSource, FlexPersistentVolumeSource, FlockerVolumeSource,
    GlusterfsPersistentVolumeSource, HostPathVolumeSource, PersistentVolume, PersistentVolumeSpec, QuobyteVolumeSource,
    SecretReference, StorageOSPersistentVolumeSource,
};

use super::iscsi;
use crate::model::admission::forms::{filled, flawed, no_backsteps};
use crate::model::admission::name::{label_flaws, subdomain_flaws};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

/// The longest name of a CSI driver.
const DRIVER_LENGTH: usize = 63;

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
        "gcePersistentDisk" => {
            if let Some(source) = &spec.gce_persistent_disk {
                let before = review.count();
                filled(path, "pdName", &source.pd_name, review);
                partition(source.partition, path, review);
                review.spelled_since(before, path, "spec.persistentDisk");
            }
        }
        "awsElasticBlockStore" => {
            if let Some(source) = &spec.aws_elastic_block_store {
                filled(path, "volumeID", &source.volume_id, review);
                partition(source.partition, path, review);
            }
        }
        "glusterfs" => spec.glusterfs.iter().for_each(|source| glusterfs(source, path, review)),
        "flocker" => spec.flocker.iter().for_each(|source| flocker(source, path, review)),
        "nfs" => {
            if let Some(source) = &spec.nfs {
                filled(path, "server", &source.server, review);
                filled(path, "path", &source.path, review);
                if !source.path.starts_with('/') {
                    let place = path.clone().key("path");
                    review.invalid(place, "must be an absolute path", "not a path from the root");
                }
            }
        }
        "rbd" => {
            if let Some(source) = &spec.rbd {
                need_some(&source.monitors, path, "monitors", review);
                filled(path, "image", &source.image, review);
            }
        }
        "quobyte" => spec.quobyte.iter().for_each(|source| quobyte(source, path, review)),
        "cephfs" => spec.cephfs.iter().for_each(|source| need_some(&source.monitors, path, "monitors", review)),
        "iscsi" => {
            let name = volume.metadata.name.as_deref().unwrap_or_default();
            spec.iscsi.iter().for_each(|source| iscsi::review(source, name, path, review));
        }
        "cinder" => {
            if let Some(source) = &spec.cinder {
                filled(path, "volumeID", &source.volume_id, review);
                secret_is_named(source.secret_ref.as_ref(), path, review);
            }
        }
        "fc" => spec.fc.iter().for_each(|source| fibre_channel(source, path, review)),
        "flexVolume" => spec.flex_volume.iter().for_each(|source| flex(source, path, review)),
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
        "azureDisk" => spec.azure_disk.iter().for_each(|source| azure_disk(source, path, review)),
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
        "storageos" => spec.storageos.iter().for_each(|source| storage_os(source, path, review)),
        _ => spec.csi.iter().for_each(|source| csi(source, path, review)),
    }
}

fn need_some(list: &[String], path: &FieldPath, key: &'static str, review: &mut Review<'_>) {
    if list.is_empty() {
        review.required(path.clone().key(key), "", "at least one is needed");
    }
}

fn partition(number: Option<i32>, path: &FieldPath, review: &mut Review<'_>) {
    if number.is_some_and(|number| !(0..=255).contains(&number)) {
        let detail = "must be between 0 and 255, inclusive";
        review.invalid(path.clone().key("partition"), detail, "0 to 255");
    }
}

fn secret_is_named(secret: Option<&SecretReference>, path: &FieldPath, review: &mut Review<'_>) {
    let Some(secret) = secret else { return };
    let path = path.clone().key("secretRef");
    filled(&path, "name", secret.name.as_deref().unwrap_or_default(), review);
    filled(&path, "namespace", secret.namespace.as_deref().unwrap_or_default(), review);
}

fn host_path(source: &HostPathVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    const TYPES: &[&str] =
        &["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
    if source.path.is_empty() {
        filled(path, "path", "", review);
        return;
    }
    let place = path.clone().key("path");
    no_backsteps(&place, &place.to_string(), &source.path, review);
    if source.type_.as_deref().is_some_and(|kind| !TYPES.contains(&kind)) {
        review.unsupported(path.clone().key("type"), TYPES);
    }
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

fn flocker(source: &FlockerVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    let name = source.dataset_name.as_deref().unwrap_or_default();
    let has_id = source.dataset_uuid.as_deref().is_some_and(|id| !id.is_empty());
    match (!name.is_empty(), has_id) {
        (false, false) => {
            let detail = "one of datasetName and datasetUUID is required";
            review.required(path.clone(), detail, "which dataset?");
        }
        (true, true) => {
            let detail = "datasetName and datasetUUID can not be specified simultaneously";
            review.invalid(path.clone(), detail, "name and UUID of the dataset");
        }
        _ => {}
    }
    if name.contains('/') {
        review.invalid(path.clone().key("datasetName"), "must not contain '/'", "no `/` in the name");
    }
}

fn quobyte(source: &QuobyteVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    const PAIRS: &str = "must be a host:port pair or multiple pairs separated by commas";
    if source.registry.is_empty() {
        review.required(path.clone().key("registry"), PAIRS, "");
    } else if source.tenant.as_deref().unwrap_or_default().len() >= 65 {
        let detail = "must be a UUID and may not exceed a length of 64 characters";
        review.required(path.clone().key("tenant"), detail, "64 characters are the most");
    } else if !source.registry.split(',').all(is_host_and_port) {
        review.invalid(path.clone().key("registry"), PAIRS, "not `host:port`");
    }
    filled(path, "volume", &source.volume, review);
}

/// What Go's `net.SplitHostPort` takes.
fn is_host_and_port(pair: &str) -> bool {
    let Some((host, port)) = pair.rsplit_once(':') else { return false };
    let host = match host.strip_prefix('[') {
        Some(rest) => match rest.strip_suffix(']') {
            Some(inner) => return !inner.contains(['[', ']']) && !port.contains(['[', ']']),
            None => return false,
        },
        None => host,
    };
    !host.contains([':', '[', ']']) && !port.contains(['[', ']'])
}

fn fibre_channel(source: &FCVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    let has = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
    let (targets, ids) = (has(&source.target_wwns), has(&source.wwids));
    let place = path.clone().key("targetWWNs");
    match (targets, ids) {
        (false, false) => {
            let detail = "must specify either targetWWNs or wwids, but not both";
            review.required(place, detail, "this or `wwids`");
        }
        (true, true) => {
            review.invalid(place, "targetWWNs and wwids can not be specified simultaneously", "not beside `wwids`");
        }
        _ => {}
    }
    let lun = path.clone().key("lun");
    match source.lun {
        None if targets => {
            review.required(lun, "lun is required if targetWWNs is specified", "`targetWWNs` needs it");
        }
        Some(number) if targets && !(0..=255).contains(&number) => {
            review.invalid(lun, "must be between 0 and 255, inclusive", "0 to 255");
        }
        _ => {}
    }
}

fn flex(source: &FlexPersistentVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "driver", &source.driver, review);
    for key in source.options.iter().flatten().map(|(key, _)| key) {
        let namespace = key.split_once('/').map_or(key.as_str(), |(namespace, _)| namespace);
        let namespace = format!(".{}", namespace.to_lowercase());
        if namespace.ends_with(".kubernetes.io") || namespace.ends_with(".k8s.io") {
            let place = path.clone().key("options").key(key.clone());
            review.invalid(place.clone(), "kubernetes.io and k8s.io namespaces are reserved", "Kubernetes' own names");
            review.named(&place, format!("{path}.options[{key}]"));
        }
    }
}

fn azure_disk(source: &AzureDiskVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    const CACHING: &[&str] = &["None", "ReadOnly", "ReadWrite"];
    const KINDS: &[&str] = &["Dedicated", "Managed", "Shared"];
    const MANAGED: &str =
        "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
    const BLOB: &str = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";
    filled(path, "diskName", &source.disk_name, review);
    filled(path, "diskURI", &source.disk_uri, review);
    if source.caching_mode.as_deref().is_some_and(|mode| !CACHING.contains(&mode)) {
        review.unsupported(path.clone().key("cachingMode"), CACHING);
    }
    let kind = source.kind.as_deref().unwrap_or("Shared");
    if !KINDS.contains(&kind) {
        review.unsupported(path.clone().key("kind"), KINDS);
    }
    if review.is_open(&path.clone().key("kind"), kind) {
        return;
    }
    let (start, form) = if kind == "Managed" { ("/subscriptions/", MANAGED) } else { ("https://", BLOB) };
    if !source.disk_uri.starts_with(start) {
        review.unsupported(path.clone().key("diskURI"), &[form]);
    }
}

fn storage_os(source: &StorageOSPersistentVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    match source.volume_name.as_deref().unwrap_or_default() {
        "" => filled(path, "volumeName", "", review),
        name => flawed(&path.clone().key("volumeName"), label_flaws(name), review),
    }
    if let Some(namespace) = source.volume_namespace.as_deref().filter(|namespace| !namespace.is_empty()) {
        flawed(&path.clone().key("volumeNamespace"), label_flaws(namespace), review);
    }
    if let Some(secret) = &source.secret_ref {
        let path = path.clone().key("secretRef");
        filled(&path, "name", secret.name.as_deref().unwrap_or_default(), review);
        filled(&path, "namespace", secret.namespace.as_deref().unwrap_or_default(), review);
    }
}

fn csi(source: &CSIPersistentVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    let driver = path.clone().key("driver");
    if source.driver.is_empty() {
        review.required(driver, "", "");
    } else {
        if source.driver.len() > DRIVER_LENGTH {
            let detail = format!("may not be more than {DRIVER_LENGTH} bytes");
            review.too_long(driver.clone(), detail, format!("{DRIVER_LENGTH} characters are the most"));
        }
        flawed(&driver, subdomain_flaws(&source.driver.to_lowercase()), review);
    }
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
