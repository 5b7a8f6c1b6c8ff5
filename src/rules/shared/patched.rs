//! What kustomize may add to a set before it is applied.

use super::Context;
use crate::model::{Class, SetView, SkipReason, Typed};

/// Whether kustomize may bring in what is called so: as one of its own `vars`, or in a patch of this set that spells the
/// name.
pub(in crate::rules) fn may_be_patched_in(set: SetView<'_>, name: &str, context: &Context<'_>) -> bool {
    let head = context.head;
    let is_var = |id| {
        let object = head.object(id);
        let vars = head.document_of(id).node(object.node).get("vars");
        let mut names = vars.into_iter().flat_map(|vars| vars.items()).filter_map(|one| one.get("name")?.as_str());
        let inline = match &object.typed {
            Typed::Kustomization(kustomization) => kustomization.inline_patches.as_slice(),
            _ => &[],
        };
        names.any(|var| var == name) || inline.iter().any(|patch| patch.contains(name))
    };
    let patches = head.skipped().iter().filter(|(_, skipped)| {
        skipped.reason == SkipReason::KustomizePatch && skipped.with_set && skipped.name == set.name()
    });
    let spells = |document| {
        let document = &head.document(document).document;
        document.source.slice(document.span).contains(name)
    };
    head.of_class(Class::Kustomization).iter().any(|&id| is_var(id))
        || patches.into_iter().any(|&(document, _)| spells(document))
}
