//! What an autoscaler scales by (`pkg/apis/autoscaling/validation/validation.go`, validateMetricSpec).

use k8s_openapi::api::autoscaling::v2::{
    ContainerResourceMetricSource, ExternalMetricSource, MetricSpec, MetricTarget, ObjectMetricSource,
    PodsMetricSource, ResourceMetricSource,
};
use k8s_openapi::apimachinery::pkg::api::resource;

use super::{Target, reference};
use crate::model::Quantity;
use crate::model::admission::forms::flawed;
use crate::model::admission::name::{label_flaws, label_key_flaws, path_segment_flaws};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

/// The types with their fields, in the order of the server's list.
const TYPES: [(&str, &str); 5] = [
    ("ContainerResource", "containerResource"),
    ("External", "external"),
    ("Object", "object"),
    ("Pods", "pods"),
    ("Resource", "resource"),
];

pub(super) fn review(metric: &MetricSpec, path: &FieldPath, review: &mut Review<'_>) {
    // The first one that is there is looked into.
    let mut present = Vec::new();
    if let Some(source) = &metric.object {
        of_object(source, &path.clone().key("object"), review);
        present.push("object");
    }
    if let Some(source) = &metric.external {
        if present.is_empty() {
            external(source, &path.clone().key("external"), review);
        }
        present.push("external");
    }
    if let Some(source) = &metric.pods {
        if present.is_empty() {
            pods(source, &path.clone().key("pods"), review);
        }
        present.push("pods");
    }
    if let Some(source) = &metric.resource {
        if present.is_empty() {
            of_resource(source, &path.clone().key("resource"), review);
        }
        present.push("resource");
    }
    if let Some(source) = &metric.container_resource {
        if present.is_empty() {
            container(source, &path.clone().key("containerResource"), review);
        }
        present.push("containerResource");
    }
    let place = path.clone().key("type");
    if review.is_open(&place, &metric.type_) {
        return;
    }
    let expected = TYPES.iter().find(|(name, _)| *name == metric.type_).map(|&(_, field)| field);
    match expected {
        None if metric.type_.is_empty() => {
            review.required(place, "must specify a metric source type", "");
        }
        None => {
            review.unsupported(place, &TYPES.map(|(name, _)| name));
        }
        Some(field) if !present.contains(&field) => {
            let detail = "must populate information for the given metric source";
            review.required(path.clone().key(field), detail, "the type says so");
        }
        Some(_) => {}
    }
    if present.len() > 1 {
        for field in present.into_iter().filter(|field| Some(*field) != expected) {
            let place = path.clone().key(field);
            review.forbidden(place, "must populate the given metric source only", "not of this type");
        }
    }
}

fn of_object(source: &ObjectMetricSource, path: &FieldPath, review: &mut Review<'_>) {
    reference(&Target::of(&source.described_object), &path.clone().key("describedObject"), true, review);
    identifier(&source.metric.name, path, review);
    let place = target(&source.target, path, review);
    if source.target.value.is_none() && source.target.average_value.is_none() {
        let detail = "must set either a target value or averageValue";
        review.required(place.key("averageValue"), detail, "this or `value`");
    }
}

fn external(source: &ExternalMetricSource, path: &FieldPath, review: &mut Review<'_>) {
    identifier(&source.metric.name, path, review);
    let place = target(&source.target, path, review);
    match (&source.target.value, &source.target.average_value) {
        (None, None) => {
            let detail = "must set either a target value for metric or a per-pod target";
            review.required(place.key("averageValue"), detail, "this or `value`");
        }
        (Some(_), Some(_)) => {
            let detail = "may not set both a target value for metric and a per-pod target";
            review.forbidden(place.key("value"), detail, "this or `averageValue`");
        }
        _ => {}
    }
}

