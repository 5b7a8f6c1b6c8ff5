//! serde over the tree.

use serde::de::{Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};

use super::access::{Fields, Items, Variant};
use super::decode::{Error, Session, StandIn};
use super::node::{Node, NodeId, NodeKind, integral};
use super::scalar::Scalar;

/// A node that is decoded.
#[derive(Clone, Copy)]
pub(super) struct Value<'s, 'd> {
    session: &'s Session<'d>,
    id: u32,
    place: Place,
    /// Whether nothing at all will do.
    optional: bool,
}

/// Where a value stands, as far as its type may differ by that.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// The node that [`Document::decode`](super::Document::decode) was asked for.
    Root,
    /// In a mapping or a list.
    Inside,
}

impl<'s, 'd> Value<'s, 'd> {
    pub(super) fn new(session: &'s Session<'d>, id: u32, place: Place) -> Self {
        Self { session, id, place, optional: false }
    }

    fn node(self) -> Node<'d> {
        self.session.document.node(NodeId(self.id))
    }

    /// Says of an error that nobody has placed yet that it is about this value.
    pub(super) fn placed<T>(self, result: Result<T, Error>) -> Result<T, Error> {
        result.map_err(|error| error.at(self.id, &self.session.path.borrow()))
    }

    /// Notes that a value is of the wrong type; an error if there is nothing to go on with.
    fn mismatch(self, expected: &str) -> Result<(), Error> {
        if self.place == Place::Root {
            return self.placed(Err(Error::new(self.session.words(self.id, expected))));
        }
        self.session.mismatch(self.id, expected, self.optional);
        Ok(())
    }

    /// Whether this value counts as one of the kind; if not, an empty one takes its place.
    fn is_collection(self, kind: NodeKind, expected: &str) -> Result<bool, Error> {
        if self.session.stand_in(self.id).is_some() {
            return Ok(false);
        }
        match self.node().kind() {
            found if found == kind => return Ok(true),
            // To the server null is the zero value of any type, as the value of a field and as an item of a list.
            NodeKind::Null if self.place == Place::Inside => {}
            _ => self.mismatch(expected)?,
        }
        Ok(false)
    }

    fn list<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let children = self.is_collection(NodeKind::Sequence, "a list")?;
        let children = children.then(|| self.session.document.tree.children(self.id));
        self.placed(visitor.visit_seq(Items::new(self.session, children)))
    }

    fn mapping<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let entries = self.is_collection(NodeKind::Mapping, "a mapping")?;
        let entries = entries.then(|| self.session.document.entries(self.id));
        self.placed(visitor.visit_map(Fields::new(self.session, entries)))
    }

    fn string<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let node = self.node();
        let text = match self.session.stand_in(self.id) {
            Some(StandIn::Empty | StandIn::Absent) => "",
            Some(StandIn::Text) => node.text(),
            Some(StandIn::Word(word)) => word,
            None => match node.kind() {
                NodeKind::String => node.text(),
                // `labels: {a: null}` is an empty string to the API server, and so is an item `- `.
                NodeKind::Null => "",
                _ => {
                    self.session.mismatch(self.id, "a string", false);
                    node.text()
                }
            },
        };
        self.placed(visitor.visit_borrowed_str(text))
    }

    /// A whole number between two bounds, else 0.
    fn whole(self, least: i128, most: i128, expected: &str) -> Result<i128, Error> {
        if self.session.stand_in(self.id).is_some() {
            return Ok(0);
        }
        let number = match self.node().scalar() {
            Some(Scalar::Int(value)) => Some(i128::from(value)),
            Some(Scalar::Uint(value)) => Some(i128::from(value)),
            Some(Scalar::Float(value)) => integral(value).map(i128::from),
            Some(Scalar::Null) if self.place == Place::Inside => Some(0),
            _ => None,
        };
        match number {
            Some(number) if (least..=most).contains(&number) => Ok(number),
            Some(_) => self.mismatch(expected).map(|()| 0),
            None => self.mismatch("a whole number").map(|()| 0),
        }
    }

    fn float<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let value = match (self.session.stand_in(self.id), self.node().as_f64()) {
            (None, Some(value)) => value,
            (None, None) if self.node().kind() != NodeKind::Null => self.mismatch("a number").map(|()| 0.0)?,
            _ => 0.0,
        };
        self.placed(visitor.visit_f64(value))
    }

    fn boolean<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let value = match (self.session.stand_in(self.id), self.node().scalar()) {
            (None, Some(Scalar::Bool(value))) => value,
            (None, Some(Scalar::Null)) if self.place == Place::Inside => false,
            (None, _) => self.mismatch("a boolean").map(|()| false)?,
            _ => false,
        };
        self.placed(visitor.visit_bool(value))
    }
}

