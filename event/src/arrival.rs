//! What else there is to tell, besides incidents.

use crate::Event;
use crate::Laptop;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

/// A laptop was enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Names this event, and no other.
    pub uid: String,
    /// When it was enrolled.
    pub at: Timestamp,
    /// The laptop.
    pub laptop: Laptop,
}

/// Anything that is told.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// Of an incident.
    Incident(Event),
    /// Of a laptop.
    Laptop(Arrival),
}

impl News {
    /// Names it, and no other.
    pub fn uid(&self) -> &str {
        match self {
            Self::Incident(event) => &event.uid,
            Self::Laptop(arrival) => &arrival.uid,
        }
    }

    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Incident(event) => event.at,
            Self::Laptop(arrival) => arrival.at,
        }
    }
}

impl From<Event> for News {
    fn from(event: Event) -> Self {
        Self::Incident(event)
    }
}
