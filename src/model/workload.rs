//! Workloads other than StatefulSets: Pods that a budget may select beside those of a set.

use std::collections::HashMap;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::unread::is_possible;
use super::{BudgetView, Class, Inventory, Labels, Nearness, Operator, Origin, Selector, Typed};
use crate::yaml::Node;

/// A workload that makes Pods, reduced to what a budget asks of it.
#[derive(Clone, Debug)]
pub(super) struct Workload {
    kind: String,
    name: String,
    namespace: Option<String>,
    labels: Labels,
    origin: Arc<Origin>,
    pods: OtherPods,
}

/// Pods of a workload that is no StatefulSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherPods {
    /// `replicas` of their owner; `None` where nobody knows (a DaemonSet, an autoscaler, a field of a wrong type).
    pub replicas: Option<i64>,
    /// Whether an owner with a known scale counts for them.
    pub owned: bool,
}

/// All of them that some budget may select, by each of their labels.
#[derive(Debug, Default)]
pub(super) struct Workloads {
    all: Vec<Workload>,
    by_label: HashMap<(String, String), Vec<usize>>,
}

/// The kinds, and whether they own their Pods.
fn owns_pods(kind: &str, group: &str) -> Option<bool> {
    match (kind, group) {
        ("Pod", "") => Some(false),
        ("ReplicationController", "") => Some(true),
        ("Deployment" | "ReplicaSet" | "DaemonSet", "apps") | ("Rollout", "argoproj.io") => Some(true),
        _ => None,
    }
}

/// Reads a workload, or those in a list. What has an owner is counted with its owner, a Pod of a set among them.
fn read(root: Node<'_>, origin: &Arc<Origin>, found: &mut Vec<Workload>, depth: usize) {
    let text = |node: Node<'_>, key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    let kind = text(root, "kind");
    if kind.ends_with("List") && depth < 8 {
        return root
            .get("items")
            .into_iter()
            .flat_map(Node::items)
            .for_each(|item| read(item, origin, found, depth + 1));
    }
    let api_version = text(root, "apiVersion");
    let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
    let Some(owned) = owns_pods(&kind, group) else { return };
    let Some(metadata) = root.get("metadata") else { return };
    if metadata.get("ownerReferences").is_some_and(|owners| owners.items().next().is_some()) {
        return;
    }
    let spec = root.get("spec");
    let template = || spec.and_then(|spec| spec.get("template")).and_then(|template| template.get("metadata"));
    let labelled = if owned { template() } else { Some(metadata) };
    let labels = labelled.and_then(|metadata| metadata.get("labels")).map(Node::entries).unwrap_or_default();
    let replicas = match kind.as_str() {
        "Pod" => Some(1),
        "DaemonSet" => None,
        _ => spec.and_then(|spec| spec.get("replicas")).map_or(Some(1), Node::as_i64),
    };
    found.push(Workload {
        name: text(metadata, "name"),
        namespace: Some(text(metadata, "namespace")).filter(|name| !name.is_empty()),
        labels: labels.iter().map(|(key, value)| (key.text().to_owned(), value.text().to_owned())).collect(),
        origin: origin.clone(),
        pods: OtherPods { replicas, owned },
        kind,
    });
}

/// A label that everything selected has; the first one where there are several.
fn demanded(selector: &Selector) -> Option<(&str, &str)> {
    selector.requirements().iter().find_map(|one| match &one.operator {
        Operator::In(values) if values.len() == 1 => Some((one.key.as_str(), values[0].as_str())),
        _ => None,
    })
}

impl Inventory {
    /// Pods of other workloads that a budget selects and that lie at least as near to it as the sets that it selects.
    pub fn other_pods_selected_by(&self, budget: BudgetView<'_>) -> Vec<OtherPods> {
        let selector = budget.selector();
        let object = budget.object();
        let origin = self.origin_of(object.id);
        let workloads = self.workloads.get_or_init(|| self.read_workloads());
        let candidates: Box<dyn Iterator<Item = &Workload>> = match demanded(&selector) {
            Some((key, value)) => {
                let numbers = workloads.by_label.get(&(key.to_owned(), value.to_owned()));
                Box::new(numbers.into_iter().flatten().map(|&number| &workloads.all[number]))
            }
            None => Box::new(workloads.all.iter()),
        };
        // The file itself is no nearer than its folder here, and all of the sets are equally near.
        let folder = Nearness::gathered(origin.directory.len());
        let sets = self.sets_selected_by(budget);
        let nearest = sets.first().and_then(|(set, _)| self.nearness(object.id, set.id()));
        let enough = nearest.map_or(folder, |nearness| nearness.min(folder));
        let selected = candidates.filter(|workload| {
            let (ours, theirs) = (&object.namespace, &workload.namespace);
            (ours.is_none() || theirs.is_none() || ours == theirs)
                && selector.matches(&workload.labels)
                && self.scopes.nearness(origin, &workload.origin) >= Some(enough)
        });
        selected.map(|workload| self.scaled(workload)).collect()
    }

    /// The Pods of a workload; how many they are is anybody's guess where an autoscaler or a kustomization decides it.
    fn scaled(&self, workload: &Workload) -> OtherPods {
        let autoscalers = self.autoscalers_by_target.get(&workload.name).into_iter().flatten();
        let mut targets = autoscalers.filter_map(|&id| match &self.object(id).typed {
            Typed::Autoscaler(autoscaler) => Some((id, autoscaler)),
            _ => None,
        });
        let scales = targets.any(|(id, autoscaler)| {
            autoscaler.target_kind == workload.kind
                && self.scopes.nearness(self.origin_of(id), &workload.origin).is_some()
        });
        let patched = self.scopes.sets_replicas(&workload.origin, &workload.name);
        let replicas = workload.pods.replicas.filter(|_| !scales && !patched);
        OtherPods { replicas, ..workload.pods.clone() }
    }

    /// Parses those whose text holds a value that some budget demands; all of them, where a budget demands none.
    fn read_workloads(&self) -> Workloads {
        let selectors = self.of_class(Class::Budget).iter().filter_map(|&id| self.budget(id));
        let selectors: Vec<Selector> = selectors.map(BudgetView::selector).collect();
        let values: Option<Vec<&str>> = selectors
            .iter()
            .filter(|selector| **selector != Selector::Nothing)
            .map(|selector| demanded(selector).map(|(_, value)| value))
            .collect();
        let any_value =
            values.and_then(|values| AhoCorasick::new(values.into_iter().filter(|value| is_possible(value))).ok());
        let may_be_selected = |text: &str| any_value.as_ref().is_none_or(|any| any.is_match(text));
        let mut workloads = Workloads::default();
        let texts = self.deferred.iter().filter(|one| one.kind != "ConfigMap" && may_be_selected(one.text()));
        for deferred in texts {
            let document = deferred.parse();
            if let Some(root) = document.root() {
                read(root, &deferred.origin, &mut workloads.all, 0);
            }
        }
        for (_, placed) in self.documents() {
            let root = placed.document.root();
            if let Some(root) = root.filter(|root| root.get("kind").is_some_and(|kind| kind.text().ends_with("List"))) {
                read(root, &placed.origin, &mut workloads.all, 0);
            }
        }
        for (number, workload) in workloads.all.iter_mut().enumerate() {
            if let Some(namespace) = self.scopes.namespace_of(&workload.origin) {
                workload.namespace = Some(namespace.to_owned());
            }
            for (key, value) in &workload.labels {
                workloads.by_label.entry((key.clone(), value.clone())).or_default().push(number);
            }
        }
        workloads
    }
}
