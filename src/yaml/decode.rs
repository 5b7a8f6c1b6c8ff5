//! Typed objects from the tree, with every type error at its place.
//!
//! serde stops at the first error, and a linter must not: one number where a string belongs would hide everything else
//! in the object. So a value of the wrong type is noted and decoded as something the asked type allows. Where only the
//! type itself can tell that it does not like a value (an `IntOrString` that gets a boolean, an enum), serde is already
//! on its way out with an error; then the whole object is decoded again with a stand-in for that value.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;

use serde::de::{self, DeserializeOwned, Expected, Unexpected};

use super::deserializer::{Place, Value};
use super::document::Document;
use super::node::{NodeId, NodeKind};
use super::path::{FieldPath, Segment};

/// What came of decoding a node as a type.
#[derive(Clone, Debug)]
pub struct Decoded<T> {
    /// The object. Values of the wrong type are replaced: text where a string is asked for, nothing where the field is
    /// optional, else 0, false, or empty. `None` if nothing can be made of the node.
    pub value: Option<T>,
    /// Every value of the wrong type once, in the order of the text; not more than [`MAX_TYPE_ERRORS`].
    pub errors: Vec<TypeError>,
    /// Every field that the type does not have, in the order of the text; not more than [`MAX_UNKNOWN_FIELDS`].
    pub unknown: Vec<UnknownField>,
    /// The texts and numbers that stand for a quantity, in the order of the text: the type takes any.
    pub quantities: Vec<NodeId>,
}

/// A field that the type does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// Its value.
    pub node: NodeId,
    /// Its path from the node that was decoded.
    pub path: FieldPath,
    /// The fields that could stand there.
    pub known: &'static [&'static str],
    /// The field of this name that one of the objects around it has, the nearest: it may be indented too far.
    pub outer: Option<FieldPath>,
}

/// A value of the wrong type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeError {
    /// The value, as the field has it: for `value: *x` the alias.
    pub node: NodeId,
    /// Its path from the node that was decoded.
    pub path: FieldPath,
    /// What is expected and what is there, in a clause without a full stop.
    pub message: String,
    /// The names that would do, where the value is one of a fixed list of names and not among them.
    pub names: &'static [&'static str],
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for TypeError {}

/// How many type errors of one object are kept.
pub const MAX_TYPE_ERRORS: usize = 1_000;

/// How many unknown fields of one object are kept.
pub const MAX_UNKNOWN_FIELDS: usize = 1_000;

/// How deep an object is decoded. No Kubernetes object nests as deep, and a type that contains itself takes a large frame
/// for each level.
const MAX_DECODED_DEPTH: usize = 128;

/// How many values all attempts together may look at. Each attempt gets further than the one before; this is for files
/// that were made to take long.
const MAX_VISITS: u64 = 5_000_000;

impl Document {
    /// Decodes a node as a type, by kubectl's rules: a number is no string and a string no number, a whole float is an
    /// integer, null is the same as not written.
    pub fn decode<T: DeserializeOwned>(&self, node: NodeId) -> Decoded<T> {
        self.decode_reading(node, &[])
    }

    /// The same, with strings taken for others: a type that knows its own name refuses a misspelt one.
    pub fn decode_reading<T: DeserializeOwned>(&self, node: NodeId, readings: &[(NodeId, &'static str)]) -> Decoded<T> {
        let session = Session::new(self);
        for (string, meant) in readings {
            session.stand_ins.borrow_mut().insert(string.0, StandIn::Word(meant));
        }
        loop {
            session.begin();
            let (value, better) = match T::deserialize(Value::new(&session, node.0, Place::Root)) {
                Ok(value) => (Some(value), session.again.get()),
                Err(Error(refusal)) => (None, session.work_around(*refusal, node.0)),
            };
            if !better || session.visits.get() > MAX_VISITS {
                return session.finish(value);
            }
        }
    }
}

/// What to decode instead of a value that cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StandIn {
    /// The text as a string.
    Text,
    /// Another string.
    Word(&'static str),
    /// An empty string.
    Empty,
    /// Nothing at all.
    Absent,
}

/// One step down, and the value it leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The key, or the place in a list.
    pub(super) way: Way,
    pub(super) value: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Key(u32),
    Index(usize),
}

/// The state of one [`Document::decode`].
pub(super) struct Session<'d> {
    pub(super) document: &'d Document,
    pub(super) path: RefCell<Vec<Step>>,
    unknown: RefCell<Vec<UnknownField>>,
    pub(super) quantities: RefCell<Vec<NodeId>>,
    /// The fields of the structures that the path leads through, with the length of the path to each.
    structures: RefCell<Vec<(usize, &'static [&'static str])>>,
    stand_ins: RefCell<HashMap<u32, StandIn>>,
    errors: RefCell<HashMap<u32, TypeError>>,
    /// A value that was decoded as 0 or empty can be left out instead, which takes another attempt.
    again: Cell<bool>,
    visits: Cell<u64>,
}

