//! A PodDisruptionBudget, and the sum that the disruption controller makes.
//!
//! Source: kubernetes/kubernetes `pkg/controller/disruption/disruption.go`, measured on 1.37.1 over a grid of
//! replicas, unready Pods and budgets.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Class, Inventory, Object, ObjectId, Selected, Selector, SetView, Typed};
use crate::yaml::FieldPath;

/// A budget with its object at hand.
#[derive(Clone, Copy, Debug)]
pub struct BudgetView<'a> {
    object: &'a Object,
    budget: &'a PodDisruptionBudget,
}

/// How much a budget leaves, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// `minAvailable`: so many must stay.
    MinAvailable(Amount),
    /// `maxUnavailable`: so many may be away.
    MaxUnavailable(Amount),
    /// Neither is written: nothing may ever go.
    Neither,
    /// Both are written, or a value that the API server refuses.
    Refused,
}

/// A number, or a share of the replicas in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Pods.
    Count(i64),
    /// Percent of the expected Pods; rounded up.
    Percent(i64),
}

/// Which sets each budget selects, and the other way round.
#[derive(Debug, Default)]
pub(super) struct BudgetJoins {
    sets: HashMap<ObjectId, Arc<[(ObjectId, Selected)]>>,
    budgets: HashMap<ObjectId, Vec<ObjectId>>,
}

impl Amount {
    fn read(value: &IntOrString) -> Option<Amount> {
        match value {
            IntOrString::Int(count) if *count >= 0 => Some(Amount::Count((*count).into())),
            IntOrString::Int(_) => None,
            IntOrString::String(text) => {
                let digits = text.strip_suffix('%')?;
                let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                let percent: i64 = digits.parse().ok().filter(|_| valid)?;
                (percent <= 100).then_some(Amount::Percent(percent))
            }
        }
    }

    /// How many of `expected` Pods this is; a share is rounded up.
    pub fn of(self, expected: i64) -> i64 {
        match self {
            Amount::Count(count) => count,
            Amount::Percent(percent) => (percent.saturating_mul(expected) + 99) / 100,
        }
    }
}

impl Allowance {
    /// How many Pods must stay healthy, of `expected` by the owners' `replicas`.
    pub fn desired_healthy(self, expected: i64) -> i64 {
        match self {
            Allowance::MinAvailable(amount) => amount.of(expected),
            Allowance::MaxUnavailable(amount) => (expected - amount.of(expected)).max(0),
            Allowance::Neither | Allowance::Refused => expected,
        }
    }

    /// How many Pods may be evicted at once when `healthy` of them are healthy.
    pub fn disruptions_allowed(self, expected: i64, healthy: i64) -> i64 {
        if expected <= 0 || self == Allowance::Neither {
            return 0;
        }
        (healthy - self.desired_healthy(expected)).max(0)
    }
}

impl<'a> BudgetView<'a> {
    pub(super) fn new(object: &'a Object) -> Option<BudgetView<'a>> {
        match &object.typed {
            Typed::Budget(budget) => Some(BudgetView { object, budget }),
            _ => None,
        }
    }

    /// The object behind it.
    pub fn object(self) -> &'a Object {
        self.object
    }

    /// Its typed spec; a budget may have none.
    pub fn spec(self) -> Option<&'a PodDisruptionBudgetSpec> {
        self.budget.spec.as_ref()
    }

    /// Its selector: null selects nothing, `{}` every Pod of the namespace; unsure where an overlay changes it.
    pub fn selector(self) -> Selector {
        let written = Selector::of_labels(self.budget.spec.as_ref().and_then(|spec| spec.selector.as_ref()));
        self.object.changed_selector(written, &FieldPath::of("spec.selector.matchLabels"))
    }

    /// What it allows; `None` when the field has a wrong type.
    pub fn allowance(self) -> Option<Allowance> {
        let faulty = |key| self.object.is_faulty(&FieldPath::of("spec").key(key));
        if faulty("minAvailable") || faulty("maxUnavailable") {
            return None;
        }
        let spec = self.budget.spec.as_ref();
        let min = spec.and_then(|spec| spec.min_available.as_ref());
        let max = spec.and_then(|spec| spec.max_unavailable.as_ref());
        Some(match (min, max) {
            (None, None) => Allowance::Neither,
            (Some(min), None) => Amount::read(min).map_or(Allowance::Refused, Allowance::MinAvailable),
            (None, Some(max)) => Amount::read(max).map_or(Allowance::Refused, Allowance::MaxUnavailable),
            (Some(_), Some(_)) => Allowance::Refused,
        })
    }
}

