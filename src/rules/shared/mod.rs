//! What several rules need: the context, who depends on Pod names, how members start, who
//! votes, the Service that would fit, words.

pub(super) mod brackets;
pub(super) mod class;
pub(super) mod cluster_probe;
mod context;
mod dependence;
pub(super) mod ensemble;
pub(super) mod environment;
pub(super) mod flags;
pub(super) mod grace;
pub(super) mod kubectl;
mod mend;
pub(super) mod mounts;
mod options;
pub(super) mod patched;
pub(super) mod peer_list;
pub(super) mod peers;
pub(super) mod propose;
pub(super) mod recipe;
pub(super) mod reference;
pub(super) mod refused;
pub(super) mod runbook;
pub(super) mod service_name;
pub(super) mod spread;
pub(super) mod start;
pub(super) mod waiting;
pub(super) mod was;
pub(super) mod wording;
pub(super) mod words;

pub use context::{Context, Findings};
pub use dependence::{Case, Dependence};
pub use options::{ExternalService, Options};
