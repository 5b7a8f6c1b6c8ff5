//! Budgets that the API server does not take (`pkg/apis/policy/validation/validation.go`,
//! ValidatePodDisruptionBudgetSpec), whether they are new or change.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{BudgetView, is_placeholder};
use crate::yaml::FieldPath;

/// Something that makes the server refuse a budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetFault {
    /// The field, as a manifest writes it.
    pub path: FieldPath,
    /// The field that the answer names.
    pub named: FieldPath,
    /// What the server says of it.
    pub answer: String,
    /// The same in a few words, for a label.
    pub reason: &'static str,
}

impl BudgetFault {
    fn at(path: FieldPath, answer: impl Into<String>, reason: &'static str) -> BudgetFault {
        BudgetFault { named: path.clone(), path, answer: answer.into(), reason }
    }
}

const PERCENT: &str = "a valid percent string must be a numeric string followed by an ending '%'";

impl BudgetView<'_> {
    /// Why the API server refuses it; nothing when it does not, or where a value of a wrong type hides the rest.
    pub fn faults(self) -> Vec<BudgetFault> {
        let Some(spec) = self.spec() else { return Vec::new() };
        if !self.object().type_errors.is_empty() {
            return Vec::new();
        }
        let path = |key: &'static str| FieldPath::of("spec").key(key);
        let mut faults = Vec::new();
        if spec.min_available.is_some() && spec.max_unavailable.is_some() {
            faults.push(BudgetFault {
                path: path("maxUnavailable"),
                named: FieldPath::of("spec"),
                answer: "minAvailable and maxUnavailable cannot be both set".to_owned(),
                reason: "only one of the two may be set",
            });
        }
        for (key, value) in [("minAvailable", &spec.min_available), ("maxUnavailable", &spec.max_unavailable)] {
            if let Some((answer, reason)) = value.as_ref().and_then(amount_fault) {
                faults.push(BudgetFault::at(path(key), answer, reason));
            }
        }
        if let Some(policy) = &spec.unhealthy_pod_eviction_policy
            && !matches!(policy.as_str(), "AlwaysAllow" | "IfHealthyBudget")
        {
            let answer = "Unsupported value: supported values: \"AlwaysAllow\", \"IfHealthyBudget\"";
            faults.push(BudgetFault::at(path("unhealthyPodEvictionPolicy"), answer, "no such policy"));
        }
        if let Some(selector) = &spec.selector {
            faults.extend(selector_faults(selector, &path("selector")));
        }
        faults
    }
}

fn amount_fault(value: &IntOrString) -> Option<(&'static str, &'static str)> {
    match value {
        IntOrString::Int(count) if *count < 0 => {
            Some(("must be greater than or equal to 0", "a number of Pods is never negative"))
        }
        IntOrString::Int(_) => None,
        IntOrString::String(text) if is_placeholder(text) => None,
        IntOrString::String(text) => {
            let digits = text.strip_suffix('%').filter(|digits| !digits.is_empty());
            match digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
                None => Some((PERCENT, "neither a number without quotes nor a percentage")),
                Some(digits) => {
                    let over = digits.parse::<u32>().map_or(true, |percent| percent > 100);
                    over.then_some(("must not be greater than 100%", "more than all of them"))
                }
            }
        }
    }
}

fn selector_faults(selector: &LabelSelector, path: &FieldPath) -> Vec<BudgetFault> {
    let mut faults = Vec::new();
    let labels = path.clone().key("matchLabels");
    for (key, value) in selector.match_labels.iter().flatten() {
        let place = labels.clone().key(key.clone());
        if is_placeholder(key) || is_placeholder(value) {
            continue;
        }
        if !is_label_key(key) {
            let answer = "name part must consist of alphanumeric characters, '-', '_' or '.'";
            faults.push(BudgetFault { named: labels.clone(), ..BudgetFault::at(place, answer, "no valid label") });
        } else if !is_label_value(value) {
            let answer = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'";
            faults
                .push(BudgetFault { named: labels.clone(), ..BudgetFault::at(place, answer, "no valid label value") });
        }
    }
    for (number, expression) in selector.match_expressions.iter().flatten().enumerate() {
        let place = path.clone().key("matchExpressions").index(number);
        let has_values = expression.values.as_ref().is_some_and(|values| !values.is_empty());
        match expression.operator.as_str() {
            "In" | "NotIn" if !has_values => faults.push(BudgetFault::at(
                place.key("values"),
                "must be specified when `operator` is 'In' or 'NotIn'",
                "this operator needs values",
            )),
            "In" | "NotIn" => {}
            "Exists" | "DoesNotExist" if has_values => faults.push(BudgetFault::at(
                place.key("values"),
                "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                "this operator takes no values",
            )),
            "Exists" | "DoesNotExist" => {}
            _ => {
                faults.push(BudgetFault::at(place.key("operator"), "not a valid selector operator", "no such operator"))
            }
        }
    }
    faults
}

/// `apimachinery/pkg/api/validate/content/kube.go`, IsLabelValue.
fn is_label_value(value: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = value.as_bytes();
    bytes.is_empty()
        || (bytes.len() <= 63 && bytes.iter().all(|&byte| inner(byte)) && ends(bytes.first()) && ends(bytes.last()))
}

/// The same file, IsLabelKey: a name, with a DNS subdomain before it at will.
fn is_label_key(key: &str) -> bool {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let is_prefix = |prefix: &str| {
        let part = |part: &str| {
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !part.is_empty() && !part.starts_with('-') && !part.ends_with('-') && part.bytes().all(fits)
        };
        prefix.len() <= 253 && prefix.split('.').all(part)
    };
    !name.is_empty() && is_label_value(name) && prefix.is_none_or(is_prefix)
}
