//! Projected volumes (`pkg/apis/core/validation/validation.go`, validateProjectedVolumeSource).

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{
    ClusterTrustBundleProjection, PodCertificateProjection, ProjectedVolumeSource, ServiceAccountTokenProjection,
    VolumeProjection,
};

use super::files;
use crate::model::admission::forms::{below, filled, flawed, flawed_as, local_path, mode};
use crate::model::admission::name::{Flaw, label_flaws, label_key_flaws, subdomain_flaws};
use crate::model::admission::review::Review;
use crate::model::admission::selector;
use crate::yaml::FieldPath;

/// The paths of the files so far.
type Taken = BTreeSet<String>;

pub(super) fn review(source: &ProjectedVolumeSource, path: &FieldPath, review: &mut Review<'_>) {
    let mut taken = Taken::new();
    mode(path, "defaultMode", source.default_mode, review);
    for (number, projection) in source.sources.iter().flatten().enumerate() {
        one(projection, &below(path, "sources").index(number), path, &mut taken, review);
    }
}

fn one(source: &VolumeProjection, path: &FieldPath, volume: &FieldPath, taken: &mut Taken, review: &mut Review<'_>) {
    let named = |key: &'static str| below(path, key);
    let lists = [
        ("secret", source.secret.as_ref().map(|secret| (&secret.name, secret.items.as_deref()))),
        ("configMap", source.config_map.as_ref().map(|map| (&map.name, map.items.as_deref()))),
    ];
    for (key, list) in lists {
        let Some((name, items)) = list else { continue };
        let at = named(key);
        filled(&at, "name", name, review);
        files::items(items, &at, review);
        for (number, item) in items.into_iter().flatten().enumerate() {
            let file = below(&at, "items").index(number).key("path");
            conflict(&item.path, &file, volume, taken, review);
        }
    }
    if let Some(downward) = &source.downward_api {
        let at = named("downwardAPI");
        for (number, file) in downward.items.iter().flatten().enumerate() {
            let item = below(&at, "items").index(number);
            files::downward_file(file, &item, &at, review);
            conflict(&file.path, &below(&item, "path"), volume, taken, review);
        }
    }
    if let Some(token) = &source.service_account_token {
        service_account_token(token, &named("serviceAccountToken"), volume, review);
    }
    // Until 1.36 both are dropped (the gates ClusterTrustBundleProjection and PodCertificateRequest; inferred from answers).
    let is_new = review.version.is_at_least(37);
    if let Some(bundle) = source.cluster_trust_bundle.as_ref().filter(|_| is_new) {
        trust_bundle(bundle, &named("clusterTrustBundle"), review);
        let file = named("clusterTrustBundle").key("path");
        // Here the server lets two missing paths collide too.
        if !review.is_unknowable(&file) && !taken.insert(bundle.path.clone()) {
            collides(&file, volume, review);
        }
    }
    if let Some(certificate) = source.pod_certificate.as_ref().filter(|_| is_new) {
        pod_certificate(certificate, &named("podCertificate"), volume, taken, review);
    }
    let given = [
        ("secret", source.secret.is_some()),
        ("configMap", source.config_map.is_some()),
        ("downwardAPI", source.downward_api.is_some()),
        ("serviceAccountToken", source.service_account_token.is_some()),
        ("clusterTrustBundle", source.cluster_trust_bundle.is_some() && is_new),
        ("podCertificate", source.pod_certificate.is_some() && is_new),
    ];
    let is_sure = |key: &'static str, review: &Review<'_>| !review.is_unknowable(&below(path, key));
    if let Some((key, _)) = given.into_iter().filter(|(key, is_given)| *is_given && is_sure(key, review)).nth(1) {
        let at = named(key);
        let detail = "may not specify more than 1 volume type per source";
        review.forbidden(at.clone(), detail, "a second one in one item of `sources`").named(&at, path.to_string());
    }
}

fn conflict(text: &str, file: &FieldPath, volume: &FieldPath, taken: &mut Taken, review: &mut Review<'_>) {
    if !text.is_empty() && !review.is_unknowable(file) && !taken.insert(text.to_owned()) {
        collides(file, volume, review);
    }
}

fn collides(file: &FieldPath, volume: &FieldPath, review: &mut Review<'_>) {
    let reason = "another file of the volume has this path";
    review.invalid(file.clone(), "conflicting duplicate paths", reason).named(file, volume.to_string());
}

fn service_account_token(
    token: &ServiceAccountTokenProjection,
    path: &FieldPath,
    volume: &FieldPath,
    review: &mut Review<'_>,
) {
    let at = below(path, "expirationSeconds");
    match token.expiration_seconds {
        Some(seconds) if seconds < 600 => {
            review.invalid(at, "may not specify a duration less than 10 minutes", "less than 600");
        }
        Some(seconds) if seconds > 1 << 32 => {
            review.invalid(at, "may not specify a duration larger than 2^32 seconds", "more than 4294967296");
        }
        _ => {}
    }
    // What the server says of this path it says a floor higher up.
    let (file, named) = (below(path, "path"), below(volume, "path").to_string());
    if token.path.is_empty() {
        review.required(file.clone(), "", "").named(&file, named);
    } else {
        local_path(&file, &named, &token.path, review);
    }
}

