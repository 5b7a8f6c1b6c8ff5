//! `budget-blocks-eviction` against answers recorded from a real disruption controller and eviction API (1.37.1).
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::path::Path;

use serde_json::Value;

/// Records as `testdata/truth/budgets.jsonl` holds them, or another file of that form when
/// `STSLINT_BUDGET_RECORDS` names one.
fn records() -> Vec<Value> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/budgets.jsonl");
    let path = std::env::var_os("STSLINT_BUDGET_RECORDS").map_or(own, Into::into);
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Only the manifests as applied, all Pods ready and owned by a set, one budget a Pod, at least one Pod selected.
fn is_plain(record: &Value) -> bool {
    let only_applied = record["actions"] == serde_json::json!(["apply base"]);
    let budgets = record["budget"]["budgets"].as_object();
    let evictions = record["budget"]["evict"].as_object();
    let all_ready = evictions.is_some_and(|all| all.values().all(|pod| pod["ready"] == true));
    let overlapping = evictions.is_some_and(|all| all.values().any(|pod| pod["code"] == 500));
    let selects = budgets.is_some_and(|all| all.values().any(|one| one["currentHealthy"].as_i64() > Some(0)));
    let base = record["base"].as_str().unwrap_or_default();
    let bare_pods = base.contains("kind: Pod\n");
    let no_rules = record["options"]["rules"].as_array().is_none_or(Vec::is_empty);
    only_applied && all_ready && !overlapping && selects && !bare_pods && no_rules && record["volatile"] != true
}

#[test]
fn speaks_exactly_where_the_controller_refused() {
    let mut judged = 0;
    let mut refused = 0;
    let mut wrong = Vec::new();
    for record in records().iter().filter(|record| is_plain(record)) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("base.yaml"), record["base"].as_str().unwrap()).unwrap();
        let report = common::json(folder.path(), &["--select", "budget-blocks-eviction"]);
        let speaks = !common::of_rule(&report, "budget-blocks-eviction").is_empty();
        let evictions = record["budget"]["evict"].as_object().unwrap();
        let refuses = evictions.values().any(|pod| pod["code"] == 429);
        judged += 1;
        refused += usize::from(refuses);
        if speaks != refuses {
            wrong.push(format!("{}: {} (speaks: {speaks}, refused: {refuses})", record["id"], record["what"]));
        }
    }
    assert!(judged >= 100 && refused >= 20, "only {judged} records were judged, {refused} of them refused");
    assert!(wrong.is_empty(), "{} of {judged} differ:\n{}", wrong.len(), wrong.join("\n"));
}
