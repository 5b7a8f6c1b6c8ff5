//! What the renderers print, over reports built by hand.
#![allow(clippy::unwrap_used)]

mod ci;
mod golden;
mod hostile;
mod json;
mod reports;
mod summary;
mod terminal;
