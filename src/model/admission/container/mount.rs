//! Mounts and block devices (ValidateVolumeMounts, ValidateVolumeDevices, and of validateHostUsers what is about devices).

use std::collections::HashMap;

use k8s_openapi::api::core::v1::{Container, VolumeDevice, VolumeMount};

use super::shared::Shared;
use crate::model::admission::forms::descending_path;
use crate::model::admission::review::Review;
use crate::model::admission::seen::Seen;
use crate::model::is_placeholder;
use crate::yaml::FieldPath;

const PROPAGATIONS: &[&str] = &["Bidirectional", "HostToContainer", "None"];
const RECURSIONS: &[&str] = &["Disabled", "Enabled", "IfPossible"];

pub(super) fn review(container: &Container, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    let mounts = container.volume_mounts.as_deref().unwrap_or_default();
    let devices = container.volume_devices.as_deref().unwrap_or_default();
    let (mount_list, device_list) = (path.clone().key("volumeMounts"), path.clone().key("volumeDevices"));
    let by_devices =
        overlap(devices.iter().map(|one| (one.name.as_str(), one.device_path.as_str())), &device_list, "devicePath");
    let by_mounts =
        overlap(mounts.iter().map(|one| (one.name.as_str(), one.mount_path.as_str())), &mount_list, "mountPath");
    let privileged = path.clone().key("securityContext").key("privileged");
    let is_privileged = container.security_context.as_ref().and_then(|security| security.privileged) == Some(true);
    let is_privileged = is_privileged || review.is_unknowable(&privileged);
    let mut paths = Seen::default();
    for (number, mount) in mounts.iter().enumerate() {
        let item = mount_list.clone().index(number);
        review_name(&mount.name, &item, shared, review);
        let place = item.clone().key("mountPath");
        if mount.mount_path.is_empty() {
            review.required(place.clone(), "", "");
        }
        if paths.has_again(&mount.mount_path, &place, review) {
            review.invalid(place, "must be unique", "another mount has this path");
        }
        review_overlap(&mount.name, &mount.mount_path, &item, "mountPath", "volumeDevices", &by_devices, review);
        review_sub_paths(mount, &item, &mount_list, review);
        review_propagation(mount, &item, &mount_list, is_privileged, review);
    }
    review_devices(devices, &device_list, &by_mounts, shared, review);
}

fn review_name(name: &str, item: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    let place = item.clone().key("name");
    if name.is_empty() {
        review.required(place.clone(), "", "");
    }
    if shared.lacks_volume(name, review) {
        review.not_found(place, "no volume and no claim template of this name");
    }
}

/// Seen and paths of one list, which the other may not have.
type Overlap = (HashMap<String, FieldPath>, HashMap<String, FieldPath>);

/// Of several items of one name the last one's path counts.
fn overlap<'t>(items: impl Iterator<Item = (&'t str, &'t str)>, list: &FieldPath, key: &'static str) -> Overlap {
    let mut last: HashMap<&str, (usize, &str)> = HashMap::new();
    for (number, (name, path)) in items.enumerate() {
        last.insert(name, (number, path));
    }
    let (mut names, mut paths) = (HashMap::new(), HashMap::new());
    for (name, (number, path)) in last {
        names.insert(name.to_owned(), list.clone().index(number).key("name"));
        paths.insert(path.to_owned(), list.clone().index(number).key(key));
    }
    (names, paths)
}

fn review_overlap(
    name: &str,
    path: &str,
    item: &FieldPath,
    key: &'static str,
    list: &str,
    others: &Overlap,
    review: &mut Review<'_>,
) {
    if others.0.get(name).is_some_and(|other| !review.is_unknowable(other)) {
        let detail = format!("must not already exist in {list}");
        review.invalid(item.clone().key("name"), detail, format!("`{list}` has this volume too"));
    }
    if others.1.get(path).is_some_and(|other| !review.is_unknowable(other)) {
        let detail = format!("must not already exist as a path in {list}");
        review.invalid(item.clone().key(key), detail, format!("`{list}` has this path too"));
    }
}

/// The place to name for `subPathExpr`. It is made for variables, and what `$(…)` stands for is known to the server as
/// little as to us: then it is the mount, of which something can be said.
pub(super) fn expression_place(expression: &str, mount: &FieldPath) -> FieldPath {
    let is_own = is_placeholder(expression) && !is_placeholder(&expression.replace("$(", ""));
    if is_own { mount.clone() } else { mount.clone().key("subPathExpr") }
}

