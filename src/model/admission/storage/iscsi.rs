//! An iSCSI volume (`pkg/apis/core/validation/validation.go`, validateISCSIPersistentVolumeSource).

use k8s_openapi::api::core::v1::ISCSIPersistentVolumeSource;

use crate::model::admission::iscsi_name::is_qualified;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const FORM: &str = "must be valid format";

pub(super) fn review(iscsi: &ISCSIPersistentVolumeSource, volume: &str, path: &FieldPath, review: &mut Review<'_>) {
    let at = |key: &'static str| path.clone().key(key);
    if iscsi.target_portal.is_empty() {
        review.required(at("targetPortal"), "", "");
    }
    if iscsi.initiator_name.is_some() && volume.len() + 1 + iscsi.target_portal.len() > 64 {
        let detail = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if \
                      iscsi.initiatorName is specified.";
        let place = at("targetPortal");
        review.invalid(place.clone(), detail, "too long together with the volume's name");
        review.named(&place, format!("{path}.targetportal"));
    }
    if iscsi.iqn.is_empty() {
        review.required(at("iqn"), "", "");
    } else if !is_qualified(&iscsi.iqn) {
        review.invalid(at("iqn"), FORM, "no iSCSI name (`iqn.…`, `eui.…`, `naa.…`)");
    }
    if !(0..=255).contains(&iscsi.lun) {
        review.invalid(at("lun"), "must be between 0 and 255, inclusive", "0 to 255");
    }
    let asks = iscsi.chap_auth_discovery == Some(true) || iscsi.chap_auth_session == Some(true);
    match &iscsi.secret_ref {
        None if asks => {
            review.required(at("secretRef"), "", "CHAP needs a Secret");
        }
        Some(secret) if secret.name.as_deref().unwrap_or_default().is_empty() => {
            review.required(at("secretRef").key("name"), "", "");
        }
        _ => {}
    }
    if iscsi.initiator_name.as_deref().is_some_and(|name| !is_qualified(name)) {
        let place = at("initiatorName");
        review.invalid(place.clone(), FORM, "no iSCSI name (`iqn.…`, `eui.…`, `naa.…`)");
        review.named(&place, format!("{path}.initiatorname"));
    }
}
