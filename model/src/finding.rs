//! A signature that holds on a host.

use crate::Observation;
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