fn pods(source: &PodsMetricSource, path: &FieldPath, review: &mut Review<'_>) {
    identifier(&source.metric.name, path, review);
    let place = target(&source.target, path, review);
    if source.target.average_value.is_none() {
        let detail = "must specify a positive target averageValue";
        review.required(place.key("averageValue"), detail, "");
    }
}

fn of_resource(source: &ResourceMetricSource, path: &FieldPath, review: &mut Review<'_>) {
    if source.name.is_empty() {
        review.required(path.clone().key("name"), "must specify a resource name", "");
    }
    used(&source.target, path, review);
}

fn container(source: &ContainerResourceMetricSource, path: &FieldPath, review: &mut Review<'_>) {
    let place = path.clone().key("name");
    if source.name.is_empty() {
        review.required(place, "must specify a resource name", "");
    } else {
        resource_name(&source.name, &place, review);
    }
    let place = path.clone().key("container");
    if source.container.is_empty() {
        review.required(place, "must specify a container", "");
    } else {
        flawed(&place, label_flaws(&source.container), review);
    }
    used(&source.target, path, review);
}

/// ValidateContainerResourceName.
fn resource_name(name: &str, path: &FieldPath, review: &mut Review<'_>) {
    let flaws = label_key_flaws(name);
    let is_qualified = flaws.is_empty();
    flawed(path, flaws, review);
    if !name.contains('/') {
        if !matches!(name, "cpu" | "memory" | "ephemeral-storage") && !name.starts_with("hugepages-") {
            let detail = "must be a standard resource for containers";
            review.invalid(path.clone(), detail, "no resource of containers");
        }
    } else if !name.contains("kubernetes.io/")
        && (name.starts_with("requests.") || (is_qualified && !label_key_flaws(&format!("requests.{name}")).is_empty()))
    {
        let detail = "doesn't follow extended resource name standard";
        review.invalid(path.clone(), detail, "no name of an extended resource");
    }
}

/// The target of what is used of a resource.
fn used(wanted: &MetricTarget, path: &FieldPath, review: &mut Review<'_>) {
    let place = target(wanted, path, review);
    match (wanted.average_utilization, &wanted.average_value) {
        (None, None) => {
            let detail = "must set either a target raw value or a target utilization";
            review.required(place.key("averageUtilization"), detail, "this or `averageValue`");
        }
        (Some(_), Some(_)) => {
            let detail = "may not set both a target raw value and a target utilization";
            review.forbidden(place.key("averageValue"), detail, "this or `averageUtilization`");
        }
        _ => {}
    }
}

/// validateMetricIdentifier.
fn identifier(name: &str, path: &FieldPath, review: &mut Review<'_>) {
    let place = path.clone().key("metric").key("name");
    if name.is_empty() {
        review.required(place, "must specify a metric name", "");
    } else {
        flawed(&place, path_segment_flaws(name), review);
    }
}

/// validateMetricTarget; returns where the target is.
fn target(target: &MetricTarget, path: &FieldPath, review: &mut Review<'_>) -> FieldPath {
    let path = path.clone().key("target");
    let place = path.clone().key("type");
    match target.type_.as_str() {
        "Utilization" | "Value" | "AverageValue" => {}
        "" => {
            review.required(place, "must specify a metric target type", "");
        }
        _ => {
            let detail = "must be either Utilization, Value, or AverageValue";
            review.invalid(place, detail, "only `Utilization`, `Value` or `AverageValue` will do");
        }
    }
    let is_nothing = |amount: &Option<resource::Quantity>| {
        amount.as_ref().and_then(|amount| Quantity::parse(&amount.0)).is_some_and(|amount| !amount.is_positive())
    };
    for (key, amount) in [("value", &target.value), ("averageValue", &target.average_value)] {
        if is_nothing(amount) {
            review.invalid(path.clone().key(key), "must be positive", "more than 0");
        }
    }
    if target.average_utilization.is_some_and(|percent| percent < 1) {
        let place = path.clone().key("averageUtilization");
        review.invalid(place, "must be greater than 0", "at least 1 percent");
    }
    path
}
