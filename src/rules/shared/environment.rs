//! What a container's environment defines, as the kubelet makes it.
//!
//! Source: kubernetes/kubernetes `pkg/kubelet/kubelet_pods.go` (`makeEnvironmentVariables`),
//! `pkg/kubelet/container/helpers.go`.

use k8s_openapi::api::core::v1::{Container, EnvVar};

use super::Context;
use crate::model::SetView;
use crate::yaml::FieldPath;

/// The environment of one container, as far as the input tells it.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Environment<'a> {
    entries: &'a [EnvVar],
    /// Names that read ConfigMaps give it.
    given: Vec<String>,
    /// Prefixes of what Secrets, and ConfigMaps that were not read, give it.
    hidden: Vec<&'a str>,
    /// Whether Services of the namespace give it variables.
    links: bool,
    /// Whether its list could not be read, or holds names that somebody fills in later.
    unsure: bool,
}

/// Whether a name is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Defined {
    Yes,
    /// Something that was not read may define it.
    Maybe,
    No,
}

impl<'a> Environment<'a> {
    /// Reads it; `path` is the container.
    pub(in crate::rules) fn of(
        set: SetView<'a>,
        container: &'a Container,
        path: &FieldPath,
        context: &Context<'a>,
    ) -> Environment<'a> {
        let (maps, _) = set.config_maps();
        let (mut given, mut hidden) = (Vec::new(), Vec::new());
        for from in container.env_from.iter().flatten() {
            let prefix = from.prefix.as_deref().unwrap_or_default();
            let name = from.config_map_ref.as_ref().map(|reference| reference.name.as_str());
            let map = maps.iter().find(|map| Some(map.object.name.as_str()) == name);
            match map {
                // What a kustomization merges into it was not seen.
                Some(map) if !context.head.gathers_unread(set.id()) => {
                    let keys = map.content.data.iter().flatten().map(|(key, _)| format!("{prefix}{key}"));
                    given.extend(keys);
                }
                _ => hidden.push(prefix),
            }
        }
        let entries = container.env.as_deref().unwrap_or_default();
        let faulty = ["env", "envFrom"].iter().any(|&key| set.object().is_faulty(&path.clone().key(key)));
        let filled_in = |entry: &EnvVar| entry.name.contains(['$', '{']);
        let unsure = faulty || entries.iter().any(filled_in) || hidden.iter().any(|prefix| prefix.contains('$'));
        let links = set.pod_spec().and_then(|spec| spec.enable_service_links).unwrap_or(true);
        Environment { entries, given, hidden, links, unsure }
    }

    /// Its `env` list.
    pub(in crate::rules) fn entries(&self) -> &'a [EnvVar] {
        self.entries
    }

    /// For commands, arguments and `subPathExpr`: the whole environment counts.
    pub(in crate::rules) fn defines(&self, name: &str) -> Defined {
        self.defines_before(name, self.entries.len())
    }

    /// For the value of the entry at this position: of `env`, only what stands above it counts.
    pub(in crate::rules) fn defines_before(&self, name: &str, position: usize) -> Defined {
        if self.entries[..position].iter().any(|entry| entry.name == name)
            || self.given.iter().any(|given| given == name)
            || is_of_service(name.strip_prefix("KUBERNETES"))
        {
            return Defined::Yes;
        }
        let may_be_hidden = self.hidden.iter().any(|prefix| name.starts_with(prefix));
        let may_be_link =
            self.links && name.char_indices().any(|(at, next)| next == '_' && is_of_service(name.get(at..)));
        if self.unsure || may_be_hidden || may_be_link { Defined::Maybe } else { Defined::No }
    }

    /// Whether an entry below this position defines the name.
    pub(in crate::rules) fn defines_below(&self, name: &str, position: usize) -> bool {
        self.entries.iter().skip(position + 1).any(|entry| entry.name == name)
    }

    /// The entry that holds this field of the Pod.
    pub(in crate::rules) fn reading(&self, field: &str) -> Option<&'a EnvVar> {
        self.entries.iter().find(|entry| {
            let reference = entry.value_from.as_ref().and_then(|from| from.field_ref.as_ref());
            reference.is_some_and(|reference| reference.field_path == field)
        })
    }

    /// Whether nothing can be said of it.
    pub(in crate::rules) fn is_unsure(&self) -> bool {
        self.unsure
    }
}

/// The field of the Pod that a variable of this name is meant to hold.
pub(in crate::rules) fn field_of(name: &str) -> Option<&'static str> {
    let bare = ["MY_", "K8S_", "KUBE_", "KUBERNETES_"].iter().find_map(|prefix| name.strip_prefix(prefix));
    Some(match bare.unwrap_or(name) {
        "POD_NAME" | "HOSTNAME" => "metadata.name",
        "NAMESPACE" | "POD_NAMESPACE" => "metadata.namespace",
        "POD_IP" => "status.podIP",
        "POD_UID" => "metadata.uid",
        "POD_INDEX" | "POD_ORDINAL" => "metadata.labels['apps.kubernetes.io/pod-index']",
        "NODE_NAME" => "spec.nodeName",
        "NODE_IP" | "HOST_IP" => "status.hostIP",
        "SERVICE_ACCOUNT" | "POD_SERVICE_ACCOUNT" => "spec.serviceAccountName",
        _ => return None,
    })
}

/// Whether this is how the name of a variable ends that a Service gives, after the Service's own name.
fn is_of_service(rest: Option<&str>) -> bool {
    let Some(rest) = rest else { return false };
    let port = |rest: &str| {
        let digits = rest.trim_start_matches(|next: char| next.is_ascii_digit());
        digits.len() < rest.len() && ["_TCP", "_UDP", "_SCTP"].iter().any(|protocol| digits.starts_with(protocol))
    };
    matches!(rest, "_SERVICE_HOST" | "_SERVICE_PORT" | "_PORT")
        || rest.starts_with("_SERVICE_PORT_")
        || rest.strip_prefix("_PORT_").is_some_and(port)
}

#[cfg(test)]
mod tests {
    use super::is_of_service;

    #[test]
    fn service_variables_are_told_by_their_ends() {
        for rest in ["_SERVICE_HOST", "_SERVICE_PORT", "_SERVICE_PORT_HTTPS", "_PORT", "_PORT_443_TCP_ADDR"] {
            assert!(is_of_service(Some(rest)), "{rest}");
        }
        for rest in ["", "_HOST", "_PORTS", "_PORT_X", "_PORT_443", "SERVICE_HOST"] {
            assert!(!is_of_service(Some(rest)), "{rest}");
        }
        assert!(!is_of_service(None));
    }
}
