//! What Moored tells others of an incident: plain data, and nothing that
//! depends on who is told.
//!
//! The collector tells of incidents; an agent without a collector tells of its
//! findings in the same words, as incidents of one. Nothing here reads a
//! clock, a file or a socket.
#![forbid(unsafe_code)]

mod incident;
mod arrival;
mod attack;
mod peripheral;
mod ocsf;
mod ecs;
mod cef;
mod format;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod valid;
#[cfg(test)]
mod tests;

pub use arrival::Arrival;
pub use arrival::News;
pub use format::Detail;
pub use format::Format;
pub use format::Record;
pub use incident::Incident;
pub use incident::Laptop;
pub use incident::Member;
pub use incident::Outcome;
pub use incident::Reason;
pub use incident::State;

use jiff::Timestamp;
use model::Confidence;
use model::Severity;
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

impl Event {
    /// One that tells of nothing: it is made to see whether events arrive.
    pub fn test(uid: String, now: Timestamp) -> Self {
        let incident = Incident {
            id: 0,
            title: "A test: nothing was found".to_owned(),
            state: State::Open,
            outcome: None,
            severity: Severity::Informational,
            confidence: Confidence::Low,
            score: 0,
            opened_at: now,
            changed_at: now,
            closed_at: None,
            assignee: None,
            laptops: Vec::new(),
            findings: Vec::new(),
            reasons: Vec::new(),
            refutes: Vec::new(),
            innocent: Vec::new(),
            steps: Vec::new(),
        };
        let because = "somebody wanted to see whether events arrive".to_owned();
        Self { uid, at: now, what: What::Test, because, incident }
    }

    /// What it says in one line.
    pub fn message(&self) -> String {
        match self.because.as_str() {
            "" => self.incident.title.clone(),
            because => format!("{}: {because}", self.incident.title),
        }
    }

    /// Names the incident at every receiver: the same for all its events.
    ///
    /// Where there is no collector there is no number; then the first finding
    /// names it.
    pub fn story(&self) -> String {
        let first = self.incident.findings.first();
        match (self.incident.id, first) {
            (0, Some(Member { finding, .. })) => {
                let host = self.incident.laptops.first().map_or("", |laptop| &laptop.host);
                format!("{host}/{}/{}", finding.signature, finding.opened)
            }
            (0, None) => self.uid.clone(),
            (id, _) => format!("incident-{id}"),
        }
    }
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
