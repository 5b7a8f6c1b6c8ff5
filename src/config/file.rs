//! What the file may hold. The comments are the descriptions in the published schema.
//!
//! No key is required as far as decoding goes: where one is missing, the rest is still looked at.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::level::Level;
use super::schema;
use crate::model::Pattern;
use crate::rules::Options;
use crate::systems::Many;

/// Levels by the names of rules and groups. One that is no level leaves the others as they are.
pub(super) type Levels = BTreeMap<String, Option<Level>>;

/// The configuration of stslint, `.stslint.yaml` at the root of a repository.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(rename = "Configuration")]
pub(super) struct File {
    /// The minor version of the cluster, as in "1.34": what its API server refuses, and how it says so.
    #[schemars(schema_with = "schema::version")]
    pub(super) kubernetes_version: Option<Minor>,
    /// The lightest finding that makes the exit code 1.
    pub(super) fail_on: Option<FailOn>,
    /// Paths that are not read at all, as in .gitignore, from this file's folder on.
    pub(super) exclude: Many<String>,
    /// A folder with systems of your own, one NAME.yaml each, from this file's folder on.
    pub(super) systems: Option<String>,
    /// The baseline that `--write-baseline` wrote, from this file's folder on: what it knows is neither shown nor fails.
    pub(super) baseline: Option<String>,
    /// Services that are created elsewhere, NAMESPACE/NAME or NAME for any namespace; `*` stands for anything.
    pub(super) external_services: Many<String>,
    /// How much each rule, or each rule of a group, may say. A rule beats its group, `default` and `pedantic` beat `all`.
    #[schemars(schema_with = "schema::levels")]
    pub(super) rules: Levels,
    /// The options of rules, each described on its rule's page.
    pub(super) options: Options,
    /// Other levels for some files or objects; later ones beat earlier ones, and all of them beat `rules`.
    pub(super) overrides: Vec<Override>,
    /// Findings that are known and accepted, each with its reason.
    pub(super) ignore: Vec<Ignore>,
}

/// Other levels for what fits all the keys that are given; at least one is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(extend("required" = ["rules"]))]
pub(super) struct Override {
    /// Files, as in .gitignore, from this file's folder on.
    pub(super) paths: Many<String>,
    /// Kinds of objects, as in StatefulSet.
    pub(super) kinds: Many<Pattern>,
    /// Namespaces; `*` stands for anything.
    pub(super) namespaces: Many<Pattern>,
    /// Names of objects; `*` stands for anything. A finding about a set fits by the set's name as well.
    pub(super) names: Many<Pattern>,
    /// How much each rule, or each rule of a group, may say there.
    #[schemars(schema_with = "schema::levels")]
    pub(super) rules: Levels,
}

/// Findings that are known and accepted: those of the rules that fit all the keys that are given.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(extend("required" = ["rules", "reason"]))]
pub(super) struct Ignore {
    /// Rules, or groups of them.
    #[schemars(schema_with = "schema::rules")]
    pub(super) rules: Many<String>,
    /// Why, in your own words.
    #[schemars(length(min = 1))]
    pub(super) reason: String,
    /// The last day, in UTC, on which the entry counts, as in 2027-01-31.
    #[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub(super) until: Option<String>,
    /// Files, as in .gitignore, from this file's folder on.
    pub(super) paths: Many<String>,
    /// Kinds of objects, as in StatefulSet.
    pub(super) kinds: Many<Pattern>,
    /// Namespaces; `*` stands for anything.
    pub(super) namespaces: Many<Pattern>,
    /// Names of objects; `*` stands for anything. A finding about a set fits by the set's name as well.
    pub(super) names: Many<Pattern>,
    /// Fields that are flagged, or that hold what is: `spec.replicas`, `spec.template.spec.containers[web]`; `*` stands
    /// for anything.
    pub(super) fields: Many<Pattern>,
}

/// What makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Note,
    /// Nothing.
    Never,
}

/// A minor version of Kubernetes. Unquoted it is a number to YAML, and its text is what counts.
#[derive(Clone, Debug)]
pub(super) struct Minor;

impl<'de> Deserialize<'de> for Minor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any).map(|()| Minor)
    }
}

/// Takes what has a text.
struct Any;

impl serde::de::Visitor<'_> for Any {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a version, as in `\"1.34\"`,")
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}
