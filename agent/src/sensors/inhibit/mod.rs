//! Inhibitors: who keeps the machine from sleeping, locking or shutting down.
//!
//! Why they do is not read: any program may write anything there.

mod linux;
mod wakers;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::Platform;
use crate::host::Recording;
use model::Observation;
use serde::Serialize;

/// Looks at what keeps the machine awake.
pub struct Inhibit;

/// Something that holds the machine back, until it lets go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Inhibitor {
    /// What it holds back: `sleep`, `idle`, `shutdown`, `handle-lid-switch`, …
    what: Vec<String>,
    /// `block` forbids it, `delay` only asks for seconds to get ready;
    /// `block-weak` can be overruled.
    mode: Option<String>,
    /// What it calls itself.
    who: Option<String>,
    /// The program that holds it; nothing if that cannot be told.
    program: Option<String>,
    /// The user that program runs as.
    user: Option<String>,
}

/// An inhibitor, and where it was found.
struct Found {
    id: String,
    source: String,
    inhibitor: Inhibitor,
}

impl Found {
    fn observe(&self) -> Observation {
        observe("inhibit", &self.id, &self.source, &self.inhibitor)
    }
}

impl Sensor for Inhibit {
    fn name(&self) -> &'static str {
        "inhibit"
    }

    fn reads(&self) -> &'static str {
        "which programs keep the machine from sleeping or shutting down, and what they call themselves; never why"
    }

    fn needs(&self, platform: Platform) -> Option<&'static str> {
        match platform {
            Platform::Windows => Some("an administrator"),
            Platform::Linux | Platform::Macos => None,
        }
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let found = match host.platform() {
            Platform::Linux => linux::inhibitors(host)?,
            Platform::Windows | Platform::Macos => wakers::inhibitors(host)?,
        };
        Ok(found.iter().map(Found::observe).collect())
    }

    fn example(&self) -> Observation {
        let text = |text: &str| Some(text.to_owned());
        let inhibitor = Inhibitor {
            what: vec!["sleep".to_owned(), "idle".to_owned()],
            mode: text("block"),
            who: text("sleep"),
            program: text("systemd-inhibit"),
            user: text("alice"),
        };
        let id = "1".to_owned();
        Found { source: format!("{}/{id}", linux::FOLDER), id, inhibitor }.observe()
    }

    fn blank(&self, recording: &mut Recording) {
        linux::blank(recording);
        wakers::blank(recording);
    }
}
