//! What teams set differently: the options of rules, each described on its rule's page.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::Pattern;

/// The options of all rules, by the rules' names.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// From how many Pods on a set needs a budget.
    pub budget_missing: BudgetMissing,
    /// How much time to stop is asked for.
    pub grace_period_short: GracePeriodShort,
    /// Which classes may delete volumes.
    pub reclaim_policy_delete: ReclaimPolicyDelete,
    /// Which flags are known besides those of the catalogue.
    pub unknown_argument: UnknownArgument,
    /// Services that are never among the manifests read, by `NAMESPACE/NAME`; they come from the file's
    /// `external-services`.
    #[serde(skip)]
    pub external_services: Vec<ExternalService>,
}

/// Options of `budget-missing`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct BudgetMissing {
    /// A set of fewer Pods is passed over.
    #[schemars(range(min = 2))]
    pub replicas: u32,
}

impl Default for BudgetMissing {
    /// Of one Pod a budget protects nothing, it could only block.
    fn default() -> Self {
        BudgetMissing { replicas: 2 }
    }
}

/// Options of `grace-period-short`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct GracePeriodShort {
    /// The longest time, in seconds, that the cluster gives a Pod to stop: more than that is not asked for.
    #[schemars(range(min = 1))]
    pub most_seconds: Option<u32>,
}

/// Options of `reclaim-policy-delete`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ReclaimPolicyDelete {
    /// StorageClasses that may delete volumes, by name; `*` stands for anything.
    pub classes: Vec<Pattern>,
}

/// Options of `unknown-argument`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct UnknownArgument {
    /// Flags that one's own build of a program takes, without their dashes; `*` stands for anything.
    pub flags: Vec<Pattern>,
}

/// A Service that lives elsewhere: another tool or another repository creates it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalService {
    /// Its namespace; `None` for any.
    pub namespace: Option<Pattern>,
    /// Its name.
    pub name: Pattern,
}

impl Options {
    /// Whether the user has said that a Service of this name exists, wherever it comes from. A set without a namespace
    /// may be applied to any.
    pub(in crate::rules) fn is_external(&self, namespace: Option<&str>, name: &str) -> bool {
        self.external_services.iter().any(|service| {
            let there = service.namespace.as_ref().zip(namespace);
            service.name.fits(name) && there.is_none_or(|(pattern, namespace)| pattern.fits(namespace))
        })
    }
}
