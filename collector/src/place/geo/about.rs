//! What a database is: who made it, of what, when, and what its license asks for.

use jiff::civil::Date;
use serde::Deserialize;
use serde::Serialize;

/// What a database is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Its name here, such as `ipfire`.
    pub id: String,
    /// What it tells.
    pub kind: Kind,
    /// Whose measurements it is made of: two databases of one origin are one voice.
    pub origin: String,
    /// When it was made; nothing where that is not known, which counts as old.
    pub built: Option<Date>,
    /// Under which license.
    pub license: String,
    /// What the license wants said where results are shown.
    pub attribution: String,
    /// How many networks it tells apart.
    pub networks: u64,
}

/// What a database tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Countries.
    Country,
    /// Countries, their parts and points.
    City,
    /// Autonomous systems.
    System,
    /// Which networks hide who uses them.
    Anonymous,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Country => "country",
            Self::City => "city",
            Self::System => "system",
            Self::Anonymous => "anonymous",
        })
    }
}

/// The age of one whose making is not known, in days.
const OLD: i64 = 10_000;

impl About {
    /// How old it is, in days; one from the future is new.
    pub fn age_days(&self, today: Date) -> i64 {
        self.built.map_or(OLD, |built| i64::from((today - built).get_days()).max(0))
    }
}
