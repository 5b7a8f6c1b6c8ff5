//! stslint judges Kubernetes StatefulSet manifests: it reads YAML and JSON, joins every StatefulSet with what it
//! depends on, and says what will break, where, why and what to do instead.
//!
//! The floors, from the ground up (imports go down only):
//! [`yaml`] · [`load`], [`model`] · [`finding`], [`systems`] · [`rules`] · [`lint`] · [`render`] · [`cli`].

pub mod finding;
pub mod render;
pub mod yaml;
