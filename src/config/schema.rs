//! The file's format as JSON Schema, generated from the types that it is decoded into and from the list of rules.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::file::File;
use super::level::Level;
use super::names::GROUPS;
use crate::model::Version;
use crate::rules::ALL;
use crate::systems;

/// Where the schema is published.
pub const ID: &str = "https://raw.githubusercontent.com/stslint/stslint/main/rules/config-schema.json";

/// The schema (draft 2020-12), pretty-printed.
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    systems::publish(generator.into_root_schema_for::<File>(), ID)
}

/// The names of all groups and rules, with what each of them is.
fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    GROUPS.into_iter().chain(ALL.iter().map(|rule| (rule.meta.id, rule.meta.summary)))
}

/// A level for each rule and group.
pub(super) fn levels(generator: &mut SchemaGenerator) -> Schema {
    let level = generator.subschema_for::<Level>();
    let property = |(name, summary): (&str, &str)| {
        let mut schema = level.clone();
        schema.insert("description".to_owned(), summary.into());
        (name.to_owned(), schema.to_value())
    };
    let properties: Map<String, Value> = names().map(property).collect();
    json_schema!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// One name of a rule or group, or a list of them.
pub(super) fn rules(_: &mut SchemaGenerator) -> Schema {
    let one = json!({"enum": names().map(|(name, _)| name).collect::<Vec<_>>()});
    json_schema!({"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]})
}

/// A version, also as the number that it is to YAML without quotes.
pub(super) fn version(_: &mut SchemaGenerator) -> Schema {
    let known = (0..=u8::MAX).filter_map(Version::minor).map(|version| version.to_string());
    let numbers = known.clone().filter_map(|text| text.parse::<f64>().ok()).map(Value::from);
    let all: Vec<Value> = known.map(Value::from).chain(numbers).collect();
    json_schema!({"enum": all})
}
