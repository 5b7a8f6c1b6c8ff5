//! From bytes of a decoded scalar to the bytes they are written with.

use std::ops::Range;

use super::document::Document;
use super::node::NodeId;
use super::notation::{self, Piece, Spelling};
use super::source::Span;
use super::tree::Content;

impl Document {
    /// Where a part of a scalar's decoded text ([`Node::text`](super::Node::text)) is written: one span for each line
    /// that it touches, line breaks left out unless there is nothing else. For an alias, where its anchor is.
    ///
    /// The whole scalar's span if the part cannot be told, or is none of the text.
    pub fn scalar_range(&self, node: NodeId, decoded: Range<usize>) -> Vec<Span> {
        let id = self.tree.resolve(node.0);
        let text = self.tree.text(self.source.text(), id);
        let pieces = text.get(decoded.clone()).and_then(|_| self.pieces(id, text));
        match pieces {
            Some(pieces) => spans(self.source.text(), &pieces, &decoded),
            None => vec![self.tree.cell(id).span],
        }
    }

    fn pieces(&self, id: u32, text: &str) -> Option<Vec<Piece>> {
        let cell = self.tree.cell(id);
        match cell.content {
            Content::Written(span) if !text.contains(['\n', '\r']) => {
                let whole = Piece { decoded: 0..text.len(), source: span.range(), spelling: Spelling::Verbatim };
                Some(vec![whole])
            }
            Content::Written(_) | Content::Owned(_) => {
                notation::read(self.source.text(), cell.span.range(), cell.style, text)
            }
            Content::Target(_) | Content::Children(_) => None,
        }
    }
}

fn spans(source: &str, pieces: &[Piece], decoded: &Range<usize>) -> Vec<Span> {
    let wanted = |piece: &Piece| {
        let part = piece.decoded.start.max(decoded.start)..piece.decoded.end.min(decoded.end);
        // An empty range lies in the piece that begins there, or at the end of the last one.
        let touches = if decoded.is_empty() { piece.decoded.contains(&decoded.start) } else { !part.is_empty() };
        touches.then(|| match piece.spelling {
            Spelling::Verbatim => {
                let offset = |at: usize| piece.source.start + (at - piece.decoded.start);
                offset(part.start)..offset(part.end)
            }
            Spelling::Escape | Spelling::Break if decoded.is_empty() => piece.source.start..piece.source.start,
            Spelling::Escape | Spelling::Break => piece.source.clone(),
        })
    };
    let found = |breaks: bool| {
        let mut lines: Vec<Range<usize>> = Vec::new();
        for piece in pieces.iter().filter(|piece| (piece.spelling == Spelling::Break) == breaks) {
            let Some(part) = wanted(piece) else { continue };
            match lines.last_mut() {
                Some(line)
                    if !source.get(line.end..part.start).is_some_and(|gap| gap.contains(['\n', '\r'])) && !breaks =>
                {
                    line.end = part.end;
                }
                _ => lines.push(part),
            }
        }
        lines
    };
    let mut lines = found(false);
    if lines.is_empty() {
        lines = found(true);
    }
    if lines.is_empty() {
        let end = pieces.last().map_or(0, |piece| piece.source.end);
        lines.push(end..end);
    }
    lines.into_iter().map(|line| Span::new(line.start, line.end)).collect()
}
