//! What real API servers answered (testdata/truth/verdicts.jsonl, or another file of that form when
//! `STSLINT_VERDICT_RECORDS` names one).

use std::path::{Path, PathBuf};

use serde_json::Value;
use stslint::model::{Inventory, Version};

use super::inventory::inventory;

/// A text in a record; empty where there is none.
pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Records of any form, one on a line of a file below `testdata`.
pub fn lines(file: &str) -> Vec<Value> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(file))
}

fn read(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// All that was asked of servers, with their answers.
pub fn verdicts() -> Vec<Value> {
    match std::env::var_os("STSLINT_VERDICT_RECORDS").map(PathBuf::from) {
        Some(path) => read(&path),
        None => lines("truth/verdicts.jsonl"),
    }
}

/// What was asked of one kind: `create` or `update`.
pub fn verdicts_on(kind: &'static str, op: &'static str) -> impl Iterator<Item = Value> {
    verdicts().into_iter().filter(move |record| text(record, "kind") == kind && text(record, "op") == op)
}

/// The answers by version; those with a gate in the version's name are other servers than ours.
pub fn answers(record: &Value) -> impl Iterator<Item = (Version, &Value)> {
    let plain = record["answers"].as_object().unwrap().iter().filter(|(version, _)| !version.contains(' '));
    plain.map(|(version, answer)| (version.parse().unwrap(), answer))
}

/// A state that a record holds: `base` or `head`.
pub fn state(record: &Value, key: &str) -> Inventory {
    inventory(&[("manifest.yaml".to_owned(), text(record, key).to_owned())])
}
