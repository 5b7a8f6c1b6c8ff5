//! From a place by name to the bytes.

use super::written;
use crate::finding::{Location, ObjectName, Part, Place, State, Target};
use crate::model::{DocumentId, Inventory, Object, ObjectId};
use crate::rules::Context;
use crate::yaml::{FieldPath, Located, Node, Span};

/// The bytes of a place; `None` when its state is not there.
pub(super) fn locate(context: &Context<'_>, place: &Place, label: &str) -> Option<Location> {
    let inventory = state(context, place.state)?;
    let (document, span) = bytes(inventory, place)?;
    Some(location(inventory, document, span, label))
}

/// The document and the bytes of a place: for rendered text those in the file that it was made of, where they say the
/// same.
pub(super) fn bytes(inventory: &Inventory, place: &Place) -> Option<(DocumentId, Span)> {
    match &place.target {
        Target::Text { document, span } => Some((*document, *span)),
        Target::Field { object, .. } => written::span(inventory, place)
            .or_else(|| Some((inventory.object(*object).document, span_of(inventory, place)?))),
    }
}

/// Where an object begins, in the file that it was rendered from where one is known.
pub(super) fn start(inventory: &Inventory, id: ObjectId) -> (DocumentId, u32) {
    let object = inventory.object(id);
    let (document, node) = inventory.written(object.document).unwrap_or((object.document, object.node));
    (document, inventory.document(document).node(node).span().start)
}

/// The object that holds a place.
pub(super) fn object_name(context: &Context<'_>, place: &Place) -> Option<ObjectName> {
    let inventory = state(context, place.state)?;
    let object = match &place.target {
        Target::Field { object, .. } => Some(inventory.object(*object)),
        Target::Text { document, span } => holder(inventory, *document, *span),
    };
    object.map(|object| ObjectName {
        api_version: object.api_version.clone(),
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
    })
}

/// The object of a document whose text holds these bytes.
pub(super) fn holder(inventory: &Inventory, document: DocumentId, span: Span) -> Option<&Object> {
    let placed = inventory.document(document);
    inventory.objects_of(document).find(|object| {
        let own = placed.node(object.node).span();
        own.start <= span.start && span.end <= own.end
    })
}

/// The objects of a state, where it is there.
pub(super) fn state<'a>(context: &Context<'a>, state: State) -> Option<&'a Inventory> {
    match state {
        State::Head => Some(context.head),
        State::Base => context.base,
    }
}

/// A place with its text.
pub(super) fn location(inventory: &Inventory, document: DocumentId, span: Span, label: &str) -> Location {
    let document = &inventory.document(document).document;
    Location {
        source: document.source.clone(),
        span,
        label: label.to_owned(),
        revision: inventory.revision().map(str::to_owned),
        rendered_from: document.rendered_from.clone(),
    }
}

/// The span of a field. A field that is missing points at the key of the nearest existing parent; an object that has
/// nothing of the path, at its kind.
pub(super) fn span_of(inventory: &Inventory, place: &Place) -> Option<Span> {
    let Target::Field { object, path, part, range } = &place.target else { return None };
    let object = inventory.object(*object);
    let document = &inventory.document(object.document).document;
    match document.locate(object.node, path) {
        Located::Exact { value, node, .. } if *part == Part::Value => match range {
            Some(range) => {
                let spans = document.scalar_range(node, range.clone());
                // Over several lines: the first one carries the label.
                Some(spans.first().copied().unwrap_or(value))
            }
            None => Some(value),
        },
        Located::Exact { key, value, node } => Some(key.unwrap_or_else(|| first_line(document.node(node), value))),
        Located::Nearest { depth: 0, .. } => {
            let root = document.node(object.node);
            Some(root.get("kind").map_or_else(|| root.span(), Node::span))
        }
        Located::Nearest { key, value, node, .. } => {
            Some(key.unwrap_or_else(|| first_line(document.node(node), value)))
        }
    }
}

/// What of a field is not there.
pub(super) fn missing(inventory: &Inventory, place: &Place) -> String {
    let Target::Field { object, path, .. } = &place.target else { return String::new() };
    let object = inventory.object(*object);
    match inventory.document(object.document).document.locate(object.node, path) {
        Located::Exact { .. } => String::new(),
        Located::Nearest { depth, .. } => {
            FieldPath::from(path.segments().get(depth..).unwrap_or_default().to_vec()).to_string()
        }
    }
}

/// Of a collection without a key (an item of a list), what stands on its first line.
pub(super) fn first_line(node: Node<'_>, span: Span) -> Span {
    let text = node.document().source.slice(span);
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    Span::new(span.start as usize, span.start as usize + end)
}