fn review_sub_paths(mount: &VolumeMount, item: &FieldPath, list: &FieldPath, review: &mut Review<'_>) {
    let sub_path = mount.sub_path.as_deref().unwrap_or_default();
    let expression = mount.sub_path_expr.as_deref().unwrap_or_default();
    let place = expression_place(expression, item);
    let is_patched = ["subPath", "subPathExpr"].into_iter().any(|key| review.object.is_patched(&item.clone().key(key)));
    descending_path(&item.clone().key("subPath"), &format!("{list}.subPath"), sub_path, review);
    if is_patched {
        return;
    }
    if !expression.is_empty() && !sub_path.is_empty() && !is_placeholder(sub_path) {
        let detail = "subPathExpr and subPath are mutually exclusive";
        let refused = review.invalid(place.clone(), detail, "`subPath` and `subPathExpr` at once");
        refused.named(&place, format!("{item}.subPathExpr"));
    }
    descending_path(&place, &format!("{list}.subPathExpr"), expression, review);
}

fn review_propagation(
    mount: &VolumeMount,
    item: &FieldPath,
    list: &FieldPath,
    is_privileged: bool,
    review: &mut Review<'_>,
) {
    let place = item.clone().key("mountPropagation");
    if let Some(propagation) = mount.mount_propagation.as_deref() {
        let named = format!("{list}.mountPropagation");
        if !PROPAGATIONS.contains(&propagation) {
            review.unsupported(place.clone(), PROPAGATIONS).named(&place, named);
        } else if propagation == "Bidirectional" && !is_privileged {
            let detail = "Bidirectional mount propagation is available only to privileged containers";
            review.forbidden(place.clone(), detail, "only for a privileged container").named(&place, named);
        }
    }
    let Some(recursion) = mount.recursive_read_only.as_deref() else { return };
    let here = item.clone().key("recursiveReadOnly");
    let named = format!("{list}.recursiveReadOnly");
    match recursion {
        "Disabled" => {}
        "Enabled" | "IfPossible" => {
            if mount.read_only != Some(true) && !review.is_unknowable(&item.clone().key("readOnly")) {
                let detail = "may only be specified when readOnly is true";
                review.forbidden(here.clone(), detail, "the mount is not `readOnly: true`").named(&here, named.clone());
            }
            let is_propagated = mount.mount_propagation.as_deref().is_some_and(|propagation| propagation != "None");
            if is_propagated && !review.is_unknowable(&place) {
                let detail = "may only be specified when mountPropagation is None or not specified";
                review.forbidden(here.clone(), detail, "not with this `mountPropagation`").named(&here, named);
            }
        }
        _ => review.unsupported(here.clone(), RECURSIONS).named(&here, named),
    }
}

fn review_devices(
    devices: &[VolumeDevice],
    list: &FieldPath,
    by_mounts: &Overlap,
    shared: &Shared<'_>,
    review: &mut Review<'_>,
) {
    let (mut names, mut paths) = (Seen::default(), Seen::default());
    for (number, device) in devices.iter().enumerate() {
        let item = list.clone().index(number);
        let (name, path) = (item.clone().key("name"), item.clone().key("devicePath"));
        review_name(&device.name, &item, shared, review);
        if !device.name.is_empty() && names.has_again(&device.name, &name, review) {
            review.invalid(name.clone(), "must be unique", "another device has this volume");
        }
        if shared.is_no_claim(&device.name, review) {
            let detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
            review.invalid(name, detail, "only a claim can be a block device");
        }
        if device.device_path.is_empty() {
            review.required(path.clone(), "", "");
        }
        let is_up = device.device_path.split('/').any(|part| part == "..");
        if is_up {
            review.invalid(path, "can not contain backsteps ('..')", "no `..` in the path");
        } else if paths.has_again(&device.device_path, &path, review) {
            review.invalid(path, "must be unique", "another device has this path");
        }
        review_overlap(&device.name, &device.device_path, &item, "devicePath", "volumeMounts", by_mounts, review);
    }
}

/// Block devices have no owner to map (kubernetes/kubernetes#132868, in 1.34).
pub(super) fn review_user_namespace(
    containers: &[(Container, FieldPath)],
    shared: &Shared<'_>,
    review: &mut Review<'_>,
) {
    if shared.host_users != Some(false) || !review.version.is_at_least(34) {
        return;
    }
    let with_devices = containers.iter().filter(|(one, _)| one.volume_devices.iter().flatten().next().is_some());
    for (_, path) in with_devices {
        let detail = "when `hostUsers` is false";
        review.forbidden(path.clone().key("volumeDevices"), detail, "not with `hostUsers: false`");
    }
}
