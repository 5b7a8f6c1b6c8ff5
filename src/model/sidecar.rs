//! Which container of a set does its work, and which only stand beside it.

use k8s_openapi::api::core::v1::Container;

use super::SetView;

/// Images that serve another container of their Pod, by the last segment of their names: the makers publish each of them
/// to be put beside an application.
///
/// Source: istio/istio, linkerd/linkerd2, envoyproxy/envoy, tailscale/tailscale, fluent/fluent-bit, fluent/fluentd,
/// elastic/beats, vectordotdev/vector, grafana/loki, prometheus-operator/prometheus-operator, jimmidyson/configmap-reload,
/// kiwigrid/k8s-sidecar, kubernetes/git-sync, GoogleCloudPlatform/cloud-sql-proxy, oauth2-proxy/oauth2-proxy.
const IMAGES: &[&str] = &[
    "proxyv2",
    "proxy",
    "envoy",
    "tailscale",
    "fluent-bit",
    "fluentd",
    "filebeat",
    "metricbeat",
    "vector",
    "promtail",
    "exporter",
    "configmap-reload",
    "config-reloader",
    "k8s-sidecar",
    "git-sync",
    "cloud-sql-proxy",
    "gce-proxy",
    "oauth2-proxy",
    "vault-agent",
];

/// Endings of such images: every Prometheus exporter has one of the first two.
const ENDINGS: &[&str] = &["-exporter", "_exporter", "-config-reloader"];

/// Names that injectors give to containers whose image tells nothing (istio/istio, linkerd/linkerd2,
/// hashicorp/vault-k8s).
const NAMES: &[&str] = &["istio-proxy", "linkerd-proxy", "vault-agent"];

impl SetView<'_> {
    /// The container that does the set's work as far as Kubernetes tells, by its position.
    pub fn main_container(self) -> Option<usize> {
        self.main_containers().first().copied()
    }

    /// The containers that may be the main one, by their positions, the likeliest first; one alone where it is clear.
    ///
    /// That is the one that `kubectl.kubernetes.io/default-container` names, else the one that bears the set's name, else
    /// the only one that is no sidecar; among several, what mounts a claim template and what is named after a part of the
    /// set's name are clear when they agree.
    pub fn main_containers(self) -> Vec<usize> {
        let containers = self.containers();
        let metadata = self.spec().template.metadata.as_ref();
        let annotations = metadata.and_then(|metadata| metadata.annotations.as_ref());
        let default = annotations.and_then(|all| all.get("kubectl.kubernetes.io/default-container"));
        let named = |name: &str| containers.iter().position(|one| one.name == name);
        if let Some(clear) = default.and_then(|name| named(name)).or_else(|| named(self.name())) {
            return vec![clear];
        }
        let all = || 0..containers.len();
        let mut candidates: Vec<usize> = all().filter(|&position| !is_sidecar(&containers[position])).collect();
        if candidates.is_empty() {
            candidates = all().collect();
        }
        let is_part = |position: usize| is_part_of(&containers[position].name, self.name());
        let mounts = |position: usize| self.mounts_claim(&containers[position]);
        let has_claims = candidates.iter().any(|&position| mounts(position));
        let likeliest = |position: usize| (mounts(position), is_part(position));
        candidates.sort_by_key(|&position| std::cmp::Reverse(likeliest(position)));
        let agree = |position: usize| is_part(position) && (mounts(position) || !has_claims);
        match candidates.as_slice() {
            [first, second, ..] if agree(*first) && !is_part(*second) => vec![*first],
            _ => candidates,
        }
    }
}

/// Whether a container stands beside the one that does the work, by its image or its name.
fn is_sidecar(container: &Container) -> bool {
    let reference = container.image.as_deref().unwrap_or_default();
    let path = reference.split('@').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let image = last.split(':').next().unwrap_or_default();
    IMAGES.contains(&image)
        || ENDINGS.iter().any(|ending| image.ends_with(ending))
        || NAMES.contains(&container.name.as_str())
}

/// Whether a name stands in another one between its dashes: `lobby` in `prod-lobby`.
fn is_part_of(name: &str, whole: &str) -> bool {
    !name.is_empty() && format!("-{whole}-").contains(&format!("-{name}-"))
}
