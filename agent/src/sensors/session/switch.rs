//! A way in that can be switched on: who can come, not who has come.

use crate::sensors::observe;
use model::Observation;
use serde::Serialize;

/// A service of the system by which others look at the screen, or come in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Switch {
    /// Its name, which is the subject as well: `remote-desktop`, `shadowing`,
    /// `remote-assistance`; on macOS `screen-sharing`, `remote-login`,
    /// `remote-management`.
    #[serde(rename = "service")]
    pub subject: &'static str,
    /// Where it is written.
    #[serde(skip)]
    pub source: String,
    /// True if it is switched on.
    pub enabled: bool,
    /// True if the person at the screen must agree before somebody looks or takes
    /// control; nothing where that is not known, or depends on who comes.
    pub consent: Option<bool>,
    /// True if who comes may operate, and not only look; nothing where that is not
    /// known.
    pub control: Option<bool>,
}

impl Switch {
    pub(super) fn observe(&self) -> Observation {
        observe("session", self.subject, &self.source, self)
    }
}
