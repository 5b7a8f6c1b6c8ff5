//! Profiles and Windows options of security contexts, of Pods and of containers (`pkg/apis/core/validation/validation.go`,
//! validateSeccompProfileField, ValidateAppArmorProfileField, validateWindowsSecurityContextOptions).

use k8s_openapi::api::core::v1::{AppArmorProfile, SeccompProfile, WindowsSecurityContextOptions};

use super::forms::{below, descending_path, flawed};
use super::name::subdomain_flaws;
use super::review::Review;
use crate::yaml::FieldPath;

const TYPES: &[&str] = &["Localhost", "RuntimeDefault", "Unconfined"];

pub(super) fn seccomp(profile: Option<&SeccompProfile>, path: &FieldPath, review: &mut Review<'_>) {
    let Some(profile) = profile else { return };
    let (at_type, at) = (below(path, "type"), below(path, "localhostProfile"));
    if review.is_unknowable(&at_type) {
        return;
    }
    of_type(&profile.type_, &at_type, "type is required when seccompProfile is set", review);
    match (profile.type_.as_str(), &profile.localhost_profile) {
        ("Localhost", Some(file)) => descending_path(&at, &at.to_string(), file, review),
        ("Localhost", None) => {
            review.required(at, "must be set when seccomp type is Localhost", "`type: Localhost` needs it");
        }
        (_, Some(_)) => {
            review.invalid(at, "can only be set when seccomp type is Localhost", "goes with `type: Localhost` only");
        }
        _ => {}
    }
}

pub(super) fn app_armor(profile: Option<&AppArmorProfile>, path: &FieldPath, review: &mut Review<'_>) {
    const LONGEST: usize = 4095;
    const MISSING: &str = "must be set when AppArmor type is Localhost";
    const NEEDS: &str = "`type: Localhost` needs it";
    let Some(profile) = profile else { return };
    let (at_type, at) = (below(path, "type"), below(path, "localhostProfile"));
    if review.is_unknowable(&at_type) {
        return;
    }
    of_type(&profile.type_, &at_type, "type is required when appArmorProfile is set", review);
    match (profile.type_.as_str(), profile.localhost_profile.as_deref()) {
        ("Localhost", None | Some("")) => {
            review.required(at, MISSING, NEEDS);
        }
        ("Localhost", Some(file)) => {
            if file.trim() != file {
                review.invalid(at.clone(), "must not be padded with whitespace", "blanks at its ends");
            }
            if file.len() > LONGEST {
                review.too_long(at, "may not be more than 4095 bytes", "more than 4095 characters");
            }
        }
        ("RuntimeDefault" | "Unconfined", Some(_)) => {
            review.invalid(at, "can only be set when AppArmor type is Localhost", "goes with `type: Localhost` only");
        }
        _ => {}
    }
}

fn of_type(text: &str, path: &FieldPath, missing: &str, review: &mut Review<'_>) {
    if text.is_empty() {
        review.required(path.clone(), missing, "");
    } else if !TYPES.contains(&text) {
        review.unsupported(path.clone(), TYPES);
    }
}

pub(super) fn windows(options: Option<&WindowsSecurityContextOptions>, path: &FieldPath, review: &mut Review<'_>) {
    const LARGEST: usize = 64 * 1024;
    let Some(options) = options else { return };
    if let Some(name) = &options.gmsa_credential_spec_name {
        flawed(&below(path, "gmsaCredentialSpecName"), subdomain_flaws(name), review);
    }
    let spec = below(path, "gmsaCredentialSpec");
    match options.gmsa_credential_spec.as_deref().map(str::len) {
        Some(0) => {
            review.invalid(spec, "gmsaCredentialSpec cannot be an empty string", "empty");
        }
        Some(length) if length > LARGEST => {
            review.invalid(spec, "gmsaCredentialSpec size must be under 64 KiB", "more than 64 KiB");
        }
        _ => {}
    }
    if let Some(name) = &options.run_as_user_name {
        for (detail, reason) in user_flaws(name) {
            review.invalid(below(path, "runAsUserName"), format!("runAsUserName{detail}"), reason);
        }
    }
}

/// What is wrong with a Windows user's name, `domain\user` or `user`.
fn user_flaws(name: &str) -> Vec<(&'static str, &'static str)> {
    const FORBIDDEN: &str = "\"/\\:;|=,+*?<>@[]";
    if name.is_empty() {
        return vec![(" cannot be an empty string", "empty")];
    }
    if name.chars().any(|letter| letter.is_ascii_control()) {
        return vec![(" cannot contain control characters", "holds control characters")];
    }
    let (domain, user) = match name.split_once('\\') {
        Some((_, rest)) if rest.contains('\\') => {
            return vec![(" cannot contain more than one backslash", "more than one backslash")];
        }
        Some((domain, user)) => (Some(domain), user),
        None => (None, name),
    };
    let mut flaws = Vec::new();
    if domain.is_some_and(|domain| domain.len() >= 256) {
        flaws.push(("'s Domain length must be under 256 characters", "the domain has 256 characters or more"));
    }
    if domain.is_some_and(|domain| !is_net_bios(domain) && !is_domain(domain)) {
        flaws.push(("'s Domain doesn't match the NetBios nor the DNS format", "the domain has no valid form"));
    }
    if user.is_empty() {
        flaws.push(("'s User cannot be empty", "no user behind the backslash"));
    } else if user.len() > 104 {
        flaws.push(("'s User length must not be longer than 104 characters", "the user has more than 104 characters"));
    }
    if !user.is_empty() && user.chars().all(|letter| matches!(letter, '.' | ' ')) {
        flaws.push(("'s User cannot contain only periods or spaces", "only dots and blanks"));
    }
    if user.contains(|letter| FORBIDDEN.contains(letter)) {
        flaws
            .push(("'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]", "a letter that no user has"));
    }
    flaws
}

fn is_net_bios(domain: &str) -> bool {
    const FORBIDDEN: &str = "\\/:*?\"<>|";
    !domain.starts_with('.')
        && (1..=15).contains(&domain.chars().count())
        && !domain.contains(|letter| FORBIDDEN.contains(letter))
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    domain.split('.').all(is_label)
}
