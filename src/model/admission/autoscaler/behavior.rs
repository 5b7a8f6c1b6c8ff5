//! How fast an autoscaler scales (`pkg/apis/autoscaling/validation/validation.go`, validateScalingRules).

use k8s_openapi::api::autoscaling::v2::{HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscalerBehavior};

use crate::model::Quantity;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const LONGEST_WINDOW: i32 = 3600;
const LONGEST_PERIOD: i32 = 1800;
const NOT_NOTHING: &str = "must be greater than zero";
/// The first version that reads `tolerance`, with the gate HPAConfigurableTolerance on (inferred from answers).
const TOLERATES: u8 = 35;

pub(super) fn review(behavior: &HorizontalPodAutoscalerBehavior, review: &mut Review<'_>) {
    let path = FieldPath::of("spec.behavior");
    for (key, rules) in [("scaleUp", &behavior.scale_up), ("scaleDown", &behavior.scale_down)] {
        if let Some(rules) = rules {
            review_rules(rules, &path.clone().key(key), review);
        }
    }
}

fn review_rules(rules: &HPAScalingRules, path: &FieldPath, review: &mut Review<'_>) {
    let window = path.clone().key("stabilizationWindowSeconds");
    match rules.stabilization_window_seconds {
        Some(..=-1) => {
            review.invalid(window, "must be greater than or equal to zero", "a time is never negative");
        }
        Some(seconds) if seconds > LONGEST_WINDOW => {
            let detail = format!("must be less than or equal to {LONGEST_WINDOW}");
            review.invalid(window, detail, format!("{LONGEST_WINDOW} seconds are the most"));
        }
        _ => {}
    }
    const SELECT: &[&str] = &["Disabled", "Max", "Min"];
    if rules.select_policy.as_deref().is_some_and(|policy| !SELECT.contains(&policy)) {
        review.unsupported(path.clone().key("selectPolicy"), SELECT);
    }
    let policies = path.clone().key("policies");
    // Where none are written there are defaults; an empty list stays empty.
    if rules.policies.as_ref().is_some_and(Vec::is_empty) {
        review.required(policies.clone(), "must specify at least one Policy", "leave the list out, or fill it");
    }
    for (number, policy) in rules.policies.iter().flatten().enumerate() {
        review_policy(policy, &policies.clone().index(number), review);
    }
    let tolerance = rules.tolerance.as_ref().filter(|_| review.version.is_at_least(TOLERATES));
    let is_negative = |amount: Quantity| !amount.is_positive() && amount != Quantity::zero();
    if tolerance.and_then(|tolerance| Quantity::parse(&tolerance.0)).is_some_and(is_negative) {
        let detail = "must be greater than or equal to 0";
        review.invalid(path.clone().key("tolerance"), detail, "a share is never negative");
    }
}

fn review_policy(policy: &HPAScalingPolicy, path: &FieldPath, review: &mut Review<'_>) {
    const TYPES: &[&str] = &["Percent", "Pods"];
    if !TYPES.contains(&policy.type_.as_str()) {
        review.unsupported(path.clone().key("type"), TYPES);
    }
    if policy.value <= 0 {
        review.invalid(path.clone().key("value"), NOT_NOTHING, "at least 1");
    }
    let period = path.clone().key("periodSeconds");
    if policy.period_seconds <= 0 {
        review.invalid(period, NOT_NOTHING, format!("1 to {LONGEST_PERIOD} seconds"));
    } else if policy.period_seconds > LONGEST_PERIOD {
        let detail = format!("must be less than or equal to {LONGEST_PERIOD}");
        review.invalid(period, detail, format!("1 to {LONGEST_PERIOD} seconds"));
    }
}
