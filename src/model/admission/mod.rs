//! What the API server refuses of an object by itself, new or changed, whatever was there before.
//!
//! Each file follows one part of the server's own validation, in its order and with its field names, so that an answer of
//! a real server can be compared path by path (`tests/admission*.rs`). What depends on the cluster alone (which addresses
//! are free, which plugins refuse more) is left to the cluster.
//!
//! The way through: a kind has a file or folder of its name (`set`, `service`, `claim`, `storage`, `budget`,
//! `autoscaler`). A set leads on to `set/template`, that to `pod`, that to `volume` and `container`, and claim
//! templates to `claim`. What several of them need stands beside them: `metadata`, `selector`, `node_selector`,
//! `profiles`, `amounts` (resources), and the forms of single values in `forms`, `name`, `address` and `iscsi_name`;
//! `seen` tells what stands twice. All hand what they find to a `review::Review`, which leaves out what nobody can know
//! yet. `waived` says which refusals an object that is there already is spared.
//!
//! A field that a version drops because its gate is off is not looked at under that version: the border, and the gate,
//! stand in a comment there. "Inferred from answers" is said where servers of the versions answer differently
//! (`testdata/truth`) and the cause was not read.

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
mod node_selector;
mod pod;
mod profiles;
mod refusal;
mod review;
mod seen;
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
