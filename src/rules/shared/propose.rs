//! Objects that findings propose.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::model::{Operator, Selector, SetView};

/// The headless Service that would govern this set under this name.
///
/// It publishes addresses before readiness when `peers` must find each other to become ready.
pub(in crate::rules) fn governing_service(set: SetView<'_>, name: &str, peers: bool) -> Value {
    let mut metadata = Map::new();
    metadata.insert("name".to_owned(), json!(name));
    if let Some(namespace) = set.namespace() {
        metadata.insert("namespace".to_owned(), json!(namespace));
    }
    let mut spec = Map::new();
    spec.insert("clusterIP".to_owned(), json!("None"));
    if peers {
        spec.insert("publishNotReadyAddresses".to_owned(), json!(true));
    }
    spec.insert("selector".to_owned(), selector_labels(set));
    let ports = ports(set);
    if !ports.is_empty() {
        spec.insert("ports".to_owned(), Value::Array(ports));
    }
    json!({ "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec })
}

/// The labels by which a Service picks exactly this set's Pods: those its own selector demands, else all of the
/// template's.
pub(in crate::rules) fn selector_labels(set: SetView<'_>) -> Value {
    let labels = set.template_labels();
    let selector = Selector::of_labels(Some(&set.spec().selector));
    let mut chosen = Map::new();
    for requirement in selector.requirements() {
        let demands_value = matches!(requirement.operator, Operator::In(_));
        if let (true, Some(value)) = (demands_value, labels.get(&requirement.key)) {
            chosen.insert(requirement.key.clone(), json!(value));
        }
    }
    if chosen.is_empty() {
        chosen = labels.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    }
    Value::Object(chosen)
}

/// The ports of all containers as a Service lists them: each number once, named, since there may be several.
fn ports(set: SetView<'_>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let mut names = BTreeSet::new();
    let mut ports = Vec::new();
    for port in set.containers().iter().flat_map(|container| container.ports.iter().flatten()) {
        let protocol = port.protocol.as_deref().unwrap_or("TCP");
        if !seen.insert((port.container_port, protocol.to_owned())) {
            continue;
        }
        let number = port.container_port;
        let name = port.name.clone().filter(|name| !names.contains(name));
        let name = name.unwrap_or_else(|| format!("{}-{number}", protocol.to_ascii_lowercase()));
        names.insert(name.clone());
        let mut entry = Map::new();
        entry.insert("name".to_owned(), json!(name));
        entry.insert("port".to_owned(), json!(number));
        if protocol != "TCP" {
            entry.insert("protocol".to_owned(), json!(protocol));
        }
        ports.push(Value::Object(entry));
    }
    ports
}
