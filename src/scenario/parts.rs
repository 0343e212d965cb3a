//! Pieces with parts, such as `Crash(task: "sum", at: End)`: read so that no mistake in one part hides another.
//!
//! RON stops at the first field that it does not know. Here the parts are taken apart first, each still a piece of the
//! text; what a type of [`syntax`](super::syntax) has no place for is noted and left out, what it misses is noted and
//! stands in it as a piece without text.

use std::fmt;

use ron::error::SpannedError;
use serde::de::value::{BorrowedStrDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::raw::{Fields, Raw, options};
use super::read::shortened;

/// The text of a part that is missing: its address tells it from one that was written.
pub(super) static MISSING: &str = "()";

/// What is wrong with the parts of a piece.
pub(super) enum Fault<'a> {
    /// It should begin with one of the known words.
    NoVariant { at: Raw<'a>, what: &'static str, known: &'static [&'static str] },
    /// `owner` has no such field.
    NoField { at: Raw<'a>, owner: &'a str, known: &'static [&'static str] },
    /// The field was written before.
    Twice { at: Raw<'a> },
    /// The field is not there.
    Missing { owner: &'a str, field: &'static str },
    /// The brackets hold something else than they should.
    Form { at: Raw<'a>, message: String, help: String },
    /// What RON says.
    Ron { at: Raw<'a>, error: SpannedError },
}

/// Why there is no value.
#[derive(Debug)]
pub(super) enum Trouble {
    /// A field is missing.
    Missing(&'static str),
    /// It has been noted.
    Noted,
    /// Anything else.
    Other(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(field) => write!(f, "the field `{field}` is missing"),
            Self::Noted => f.write_str("it has been noted"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Trouble {}

impl Error for Trouble {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Other(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

/// The value of a piece, or nothing, and everything that is wrong with its parts.
pub(super) fn read<'a, T: Deserialize<'a>>(raw: Raw<'a>) -> (Option<T>, Vec<Fault<'a>>) {
    again(raw.head(), |missing, faults| T::deserialize(Piece { raw, fields: None, missing, faults }))
}

/// The same for fields that have been read already.
pub(super) fn from_fields<'a, T: Deserialize<'a>>(
    owner: &'a str,
    fields: &[(Raw<'a>, Raw<'a>)],
) -> (Option<T>, Vec<Fault<'a>>) {
    let raw = Raw::of(owner);
    again(owner, |missing, faults| T::deserialize(Piece { raw, fields: Some(fields), missing, faults }))
}

/// Tries until every field that is missing is known.
fn again<'a, T>(
    owner: &'a str,
    mut read: impl FnMut(&[&'static str], &mut Vec<Fault<'a>>) -> Result<T, Trouble>,
) -> (Option<T>, Vec<Fault<'a>>) {
    let mut missing: Vec<&'static str> = Vec::new();
    loop {
        let mut faults = Vec::new();
        let value = match read(&missing, &mut faults) {
            Ok(value) => Some(value),
            Err(Trouble::Missing(field)) if !missing.contains(&field) => {
                missing.push(field);
                continue;
            }
            Err(Trouble::Missing(_) | Trouble::Noted) => None,
            Err(Trouble::Other(message)) => {
                faults.push(Fault::Form { at: Raw::of(owner), message, help: String::new() });
                None
            }
        };
        faults.extend(missing.into_iter().map(|field| Fault::Missing { owner, field }));
        return (value, faults);
    }
}

/// A piece as serde takes it apart.
struct Piece<'p, 'a> {
    raw: Raw<'a>,
    /// Its named parts, if they have been read already.
    fields: Option<&'p [(Raw<'a>, Raw<'a>)]>,
    missing: &'p [&'static str],
    faults: &'p mut Vec<Fault<'a>>,
}

impl<'a> Piece<'_, 'a> {
    fn refuse<T>(&mut self, fault: Fault<'a>) -> Result<T, Trouble> {
        self.faults.push(fault);
        Err(Trouble::Noted)
    }

    fn refuse_form<T>(&mut self, at: Raw<'a>, message: String, help: String) -> Result<T, Trouble> {
        self.refuse(Fault::Form { at, message, help })
    }

    /// What stands behind the word in front.
    fn body(&self) -> Raw<'a> {
        Raw::of(&self.raw.get()[self.raw.head().len()..])
    }

    /// The positional values between the brackets.
    fn values(&mut self) -> Result<Vec<Raw<'a>>, Trouble> {
        let (head, body) = (self.raw.head(), self.body());
        if body.get().is_empty() {
            let help = format!("write `{head}(..)`");
            let at = self.raw;
            return self.refuse_form(at, format!("`{head}` needs something between brackets"), help);
        }
        match options().from_str::<Values<'a>>(body.get()) {
            Ok(Values(values)) => Ok(values),
            Err(error) => match options().from_str::<Fields<'a>>(body.get()) {
                Ok(Fields(fields)) if !fields.is_empty() => {
                    let values: Vec<&str> = fields.iter().map(|field| field.1.get()).collect();
                    let help = format!("write `{head}({})`", values.join(", "));
                    self.refuse_form(fields[0].0, format!("the parts of `{head}` have no names"), help)
                }
                Ok(_) | Err(_) => self.refuse(Fault::Ron { at: body, error }),
            },
        }
    }

    /// The named parts between the brackets.
    fn fields(&mut self, known: &[&str]) -> Result<Vec<(Raw<'a>, Raw<'a>)>, Trouble> {
        if let Some(fields) = self.fields {
            return Ok(fields.to_vec());
        }
        let (head, body) = (self.raw.head(), self.body());
        if body.get().is_empty() {
            // Then every part is missing.
            return Ok(Vec::new());
        }
        match options().from_str::<Fields<'a>>(body.get()) {
            Ok(Fields(fields)) => Ok(fields),
            Err(error) => match options().from_str::<Values<'a>>(body.get()) {
                Ok(Values(values)) if !values.is_empty() => {
                    let named: Vec<String> = known.iter().map(|known| format!("{known}: ..")).collect();
                    let help = format!("write `{head}({})`", named.join(", "));
                    let message = match head {
                        "" => "each part needs its name in front".to_owned(),
                        head => format!("each part of `{head}` needs its name in front"),
                    };
                    self.refuse_form(values[0], message, help)
                }
                Ok(_) | Err(_) => self.refuse(Fault::Ron { at: body, error }),
            },
        }
    }
}

