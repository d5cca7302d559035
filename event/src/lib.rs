//! What Moored tells others of an incident: plain data, and nothing that
//! depends on who is told.
//!
//! The collector tells of incidents; an agent without a collector tells of its
//! findings in the same words, as incidents of one. Nothing here reads a
//! clock, a file or a socket.
#![forbid(unsafe_code)]

mod incident;

pub use incident::Incident;
pub use incident::Laptop;
pub use incident::Member;
pub use incident::Outcome;
pub use incident::Reason;
pub use incident::State;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// A change of an incident that somebody should hear of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Names this event, and no other, at every receiver and at every attempt
    /// to send it.
    pub uid: String,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
    /// Why this is told, in a sentence: what is new.
    pub because: String,
    /// The incident as it was then.
    pub incident: Incident,
}

/// What happened to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It is new.
    Opened,
    /// There is more evidence, of a kind that was not there, or it is worse.
    Grown,
    /// Somebody looks into it.
    Acknowledged,
    /// Somebody has said that it is to be silent for a time.
    Suppressed,
    /// It is over, and somebody has said what it was.
    Closed,
    /// It was over, and there is more.
    Reopened,
    /// Nothing: it was made to see whether events arrive.
    Test,
}

impl What {
    /// Its name, everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Grown => "grown",
            Self::Acknowledged => "acknowledged",
            Self::Suppressed => "suppressed",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
