//! The company's landmarks.

use hyper::http::uri::Authority;
use serde::Deserialize;
use std::fmt;

/// A machine of the company's own that takes in TCP connections: its name, or
/// its address, and a port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Landmark(String);

impl Landmark {
    /// So many at most: more would say no more.
    pub const MOST: usize = 16;

    /// As the operator wrote it, such as `eu.collector.example.com:8443`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Landmark {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let authority = text.parse::<Authority>().ok().filter(|name| {
            name.port_u16().is_some_and(|port| port > 0)
                && !name.host().is_empty()
                && !name.as_str().contains('@')
        });
        match authority {
            Some(_) => Ok(Self(text)),
            None => Err(format!(
                "`{text}` is not a name and a port, such as eu.collector.example.com:8443"
            )),
        }
    }
}

impl fmt::Display for Landmark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
