//! The other letters: how a laptop gets its certificate, and what it is answered.

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

/// Asks for a first certificate; `POST /v1/enroll`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enroll {
    /// The secret part of the enrolment token.
    pub token: String,
    /// A certificate signing request (PKCS #10, PEM); its key never leaves the laptop.
    pub csr: String,
    /// The laptop's host name, for people to read.
    pub host: String,
    /// The laptop's platform: `linux`, `windows` or `macos`.
    pub platform: String,
    /// The laptop's own serial number, as its firmware says, so that it is
    /// found in the company's list of laptops; `None` where it says none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
}

/// Asks for the next certificate, under the present one; `POST /v1/renew`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renew {
    /// A certificate signing request (PKCS #10, PEM) for a new key.
    pub csr: String,
}

/// The answer to [`Enroll`] and [`Renew`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certified {
    /// The laptop's id at this collector.
    pub laptop: String,
    /// The laptop's certificate and what signed it, PEM.
    pub certificate: String,
    /// The authority the collector's own certificate is to be checked against, PEM.
    pub authority: String,
    /// When the certificate begins to be valid.
    pub not_before: Timestamp,
    /// When the certificate ends.
    pub not_after: Timestamp,
}

/// The answer to reports: they are on the collector's disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// The numbering the reports belong to.
    pub run: String,
    /// The highest sequence of the reports taken in.
    pub through: u64,
}

/// The answer to a request that is not granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// What is wrong and what to do, in a sentence.
    pub error: String,
}
