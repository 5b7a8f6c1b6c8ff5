//! What the loader makes of paths: which files, which documents, in which order.
#![allow(clippy::unwrap_used)]

mod charts;
mod documents;
mod hostile;
mod ignored;
mod many;
mod paths;
mod tree;
