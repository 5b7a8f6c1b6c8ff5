//! Tolerations (`pkg/apis/core/validation/validation.go`, ValidateTolerations).

use k8s_openapi::api::core::v1::Toleration;

use crate::model::admission::forms::{below, flawed, flawed_as};
use crate::model::admission::name::{label_key_flaws, label_value_flaws};
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];

pub(super) fn review(tolerations: &[Toleration], path: &FieldPath, review: &mut Review<'_>) {
    for (number, toleration) in tolerations.iter().enumerate() {
        one(toleration, &path.clone().index(number), review);
    }
}

fn one(toleration: &Toleration, path: &FieldPath, review: &mut Review<'_>) {
    let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    let (key, operator) = (text(&toleration.key), text(&toleration.operator));
    let (value, effect) = (text(&toleration.value), text(&toleration.effect));
    let (at_key, at_operator) = (below(path, "key"), below(path, "operator"));
    let (at_value, at_effect) = (below(path, "value"), below(path, "effect"));
    if !key.is_empty() {
        flawed(&at_key, label_key_flaws(&key), review);
    }
    if key.is_empty() && operator != "Exists" && !review.is_unknowable(&at_key) {
        let detail = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
        review.invalid(at_operator.clone(), detail, "without a key only `Exists` will do");
    }
    if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
        let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        review.invalid(at_effect.clone(), detail, "`tolerationSeconds` needs `NoExecute`");
    }
    match operator.as_str() {
        // What the server says of the value it says at the operator.
        "" | "Equal" if !review.is_unknowable(&at_operator) => {
            flawed_as(&at_value, &at_operator.to_string(), label_value_flaws(&value), review);
        }
        "" | "Equal" => {}
        "Exists" if value.is_empty() || review.is_unknowable(&at_value) => {}
        "Exists" => {
            let detail = "value must be empty when `operator` is 'Exists'";
            review
                .invalid(at_value.clone(), detail, "`Exists` takes no value")
                .named(&at_value, at_operator.to_string());
        }
        // `Lt` and `Gt` need a feature gate that is off.
        _ => {
            review.unsupported(at_operator, &["Equal", "Exists"]);
        }
    }
    if !effect.is_empty() && !EFFECTS.contains(&effect.as_str()) {
        review.unsupported(at_effect, EFFECTS);
    }
}