macro_rules! whole_numbers {
    ($($method:ident $type:ty, $visit:ident, $expected:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let number = self.whole(i128::from(<$type>::MIN), i128::from(<$type>::MAX), $expected)?;
            self.placed(visitor.$visit(<$type>::try_from(number).unwrap_or_default()))
        }
    )*};
}

impl<'de, 'd: 'de> Deserializer<'de> for Value<'_, 'd> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let node = self.node();
        let result = match self.session.stand_in(self.id) {
            Some(StandIn::Text) => visitor.visit_borrowed_str(node.text()),
            Some(StandIn::Word(word)) => visitor.visit_borrowed_str(word),
            Some(StandIn::Empty) => visitor.visit_borrowed_str(""),
            Some(StandIn::Absent) => visitor.visit_unit(),
            None => match node.scalar() {
                Some(Scalar::Null) => visitor.visit_unit(),
                Some(Scalar::Bool(value)) => visitor.visit_bool(value),
                Some(Scalar::Int(value)) => visitor.visit_i64(value),
                Some(Scalar::Uint(value)) => visitor.visit_u64(value),
                Some(Scalar::Float(value)) => match integral(value) {
                    Some(value) => visitor.visit_i64(value),
                    None => visitor.visit_f64(value),
                },
                Some(Scalar::Text(text)) => visitor.visit_borrowed_str(text),
                None if node.kind() == NodeKind::Sequence => return self.list(visitor),
                None => return self.mapping(visitor),
            },
        };
        self.placed(result)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let absent = self.session.stand_in(self.id) == Some(StandIn::Absent);
        if absent || self.node().kind() == NodeKind::Null {
            return self.placed(visitor.visit_none());
        }
        let value = Value { optional: true, ..self };
        self.placed(visitor.visit_some(value))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.boolean(visitor)
    }

    whole_numbers! {
        deserialize_i8 i8, visit_i8, "an 8-bit whole number";
        deserialize_i16 i16, visit_i16, "a 16-bit whole number";
        deserialize_i32 i32, visit_i32, "a 32-bit whole number";
        deserialize_i64 i64, visit_i64, "a 64-bit whole number";
        deserialize_u8 u8, visit_u8, "a whole number from 0 to 255";
        deserialize_u16 u16, visit_u16, "a whole number from 0 to 65535";
        deserialize_u32 u32, visit_u32, "a 32-bit whole number from 0 up";
        deserialize_u64 u64, visit_u64, "a whole number from 0 up";
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.float(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.float(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.session.stand_in(self.id).is_none() && self.node().kind() != NodeKind::Null {
            self.mismatch("null")?;
        }
        self.placed(visitor.visit_unit())
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == "Quantity" {
            // `storage: null` is 0 to the API server (`quantity.go`, UnmarshalJSON); an empty text is an error.
            if self.node().kind() == NodeKind::Null {
                return self.placed(visitor.visit_borrowed_str("0"));
            }
            self.session.quantities.borrow_mut().push(NodeId(self.id));
        }
        self.placed(visitor.visit_newtype_struct(self))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.mapping(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.session.structure(fields, || self.mapping(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let node = self.node();
        let stand_in = self.session.stand_in(self.id);
        let result = match (stand_in, node.kind()) {
            (None, NodeKind::Mapping) => match self.session.document.entries(self.id).next() {
                Some(entry) => visitor.visit_enum(Variant::new(self.session, entry)),
                None => Err(Error::invalid_type(Unexpected::Map, &name)),
            },
            (None | Some(StandIn::Text), NodeKind::String) => visitor.visit_enum(node.text().into_deserializer()),
            _ => Err(Error::new(self.session.words(self.id, "a string"))),
        };
        self.placed(result)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.session.unknown_field(self.id);
        visitor.visit_unit()
    }
}
