//! A HorizontalPodAutoscaler of either version (`pkg/apis/autoscaling/validation/validation.go`,
//! ValidateHorizontalPodAutoscaler), after what is filled in (`pkg/apis/autoscaling/v2/defaults.go`).

mod behavior;
mod metric;

use k8s_openapi::api::autoscaling::{v1, v2};

use super::forms::flawed;
use super::metadata;
use super::name::{path_segment_flaws, subdomain_flaws};
use super::review::Review;
use crate::model::{Autoscaler, decoded, is_placeholder};
use crate::yaml::FieldPath;

/// The most slashes of a group and a version.
const SLASHES: usize = 1;
/// The first version that looks at the `apiVersion` of a target (inferred from answers).
const CHECKS_API_VERSION: u8 = 34;
/// The first version that scales to nothing, with the gate HPAScaleToZero on (inferred from answers).
const SCALES_TO_ZERO: u8 = 37;

pub(super) fn review(_: &Autoscaler, review: &mut Review<'_>) {
    let (root, object) = (review.root, review.object);
    match object.api_version.as_str() {
        "autoscaling/v1" => {
            if let Some(typed) = decoded::decoded::<v1::HorizontalPodAutoscaler>(root, &object.kind).value {
                first(&typed, review);
            }
        }
        "autoscaling/v2" => {
            if let Some(typed) = decoded::decoded::<v2::HorizontalPodAutoscaler>(root, &object.kind).value {
                second(&typed, review);
            }
        }
        _ => {}
    }
}

fn first(typed: &v1::HorizontalPodAutoscaler, review: &mut Review<'_>) {
    metadata::review(&typed.metadata, &FieldPath::of("metadata"), subdomain_flaws, review);
    let spec = &typed.spec;
    replicas(spec.min_replicas, spec.max_replicas, review);
    let target = Target {
        kind: &spec.scale_target_ref.kind,
        name: &spec.scale_target_ref.name,
        api_version: spec.scale_target_ref.api_version.as_deref().unwrap_or_default(),
    };
    scale_target(&target, review);
    // Other metrics of this version are a text in an annotation, and its own come after them.
    let annotations = typed.metadata.annotations.as_ref();
    if annotations.is_some_and(|annotations| annotations.contains_key("autoscaling.alpha.kubernetes.io/metrics")) {
        return;
    }
    if spec.target_cpu_utilization_percentage.is_some_and(|percent| percent < 1) {
        let path = FieldPath::of("spec.targetCPUUtilizationPercentage");
        review.invalid(path.clone(), "must be greater than 0", "at least 1 percent");
        review.named(&path, "spec.metrics[0].resource.target.averageUtilization");
    }
    if spec.min_replicas == Some(0) {
        no_metric_for_zero(review);
    }
}

fn second(typed: &v2::HorizontalPodAutoscaler, review: &mut Review<'_>) {
    metadata::review(&typed.metadata, &FieldPath::of("metadata"), subdomain_flaws, review);
    let spec = &typed.spec;
    replicas(spec.min_replicas, spec.max_replicas, review);
    scale_target(&Target::of(&spec.scale_target_ref), review);
    let metrics = spec.metrics.as_deref().unwrap_or_default();
    let path = FieldPath::of("spec.metrics");
    for (number, one) in metrics.iter().enumerate() {
        metric::review(one, &path.clone().index(number), review);
    }
    let may_be_other =
        |one: &v2::MetricSpec| matches!(&*one.type_, "Object" | "External") || is_placeholder(&one.type_);
    if spec.min_replicas == Some(0) && !metrics.iter().any(may_be_other) && !review.object.is_faulty(&path) {
        no_metric_for_zero(review);
    }
    if let Some(rules) = &spec.behavior {
        behavior::review(rules, review);
    }
}

fn replicas(min: Option<i32>, max: i32, review: &mut Review<'_>) {
    let (min_path, max_path) = (FieldPath::of("spec.minReplicas"), FieldPath::of("spec.maxReplicas"));
    let lowest = i32::from(!review.version.is_at_least(SCALES_TO_ZERO));
    let min = min.unwrap_or(1);
    if min < lowest {
        let detail = format!("must be greater than or equal to {lowest}");
        review.invalid(min_path.clone(), detail, format!("{lowest} is the fewest"));
    }
    match max {
        0 if review.root.at(&max_path).is_none_or(|node| node.text() != "0") => {
            review.required(max_path.clone(), "must be set and greater than 0", "");
        }
        ..=0 => {
            // Only the words changed (inferred from answers).
            let detail = match review.version.is_at_least(36) {
                true => "must be greater than or equal to 1",
                false => "must be greater than 0",
            };
            review.invalid(max_path.clone(), detail, "1 is the fewest");
        }
        _ => {}
    }
    if max < min && !review.object.is_faulty(&min_path) {
        review.invalid(
            max_path,
            "must be greater than or equal to `minReplicas`",
            format!("fewer than the {min} of `minReplicas`"),
        );
    }
}

/// What is said of `spec.metrics` where only the usual ones are there; the number is what asks for another one.
fn no_metric_for_zero(review: &mut Review<'_>) {
    let path = FieldPath::of("spec.minReplicas");
    let detail = "must specify at least one Object or External metric to support scaling to zero replicas";
    review.forbidden(path.clone(), detail, "0 needs an Object or External metric");
    review.named(&path, "spec.metrics");
}

/// What something refers to.
struct Target<'t> {
    kind: &'t str,
    name: &'t str,
    api_version: &'t str,
}

impl<'t> Target<'t> {
    fn of(reference: &'t v2::CrossVersionObjectReference) -> Target<'t> {
        let api_version = reference.api_version.as_deref().unwrap_or_default();
        Target { kind: &reference.kind, name: &reference.name, api_version }
    }
}

fn scale_target(target: &Target<'_>, review: &mut Review<'_>) {
    let path = FieldPath::of("spec.scaleTargetRef");
    let may_lack_group =
        review.is_open(&path.clone().key("kind"), target.kind) || target.kind == "ReplicationController";
    reference(target, &path, may_lack_group, review);
}

/// ValidateCrossVersionObjectReference.
fn reference(target: &Target<'_>, path: &FieldPath, may_lack_group: bool, review: &mut Review<'_>) {
    for (key, text) in [("kind", target.kind), ("name", target.name)] {
        match text {
            "" => {
                review.required(path.clone().key(key), "", "");
            }
            text => flawed(&path.clone().key(key), path_segment_flaws(text), review),
        }
    }
    if !review.version.is_at_least(CHECKS_API_VERSION) {
        return;
    }
    let place = path.clone().key("apiVersion");
    let group = target.api_version.split_once('/').map_or("", |(group, _)| group);
    if target.api_version != "/" && target.api_version.matches('/').count() > SLASHES {
        let detail = format!("unexpected GroupVersion string: {}", target.api_version);
        review.invalid(place, detail, "more than one `/`");
    } else if group.is_empty() && !may_lack_group {
        let reason =
            if target.api_version.is_empty() { "missing: for a set `apps/v1`" } else { "no API group before a `/`" };
        review.invalid(place, "apiVersion must specify API group", reason);
    }
}
