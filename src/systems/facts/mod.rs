//! The facts of the catalogue, as `rules/systems/*.yaml` writes them down, one kind a file.
//!
//! These types are the format: files are decoded into them, `schema.json` is generated from them (a field's comment
//! becomes its description there, and `rules/systems/README.md` is held against it), and [`Review`] goes through them.
//! A new kind of fact is a file here, two lines below, and one field of [`System`](super::System), [`Mode`], or both.

use schemars::JsonSchema;
use serde::Deserialize;

use super::condition::{Condition, Pattern};
use super::names::{Bound, ModeName, PortName};
use super::review::{Review, Reviewed};

/// Where a fact comes from; a fact of the built-in catalogue has at least one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Addresses, or paths in public repositories.
    pub source: Vec<String>,
    /// The versions that were observed.
    pub measured: Vec<String>,
}

/// Declares a mapping of the format: its fields, and that a review looks at each.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $kind,)*
        }

        impl $crate::systems::review::Reviewed for $name {
            fn review(&self, at: &$crate::yaml::FieldPath, review: &mut $crate::systems::review::Review<'_>) {
                $(self.$field.review(&at.clone().key(stringify!($field).replace('_', "-")), review);)*
            }
        }
    };
}
pub(super) use record;

/// Declares a fact: its fields, and where it comes from.
macro_rules! fact {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $kind,)*
            /// Where the fact is written down: an address, `owner/repo: path`, `owner/repo#issue`, or a list of these. In
            /// the built-in catalogue each fact has this or `measured`.
            #[serde(default)]
            pub(in $crate::systems) source: $crate::systems::many::Many<String>,
            /// The version on which the fact was observed, or a list.
            #[serde(default)]
            pub(in $crate::systems) measured: $crate::systems::many::Many<String>,
        }

        impl $name {
            /// Where it comes from.
            pub fn origin(&self) -> $crate::systems::Origin {
                $crate::systems::Origin { source: self.source.to_vec(), measured: self.measured.to_vec() }
            }
        }

        impl $crate::systems::review::Reviewed for $name {
            fn review(&self, at: &$crate::yaml::FieldPath, review: &mut $crate::systems::review::Review<'_>) {
                review.origin(at, &self.origin());
                $(self.$field.review(&at.clone().key(stringify!($field).replace('_', "-")), review);)*
            }
        }
    };
}
pub(super) use fact;

mod arguments;
mod bootstrap;
mod cluster_wide;
mod data;
mod early_clients;
mod member_list;
mod mode;
mod order;
mod peers;
mod port;
mod probe;
mod proposal;
mod refused;
mod restart;
mod rollout;
mod shutdown;
mod unreachable;
mod unreplicated;
mod votes;
mod worth;

pub use arguments::*;
pub use bootstrap::*;
pub use cluster_wide::*;
pub use data::*;
pub use early_clients::*;
pub use member_list::*;
pub use mode::*;
pub use order::*;
pub use peers::*;
pub use port::*;
pub use probe::*;
pub use proposal::*;
pub use refused::*;
pub use restart::*;
pub use rollout::*;
pub use shutdown::*;
pub use unreachable::*;
pub use unreplicated::*;
pub use votes::*;
pub use worth::*;
