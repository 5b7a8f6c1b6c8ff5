//! What the API server says to an update: which differences between what is stored and what is sent it refuses.
//!
//! Everything here follows the recorded answers of real servers, 1.32 to 1.37 (`testdata/truth/verdicts.jsonl`).

mod claim;
mod difference;
mod service;
mod set;
mod storage_class;
mod stored;

pub use claim::{BETA_CLASS, ClaimAnswer, ClaimState, Possible, answer_claim, possible_claim_answers};
pub use difference::differences;
pub use service::{ServiceAnswer, answer_service};
pub use set::{FixedField, SetUpdate, TemplateChange, answer_set};
pub use storage_class::{ClassField, answer_storage_class};
pub use stored::stored_claim;
