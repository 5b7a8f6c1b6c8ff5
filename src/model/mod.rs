//! What was read, as Kubernetes means it: typed objects, and who belongs to whom.

mod autoscaler;
mod budget;
mod change;
mod deferred;
mod governing;
mod inventory;
mod kustomization;
mod object;
mod origin;
mod quantity;
mod read;
mod scope;
mod selector;
mod set;
mod spelled;
mod unread;
pub mod update;
mod version;

pub use autoscaler::Autoscaler;
pub use budget::{Allowance, Amount, BudgetView};
pub use change::{Change, Changes};
pub use deferred::{DEFERRED_KINDS, Deferred, OtherPods};
pub use governing::{Governing, Mismatch, POD_INDEX, POD_NAME, REVISION, Selected, ServiceView};
pub use inventory::{Class, Inventory, Parsed};
pub use kustomization::Kustomization;
pub use object::{DocumentId, Object, ObjectId, Placed, Typed};
pub use origin::{Nearness, Origin};
pub use quantity::Quantity;
pub use read::{Fault, Item, KINDS, ReadObject, SkipReason, SkippedItem, read};
pub use scope::Pick;
pub use selector::{Labels, Operator, Requirement, Selector};
pub use set::{Replicas, SetView};
pub use unread::Unread;
pub use version::Version;
