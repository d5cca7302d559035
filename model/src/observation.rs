//! What a sensor saw, as plain data.

use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// One thing a sensor saw on the host: plain data, no opinion.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Observation {
    /// The sensor that saw it, such as `usb`.
    pub sensor: String,
    /// What was seen, named the same way at every look, such as `1-4`.
    pub subject: String,
    /// Where it was read: a path, a registry key, a system call.
    pub source: String,
    /// What was read. A field the host does not have is not listed.
    pub fields: BTreeMap<String, Value>,
}

/// What a field holds: a fact that stands still while nothing happens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A yes or a no.
    Flag(bool),
    /// A whole number; its unit is said where the field is documented.
    Number(i64),
    /// Text, as the host gave it.
    Text(String),
    /// Several values in the order the host gave them.
    List(Vec<Value>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{value}")?;
                }
                Ok(())
            }
        }
    }
}
