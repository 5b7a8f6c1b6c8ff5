//! Command lines with the reader's own names in them.
//!
//! Names come from manifests, which nobody has to trust: a command is written only from names that a shell passes on as
//! they are, and a path is quoted.

use crate::model::{Inventory, Object, Replicas, SetView};

/// So many Pods or claims are listed one by one; more go into a loop.
const LISTED: i64 = 5;

/// Whether a shell and kubectl take this text as one name.
pub(in crate::rules) fn is_plain(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'/' | b'+');
    !name.is_empty() && !name.starts_with('-') && name.bytes().all(fits)
}

/// A path as one word of a shell, never an option.
pub(in crate::rules) fn path(path: &str) -> String {
    let path = if path.starts_with('-') { format!("./{path}") } else { path.to_owned() };
    if is_plain(&path) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// `kubectl`, in the namespace of an object where one is known.
pub(in crate::rules) fn kubectl(namespace: Option<&str>) -> String {
    namespace.map_or_else(|| "kubectl".to_owned(), |namespace| format!("kubectl -n {namespace}"))
}

/// How the manifest that holds an object is applied: comment and command, or a comment where stslint cannot know how.
pub(in crate::rules) fn apply(inventory: &Inventory, object: &Object) -> String {
    let document = &inventory.document_of(object.id).document;
    // What `helm template` writes above each document.
    let is_chart = document.comments.iter().any(|one| document.source.slice(one.span).starts_with("# Source: "));
    if inventory.is_kustomized(object.id) || is_chart || document.rendered_from.is_some() {
        return "# (the way you always apply it: kubectl apply -k, helm upgrade, …)".to_owned();
    }
    format!("kubectl apply -f {}", path(document.source.name()))
}

/// The ordinals of a set's Pods, as far as its manifest fixes them. One that names no number may leave it to an autoscaler
/// or a hand.
pub(in crate::rules) fn ordinals(set: SetView<'_>) -> Option<std::ops::Range<i64>> {
    match set.replicas() {
        Replicas::Fixed(count) if set.spec().replicas.is_some() => {
            let first = set.first_ordinal();
            Some(first..first.saturating_add(count.max(0)))
        }
        _ => None,
    }
}

/// One command for each name `<prefix>-<ordinal>`: a line each for a few, a loop for many, and a loop over what is
/// found in the cluster where nobody knows how many there are. `{}` in `command` stands for the name.
pub(in crate::rules) fn each(
    kubectl: &str,
    resource: &str,
    prefix: &str,
    ordinals: Option<&std::ops::Range<i64>>,
    command: &str,
) -> Vec<String> {
    match ordinals {
        Some(range) if range.end - range.start <= LISTED => {
            range.clone().map(|ordinal| command.replace("{}", &format!("{prefix}-{ordinal}"))).collect()
        }
        Some(range) => {
            let last = range.end - 1;
            let body = command.replace("{}", &format!("{prefix}-$i"));
            vec![format!("for i in $(seq {} {last}); do {body}; done", range.start)]
        }
        None => {
            let body = command.replace("{}", "$name");
            let list = format!("{kubectl} get {resource} --no-headers -o custom-columns=:metadata.name");
            vec![format!("for name in $({list} | grep -E '^{prefix}-[0-9]+$'); do {body}; done")]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{each, is_plain, path};

    #[test]
    fn nothing_becomes_a_command_of_its_own() {
        for name in ["web", "data-web-0", "app.kubernetes.io/name", "10Gi", "1e+9"] {
            assert!(is_plain(name), "{name}");
        }
        for name in
            ["", "-f", "--all", "web; rm -rf /", "$(id)", "`id`", "a b", "a\nb", "a'b", "a\"b", "a|b", "a&b", "ä"]
        {
            assert!(!is_plain(name), "{name}");
        }
        assert_eq!(path("deploy/web.yaml"), "deploy/web.yaml");
        assert_eq!(path("-x.yaml"), "./-x.yaml");
        assert_eq!(path("my files/$(id).yaml"), "'my files/$(id).yaml'");
        assert_eq!(path("it's.yaml"), r"'it'\''s.yaml'");
    }

    #[test]
    fn few_are_listed_and_many_looped() {
        assert_eq!(
            each("kubectl", "pvc", "data-web", Some(&(1..3)), "touch {}"),
            ["touch data-web-1", "touch data-web-2"]
        );
        let many = each("kubectl", "pvc", "data-web", Some(&(0..100)), "touch {}");
        assert_eq!(many, ["for i in $(seq 0 99); do touch data-web-$i; done"]);
        assert!(each("kubectl", "pvc", "data-web", Some(&(0..0)), "touch {}").is_empty());
        let unknown = each("kubectl -n db", "pvc", "data-web", None, "touch {}");
        assert!(unknown[0].starts_with("for name in $(kubectl -n db get pvc "), "{unknown:?}");
    }
}
