//! What keeps the Pods of a set on different nodes.

use k8s_openapi::api::core::v1::{PodAffinityTerm, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::Context;
use crate::model::{Mismatch, Operator, Requirement, Selected, Selector, SetView};
use crate::yaml::FieldPath;

/// What a set's manifest says of where its Pods may run together.
#[derive(Clone, Debug)]
pub(in crate::rules) enum Spread {
    /// Something keeps them apart, or nobody can tell from here.
    Apart,
    /// A term is meant to and does not select them.
    Missed(Miss),
    /// Nothing speaks of it.
    Nothing,
}

/// A term whose selector misses the set's own Pods.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Miss {
    /// The term's `labelSelector`.
    pub(in crate::rules) path: FieldPath,
    /// Whether it is a spread constraint; else anti-affinity.
    pub(in crate::rules) is_constraint: bool,
    /// What differs; empty where the term has no selector at all.
    pub(in crate::rules) mismatches: Vec<Mismatch>,
}

/// What one term does.
enum Effect {
    Selects,
    /// It is about other Pods on purpose, or seems so.
    Others,
    Misses(Vec<Mismatch>),
}

impl Spread {
    pub(in crate::rules) fn of(set: SetView<'_>, spec: &PodSpec, context: &Context<'_>) -> Spread {
        let pod = FieldPath::of("spec.template.spec");
        let fields = ["affinity", "topologySpreadConstraints", "hostNetwork"];
        let faulty = fields.iter().any(|&field| set.object().is_faulty(&pod.clone().key(field)));
        let labels = set.template_labels();
        if faulty || excludes_itself(spec) || labels.values().any(|value| value.contains("${")) {
            return Spread::Apart;
        }
        let mut missed = None;
        let anti = spec.affinity.as_ref().and_then(|affinity| affinity.pod_anti_affinity.as_ref());
        let at = pod.clone().key("affinity").key("podAntiAffinity");
        let (required, preferred) =
            ("requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution");
        let terms = anti.into_iter().flat_map(|anti| {
            let hard = anti.required_during_scheduling_ignored_during_execution.iter().flatten().enumerate();
            let soft = anti.preferred_during_scheduling_ignored_during_execution.iter().flatten().enumerate();
            let hard = hard.map(|(index, term)| (at.clone().key(required).index(index), term));
            let soft = soft.map(|(index, term)| {
                (at.clone().key(preferred).index(index).key("podAffinityTerm"), &term.pod_affinity_term)
            });
            hard.chain(soft)
        });
        for (path, term) in terms {
            match of_affinity(set, term, context) {
                Effect::Selects => return Spread::Apart,
                Effect::Others => {}
                Effect::Misses(mismatches) => {
                    let path = path.key("labelSelector");
                    missed = missed.or(Some(Miss { path, is_constraint: false, mismatches }));
                }
            }
        }
        for (index, constraint) in spec.topology_spread_constraints.iter().flatten().enumerate() {
            match of_selector(set, constraint.label_selector.as_ref()) {
                Effect::Selects => return Spread::Apart,
                Effect::Others => {}
                Effect::Misses(mismatches) => {
                    let path = pod.clone().key("topologySpreadConstraints").index(index).key("labelSelector");
                    missed = missed.or(Some(Miss { path, is_constraint: true, mismatches }));
                }
            }
        }
        missed.map_or(Spread::Nothing, Spread::Missed)
    }
}

/// Whether two of these Pods cannot run on one node, all of them have to, or another scheduler decides.
fn excludes_itself(spec: &PodSpec) -> bool {
    let mut ports = spec.containers.iter().flat_map(|container| container.ports.iter().flatten());
    let scheduler = spec.scheduler_name.as_deref().unwrap_or("default-scheduler");
    spec.host_network == Some(true)
        || spec.node_name.is_some()
        || scheduler != "default-scheduler"
        || ports.any(|port| port.host_port.is_some_and(|port| port > 0))
}

fn of_affinity(set: SetView<'_>, term: &PodAffinityTerm, context: &Context<'_>) -> Effect {
    let elsewhere = match (term.namespaces.as_deref().unwrap_or_default(), &term.namespace_selector) {
        ([], None) => false,
        // Namespaces are chosen by labels that were not read.
        (_, Some(_)) => return Effect::Selects,
        (names, None) => match set.namespace() {
            Some(own) => !names.iter().any(|name| name == own),
            None => return Effect::Selects,
        },
    };
    let labels = set.template_labels();
    if elsewhere || term.mismatch_label_keys.iter().flatten().any(|key| labels.contains_key(key)) {
        return Effect::Others;
    }
    match of_selector(set, term.label_selector.as_ref()) {
        Effect::Misses(mismatches) if !is_meant(set, &mismatches) => Effect::Others,
        Effect::Misses(mismatches) if selects_others(set, term.label_selector.as_ref(), &mismatches, context) => {
            Effect::Others
        }
        effect => effect,
    }
}

fn of_selector(set: SetView<'_>, selector: Option<&LabelSelector>) -> Effect {
    let selector = Selector::of_labels(selector);
    if set.selected_by(&selector) != Selected::None {
        return Effect::Selects;
    }
    let is_filled_in = |one: &Requirement| match &one.operator {
        Operator::In(values) | Operator::NotIn(values) => values.iter().any(|value| value.contains("${")),
        _ => false,
    };
    if selector.requirements().iter().any(is_filled_in) {
        return Effect::Selects;
    }
    let mismatches = set.mismatches(&selector);
    let is_missing = |one: &&Requirement| mismatches.iter().any(|mismatch| mismatch.key == one.key);
    let sure = selector.requirements().iter().filter(is_missing).all(|one| matches!(one.operator, Operator::In(_)));
    if sure { Effect::Misses(mismatches) } else { Effect::Others }
}

/// Whether what an anti-affinity asks for reads like this set's own Pods: one name is the other's beginning, or the value
/// stands under another key. An anti-affinity without a selector can be meant for nothing else.
fn is_meant(set: SetView<'_>, mismatches: &[Mismatch]) -> bool {
    let names = [Some(set.name()), set.service_name()].into_iter().flatten();
    let own: Vec<&str> = names.chain(set.template_labels().values().map(String::as_str)).collect();
    mismatches.iter().all(|mismatch| {
        let values = mismatch.wanted.iter();
        values.into_iter().any(|wanted| {
            let extends = |short: &str, long: &str| {
                !short.is_empty()
                    && long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            };
            let found = mismatch.found.as_deref().unwrap_or_default();
            own.contains(&wanted.as_str()) || extends(found, wanted) || extends(wanted, found)
        })
    })
}

/// Whether other Pods among the manifests are selected, or seem to be: then it is about them.
fn selects_others(
    set: SetView<'_>,
    selector: Option<&LabelSelector>,
    mismatches: &[Mismatch],
    context: &Context<'_>,
) -> bool {
    let selector = Selector::of_labels(selector);
    let mut sets = context.head.sets().filter(|other| other.id() != set.id());
    let wanted: Vec<&str> = mismatches.iter().flat_map(|mismatch| &mismatch.wanted).map(String::as_str).collect();
    sets.any(|other| selector.matches(other.template_labels())) || context.head.spelled_by_workload_beside(set, &wanted)
}
