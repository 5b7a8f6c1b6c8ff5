//! How a rule names a place; the engine finds the bytes.

use std::ops::Range;

use crate::model::{DocumentId, ObjectId};
use crate::yaml::{FieldPath, Span};

/// Which of the two states that are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// What will be applied.
    #[default]
    Head,
    /// What is there before.
    Base,
}

/// A place in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Head or base.
    pub state: State,
    /// What holds the place.
    pub target: Target,
}

/// What holds a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A field of an object.
    Field {
        /// The object.
        object: ObjectId,
        /// The field; one that is missing points at the nearest existing parent.
        path: FieldPath,
        /// The key or the value.
        part: Part,
        /// A range of bytes inside the decoded scalar.
        range: Option<Range<usize>>,
    },
    /// Bytes of a document that may hold no object at all.
    Text {
        /// The document.
        document: DocumentId,
        /// The bytes, counted in its file.
        span: Span,
    },
}

/// Which side of a mapping's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The key; the item itself in a sequence.
    Key,
    /// The value.
    Value,
}

impl Place {
    /// The value of a field.
    pub fn value(object: ObjectId, path: FieldPath) -> Place {
        Place { state: State::Head, target: Target::Field { object, path, part: Part::Value, range: None } }
    }

    /// The key of a field.
    pub fn key(object: ObjectId, path: FieldPath) -> Place {
        Place { state: State::Head, target: Target::Field { object, path, part: Part::Key, range: None } }
    }

    /// Bytes of a document.
    pub fn text(document: DocumentId, span: Span) -> Place {
        Place { state: State::Head, target: Target::Text { document, span } }
    }

    /// The same place, narrowed to a range of bytes inside the decoded scalar.
    #[must_use]
    pub fn within(mut self, decoded: Range<usize>) -> Place {
        if let Target::Field { range, .. } = &mut self.target {
            *range = Some(decoded);
        }
        self
    }

    /// The same place in the base.
    #[must_use]
    pub fn at_base(mut self) -> Place {
        self.state = State::Base;
        self
    }
}
