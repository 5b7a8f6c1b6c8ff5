//! The format of a system's file as JSON Schema, generated from the types that it is decoded into.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::System;

/// Where the schema is published.
const ID: &str = "https://raw.githubusercontent.com/stslint/stslint/main/rules/systems/schema.json";

/// The schema (draft 2020-12), pretty-printed.
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<System>().to_value();
    if let Value::Object(fields) = &mut schema {
        fields.insert("$id".to_owned(), json!(ID));
    }
    // Maps with text keys always become JSON.
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    format!("{text}\n")
}
