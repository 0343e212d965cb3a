//! Pieces of the text that know their place by being a part of it, and how RON takes them apart.

use ron::extensions::Extensions;
use ron::value::RawValue;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::parts::MISSING;

/// A piece of the text that has not been read yet; empty if a field was not written.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Raw<'a>(&'a str);

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let piece = <&RawValue>::deserialize(deserializer)?;
        // What is missing has no text, and no place.
        let is_missing = std::ptr::eq(piece.get_ron(), MISSING);
        Ok(if is_missing { Self::default() } else { Self(piece.trim().get_ron()) })
    }
}

impl<'a> Raw<'a> {
    /// A part of a piece, or an argument.
    pub(super) fn of(text: &'a str) -> Self {
        Self(text.trim())
    }

    /// The same with the blanks around it.
    pub(super) fn exactly(text: &'a str) -> Self {
        Self(text)
    }

    /// The text itself.
    pub(super) fn get(self) -> &'a str {
        self.0
    }

    /// The piece, if the field was written and is not `None`.
    pub(super) fn given(self) -> Option<Self> {
        (!self.0.is_empty() && self.0 != "None").then_some(self)
    }

    /// Whether it is a quoted string.
    pub(super) fn is_string(self) -> bool {
        ["\"", "r\"", "r#"].iter().any(|quote| self.0.starts_with(quote))
    }

    /// The word before the first bracket: the name of a variant.
    pub(super) fn head(self) -> &'a str {
        self.0.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
    }
}

/// The entries of a map, in the order of the text.
pub(super) struct Pairs<'a>(pub(super) Vec<(Raw<'a>, Raw<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(Raw<'de>, Raw<'de>)>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(InOrder).map(Pairs)
    }
}

/// The named parts between round brackets, whatever their names, in the order of the text.
pub(super) struct Fields<'a>(pub(super) Vec<(Raw<'a>, Raw<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("", &[], InOrder).map(Fields)
    }
}

/// Takes named parts as they come.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Vec<(Raw<'de>, Raw<'de>)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("named parts in brackets")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(Word(name)) = map.next_key()? {
            fields.push((Raw(name), map.next_value()?));
        }
        Ok(fields)
    }
}

/// The name of a field.
struct Word<'a>(&'a str);

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowed;
        impl<'de> Visitor<'de> for Borrowed {
            type Value = &'de str;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name")
            }
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(name)
            }
        }
        deserializer.deserialize_identifier(Borrowed).map(Word)
    }
}

/// The whole file: its named parts.
pub(super) struct Outline<'a>(pub(super) Vec<(Raw<'a>, Raw<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Outline<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("Scenario", &[], InOrder).map(Outline)
    }
}

/// The dialect: no `Some(..)` around what may be left out, no names around newtypes.
pub(super) fn options() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES)
}
