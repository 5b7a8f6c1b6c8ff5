//! What the API server refuses of an object by itself, new or changed, whatever was there before.
//!
//! Each file follows one part of the server's own validation, in its order and with its field names, so that an answer of
//! a real server can be compared path by path (`tests/admission.rs`). What depends on the cluster alone (which addresses
//! are free, which plugins refuse more) is left to the cluster.

mod address;
mod amounts;
mod autoscaler;
mod budget;
mod claim;
mod container;
mod forms;
mod iscsi_name;
mod metadata;
mod name;
mod names;
mod node_selector;
mod pod;
mod profiles;
mod refusal;
mod review;
mod selector;
mod service;
mod set;
mod storage;
mod volume;
mod waived;

use review::Review;

pub use refusal::{Refusal, RefusalKind};
pub use waived::is_waived;

use super::{Inventory, Object, Typed, Version};

/// What a server of this version refuses of an object, in the server's order; nothing where a value has a type that hides
/// it, is filled in later, or is changed by an overlay.
pub fn refusals(inventory: &Inventory, object: &Object, version: Version) -> Vec<Refusal> {
    let mut review = Review::new(inventory, object, version);
    match &object.typed {
        Typed::StatefulSet(typed) => set::review(typed, &mut review),
        Typed::Service(typed) => service::review(typed, &mut review),
        Typed::Claim(typed) => claim::review(typed, &mut review),
        Typed::StorageClass(typed) => storage::review_class(typed, &mut review),
        Typed::Volume(typed) => storage::review_volume(typed, &mut review),
        Typed::Budget(typed) => budget::review(typed, &mut review),
        Typed::Autoscaler(typed) => autoscaler::review(typed, &mut review),
        Typed::ConfigMap(_) | Typed::Kustomization(_) => {}
    }
    review.into_refusals()
}
