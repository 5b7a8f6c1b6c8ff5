//! serde over the tree.

use std::borrow::Cow;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};

use super::decode::{Error, Session, StandIn, Step, Way};
use super::merge::Entries;
use super::node::{Node, NodeId, NodeKind, integral};
use super::scalar::Scalar;
use super::tree::Children;

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
enum Place {
    Root,
    Item,
    Field,
}

impl<'s, 'd> Value<'s, 'd> {
    /// The node that [`Document::decode`](super::Document::decode) was asked for.
    pub(super) fn root(session: &'s Session<'d>, id: u32) -> Self {
        Self { session, id, place: Place::Root, optional: false }
    }

    fn node(self) -> Node<'d> {
        self.session.document.node(NodeId(self.id))
    }

    /// Says of an error that nobody has placed yet that it is about this value.
    fn placed<T>(self, result: Result<T, Error>) -> Result<T, Error> {
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
            // A field that is null is not there; an item has its number, there or not.
            NodeKind::Null if self.place == Place::Field => {}
            _ => self.mismatch(expected)?,
        }
        Ok(false)
    }

    fn list<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let children = self.is_collection(NodeKind::Sequence, "a list")?;
        let children = children.then(|| self.session.document.tree.children(self.id));
        self.placed(visitor.visit_seq(Items { session: self.session, children, index: 0 }))
    }

    fn mapping<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let entries = self.is_collection(NodeKind::Mapping, "a mapping")?;
        let entries = entries.then(|| self.session.document.entries(self.id));
        self.placed(visitor.visit_map(Fields { session: self.session, entries, key: 0, value: 0 }))
    }

    fn string<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let node = self.node();
        let text = match self.session.stand_in(self.id) {
            Some(StandIn::Empty | StandIn::Absent) => "",
            Some(StandIn::Text) => node.text(),
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
            Some(Scalar::Null) if self.place == Place::Field => Some(0),
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
            (None, Some(Scalar::Null)) if self.place == Place::Field => false,
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

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
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
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.mapping(visitor)
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
                Some(entry) => visitor.visit_enum(Variant { session: self.session, entry }),
                None => Err(Error::invalid_type(Unexpected::Map, &name)),
            },
            (None | Some(StandIn::Text), NodeKind::String) => visitor.visit_enum(node.text().into_deserializer()),
            _ => Err(Error::new(self.session.words(self.id, "a string"))),
        };
        self.placed(result)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.session.unknown.borrow_mut().push(NodeId(self.id));
        visitor.visit_unit()
    }
}

/// The items of a list; none in place of something that is no list.
struct Items<'s, 'd> {
    session: &'s Session<'d>,
    children: Option<Children<'d>>,
    index: usize,
}

impl<'de, 'd: 'de> SeqAccess<'de> for Items<'_, 'd> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(id) = self.children.as_mut().and_then(Iterator::next) else { return Ok(None) };
        let step = Step { way: Way::Index(self.index), value: id };
        self.index += 1;
        self.session.inside(step, Place::Item, seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        self.children.as_ref().map(ExactSizeIterator::len)
    }
}

impl<'d> Session<'d> {
    /// Decodes what a step leads to.
    fn inside<'de, T: DeserializeSeed<'de>>(&self, step: Step, place: Place, seed: T) -> Result<T::Value, Error>
    where
        'd: 'de,
    {
        self.path.borrow_mut().push(step);
        let value = Value { session: self, id: step.value, place, optional: false };
        let result = value.placed(seed.deserialize(value));
        self.path.borrow_mut().pop();
        result
    }
}

/// The entries of a mapping; none in place of something that is no mapping.
struct Fields<'s, 'd> {
    session: &'s Session<'d>,
    entries: Option<Entries<'d>>,
    key: u32,
    value: u32,
}

impl<'de, 'd: 'de> MapAccess<'de> for Fields<'_, 'd> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        while let Some((key, value)) = self.entries.as_mut().and_then(Iterator::next) {
            let Some(name) = self.session.document.node(NodeId(key)).key_text() else { continue };
            // A key that the type has refused: the entry is left out.
            if self.session.stand_in(key).is_some() {
                continue;
            }
            (self.key, self.value) = (key, value);
            return match seed.deserialize(Key(name)) {
                Ok(key) => Ok(Some(key)),
                Err(error) => {
                    self.session.path.borrow_mut().push(Step { way: Way::Key(key), value: key });
                    let error = error.at(key, &self.session.path.borrow());
                    self.session.path.borrow_mut().pop();
                    Err(error)
                }
            };
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        self.session.inside(Step { way: Way::Key(self.key), value: self.value }, Place::Field, seed)
    }
}

/// A key: a string, or what a string can be read as where the type wants numbers as keys.
struct Key<'d>(Cow<'d, str>);

impl<'d> Key<'d> {
    fn string<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error>
    where
        'd: 'de,
    {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }
}

macro_rules! number_keys {
    ($($method:ident $visit:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => self.string(visitor),
            }
        }
    )*};
}

impl<'de, 'd: 'de> Deserializer<'de> for Key<'d> {
    type Error = Error;

    number_keys! {
        deserialize_bool visit_bool,
        deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32, deserialize_i64 visit_i64,
        deserialize_u8 visit_u8, deserialize_u16 visit_u16, deserialize_u32 visit_u32, deserialize_u64 visit_u64,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

/// An enum written as a mapping of the variant's name to its content.
struct Variant<'s, 'd> {
    session: &'s Session<'d>,
    entry: (u32, u32),
}

/// That content.
struct VariantContent<'s, 'd> {
    session: &'s Session<'d>,
    step: Step,
}

impl<'de, 's, 'd: 'de> EnumAccess<'de> for Variant<'s, 'd> {
    type Error = Error;
    type Variant = VariantContent<'s, 'd>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), Error> {
        let (key, value) = self.entry;
        let name = self.session.document.node(NodeId(key)).key_text().unwrap_or_default();
        let step = Step { way: Way::Key(key), value };
        Ok((seed.deserialize(Key(name))?, VariantContent { session: self.session, step }))
    }
}

impl<'de, 'd: 'de> VariantAccess<'de> for VariantContent<'_, 'd> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.newtype_variant_seed(std::marker::PhantomData)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.session.inside(self.step, Place::Field, seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.session.inside(self.step, Place::Field, Visit(visitor, NodeKind::Sequence))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.session.inside(self.step, Place::Field, Visit(visitor, NodeKind::Mapping))
    }
}

/// A visitor for a list or a mapping, as a seed.
struct Visit<V>(V, NodeKind);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Visit<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        match self.1 {
            NodeKind::Sequence => deserializer.deserialize_seq(self.0),
            _ => deserializer.deserialize_map(self.0),
        }
    }
}
