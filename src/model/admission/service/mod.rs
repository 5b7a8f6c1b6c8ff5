//! A Service (`pkg/apis/core/validation/validation.go`, ValidateServiceCreate), after what is filled in
//! (`pkg/apis/core/v1/defaults.go`, SetDefaults_Service) and allocated (`pkg/registry/core/service/storage/alloc.go`).
//!
//! Allocation comes first: when it fails, the server answers with that alone.

mod cluster_ip;
mod port;
mod traffic;

use k8s_openapi::api::core::v1::{Service, ServiceSpec};

pub(super) use cluster_ip::is_kept;

use super::forms::{flawed, in_spec};
use super::name::{Flaw, label_flaws, letter_first_label_flaws, subdomain_flaws};
use super::{metadata, review::Review};
use crate::model::is_placeholder;
use crate::yaml::FieldPath;

pub(super) fn review(service: &Service, review: &mut Review<'_>) {
    let nothing = ServiceSpec::default();
    let subject = Subject::of(service, service.spec.as_ref().unwrap_or(&nothing), review);
    if cluster_ip::review(&subject, review) || port::review_allocation(&subject, review) {
        return;
    }
    // The gate RelaxedServiceNameValidation, on from 1.36 (inferred from answers).
    let name_flaws: fn(&str) -> Vec<Flaw> = match review.version.is_at_least(36) {
        true => label_flaws,
        false => letter_first_label_flaws,
    };
    metadata::review(&service.metadata, &FieldPath::of("metadata"), name_flaws, review);
    topology(&subject, review);
    headless(&subject, review);
    external_name(&subject, review);
    port::review(&subject, review);
    metadata::labels(subject.spec.selector.as_ref(), &in_spec("selector"), review);
    traffic::session_affinity(&subject, review);
    cluster_ip::external_ips(&subject, review);
    if let Kind::Other(_) = subject.kind {
        review.unsupported(in_spec("type"), &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]);
    }
    traffic::load_balancer(&subject, review);
    traffic::policies(&subject, review);
}

/// `spec.type`, with the default in its place where it is absent or empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind<'s> {
    ClusterIp,
    NodePort,
    LoadBalancer,
    ExternalName,
    /// None that the server knows.
    Other(&'s str),
    /// Filled in later, or changed by an overlay.
    Unknown,
}

/// What is asked again and again of a Service.
struct Subject<'s> {
    service: &'s Service,
    spec: &'s ServiceSpec,
    kind: Kind<'s>,
    /// Whether it is headless; `None` where nobody can know yet.
    is_headless: Option<bool>,
}

impl<'s> Subject<'s> {
    fn of(service: &'s Service, spec: &'s ServiceSpec, review: &Review<'_>) -> Subject<'s> {
        let kind = match spec.type_.as_deref().unwrap_or_default() {
            _ if review.object.is_faulty(&in_spec("type")) => Kind::Unknown,
            "" | "ClusterIP" => Kind::ClusterIp,
            "NodePort" => Kind::NodePort,
            "LoadBalancer" => Kind::LoadBalancer,
            "ExternalName" => Kind::ExternalName,
            later if is_placeholder(later) => Kind::Unknown,
            other => Kind::Other(other),
        };
        let addresses = cluster_ip::addresses(spec);
        let is_later = ["clusterIP", "clusterIPs"].into_iter().any(|key| review.object.is_faulty(&in_spec(key)))
            || addresses.iter().any(|address| is_placeholder(address));
        let is_headless = (!is_later).then(|| addresses == ["None"]);
        Subject { service, spec, kind, is_headless }
    }

    fn annotation(&self, key: &str) -> Option<&'s str> {
        self.service.metadata.annotations.as_ref()?.get(key).map(String::as_str)
    }
}

fn topology(subject: &Subject<'_>, review: &mut Review<'_>) {
    const MODE: &str = "service.kubernetes.io/topology-mode";
    const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
    let (Some(mode), Some(hints)) = (subject.annotation(MODE), subject.annotation(HINTS)) else { return };
    let annotations = FieldPath::of("metadata.annotations");
    if mode != hints && !is_placeholder(hints) && !review.object.is_faulty(&annotations.clone().key(HINTS)) {
        let path = annotations.key(MODE);
        let detail = format!("must match annotations[{HINTS}] when both are specified");
        review.invalid(path.clone(), detail, format!("not what `{HINTS}` says"));
        review.named(&path, format!("metadata.annotations[{MODE}]"));
    }
}

fn headless(subject: &Subject<'_>, review: &mut Review<'_>) {
    let ports = subject.spec.ports.as_deref().unwrap_or_default();
    let may_lack_ports =
        matches!(subject.kind, Kind::ExternalName | Kind::Unknown) || subject.is_headless != Some(false);
    if ports.is_empty() && !may_lack_ports {
        review.required(in_spec("ports"), "", "needed unless headless");
    }
    let kind = match subject.kind {
        Kind::LoadBalancer => "LoadBalancer",
        Kind::NodePort => "NodePort",
        _ => return,
    };
    if subject.is_headless == Some(true) {
        let path = cluster_ip::first_path(subject.spec);
        let detail = format!("may not be set to 'None' for {kind} services");
        review.invalid(path.clone(), detail, format!("a {kind} Service needs an address"));
        review.named(&path, "spec.clusterIPs[0]");
    }
}

fn external_name(subject: &Subject<'_>, review: &mut Review<'_>) {
    if subject.kind != Kind::ExternalName {
        return;
    }
    let spec = subject.spec;
    let detail = "may not be set for ExternalName services";
    let reason = "an ExternalName Service has none";
    if !cluster_ip::addresses(spec).is_empty() && subject.is_headless.is_some() {
        let path = if spec.cluster_ips.iter().flatten().next().is_some() {
            in_spec("clusterIPs")
        } else {
            in_spec("clusterIP")
        };
        review.forbidden(path.clone(), detail, reason);
        review.named(&path, "spec.clusterIPs");
    }
    if spec.ip_families.iter().flatten().next().is_some() {
        review.forbidden(in_spec("ipFamilies"), detail, reason);
    }
    if spec.ip_family_policy.is_some() {
        review.forbidden(in_spec("ipFamilyPolicy"), detail, reason);
    }
    let name = spec.external_name.as_deref().unwrap_or_default();
    match name.strip_suffix('.').unwrap_or(name) {
        "" => {
            review.required(in_spec("externalName"), "", "the name that it stands for");
        }
        name => flawed(&in_spec("externalName"), subdomain_flaws(name), review),
    }
}
