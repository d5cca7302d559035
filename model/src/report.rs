//! The numbered letter from agent to collector.

use crate::Finding;
use crate::Landmark;
use crate::Observation;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the wire format. It rises only when an old reader would
/// misunderstand a new report; fields that are merely added do not raise it.
pub const WIRE_VERSION: u16 = 1;

/// A numbered letter from agent to collector: changed findings, how well the
/// agent sees, and what is told in any case. With nothing new it is a heartbeat.
///
/// The laptop is not named in it: who speaks is told by the client certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`WIRE_VERSION`] of the writer.
    pub version: u16,
    /// The numbering this report belongs to: made at random with the spool.
    pub run: String,
    /// Rises by one from report to report of a run, starting at 1.
    pub sequence: u64,
    /// When the report was written, by the laptop's clock.
    pub at: Timestamp,
    /// The laptop's host name, for people to read.
    pub host: String,
    /// The laptop's platform: `linux`, `windows` or `macos`.
    pub platform: String,
    /// The agent's version.
    pub agent: String,
    /// True if `findings` lists everything open: the collector may close what
    /// it does not mention, as far as the sensors concerned see.
    pub complete: bool,
    /// Findings that opened, changed or closed since the last report.
    pub findings: Vec<Finding>,
    /// The sensors this host has a use for, and how well each sees.
    pub sight: BTreeMap<String, Sight>,
    /// Reports dropped from a full spool since the last report.
    #[serde(default)]
    pub lost: u64,
    /// Spool entries found damaged, or refused by the collector, and set
    /// aside since the last report.
    #[serde(default)]
    pub damaged: u64,
    /// Programs that started since the last report and had ended before they
    /// could be looked at; at least so many. Left out if there are none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub unseen: u64,
    /// All that the sensors see whose observations are told although no
    /// signature names them: in a complete report, and in the next one after
    /// any of it changed. Left out where there is nothing new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<Observation>,
    /// The laptop's own serial number, as its firmware says, in a complete
    /// report; `None` where it says none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// What tells the files the agent judges by from others, in a complete
    /// report: SHA-256 over the names and contents of all signatures, families
    /// and tools, and over the policy. The same files give the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatures: Option<String>,
    /// The ways to the company's landmarks, in the report that was written when
    /// they had been measured. Left out of all others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub landmarks: Vec<Landmark>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// How well a sensor sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sight {
    /// Its last look worked.
    Seeing,
    /// Its last look failed; what it saw before is kept.
    Blind(Blindness),
}

/// Why a look failed, said the same way on every platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blindness {
    /// What could not be read: a path, a registry key, a system call.
    pub source: String,
    /// Why, such as `permission denied` or `timed out`.
    pub reason: String,
}
