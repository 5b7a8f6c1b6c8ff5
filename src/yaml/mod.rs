//! Floor 0: manifests as text. Sources, the documents in them, and where every value is written.
//!
//! One parse gives everything: the tree of [`Node`]s with byte spans, typed objects ([`Document::decode`]), the place of a
//! field ([`Document::locate`]), comments, and what is wrong with the text itself ([`Problem`]). Values are what kubectl
//! makes of them, which is not YAML 1.2: see [`NodeKind`].

mod access;
mod binary;
mod build;
mod decode;
mod deserializer;
mod document;
mod events;
mod json;
mod keys;
mod locate;
mod lookup;
mod mend;
mod merge;
mod node;
mod notation;
mod path;
mod rendered;
mod scalar;
mod scalar_range;
mod source;
mod split;
mod syntax;
mod tabs;
mod tree;

pub use decode::{Decoded, MAX_TYPE_ERRORS, MAX_UNKNOWN_FIELDS, TypeError, UnknownField};
pub use document::{Comment, Document, Problem, ProblemKind, Written};
pub use locate::Located;
pub use node::{Node, NodeId, NodeKind, Presence, ScalarStyle};
pub use path::{FieldPath, Segment};
pub use source::{NotText, Position, Source, Span};
pub use split::{Chunk, split};

/// Longest text that is parsed, in bytes; real manifests stay far below.
pub const MAX_FILE_BYTES: usize = 64 << 20;

/// How deep collections may be nested, aliases followed.
pub const MAX_DEPTH: usize = 255;

/// How many nodes the aliases of a document may stand for. Everything that walks a document is bounded by this.
pub const MAX_UNFOLDED_NODES: u64 = 1_000_000;

/// How many bytes of text the aliases of a document may stand for.
pub const MAX_UNFOLDED_BYTES: u64 = 64 << 20;

/// How many problems of one document are kept: nobody reads more, and a hostile file can have millions.
pub const MAX_PROBLEMS: usize = 1_000;

/// A text from a manifest for a message: in backticks, shortened if it is long.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}