fn trust_bundle(bundle: &ClusterTrustBundleProjection, path: &FieldPath, review: &mut Review<'_>) {
    let (at_name, at_signer) = (below(path, "name"), below(path, "signerName"));
    match (&bundle.name, &bundle.signer_name) {
        (Some(_), Some(_)) if review.is_unknowable(&at_name) => {}
        (Some(_), Some(_)) => {
            let detail = "only one of name and signerName may be used";
            review.invalid(at_signer.clone(), detail, "not beside `name`").named(&at_signer, path.to_string());
        }
        (Some(name), None) => {
            if name.is_empty() {
                review.required(at_name.clone(), "must be a valid object name", "");
            }
            // A name with a colon begins with its signer's, whose parts the colons divide.
            let own = name.rsplit_once(':').map_or(name.as_str(), |(_, own)| own);
            for (detail, reason) in subdomain_flaws(own).into_iter().filter(|_| !name.is_empty()) {
                review.invalid(at_name.clone(), format!("not a valid clustertrustbundlename: {detail}"), reason);
            }
            if bundle.label_selector.is_some() {
                let detail = "labelSelector must be unset if name is specified";
                review.invalid(below(path, "labelSelector"), detail, "not beside `name`");
            }
        }
        (None, Some(signer)) => {
            signer_name(signer, &at_signer, review);
            if let Some(labels) = &bundle.label_selector {
                selector::review(labels, &below(path, "labelSelector"), review);
            }
        }
        (None, None) if !review.is_unknowable(&at_name) && !review.is_unknowable(&at_signer) => {
            let detail = "either name or signerName must be specified";
            review.required(at_name.clone(), detail, "`name` or `signerName`").named(&at_name, path.to_string());
        }
        (None, None) => {}
    }
    let file = below(path, "path");
    filled(path, "path", &bundle.path, review);
    local_path(&file, &file.to_string(), &bundle.path, review);
}

/// ValidateSignerName.
fn signer_name(name: &str, path: &FieldPath, review: &mut Review<'_>) {
    if name.is_empty() {
        review.required(path.clone(), "", "");
        return;
    }
    let Some((domain, rest)) = name.split_once('/').filter(|(_, rest)| !rest.contains('/')) else {
        let detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
        review.invalid(path.clone(), detail, "not of the form `example.com/signer-name`");
        return;
    };
    let mut flaws: Vec<Flaw> = Vec::new();
    if domain.len() > 253 || name.len() > 571 {
        flaws.push(("may not be too long".to_owned(), "too long".to_owned()));
    }
    flaws.extend(domain.split('.').map(label_flaws).find(|flaws| !flaws.is_empty()).unwrap_or_default());
    if !domain.contains('.') {
        let detail = "should be a domain with at least two segments separated by dots".to_owned();
        flaws.push((detail, "no domain before the `/`".to_owned()));
    }
    flaws.extend(rest.split('.').map(subdomain_flaws).find(|flaws| !flaws.is_empty()).unwrap_or_default());
    flawed(path, flaws, review);
}

fn pod_certificate(
    certificate: &PodCertificateProjection,
    path: &FieldPath,
    volume: &FieldPath,
    taken: &mut Taken,
    review: &mut Review<'_>,
) {
    const KEY_TYPES: &[&str] = &["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];
    const DAY: i32 = 24 * 60 * 60;
    signer_name(&certificate.signer_name, &below(path, "signerName"), review);
    let annotations = below(path, "userAnnotations");
    for key in certificate.user_annotations.iter().flatten().map(|(key, _)| key) {
        let at = annotations.clone().key(key.clone());
        let mut flaws = label_key_flaws(&key.to_lowercase());
        if !key.contains('/') {
            flaws.push(("must be a domain-prefixed key".to_owned(), "no domain before the name".to_owned()));
        }
        flawed_as(&at, &annotations.to_string(), flaws, review);
    }
    if !KEY_TYPES.contains(&certificate.key_type.as_str()) {
        review.unsupported(below(path, "keyType"), KEY_TYPES);
    }
    let domain = certificate.signer_name.split('/').next().unwrap_or_default();
    let is_own = domain == "kubernetes.io" || domain.ends_with(".kubernetes.io");
    let most = if is_own { DAY } else { 91 * DAY };
    let at = below(path, "maxExpirationSeconds");
    match certificate.max_expiration_seconds {
        Some(seconds) if seconds < 3600 => {
            review.invalid(at, "if provided, maxExpirationSeconds must be >= 3600", "less than 3600");
        }
        Some(seconds) if seconds > most => {
            let detail = format!("if provided, maxExpirationSeconds must be <= {most}");
            review.invalid(at, detail, format!("more than {most}"));
        }
        _ => {}
    }
    let files = [
        ("credentialBundlePath", &certificate.credential_bundle_path),
        ("keyPath", &certificate.key_path),
        ("certificateChainPath", &certificate.certificate_chain_path),
    ];
    let mut has_one = false;
    for (key, file) in files {
        let at = below(path, key);
        has_one |= review.is_unknowable(&at);
        let Some(text) = file.as_deref().filter(|text| !text.is_empty()) else { continue };
        has_one = true;
        local_path(&at, &at.to_string(), text, review);
        conflict(text, &at, volume, taken, review);
    }
    if !has_one {
        let detail = "specify at least one of credentialBundlePath, keyPath, and certificateChainPath";
        let at = below(path, "credentialBundlePath");
        review.required(at.clone(), detail, "no file to write to").named(&at, path.to_string());
    }
}
