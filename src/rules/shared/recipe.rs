//! Runbooks from the catalogue, with the reader's own names.

use super::kubectl;
use crate::model::{Replicas, SetView};

/// A line about each member is written for so many of them.
const MOST_MEMBERS: i64 = 9;

/// The lines of a runbook with a set's names filled in; `None` where names are not plain, the number of Pods is not known,
/// or a step would delete claims.
pub(in crate::rules) fn fill(set: SetView<'_>, container: usize, lines: &[String]) -> Option<Vec<String>> {
    let Replicas::Fixed(count) = set.replicas() else { return None };
    let policy = set.spec().persistent_volume_claim_retention_policy.as_ref();
    if policy.and_then(|policy| policy.when_scaled.as_deref()) == Some("Delete") {
        return None;
    }
    let main = set.containers().get(container)?;
    let mounts = |name: &str| main.volume_mounts.iter().flatten().any(|mount| mount.name == name);
    let templates = set.spec().volume_claim_templates.iter().flatten();
    let claim = templates.filter_map(|claim| claim.metadata.name.as_deref()).find(|name| mounts(name));
    let names = [Some(set.name()), set.namespace(), Some(main.name.as_str()), claim];
    if !names.iter().flatten().all(|name| kubectl::is_plain(name)) {
        return None;
    }
    let kubectl = kubectl::kubectl(set.namespace());
    let first = set.first_ordinal();
    let mut filled = Vec::new();
    for line in lines {
        let line = line
            .replace("{kubectl}", &kubectl)
            .replace("{set}", set.name())
            .replace("{first}", &format!("{}-{first}", set.name()))
            .replace("{replicas}", &count.to_string())
            .replace("{container}", &main.name);
        if !line.contains("{pod}") && !line.contains("{claim}") {
            filled.push(line);
            continue;
        }
        for ordinal in first..first.saturating_add(count.clamp(0, MOST_MEMBERS)) {
            let pod = format!("{}-{ordinal}", set.name());
            let claim = format!("{}-{pod}", claim?);
            filled.push(line.replace("{pod}", &pod).replace("{claim}", &claim));
        }
        if count > MOST_MEMBERS {
            let pod = |ordinal| format!("{}-{}", set.name(), first.saturating_add(ordinal));
            let (next, last) = (pod(MOST_MEMBERS), pod(count - 1));
            filled.push(if next == last {
                format!("# ... and the same for {last}")
            } else {
                format!("# ... and the same for {next} to {last}")
            });
        }
    }
    Some(filled)
}
