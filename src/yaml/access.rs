//! What serde reads piece by piece: lists, mappings, their keys, enums with content.

use std::borrow::Cow;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::decode::{Error, Session, Step, Way};
use super::deserializer::{Place, Value};
use super::merge::Entries;
use super::node::{NodeId, NodeKind};
use super::tree::Children;

/// The items of a list; none in place of something that is no list.
pub(super) struct Items<'s, 'd> {
    session: &'s Session<'d>,
    children: Option<Children<'d>>,
    index: usize,
}

impl<'s, 'd> Items<'s, 'd> {
    pub(super) fn new(session: &'s Session<'d>, children: Option<Children<'d>>) -> Self {
        Self { session, children, index: 0 }
    }
}

impl<'de, 'd: 'de> SeqAccess<'de> for Items<'_, 'd> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(id) = self.children.as_mut().and_then(Iterator::next) else { return Ok(None) };
        let step = Step { way: Way::Index(self.index), value: id };
        self.index += 1;
        self.session.inside(step, Place::Inside, seed).map(Some)
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
        self.limit_depth(step.value);
        let value = Value::new(self, step.value, place);
        let result = value.placed(seed.deserialize(value));
        self.path.borrow_mut().pop();
        result
    }
}

/// The entries of a mapping; none in place of something that is no mapping.
pub(super) struct Fields<'s, 'd> {
    session: &'s Session<'d>,
    entries: Option<Entries<'d>>,
    key: u32,
    value: u32,
}

impl<'s, 'd> Fields<'s, 'd> {
    pub(super) fn new(session: &'s Session<'d>, entries: Option<Entries<'d>>) -> Self {
        Self { session, entries, key: 0, value: 0 }
    }
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
        self.session.inside(Step { way: Way::Key(self.key), value: self.value }, Place::Inside, seed)
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
pub(super) struct Variant<'s, 'd> {
    session: &'s Session<'d>,
    entry: (u32, u32),
}

impl<'s, 'd> Variant<'s, 'd> {
    pub(super) fn new(session: &'s Session<'d>, entry: (u32, u32)) -> Self {
        Self { session, entry }
    }
}

/// That content.
pub(super) struct VariantContent<'s, 'd> {
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
        let variant = seed.deserialize(Key(name)).map_err(|error| error.at(key, &self.session.path.borrow()))?;
        Ok((variant, VariantContent { session: self.session, step }))
    }
}

impl<'de, 'd: 'de> VariantAccess<'de> for VariantContent<'_, 'd> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.newtype_variant_seed(std::marker::PhantomData)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.session.inside(self.step, Place::Inside, seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.session.inside(self.step, Place::Inside, Visit(visitor, NodeKind::Sequence))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.session.inside(self.step, Place::Inside, Visit(visitor, NodeKind::Mapping))
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
