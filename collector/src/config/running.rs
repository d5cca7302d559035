//! What the operator may set of how the collector runs: what is kept for how
//! long, what it tells a Prometheus, and its log.

use serde::Deserialize;
use settings::Age;
use settings::Reader;
use std::net::SocketAddr;

/// How long things are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Findings that are closed, and how they went, since they closed.
    pub findings: Age,
    /// Which reports of earlier numberings of a laptop came.
    pub numbering: Age,
    /// Laptops that are revoked and were not heard of since, and all of theirs.
    pub revoked: Age,
}

impl Default for Keep {
    fn default() -> Self {
        Self { findings: Age::days(400), numbering: Age::days(90), revoked: Age::days(400) }
    }
}

impl Keep {
    pub(super) fn read(section: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        Self {
            findings: section.take("findings").unwrap_or(usual.findings),
            numbering: section.take("numbering").unwrap_or(usual.numbering),
            revoked: section.take("revoked").unwrap_or(usual.revoked),
        }
    }
}

/// Where figures can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// The address to listen at; nobody can read them without one.
    pub listen: Option<SocketAddr>,
}

impl Metrics {
    pub(super) fn read(section: &mut Reader<'_>) -> Self {
        Self { listen: section.take("listen") }
    }
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// In which form.
    pub format: Format,
    /// From which level on.
    pub level: Level,
}

/// The form of the log's lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object each.
    Json,
}

/// How much a line matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something does not work.
    Error,
    /// Something may not work.
    Warn,
    /// Something was done.
    #[default]
    Info,
    /// Every refused handshake as well.
    Debug,
}

impl Log {
    pub(super) fn read(section: &mut Reader<'_>) -> Self {
        Self {
            format: section.take("format").unwrap_or_default(),
            level: section.take("level").unwrap_or_default(),
        }
    }
}
