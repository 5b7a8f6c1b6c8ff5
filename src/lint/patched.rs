//! Findings that rest on what an overlay changes are none: nobody knows what stands there in the end.

use crate::finding::{Finding, Place, Proposal, State, Target};
use crate::model::ObjectId;
use crate::rules::Context;
use crate::yaml::FieldPath;

/// Whether a kustomization in the input changes a field that a finding rests on: its places, and the fields that it
/// proposes to set or to remove, since what is missing now may come with the overlay.
pub(super) fn rests_on_patched(context: &Context<'_>, finding: &Finding) -> bool {
    let is_patched = |object: ObjectId, path: &FieldPath| context.head.object(object).is_patched(path);
    let places = std::iter::once(&finding.place).chain(finding.related.iter().map(|(place, _)| place));
    let mut places = places.filter_map(|place| field(context, place));
    let mut proposals = finding.help.iter().flat_map(|help| &help.proposals);
    places.any(|is_patched| is_patched)
        || proposals.any(|proposal| match proposal {
            Proposal::Set { object, path, .. } | Proposal::Remove { object, path } => is_patched(*object, path),
            Proposal::Create { .. } | Proposal::Run { .. } => false,
        })
}

/// Whether a place is a field that is patched; `None` for bytes, which are what they are.
fn field(context: &Context<'_>, place: &Place) -> Option<bool> {
    let Target::Field { object, path, .. } = &place.target else { return None };
    let inventory = match place.state {
        State::Head => context.head,
        State::Base => context.base?,
    };
    Some(inventory.object(*object).is_patched(path))
}