impl<'a> Deserializer<'a> for Piece<'_, 'a> {
    type Error = Trouble;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Trouble> {
        visitor.visit_borrowed_str(self.raw.get())
    }

    fn deserialize_enum<V: Visitor<'a>>(
        mut self,
        what: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        if !known.contains(&self.raw.head()) {
            let at = self.raw;
            return self.refuse(Fault::NoVariant { at, what, known });
        }
        visitor.visit_enum(self)
    }

    fn deserialize_struct<V: Visitor<'a>>(
        mut self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        if self.fields.is_none() && !self.body().get().starts_with('(') {
            let found = shortened(self.raw.get());
            let message = format!("expected named parts between round brackets, found `{found}`");
            let help = known.first().map(|field| format!("write, for example, `({field}: {found})`"));
            return self.refuse_form(self.raw, message, help.unwrap_or_default());
        }
        VariantAccess::struct_variant(self, known, visitor)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'a>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl<'p, 'a> EnumAccess<'a> for Piece<'p, 'a> {
    type Error = Trouble;
    type Variant = Piece<'p, 'a>;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self), Trouble> {
        let head = BorrowedStrDeserializer::<Trouble>::new(self.raw.head());
        Ok((seed.deserialize(head)?, self))
    }
}

impl<'a> VariantAccess<'a> for Piece<'_, 'a> {
    type Error = Trouble;

    fn unit_variant(mut self) -> Result<(), Trouble> {
        let (head, body) = (self.raw.head(), self.body());
        if body.get().is_empty() {
            return Ok(());
        }
        self.refuse_form(body, format!("`{head}` has no parts"), format!("write `{head}` alone"))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(mut self, seed: T) -> Result<T::Value, Trouble> {
        let values = self.values()?;
        match values.as_slice() {
            &[value] => seed.deserialize(Piece { raw: value, fields: None, ..self }),
            _ => {
                let (at, head, found) = (self.raw, self.raw.head(), values.len());
                self.refuse_form(
                    at,
                    format!("`{head}` has one part, found {found}"),
                    format!("write `{head}(..)` with one value"),
                )
            }
        }
    }

    fn tuple_variant<V: Visitor<'a>>(mut self, most: usize, visitor: V) -> Result<V::Value, Trouble> {
        let values = self.values()?;
        let (raw, head, found) = (self.raw, self.raw.head(), values.len());
        if let Some(&more) = values.get(most) {
            return self.refuse_form(more, format!("`{head}` has {most} parts, found {found}"), String::new());
        }
        let values = SeqDeserializer::new(values.into_iter());
        visitor.visit_seq(values).map_err(|trouble| match trouble {
            Trouble::Noted => Trouble::Noted,
            // It came to an end too early.
            Trouble::Missing(_) | Trouble::Other(_) => {
                let message = format!("`{head}` has {most} parts, found {found}");
                let parts = vec![".."; most].join(", ");
                self.faults.push(Fault::Form { at: raw, message, help: format!("write `{head}({parts})`") });
                Trouble::Noted
            }
        })
    }

    fn struct_variant<V: Visitor<'a>>(
        mut self,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        let fields = self.fields(known)?;
        let Self { raw, missing, faults, .. } = self;
        let owner = raw.head();
        let mut taken: Vec<(&'a str, Raw<'a>)> = Vec::new();
        for (at, value) in fields {
            let name = at.get();
            if !known.contains(&name) {
                faults.push(Fault::NoField { at, owner, known });
            } else if taken.iter().any(|other| other.0 == name) {
                faults.push(Fault::Twice { at });
            } else {
                taken.push((name, value));
            }
        }
        taken.extend(missing.iter().map(|&field| (field, Raw::of(MISSING))));
        visitor.visit_map(MapDeserializer::new(taken.into_iter()))
    }
}

impl<'a> IntoDeserializer<'a, Trouble> for Raw<'a> {
    type Deserializer = BorrowedStrDeserializer<'a, Trouble>;

    fn into_deserializer(self) -> Self::Deserializer {
        BorrowedStrDeserializer::new(self.get())
    }
}

/// The values between round brackets, in the order of the text.
struct Values<'a>(Vec<Raw<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Values<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<Raw<'de>>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("values in brackets")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = sequence.next_element()? {
                    values.push(value);
                }
                Ok(values)
            }
        }
        deserializer.deserialize_tuple(0, InOrder).map(Values)
    }
}
