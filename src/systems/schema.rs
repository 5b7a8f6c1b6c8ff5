//! The format of a system's file as JSON Schema, generated from the types that it is decoded into.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::System;

/// Where the schema is published.
const ID: &str = "https://raw.githubusercontent.com/stslint/stslint/main/rules/systems/schema.json";

/// The schema (draft 2020-12), pretty-printed.
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    publish(generator.into_root_schema_for::<System>(), ID)
}

/// A schema of a file that users write, under its address, pretty-printed.
pub fn publish(schema: Schema, id: &str) -> String {
    let mut schema = schema.to_value();
    without_null(&mut schema);
    // What the schema is comes first, whatever the order of its generator.
    let mut ordered = Map::from_iter([("$schema".to_owned(), Value::Null), ("$id".to_owned(), json!(id))]);
    if let Value::Object(fields) = schema {
        ordered.extend(fields);
    }
    // Values with text keys always become JSON.
    let text = serde_json::to_string_pretty(&ordered).unwrap_or_default();
    format!("{text}\n")
}

/// Takes out that an optional field may be null: in a file it is left out.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Object(fields) => {
            if let Some(Value::Array(types)) = fields.get_mut("type") {
                types.retain(|one| one != "null");
                if let [only] = types.as_slice() {
                    fields["type"] = only.clone();
                }
            }
            if let Some(Value::Array(choices)) = fields.get_mut("anyOf") {
                choices.retain(|one| one["type"] != "null");
                if let [only] = choices.as_slice()
                    && let Value::Object(only) = only.clone()
                {
                    fields.remove("anyOf");
                    fields.extend(only);
                }
            }
            fields.values_mut().for_each(without_null);
        }
        _ => {}
    }
}
