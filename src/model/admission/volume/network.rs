//! Volumes of servers that one runs oneself (`pkg/apis/core/validation/validation.go`, validateNFSVolumeSource,
//! validateISCSIVolumeSource, validateFCVolumeSource, validateQuobyteVolumeSource, validateGitRepoVolumeSource).

use k8s_openapi::api::core::v1::{
    FCVolumeSource, GitRepoVolumeSource, ISCSIVolumeSource, NFSVolumeSource, QuobyteVolumeSource, Volume,
};

use crate::model::admission::forms::{below, descending_path, filled, within};
use crate::model::admission::iscsi_name::is_qualified;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(in crate::model::admission) fn git(source: &GitRepoVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "repository", &source.repository, review);
    let at = below(path, "directory");
    descending_path(&at, &at.to_string(), source.directory.as_deref().unwrap_or_default(), review);
}

pub(in crate::model::admission) fn nfs(source: &NFSVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "server", &source.server, review);
    filled(path, "path", &source.path, review);
    if !source.path.is_empty() && !source.path.starts_with('/') {
        review.invalid(below(path, "path"), "must be an absolute path", "does not begin with `/`");
    }
}

/// What Ceph's volumes name first.
pub(in crate::model::admission) fn monitors(monitors: &[String], path: &FieldPath, review: &mut Review<'_>) {
    if monitors.is_empty() {
        review.required(below(path, "monitors"), "", "at least one is required");
    }
}

pub(in crate::model::admission) fn iscsi(source: &ISCSIVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    filled(path, "targetPortal", &source.target_portal, review);
    let iqn = below(path, "iqn");
    if source.iqn.is_empty() {
        review.required(iqn, "", "");
    } else if !is_qualified(&source.iqn) {
        review.invalid(iqn, "must be valid format starting with iqn, eui, or naa", "not the form of a target's name");
    }
    within(below(path, "lun"), source.lun, 0, 255, review);
    let wants_secret = source.chap_auth_discovery == Some(true) || source.chap_auth_session == Some(true);
    if wants_secret && source.secret_ref.is_none() {
        review.required(below(path, "secretRef"), "", "CHAP needs it");
    }
    if source.initiator_name.as_deref().is_some_and(|name| !is_qualified(name)) {
        let at = below(path, "initiatorName");
        let detail = "must be valid format starting with iqn, eui, or naa";
        let named = below(path, "initiatorname").to_string();
        review.invalid(at.clone(), detail, "not the form of an initiator's name").named(&at, named);
    }
}

/// The volume's name becomes part of the interface's, if an initiator is named.
pub(in crate::model::admission) fn initiator(volume: &Volume, path: &FieldPath, review: &mut Review<'_>) {
    const LONGEST: usize = 64;
    let Some(source) = volume.iscsi.as_ref().filter(|source| source.initiator_name.is_some()) else { return };
    let length = volume.name.len() + 1 + source.target_portal.len();
    if length > LONGEST && !review.is_unknowable(&below(path, "iscsi").key("targetPortal")) {
        let detail = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if \
                      iscsi.initiatorName is specified.";
        review.invalid(below(path, "name"), detail, format!("{length} characters together with `targetPortal`"));
    }
}

pub(in crate::model::admission) fn fibre_channel(source: &FCVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    let has = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
    let (names, ids) = (has(&source.target_wwns), has(&source.wwids));
    let at = below(path, "targetWWNs");
    if !names && !ids && !review.is_unknowable(&below(path, "wwids")) {
        let detail = "must specify either targetWWNs or wwids, but not both";
        review.required(at.clone(), detail, "`targetWWNs` or `wwids`");
    }
    if names && ids && !review.is_unknowable(&below(path, "wwids")) {
        review.invalid(at, "targetWWNs and wwids can not be specified simultaneously", "not beside `wwids`");
    }
    match source.lun {
        _ if !names => {}
        None => {
            review.required(below(path, "lun"), "lun is required if targetWWNs is specified", "`targetWWNs` needs it");
        }
        Some(lun) => within(below(path, "lun"), lun, 0, 255, review),
    }
}

pub(in crate::model::admission) fn quobyte(source: &QuobyteVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    const DETAIL: &str = "must be a host:port pair or multiple pairs separated by commas";
    let registry = below(path, "registry");
    if source.registry.is_empty() {
        review.required(registry, DETAIL, "");
    } else if source.tenant.as_deref().is_some_and(|tenant| tenant.len() >= 65) {
        let detail = "must be a UUID and may not exceed a length of 64 characters";
        review.required(below(path, "tenant"), detail, "more than 64 characters");
    } else if !source.registry.split(',').all(is_host_and_port) {
        review.invalid(registry, DETAIL, "not of the form `host:port`");
    }
    filled(path, "volume", &source.volume, review);
}

/// Go's net.SplitHostPort.
fn is_host_and_port(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once("]:") {
            Some(pair) => pair,
            None => return false,
        },
        None => match text.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') => (host, port),
            _ => return false,
        },
    };
    !port.contains(':') && ![host, port].iter().any(|part| part.contains(['[', ']']))
}
