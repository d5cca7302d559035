//! A signature that holds on a host.

use crate::Observation;
use crate::Tool;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// A signature that holds on a host: since when, and what shows it.
///
/// It carries the signature's own words, so that a collector which has never
/// seen the signature can still explain the finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The signature's id, such as `kvm.pikvm`.
    pub signature: String,
    /// The signature in one line.
    pub title: String,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// How sure the evidence makes us.
    pub confidence: Confidence,
    /// What kind of evidence it is: kinds are independent of one another.
    #[serde(default)]
    pub kind: Kind,
    /// Whether it is to alert somebody.
    #[serde(default)]
    pub standing: Standing,
    /// What the other kinds of its family say.
    #[serde(default)]
    pub corroboration: Corroboration,
    /// What is known of the remote tool it is about; nothing if it is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<Tool>,
    /// The MITRE ATT&CK technique, such as `T1219.003`.
    pub technique: String,
    /// Why it matters.
    pub why: String,
    /// What could be innocent about it.
    pub innocent: String,
    /// Where the signature's facts come from.
    pub references: Vec<String>,
    /// When the signature first held, by the laptop's clock.
    pub opened: Timestamp,
    /// When a look that worked said it no longer holds; `None` while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
    /// The observations that show it.
    pub evidence: Vec<Observation>,
}

/// A kind of evidence. Two kinds are independent: what fakes one leaves the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What the thing says it is.
    #[default]
    Identity,
    /// How it is built.
    Structure,
    /// It claims to be what it cannot be.
    Contradiction,
    /// What was forgotten when its names were changed.
    Leftover,
    /// What the display side shows.
    Display,
    /// It came together with something else.
    Coincidence,
    /// What it is doing now.
    Activity,
    /// It is the same thing under another name.
    Change,
    /// What else is on the laptop's network.
    Neighbor,
    /// A kind that this version does not know: a newer agent's.
    #[serde(other)]
    Other,
}

/// Whether a finding is to alert somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It is: it is strong by itself, or two independent kinds agree.
    #[default]
    Alert,
    /// It is not: a single weak kind, kept because another may join it.
    Lead,
}

/// What the other kinds of evidence in a finding's family say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corroboration {
    /// Kinds that hold as well.
    #[serde(default)]
    pub spoke: Vec<Kind>,
    /// Kinds that could see and found nothing.
    #[serde(default)]
    pub silent: Vec<Kind>,
    /// Kinds that could not see.
    #[serde(default)]
    pub blind: Vec<Kind>,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Identity => "identity",
            Self::Structure => "structure",
            Self::Contradiction => "contradiction",
            Self::Leftover => "leftover",
            Self::Display => "display",
            Self::Coincidence => "coincidence",
            Self::Other => "other",
            Self::Activity => "activity",
            Self::Change => "change",
            Self::Neighbor => "neighbor",
        })
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Alert => "alert",
            Self::Lead => "lead",
        })
    }
}

/// How bad a finding is if it is true; names as in OCSF `severity_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing, nothing to do.
    Informational,
    /// Look when there is time.
    Low,
    /// Look this week.
    Medium,
    /// Look today.
    High,
    /// Look now.
    Critical,
}

/// How sure the evidence makes us; names as in OCSF `confidence_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Other things look like this.
    Low,
    /// Few other things look like this.
    Medium,
    /// Nothing else known looks like this.
    High,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        })
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}
