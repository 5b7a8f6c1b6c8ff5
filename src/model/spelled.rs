//! Pod names that manifests spell out: `etcd-0.etcd`, `$(POD_NAME).etcd`.

use std::collections::{HashMap, HashSet};

use super::{DocumentId, Inventory};
use crate::yaml::Span;

/// By the name of the Service, every place where a Pod's name stands before it.
pub(super) type Spelled = HashMap<String, Vec<(DocumentId, Span)>>;

impl Inventory {
    /// Where a Pod's name with the domain of a set's governing Service is spelled, in the order of the input: in the raw
    /// text, comments left out.
    pub fn spelled(&self, service: &str) -> &[(DocumentId, Span)] {
        let spelled = self.spelled.get_or_init(|| self.find_spelled());
        spelled.get(service).map_or(&[], Vec::as_slice)
    }

    /// One pass over all texts for all governing Services: a dot with a Pod before it and a Service's name behind it.
    fn find_spelled(&self) -> Spelled {
        let mut found = Spelled::new();
        let services: HashSet<&str> = self.sets().filter_map(|set| set.service_name()).collect();
        for (id, placed) in self.documents() {
            let base = placed.document.span.start as usize;
            let text = placed.document.source.slice(placed.document.span);
            for dot in memchr::memchr_iter(b'.', text.as_bytes()) {
                let label = text.as_bytes()[dot + 1..].iter().take_while(|byte| is_name_byte(**byte)).count();
                let Some(service) = text.get(dot + 1..dot + 1 + label).filter(|name| services.contains(name)) else {
                    continue;
                };
                let Some(start) = pod_before(text, dot) else { continue };
                if !is_comment(text, start) {
                    let span = Span::new(base + start, base + dot + 1 + label);
                    found.entry(service.to_owned()).or_default().push((id, span));
                }
            }
        }
        found
    }

    /// Whether two documents were read from one folder, one file or one kustomization.
    pub fn documents_are_together(&self, a: DocumentId, b: DocumentId) -> bool {
        let nearness = self.scopes.nearness(&self.document(a).origin, &self.document(b).origin);
        nearness.is_some_and(super::Nearness::is_together)
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Where the Pod's name begins that ends at this dot: a name with an ordinal (`etcd-0`), or a variable (`$(POD_NAME)`,
/// `${HOSTNAME}`, `$POD`); `None` when something else stands there.
fn pod_before(text: &str, dot: usize) -> Option<usize> {
    let before = &text[..dot];
    if before.ends_with(')') {
        let open = before.rfind("$(")?;
        return before[open + 2..dot - 1].bytes().all(is_variable_byte).then_some(open);
    }
    if before.ends_with('}') {
        let open = before.rfind("${")?;
        return (!before[open..].contains(char::is_whitespace)).then_some(open);
    }
    let word = before.bytes().rev().take_while(|byte| is_name_byte(*byte) || *byte == b'_').count();
    let start = dot - word;
    if start > 0 && before.as_bytes()[start - 1] == b'$' && before[start..].bytes().all(is_variable_byte) && word > 0 {
        return Some(start - 1);
    }
    let (name, ordinal) = before[start..].rsplit_once('-')?;
    let numbered = !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit());
    (numbered && !name.is_empty()).then_some(start)
}

fn is_variable_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a position lies on a line that is a YAML comment as a whole.
fn is_comment(text: &str, position: usize) -> bool {
    let line = text[..position].rfind('\n').map_or(0, |at| at + 1);
    text[line..position].trim_start().starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::pod_before;

    #[test]
    fn knows_pods_by_ordinal_and_by_variable() {
        for (text, pod) in [
            ("http://etcd-0.", Some("etcd-0")),
            ("a=etcd-cluster-12.", Some("etcd-cluster-12")),
            ("//$(POD_NAME).", Some("$(POD_NAME)")),
            ("\"${HOSTNAME##*-}.", Some("${HOSTNAME##*-}")),
            ("x $HOST.", Some("$HOST")),
            ("www.", None),
            ("etcd-a.", None),
            ("v1-.", None),
            ("-0.", None),
            ("f(x).", None),
            (".", None),
        ] {
            let dot = text.len() - 1;
            assert_eq!(pod_before(text, dot).map(|start| &text[start..dot]), pod, "{text}");
        }
    }
}
