//! Probes to propose.

use std::borrow::Cow;
use std::ops::Deref;

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::*;
use crate::yaml::FieldPath;

fact! {
    /// A probe to propose.
    Candidate {
        /// The probe as YAML; a port is the name of one of the file's ports, `{name}` in a command.
        probe: ProbeTemplate,
        /// Any of these holds; always when left out.
        #[serde(default)]
        when: Vec<Condition>,
        /// Only in these modes.
        #[serde(default)]
        modes: Vec<ModeName>,
        /// Only from this version on, the version included.
        from: Option<Bound>,
        /// Only before this version.
        before: Option<Bound>,
        /// Why this one fits, as a sentence; `{name}` is a port's number here too.
        says: Option<String>,
    }
}

/// A Kubernetes probe whose ports are names of the file's ports.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct ProbeTemplate(Value);

impl Deref for ProbeTemplate {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl JsonSchema for ProbeTemplate {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Probe".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object"})
    }
}

impl Reviewed for ProbeTemplate {
    fn review(&self, at: &FieldPath, review: &mut Review<'_>) {
        review.probe(at);
    }
}
