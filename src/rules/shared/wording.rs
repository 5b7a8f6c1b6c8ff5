//! Words that several rules use.

use crate::model::{Object, SetView, is_placeholder};

/// Any object in the middle of a sentence: its kind, and its name where it has one.
pub(in crate::rules) fn object(object: &Object) -> String {
    match object.name.is_empty() {
        true => object.kind.clone(),
        false => format!("{} `{}`", object.kind, object.name),
    }
}

/// The set by its name, `` `web` ``; in words where it has none yet.
pub(in crate::rules) fn set(set: SetView<'_>) -> String {
    match name_of(set) {
        Some(name) => format!("`{name}`"),
        None => "this set".to_owned(),
    }
}

/// The set's name as a command takes it.
fn in_command(set: SetView<'_>) -> &str {
    name_of(set).unwrap_or("NAME")
}

fn name_of(set: SetView<'_>) -> Option<&str> {
    Some(set.name()).filter(|name| !name.is_empty() && !is_placeholder(name))
}

/// `` `data` in namespace `production` ``, or without the namespace where none is known.
pub(in crate::rules) fn in_namespace(namespace: Option<&str>) -> String {
    namespace.map_or_else(String::new, |namespace| format!(" in namespace `{namespace}`"))
}

/// `1 Pod`, `3 Pods`.
pub(in crate::rules) fn pods(count: i64) -> String {
    if count == 1 { "1 Pod".to_owned() } else { format!("{count} Pods") }
}

/// `` `a` ``, `` `a` and `b` ``, `` `a`, `b` and `c` ``.
pub(in crate::rules) fn list(names: &[&str]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => format!("`{last}`"),
        Some((last, rest)) => {
            let rest: Vec<String> = rest.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", rest.join(", "))
        }
    }
}

/// What changing `serviceName` takes, said once for all rules.
pub(in crate::rules) fn service_name_is_immutable(set: SetView<'_>) -> String {
    format!(
        "`serviceName` cannot be changed in place: for a set that is already applied, `kubectl delete statefulset {} \
         --cascade=orphan` keeps its Pods running, and applying the new manifest adopts them; each Pod gets the new \
         domain when it is next re-created.",
        in_command(set)
    )
}

/// What changing `podManagementPolicy` takes, as commands.
pub(in crate::rules) fn recreate_set(set: SetView<'_>) -> Vec<String> {
    let namespace = set.namespace().map_or_else(String::new, |namespace| format!("-n {namespace} "));
    let delete = format!("kubectl {namespace}delete statefulset {} --cascade=orphan", in_command(set));
    let apply = format!("kubectl {namespace}apply -f MANIFEST");
    let width = delete.chars().count();
    vec![format!("{delete}   # its Pods keep running"), format!("{apply:width$}   # the new set adopts them")]
}

/// That `podManagementPolicy` cannot be changed in place, said once for all rules.
pub(in crate::rules) const POLICY_IS_IMMUTABLE: &str = "`podManagementPolicy` cannot be changed in place: for a set that \
     is already applied, delete it with `--cascade=orphan`, which keeps its Pods running, and apply the new manifest.";
