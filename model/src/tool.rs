//! A remote tool on a laptop: how far it has come, and what the company says of it.

use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// What is known of the remote tool a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// The tool, such as `anydesk`; approvals name it so.
    pub id: String,
    /// What kind of tool it is, such as `remote-desktop`.
    pub category: String,
    /// How far it has come.
    pub rung: Rung,
    /// What the company's policy says of it.
    pub verdict: Verdict,
    /// The approval that speaks of it, in force or expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// How far a remote tool has come; each rung takes in those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rung {
    /// It is installed, or has left its folder.
    Present,
    /// Its program runs.
    Running,
    /// Someone elsewhere can reach it: it listens, or holds a line to its relay.
    Reachable,
    /// Someone is connected.
    Session,
}

/// What the company's policy says of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The tool, and this instance of it, is approved.
    Approved,
    /// The tool is approved, but this is not the company's instance.
    ForeignInstance,
    /// The tool is approved for one instance, and which one this is could not be read.
    UnreadableInstance,
    /// It was approved, and the approval has expired.
    Expired,
    /// Other tools are approved, this one is not.
    NotApproved,
    /// The policy approves nothing, so it says nothing.
    Unknown,
    /// A verdict that this version does not know: a newer agent's.
    #[serde(other)]
    Other,
}

/// Who approved a tool, why and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who answers for it.
    pub owner: String,
    /// What it is for.
    pub reason: String,
    /// The last day on which it holds (UTC).
    pub expires: jiff::civil::Date,
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Present => "present",
            Self::Running => "running",
            Self::Reachable => "reachable",
            Self::Session => "session",
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Approved => "approved",
            Self::ForeignInstance => "approved tool, foreign instance",
            Self::UnreadableInstance => "approved tool, instance unreadable",
            Self::Expired => "approval expired",
            Self::NotApproved => "not approved",
            Self::Unknown => "unknown",
            Self::Other => "other",
        })
    }
}
