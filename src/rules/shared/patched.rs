//! What kustomize may add to a set before it is applied.

use super::Context;
use crate::model::{Class, SetView, SkipReason};

/// Whether kustomize may bring in what is called so: a kustomization spells the name, as one of its `vars` or in a patch,
/// or a patch of this set does.
pub(in crate::rules) fn may_be_patched_in(set: SetView<'_>, name: &str, context: &Context<'_>) -> bool {
    let head = context.head;
    let spells = |document| {
        let document = &head.document(document).document;
        document.source.slice(document.span).contains(name)
    };
    let patches = head.skipped().iter().filter(|(_, skipped)| {
        skipped.reason == SkipReason::KustomizePatch && skipped.with_set && skipped.name == set.name()
    });
    head.of_class(Class::Kustomization).iter().any(|&id| spells(head.object(id).document))
        || patches.into_iter().any(|&(document, _)| spells(document))
}
