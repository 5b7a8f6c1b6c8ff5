//! `service-selector-mismatch`: the governing Service does not select the set's Pods.

use serde_json::{Map, Value, json};

use super::shared::{propose, refused, wording};
use super::{Case, Check, Context, Dependence, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::{
    Governing, Mismatch, Operator, POD_INDEX, POD_NAME, Replicas, Selected, Selector, ServiceView, SetView,
};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "service-selector-mismatch",
    summary: "The governing Service selects none of the set's Pods",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Governing::Service(service) = context.head.governing_service(set) else { return };
    let selector_path = FieldPath::of("spec.selector");
    let labels_path = FieldPath::of("spec.template.metadata.labels");
    let is_faulty = service.object().is_faulty(&selector_path) || set.object().is_faulty(&labels_path);
    // An alias ignores its selector: that is another rule's finding.
    if is_faulty || service.is_external_name() {
        return;
    }
    let selector = service.selector();
    if set.selected_by(&selector) != Selected::None {
        return;
    }
    if refused::is_refused(service.object(), &selector_path, context) {
        return;
    }
    let name = &service.object().name;
    let dependence = Dependence::of(set, Some(name), context);
    let severity = dependence.severity(Case::Wrong);
    let id = service.object().id;
    let finding = if selector == Selector::Nothing {
        let message = format!(
            "Service `{name}`, which governs {}, has no selector: Kubernetes publishes none of its Pods",
            wording::set(set)
        );
        Finding::new(severity, message, Place::key(id, FieldPath::of("spec")), "no selector here")
            .note("fine where a controller of its own (Patroni, for one) writes the endpoints of this Service.")
    } else {
        let mismatches = set.mismatches(&selector);
        let message = format!(
            "Service `{name}`, which governs {}, selects none of its Pods: none of their names resolve",
            wording::set(set)
        );
        let Some((first, rest)) = mismatches.split_first() else {
            // The labels agree, and what picks single Pods picks none. A set that is scaled to nothing has none to pick.
            if set.replicas() == Replicas::Fixed(0) {
                return;
            }
            return findings.push(of_no_pod(set, service, severity, message));
        };
        let place = Place::value(id, selector_path.clone().key(first.key.clone()));
        let mut finding = Finding::new(severity, message, place, wants(first));
        for mismatch in rest {
            finding =
                finding.related(Place::value(id, selector_path.clone().key(mismatch.key.clone())), wants(mismatch));
        }
        for mismatch in &mismatches {
            finding = match &mismatch.found {
                Some(value) => {
                    let place = Place::value(set.id(), labels_path.clone().key(mismatch.key.clone()));
                    finding.related(place, format!("the Pods have `{value}`"))
                }
                None => {
                    let place = Place::key(set.id(), labels_path.clone().key(mismatch.key.clone()));
                    finding.related(place, format!("the Pods have no label `{}`", mismatch.key))
                }
            };
        }
        finding
    };
    let finding = finding
        .about(set.id())
        .related(Place::value(set.id(), FieldPath::of("spec.serviceName")), "the set is governed by it");
    let own = Selector::of_labels(Some(&set.spec().selector));
    let shared = context.head.sets_governed_by(id).any(|other| other.selected_by(&selector) != Selected::None);
    let finding = if shared {
        finding.advise(format!(
            "Service `{name}` selects the Pods of another set that it governs too: give both Pods a label in common and \
             select by that, or let a headless Service of its own govern {}",
            wording::set(set)
        ))
    } else if own.matches(set.template_labels()) {
        finding.propose(
            format!("select the Pods of {}, below `spec` of Service `{name}`:", wording::set(set)),
            Proposal::Set { object: id, path: selector_path, value: propose::selector_labels(set) },
        )
    } else {
        // The set's own selector misses its Pods too: the labels are what is wrong, and no server takes such a set.
        let labels: Map<String, Value> =
            set.template_labels().iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        let wanted = own.requirements().iter().filter_map(|one| match &one.operator {
            Operator::In(values) if values.len() == 1 => Some((one.key.clone(), json!(values[0]))),
            _ => None,
        });
        let value = labels.into_iter().chain(wanted).collect();
        finding
            .related(Place::key(set.id(), FieldPath::of("spec.selector")), "the set's own selector misses its Pods too")
            .propose(
                format!("give the Pods of {} the labels that its own selector wants:", wording::set(set)),
                Proposal::Set { object: set.id(), path: labels_path, value: Value::Object(value) },
            )
            .note("the API server refuses a set whose selector does not match the labels of its template.")
    };
    let finding = finding.note(
        "a Pod's name is published only under a Service that selects the Pod; with a selector that matches nothing the \
         Service's own name does not resolve either.",
    );
    findings.push(finding);
}

/// A selector by names or numbers of Pods that the set does not have.
fn of_no_pod(set: SetView<'_>, service: ServiceView<'_>, severity: Severity, message: String) -> Finding {
    let path = FieldPath::of("spec.selector");
    let id = service.object().id;
    let selector = service.selector();
    let by_pod = selector.requirements().iter().find(|one| matches!(one.key.as_str(), POD_NAME | POD_INDEX));
    let place = Place::value(id, by_pod.map_or(path.clone(), |one| path.clone().key(one.key.clone())));
    let first = set.first_ordinal();
    let label = match set.replicas() {
        Replicas::Fixed(1) => format!("the only Pod is `{}-{first}`", set.name()),
        Replicas::Fixed(count) => {
            format!("the Pods are `{name}-{first}` to `{name}-{}`", first.saturating_add(count - 1), name = set.name())
        }
        _ => "no Pod of the set has this".to_owned(),
    };
    Finding::new(severity, message, place, label)
        .about(set.id())
        .related(Place::value(set.id(), FieldPath::of("spec.serviceName")), "the set is governed by it")
        .propose(
            format!("select all Pods of {}, below `spec` of Service `{}`:", wording::set(set), service.object().name),
            Proposal::Set { object: id, path, value: propose::selector_labels(set) },
        )
        .note("the controller gives each Pod its name and its number as labels; a Service publishes only Pods that it selects.")
}

fn wants(mismatch: &Mismatch) -> String {
    match mismatch.wanted.as_slice() {
        [] => format!("asks for another `{}`", mismatch.key),
        [one] => format!("wants `{}: {one}`", mismatch.key),
        _ => format!("wants one of other values of `{}`", mismatch.key),
    }
}
