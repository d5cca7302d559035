//! An incident: the findings that an analyst should read as one story.

use jiff::Timestamp;
use model::Confidence;
use model::Finding;
use model::Severity;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// Findings that belong together, as they stand at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Its number at the collector; 0 where there is no collector.
    pub id: i64,
    /// What it is, in one line.
    pub title: String,
    /// What has become of it.
    pub state: State,
    /// What it was; nothing while it is not closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// How sure its evidence makes us together.
    pub confidence: Confidence,
    /// The same in shades, from 0 to 100: a sum of `reasons`, which is no
    /// probability.
    pub score: u8,
    /// When its first finding opened, by the laptop's clock.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// When somebody closed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// Who looks into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// The laptops it is about; none for one that was issued and never heard of.
    pub laptops: Vec<Laptop>,
    /// What was found, in order of time.
    pub findings: Vec<Member>,
    /// What its confidence is made of.
    pub reasons: Vec<Reason>,
    /// What would refute it, each in a sentence.
    pub refutes: Vec<String>,
    /// What could be innocent about it, each in a sentence.
    pub innocent: Vec<String>,
    /// What to do next, in order.
    pub steps: Vec<String>,
}

/// What has become of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nobody has looked at it.
    Open,
    /// Somebody looks into it.
    Acknowledged,
    /// It is silent for a time.
    Suppressed,
    /// It is over.
    Closed,
}

/// What an incident was, as the one who closed it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was what it looked like.
    True,
    /// It was what it looked like, and allowed.
    Benign,
    /// It was not what it looked like.
    False,
}

/// A laptop, as far as others need to know to find it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Laptop {
    /// Its id at the collector; empty where there is none.
    pub id: String,
    /// Its host name.
    pub host: String,
    /// `linux`, `windows` or `macos`; empty if it was never heard of.
    pub platform: String,
    /// The agent's version.
    pub agent: String,
    /// Its maker's serial number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Whose it is, as the company's list of laptops says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The group of laptops it belongs to, as the company says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// A finding of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Its number at the collector; 0 where there is no collector.
    pub id: i64,
    /// The id of the laptop it is of.
    pub laptop: String,
    /// The finding.
    pub finding: Finding,
}

/// A part of an incident's confidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// What speaks for it or against it, in a sentence.
    pub text: String,
    /// How much: below zero it speaks against.
    pub weight: f64,
}

impl State {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Open, Self::Acknowledged, Self::Suppressed, Self::Closed];

    /// Its name, everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Suppressed => "suppressed",
            Self::Closed => "closed",
        }
    }

    /// The state with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::True, Self::Benign, Self::False];

    /// Its name, everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::Benign => "benign",
            Self::False => "false",
        }
    }

    /// The outcome with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
