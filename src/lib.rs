//! stslint judges Kubernetes StatefulSet manifests: it reads YAML and JSON, joins every StatefulSet with what it
//! depends on, and says what will break, where, why and what to do instead.
//!
//! The floors, from the ground up (imports go down only):
//! [`yaml`], [`nearest`] · [`load`], [`model`] · [`finding`], [`systems`] · [`rules`] · [`config`] · [`lint`] · [`render`] · [`cli`].

pub mod cli;
pub mod config;
pub mod finding;
pub mod lint;
pub mod load;
pub mod model;
pub mod nearest;
pub mod render;
pub mod rules;
pub mod systems;
pub mod yaml;
