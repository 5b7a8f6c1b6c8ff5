//! What is wrong with a file that was written for stslint: one of the catalogue, or the user's configuration.

use std::sync::Arc;

use crate::nearest::nearest;
use crate::yaml::{Document, Node, NodeKind, Problem, Source, Span, TypeError};

/// What is wrong with a file that was written for stslint.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The file.
    pub source: Arc<Source>,
    /// Where in it.
    pub span: Span,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// What to do about it, as a sentence without a full stop; may be empty.
    pub help: String,
}

impl Fault {
    /// `file:line:column: what is wrong`.
    pub fn in_one_line(&self) -> String {
        let position = self.source.position(self.span.start as usize);
        format!("{}:{}:{}: {}", self.source.name(), position.line, position.column, self.message)
    }

    /// A value of the wrong type, a key that is not one, a key that is missing.
    pub fn of_type(document: &Document, error: TypeError) -> Fault {
        let node = document.node(error.node);
        let number = matches!(node.kind(), NodeKind::Number | NodeKind::Bool) && error.message.starts_with("a string");
        let help = match nearest(node.text(), error.names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None if number => format!("put it in quotes: `\"{}\"`", node.text()),
            None => String::new(),
        };
        let span = Fault::first_line(node);
        Fault { source: document.source.clone(), span, message: error.message, help }
    }

    /// Something wrong with the text itself.
    pub fn of_problem(source: &Arc<Source>, problem: &Problem) -> Fault {
        let help = match &problem.related {
            Some((span, said)) => format!("line {}: {said}", source.position(span.start as usize).line),
            None => String::new(),
        };
        Fault { source: source.clone(), span: problem.span, message: problem.message.clone(), help }
    }

    /// Where a value begins: of a collection only what stands on its first line, which is where the reader looks.
    pub fn first_line(node: Node<'_>) -> Span {
        let span = node.span();
        if !matches!(node.kind(), NodeKind::Sequence | NodeKind::Mapping) {
            return span;
        }
        let text = node.document().source.slice(span);
        let end = text.find(['\n', '\r']).unwrap_or(text.len());
        Span::new(span.start as usize, span.start as usize + end)
    }
}
