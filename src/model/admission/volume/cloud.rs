//! Volumes of clouds and of other vendors, by what they require (`pkg/apis/core/validation/validation.go`).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    AWSElasticBlockStoreVolumeSource, AzureDiskVolumeSource, CSIVolumeSource, CinderVolumeSource, FlexVolumeSource,
    FlockerVolumeSource, GCEPersistentDiskVolumeSource, LocalObjectReference, ScaleIOVolumeSource,
    StorageOSVolumeSource,
};

use crate::model::admission::forms::{below, filled, flawed, flawed_as, given, one_of, within};
use crate::model::admission::name::{LABEL_LENGTH, label_flaws, subdomain_flaws};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(in crate::model::admission) fn gce(
    source: &GCEPersistentDiskVolumeSource,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    let before = review.count();
    filled(path, "pdName", &source.pd_name, review);
    within(below(path, "partition"), source.partition.unwrap_or_default(), 0, 255, review);
    // The server calls the field by an old name here.
    let named = path.parent().map(|volume| below(&volume, "persistentDisk").to_string()).unwrap_or_default();
    review.spelled_since(before, path, &named);
}

pub(in crate::model::admission) fn aws(
    source: &AWSElasticBlockStoreVolumeSource,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    filled(path, "volumeID", &source.volume_id, review);
    within(below(path, "partition"), source.partition.unwrap_or_default(), 0, 255, review);
}

pub(in crate::model::admission) fn flocker(source: &FlockerVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    let name = source.dataset_name.as_deref().unwrap_or_default();
    let id = source.dataset_uuid.as_deref().unwrap_or_default();
    let (at_name, at_id) = (below(path, "datasetName"), below(path, "datasetUUID"));
    if name.is_empty() && id.is_empty() {
        let detail = "one of datasetName and datasetUUID is required";
        review.required(at_name.clone(), detail, "`datasetName` or `datasetUUID`").named(&at_name, path.to_string());
    }
    if !name.is_empty() && !id.is_empty() && !review.is_unknowable(&at_name) {
        let detail = "datasetName and datasetUUID can not be specified simultaneously";
        review.invalid(at_id.clone(), detail, "not beside `datasetName`").named(&at_id, path.to_string());
    }
    if name.contains('/') {
        review.invalid(at_name, "must not contain '/'", "holds a `/`");
    }
}

fn secret(secret: Option<&LocalObjectReference>, key: &'static str, path: &FieldPath, review: &mut Review<'_>) {
    if let Some(secret) = secret {
        filled(&below(path, key), "name", &secret.name, review);
    }
}

pub(in crate::model::admission) fn cinder(source: &CinderVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "volumeID", &source.volume_id, review);
    secret(source.secret_ref.as_ref(), "secretRef", path, review);
}

pub(in crate::model::admission) fn flex(source: &FlexVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "driver", &source.driver, review);
    reserved_options(source.options.as_ref(), path, review);
}

/// Options that Kubernetes passes to a driver by itself.
pub(in crate::model::admission) fn reserved_options(
    options: Option<&BTreeMap<String, String>>,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    for key in options.into_iter().flatten().map(|(key, _)| key) {
        let domain = key.split('/').next().unwrap_or_default();
        let domain = format!(".{}", domain.to_lowercase());
        if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
            let at = below(path, "options").key(key.clone());
            let named = format!("{}[{key}]", below(path, "options"));
            let detail = "kubernetes.io and k8s.io namespaces are reserved";
            review.invalid(at.clone(), detail, "Kubernetes keeps these names for itself").named(&at, named);
        }
    }
}

pub(in crate::model::admission) fn azure_disk(
    source: &AzureDiskVolumeSource,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    const KINDS: &[&str] = &["Dedicated", "Managed", "Shared"];
    filled(path, "diskName", &source.disk_name, review);
    filled(path, "diskURI", &source.disk_uri, review);
    one_of(&below(path, "cachingMode"), source.caching_mode.as_deref(), &["None", "ReadOnly", "ReadWrite"], review);
    let kind = below(path, "kind");
    one_of(&kind, source.kind.as_deref(), KINDS, review);
    let start = match source.kind.as_deref() {
        Some("Managed") => "/subscriptions/",
        // The default is `Shared`.
        _ => "https://",
    };
    if !source.disk_uri.is_empty() && !source.disk_uri.starts_with(start) && !review.is_unknowable(&kind) {
        review.unsupported(
            below(path, "diskURI"),
            match start {
                "https://" => &["https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"],
                _ => {
                    &["/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"]
                }
            },
        );
    }
}

pub(in crate::model::admission) fn storage_os(
    source: &StorageOSVolumeSource,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    storage_os_names(&source.volume_name, &source.volume_namespace, path, review);
    secret(source.secret_ref.as_ref(), "secretRef", path, review);
}

/// What a volume of StorageOS is called, in a Pod and as an object of its own.
pub(in crate::model::admission) fn storage_os_names(
    name: &Option<String>,
    namespace: &Option<String>,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    filled(path, "volumeName", name.as_deref().unwrap_or_default(), review);
    for (key, text) in [("volumeName", name), ("volumeNamespace", namespace)] {
        if let Some(text) = given(text) {
            flawed(&below(path, key), label_flaws(text), review);
        }
    }
}

pub(in crate::model::admission) fn scale_io(source: &ScaleIOVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "gateway", &source.gateway, review);
    filled(path, "system", &source.system, review);
    filled(path, "volumeName", source.volume_name.as_deref().unwrap_or_default(), review);
}

pub(in crate::model::admission) fn csi(source: &CSIVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    csi_driver(&source.driver, path, review);
    secret(source.node_publish_secret_ref.as_ref(), "nodePublishSecretRef", path, review);
    if let Some(secret) = source.node_publish_secret_ref.as_ref().filter(|secret| !secret.name.is_empty()) {
        let at = below(path, "nodePublishSecretRef").key("name");
        flawed_as(&at, &below(path, "name").to_string(), subdomain_flaws(&secret.name), review);
    }
}

/// ValidateCSIDriverName.
pub(in crate::model::admission) fn csi_driver(name: &str, path: &FieldPath, review: &mut Review<'_>) {
    let driver = below(path, "driver");
    if name.is_empty() {
        review.required(driver, "", "");
        return;
    }
    if name.len() > LABEL_LENGTH {
        let detail = format!("may not be more than {LABEL_LENGTH} bytes");
        review.too_long(driver.clone(), detail, format!("{} characters, {LABEL_LENGTH} are the most", name.len()));
    }
    flawed(&driver, subdomain_flaws(&name.to_lowercase()), review);
}