impl Inventory {
    /// A budget by its number; `None` when the object is of another kind.
    pub fn budget(&self, id: ObjectId) -> Option<BudgetView<'_>> {
        BudgetView::new(self.object(id))
    }

    /// The sets whose Pods a budget selects, in the order of the input, each with how many of them.
    pub fn sets_selected_by(&self, budget: BudgetView<'_>) -> Vec<(SetView<'_>, Selected)> {
        let sets = self.budget_joins().sets.get(&budget.object().id).into_iter().flat_map(|sets| sets.iter());
        sets.filter_map(|&(set, selected)| Some((self.set(set)?, selected))).collect()
    }

    /// The budgets that select Pods of this set, in the order of the input.
    pub fn budgets_selecting(&self, set: SetView<'_>) -> Vec<BudgetView<'_>> {
        let budgets = self.budget_joins().budgets.get(&set.id()).into_iter().flatten();
        budgets.filter_map(|&id| self.budget(id)).collect()
    }

    fn budget_joins(&self) -> &BudgetJoins {
        self.budget_joins.get_or_init(|| {
            let mut joins = BudgetJoins::default();
            // Budgets of one file with one selector find the same sets.
            let mut known: HashMap<_, Arc<[(ObjectId, Selected)]>> = HashMap::new();
            for budget in self.of_class(Class::Budget).iter().filter_map(|&id| self.budget(id)) {
                let id = budget.object().id;
                let key = (self.keys.place(id), self.keys.namespace(id), budget.selector());
                let sets = known.entry(key).or_insert_with(|| self.join_sets(budget).into()).clone();
                for &(set, _) in sets.iter() {
                    joins.budgets.entry(set).or_default().push(id);
                }
                joins.sets.insert(id, sets);
            }
            joins
        })
    }

    fn join_sets(&self, budget: BudgetView<'_>) -> Vec<(ObjectId, Selected)> {
        let selector = budget.selector();
        let id = budget.object().id;
        let join = |candidates: &mut dyn Iterator<Item = ObjectId>| -> Vec<(ObjectId, Selected)> {
            let selected = candidates.filter_map(|id| match self.set(id)?.selected_by(&selector) {
                Selected::None => None,
                selected => Some((id, selected)),
            });
            self.joined(id, selected.collect())
        };
        let candidates = self.sets_that_may_match(&selector);
        let beside = self.among_neighbours(id, Class::Set, &candidates);
        let found = join(&mut beside.into_iter().filter(|&set| self.is_plainly_beside(id, set)));
        if found.is_empty() { join(&mut candidates.iter().copied()) } else { found }
    }

    /// Sets worth evaluating a selector on: those with the rarest of the label values that it demands.
    fn sets_that_may_match(&self, selector: &Selector) -> Cow<'_, [ObjectId]> {
        let mut best = Cow::Borrowed(self.of_class(Class::Set));
        for requirement in selector.requirements() {
            let values = match &requirement.operator {
                super::Operator::In(values) => Cow::Borrowed(values.as_slice()),
                super::Operator::Given { written, given, .. } => {
                    Cow::Owned(given.iter().chain([written]).cloned().collect())
                }
                _ => continue,
            };
            if requirement.has_placeholder() {
                continue;
            }
            if matches!(requirement.key.as_str(), super::POD_NAME | super::POD_INDEX | super::REVISION) {
                continue;
            }
            let with = |value: &String| self.sets_by_label.get(&(requirement.key.clone(), value.clone()));
            let mut sets: Cow<'_, [ObjectId]> = match values.as_ref() {
                [value] => Cow::Borrowed(with(value).map_or(&[], Vec::as_slice)),
                _ => {
                    let mut sets: Vec<ObjectId> = values.iter().filter_map(with).flatten().copied().collect();
                    sets.sort();
                    sets.dedup();
                    Cow::Owned(sets)
                }
            };
            if !self.sets_filled_in.is_empty() {
                sets.to_mut().extend(&self.sets_filled_in);
                sets.to_mut().sort();
                sets.to_mut().dedup();
            }
            if sets.len() < best.len() {
                best = sets;
            }
        }
        best
    }
}
