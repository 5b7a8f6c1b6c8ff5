//! Pod names that manifests spell out: `etcd-0.etcd`, `$(POD_NAME).etcd`.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{DocumentId, Inventory};
use crate::yaml::Span;

/// By the name of the Service, every place where a Pod's name stands before it.
pub(super) type Spelled = HashMap<String, Vec<(DocumentId, Span)>>;

/// A Pod's name, literal or by variable, then a dot and the first label of its domain.
static POD_AND_SERVICE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pod = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?-[0-9]+|\$\([A-Za-z_]\w*\)|\$\{[^}\s]+\}|\$[A-Za-z_]\w*)";
    Regex::new(&format!(r"{pod}\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)")).ok()
});

impl Inventory {
    /// Where a Pod's name with this Service's domain is spelled, in the order of the input: in the raw text, comments
    /// left out.
    pub fn spelled(&self, service: &str) -> &[(DocumentId, Span)] {
        let spelled = self.spelled.get_or_init(|| self.find_spelled());
        spelled.get(service).map_or(&[], Vec::as_slice)
    }

    fn find_spelled(&self) -> Spelled {
        let mut found = Spelled::new();
        let Some(pattern) = POD_AND_SERVICE.as_ref() else { return found };
        for (id, placed) in self.documents() {
            let base = placed.document.span.start as usize;
            let text = placed.document.source.slice(placed.document.span);
            for captures in pattern.captures_iter(text) {
                let (Some(whole), Some(service)) = (captures.get(0), captures.get(1)) else { continue };
                if !is_comment(text, whole.start()) {
                    let span = Span::new(base + whole.start(), base + whole.end());
                    found.entry(service.as_str().to_owned()).or_default().push((id, span));
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

/// Whether a position lies on a line that is a YAML comment as a whole.
fn is_comment(text: &str, position: usize) -> bool {
    let line = text[..position].rfind('\n').map_or(0, |at| at + 1);
    text[line..position].trim_start().starts_with('#')
}
