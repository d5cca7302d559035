//! Values that makers of databases write in different ways.
//!
//! A broken database may lead from list to list without an end, so what is
//! none of these ways is passed over and not kept to be looked at again.

use serde::Deserialize;
use serde::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde::de::value::MapAccessDeserializer;
use std::fmt;

/// A yes or no, a number, or the text of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Said {
    /// Nothing, or something else.
    #[default]
    Nothing,
    /// A yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl Said {
    /// This, or the other if this is nothing.
    pub fn or(self, other: Self) -> Self {
        if self == Self::Nothing { other } else { self }
    }

    /// The number.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Text(text) => text.parse().ok(),
            Self::Nothing | Self::Flag(_) => None,
        }
    }

    /// The number of an autonomous system, which may be written `AS64496`.
    pub fn system(self) -> Option<u32> {
        match self {
            Self::Number(number) => format!("{number}").parse().ok(),
            Self::Text(text) => text.strip_prefix("AS").unwrap_or(&text).parse().ok(),
            Self::Nothing | Self::Flag(_) => None,
        }
    }

    /// True if it says yes.
    pub fn is_set(&self) -> bool {
        match self {
            Self::Nothing | Self::Number(_) => false,
            Self::Flag(flag) => *flag,
            Self::Text(text) => ["true", "1", "yes"].contains(&text.as_str()),
        }
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Saying)
    }
}

struct Saying;

impl<'de> Visitor<'de> for Saying {
    type Value = Said;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a yes or no, a number, or a text")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Said, E> {
        Ok(Said::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Said, E> {
        Ok(i32::try_from(number).map_or(Said::Nothing, |number| Said::Number(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Said, E> {
        Ok(u32::try_from(number).map_or(Said::Nothing, |number| Said::Number(number.into())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Said, E> {
        Ok(Said::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Said, E> {
        Ok(Said::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Said, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Said::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Said, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Said::Nothing)
    }
}

/// A country's letters: as a text, or as `iso_code` of a table.
#[derive(Debug, Default)]
pub struct Country(pub Option<String>);

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Naming)
    }
}

struct Naming;

#[derive(Deserialize)]
struct Nested {
    #[serde(default)]
    iso_code: Option<String>,
}

impl<'de> Visitor<'de> for Naming {
    type Value = Country;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a country's letters, or a table with them")
    }

    fn visit_str<E>(self, text: &str) -> Result<Country, E> {
        Ok(Country(Some(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Country, A::Error> {
        Nested::deserialize(MapAccessDeserializer::new(map)).map(|nested| Country(nested.iso_code))
    }
}
