//! Label selectors, evaluated as the API machinery does.
//!
//! Source: kubernetes/apimachinery `pkg/labels/selector.go`, `pkg/apis/meta/v1/helpers.go`; a null selector matches
//! nothing, an empty one everything (kubernetes/api `policy/v1/types.go`, measured on 1.37.1). A Service is different:
//! without a selector, null or empty, no endpoints are managed for it (kubernetes/api `core/v1/types.go`).

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// Labels of an object.
pub type Labels = BTreeMap<String, String>;

/// A selector whose form no longer matters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Selector {
    /// Matches no object: null, or a Service without a selector.
    Nothing,
    /// All of these must hold; an empty list matches everything.
    All(Vec<Requirement>),
}

/// One condition on one label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// What must hold for its value.
    pub operator: Operator,
}

/// What a [`Requirement`] asks of a label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// The label is there, with one of these values.
    In(Vec<String>),
    /// The label is absent, or has none of these values.
    NotIn(Vec<String>),
    /// The label is there.
    Exists,
    /// The label is absent.
    DoesNotExist,
    /// An operator that the API server refuses; matches nothing.
    Unknown(String),
    /// Overlays give this label to the selector and to the Pods that they build with it: the label has the value that is
    /// written, or one that it is given.
    Given {
        /// What the selector is written with.
        written: String,
        /// What overlays put in its place.
        given: Vec<String>,
        /// Whether nothing else is ever built of it than with the one value that is given.
        always: bool,
    },
    /// Nobody knows yet: its value is filled in later, or an overlay in the input changes it. Excludes nothing.
    Unsure,
}

impl Selector {
    /// From `spec.selector` of a workload or a budget.
    pub fn of_labels(selector: Option<&LabelSelector>) -> Selector {
        let Some(selector) = selector else { return Selector::Nothing };
        let mut all = equalities(selector.match_labels.as_ref());
        for expression in selector.match_expressions.iter().flatten() {
            let values = expression.values.clone().unwrap_or_default();
            let operator = match expression.operator.as_str() {
                "In" => Operator::In(values),
                "NotIn" => Operator::NotIn(values),
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                other => Operator::Unknown(other.to_owned()),
            };
            all.push(Requirement { key: expression.key.clone(), operator });
        }
        Selector::All(all)
    }

    /// From `spec.selector` of a Service.
    pub fn of_service(selector: Option<&Labels>) -> Selector {
        match selector {
            Some(labels) if !labels.is_empty() => Selector::All(equalities(Some(labels))),
            _ => Selector::Nothing,
        }
    }

    /// Whether an object with exactly these labels is selected.
    pub fn matches(&self, labels: &Labels) -> bool {
        match self {
            Selector::Nothing => false,
            Selector::All(all) => all.iter().all(|one| one.matches(labels.get(&one.key).map(String::as_str))),
        }
    }

    /// The conditions; none for [`Selector::Nothing`].
    pub fn requirements(&self) -> &[Requirement] {
        match self {
            Selector::Nothing => &[],
            Selector::All(all) => all,
        }
    }
}

impl Requirement {
    /// Whether a label with this value (`None`: no such label) meets the condition.
    pub fn matches(&self, value: Option<&str>) -> bool {
        match &self.operator {
            Operator::In(values) => value.is_some_and(|value| values.iter().any(|one| one == value)),
            Operator::NotIn(values) => !value.is_some_and(|value| values.iter().any(|one| one == value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Unknown(_) => false,
            Operator::Given { written, given, .. } => {
                value.is_some_and(|value| value == written || given.iter().any(|one| one == value))
            }
            Operator::Unsure => true,
        }
    }
}

/// Whether a text is filled in later: by envsubst, Flux or kustomize's `vars`, or by a template. No name, label or label's
/// value is written so.
pub fn is_placeholder(text: &str) -> bool {
    text.starts_with('$') || ["${", "$(", "{{", "{%", "<%", "<path:"].iter().any(|open| text.contains(open))
}

impl Requirement {
    /// Whether its key or one of its values is filled in later.
    pub fn has_placeholder(&self) -> bool {
        let values = match &self.operator {
            Operator::In(values) | Operator::NotIn(values) => values.as_slice(),
            Operator::Given { written, .. } => std::slice::from_ref(written),
            _ => &[],
        };
        is_placeholder(&self.key) || values.iter().any(|value| is_placeholder(value))
    }
}

fn equalities(labels: Option<&Labels>) -> Vec<Requirement> {
    let equals = |(key, value): (&String, &String)| Requirement {
        key: key.clone(),
        operator: Operator::In(vec![value.clone()]),
    };
    labels.into_iter().flatten().map(equals).collect()
}
