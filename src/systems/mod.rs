//! The catalogue: what is known of stateful systems, each fact with its source, in `rules/systems/`.
//!
//! A set is identified by its image, its mode by what it is given (variables, arguments, ports, ConfigMaps), and a probe
//! by its form: all of it is declared in the files, none of it here. `rules/systems/README.md` documents the
//! format, `schema.json` beside it is generated from [`System`].

mod annotation;
mod arguments;
mod catalogue;
mod condition;
mod directory;
mod facts;
mod fault;
mod identified;
mod image;
mod listed;
mod many;
mod members;
mod names;
mod probe;
mod refusal;
mod replication;
mod restart;
mod review;
mod running;
mod schema;
mod script;
mod settings;
mod shutdown;
mod system;
mod words;

pub use annotation::{ANNOTATION, Declared, Meaning, is_name};
pub use catalogue::{Catalogue, Entry};
pub use condition::{Condition, Names, Pattern};
pub use directory::Directory;
pub use facts::*;
pub use fault::Fault;
pub use identified::Identified;
pub use image::{Image, Version};
pub use listed::{FoundList, Setting, is_own_name};
pub use many::Many;
pub use names::{Bound, ModeName, PortName};
pub use probe::Proposed;
pub use refusal::Refusal;
pub use review::Sourcing;
pub use running::Running;
pub use schema::{publish, schema};
pub use settings::Found;
pub use system::System;