impl<'d> Session<'d> {
    fn new(document: &'d Document) -> Self {
        Self {
            document,
            path: RefCell::default(),
            unknown: RefCell::default(),
            quantities: RefCell::default(),
            structures: RefCell::default(),
            stand_ins: RefCell::default(),
            errors: RefCell::default(),
            again: Cell::new(false),
            visits: Cell::new(0),
        }
    }

    fn begin(&self) {
        self.path.borrow_mut().clear();
        self.unknown.borrow_mut().clear();
        self.quantities.borrow_mut().clear();
        self.structures.borrow_mut().clear();
        self.again.set(false);
    }

    /// What to decode instead of a node, noted by an earlier attempt.
    pub(super) fn stand_in(&self, node: u32) -> Option<StandIn> {
        self.visits.set(self.visits.get() + 1);
        let stand_ins = self.stand_ins.borrow();
        if stand_ins.is_empty() { None } else { stand_ins.get(&node).copied() }
    }

    /// Leaves out the value that is being decoded if it is too deep down.
    pub(super) fn limit_depth(&self, node: u32) {
        if self.path.borrow().len() > MAX_DECODED_DEPTH {
            self.note(node, || "this is nested deeper than stslint reads".to_owned());
            self.stand_ins.borrow_mut().insert(node, StandIn::Absent);
        }
    }

    /// Notes a value of the wrong type. With `optional`, the next attempt leaves it out.
    pub(super) fn mismatch(&self, node: u32, expected: &str, optional: bool) {
        self.note(node, || self.words(node, expected));
        if optional && self.stand_ins.borrow_mut().insert(node, StandIn::Absent).is_none() {
            self.again.set(true);
        }
    }

    /// That a value is of the wrong type.
    pub(super) fn words(&self, node: u32, expected: &str) -> String {
        let node = self.document.node(NodeId(node));
        match node.kind() {
            // One number is not like another: say which.
            NodeKind::Number if expected.contains("number") => {
                format!("{expected} is expected here, this is {}", super::quoted(node.text()))
            }
            kind => format!("{expected} is expected here, this is {}", in_words(kind)),
        }
    }

    /// Notes something else that is wrong with a value.
    pub(super) fn note(&self, node: u32, message: impl FnOnce() -> String) {
        self.note_names(node, message, &[]);
    }

    fn note_names(&self, node: u32, message: impl FnOnce() -> String, names: &'static [&'static str]) {
        let mut errors = self.errors.borrow_mut();
        if errors.len() < MAX_TYPE_ERRORS && !errors.contains_key(&node) {
            let error = TypeError { node: NodeId(node), path: self.here(), message: message(), names };
            errors.insert(node, error);
        }
    }

    /// The path to the value that is being decoded.
    fn here(&self) -> FieldPath {
        let segment = |step: &Step| match step.way {
            Way::Index(index) => Segment::Index(index),
            Way::Key(key) => {
                let key = self.document.node(NodeId(key)).key_text().unwrap_or_default();
                Segment::Key(key.into_owned().into())
            }
        };
        self.path.borrow().iter().map(segment).collect::<Vec<_>>().into()
    }

    /// Notes what a type refused and arranges that the next attempt does not meet it; `false` if nothing more can be done.
    fn work_around(&self, refusal: Refusal, root: u32) -> bool {
        let Refusal { message, trail, place, names } = refusal;
        let Some(place) = place else { return false };
        let kind = |node: u32| self.document.node(NodeId(node)).kind();
        // To the API server null is any type's zero value.
        let zero = kind(place) == NodeKind::Null && !trail.is_empty();
        if !zero && self.stand_ins.borrow().get(&place).is_none() {
            *self.path.borrow_mut() = trail.clone();
            self.note_names(place, || message, names);
        }
        // The value itself is replaced first, by what is ever less; then what it stands in is left out.
        let mut stand_ins = self.stand_ins.borrow_mut();
        for node in std::iter::once(place).chain(trail.iter().rev().map(|step| step.value)) {
            if node == root {
                break;
            }
            let has_text = !matches!(kind(node), NodeKind::Null | NodeKind::Sequence | NodeKind::Mapping);
            let next = match stand_ins.get(&node) {
                None if node == place && has_text => StandIn::Text,
                None | Some(StandIn::Text) if node == place => StandIn::Empty,
                None | Some(StandIn::Text | StandIn::Empty) => StandIn::Absent,
                Some(StandIn::Absent | StandIn::Word(_)) => continue,
            };
            stand_ins.insert(node, next);
            return true;
        }
        false
    }

    /// Decodes a structure that has these fields.
    pub(super) fn structure<T>(&self, fields: &'static [&'static str], decode: impl FnOnce() -> T) -> T {
        self.structures.borrow_mut().push((self.path.borrow().len(), fields));
        let decoded = decode();
        self.structures.borrow_mut().pop();
        decoded
    }

    /// Notes a field that the structure it stands in does not have.
    pub(super) fn unknown_field(&self, node: u32) {
        let (structures, mut unknown) = (self.structures.borrow(), self.unknown.borrow_mut());
        let Some(((_, known), around)) = structures.split_last() else { return };
        if unknown.len() >= MAX_UNKNOWN_FIELDS {
            return;
        }
        let path = self.here();
        let Some(Segment::Key(name)) = path.segments().last() else { return };
        let outer = around.iter().rev().find(|(_, fields)| fields.contains(&&**name));
        let outer = outer.map(|(depth, _)| FieldPath::from(path.segments()[..*depth].to_vec()).key(name.clone()));
        unknown.push(UnknownField { node: NodeId(node), outer, known, path });
    }

    fn finish<T>(self, value: Option<T>) -> Decoded<T> {
        let start = |node: NodeId| (self.document.node(node).span(), node);
        let mut errors: Vec<TypeError> = self.errors.into_inner().into_values().collect();
        errors.sort_by_cached_key(|error| start(error.node));
        let mut unknown = self.unknown.into_inner();
        unknown.sort_by_cached_key(|field| start(field.node));
        unknown.dedup_by_key(|field| field.node);
        let mut quantities = self.quantities.into_inner();
        quantities.retain(|node| errors.iter().all(|error| error.node != *node));
        quantities.sort_by_cached_key(|node| start(*node));
        quantities.dedup();
        Decoded { value, errors, unknown, quantities }
    }
}

fn in_words(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Null => "null",
        NodeKind::Bool => "a boolean",
        NodeKind::Number => "a number",
        NodeKind::String => "a string",
        NodeKind::Sequence => "a list",
        NodeKind::Mapping => "a mapping",
    }
}

/// What a type refused.
#[derive(Debug)]
pub(super) struct Refusal {
    message: String,
    /// The value that was refused, once somebody on the way out knows it.
    place: Option<u32>,
    /// The steps down to it.
    trail: Vec<Step>,
    /// The names that would do instead.
    names: &'static [&'static str],
}

/// An error on its way out of serde; boxed because every level of a type moves it.
#[derive(Debug)]
pub(super) struct Error(Box<Refusal>);

impl Error {
    pub(super) fn new(message: String) -> Self {
        Self(Box::new(Refusal { message, place: None, trail: Vec::new(), names: &[] }))
    }

    fn naming(mut self, names: &'static [&'static str]) -> Self {
        self.0.names = names;
        self
    }

    /// The error with the value it is about, unless it is known already.
    pub(super) fn at(mut self, place: u32, trail: &[Step]) -> Self {
        if self.0.place.is_none() {
            (self.0.place, self.0.trail) = (Some(place), trail.to_vec());
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Unit | Unexpected::Option => in_words(NodeKind::Null),
            Unexpected::Bool(_) => in_words(NodeKind::Bool),
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => in_words(NodeKind::Number),
            Unexpected::Char(_) | Unexpected::Str(_) => in_words(NodeKind::String),
            Unexpected::Seq => in_words(NodeKind::Sequence),
            Unexpected::Map => in_words(NodeKind::Mapping),
            _ => return Self::new(format!("{} is expected here, this is {found}", type_in_words(expected))),
        };
        Self::new(format!("{} is expected here, this is {found}", type_in_words(expected)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Signed(value) => value.to_string(),
            Unexpected::Unsigned(value) => value.to_string(),
            Unexpected::Float(value) => value.to_string(),
            Unexpected::Str(text) => text.to_owned(),
            _ => return Self::invalid_type(found, expected),
        };
        Self::new(format!("{} is expected here, this is {}", type_in_words(expected), super::quoted(&found)))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("there is no field {} here, only {}", super::quoted(field), list(expected))).naming(expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("one of {} is expected here, this is {}", list(expected), super::quoted(variant)))
            .naming(expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("`{field}` is missing here"))
    }
}

/// What a type says it expects, where that is only its name.
fn type_in_words(expected: &dyn Expected) -> String {
    match expected.to_string() {
        name if name == "IntOrString" => "a whole number or a string".into(),
        name if name == "Quantity" => "a quantity".into(),
        // A value, as k8s-openapi names the only apiVersion that will do.
        name if !name.contains(' ') => super::quoted(&name),
        name => name,
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
