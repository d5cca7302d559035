//! Power: whether the lid is open, the laptop is plugged in, and how often it
//! has slept. No battery's charge is read: it never stands still.

mod linux;
mod windows;
mod macos;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::Platform;
use model::Observation;
use serde::Serialize;

/// The sensor's name.
pub const NAME: &str = "power";

/// Looks at the lid and at where power comes from.
pub struct Power;

/// How the laptop stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Facts {
    /// `open` or `closed`; nothing where there is no lid, or it cannot be asked.
    lid: Option<String>,
    /// True if it is plugged in; nothing where that cannot be told.
    on_ac: Option<bool>,
    /// True if it has a battery of its own.
    has_battery: bool,
    /// How often it has slept since it was started; nothing where the kernel
    /// does not count that.
    sleeps: Option<u32>,
}

impl Sensor for Power {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "whether the lid is open, whether the laptop is plugged in, whether it has a battery, not how full that is, and how often it has slept since it was started; told as it changes, also if no signature names it"
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let (source, facts) = match host.platform() {
            Platform::Linux => (linux::SUPPLIES, linux::facts(host)?),
            Platform::Windows => (windows::FIRMWARE, windows::facts(host)?),
            Platform::Macos => (macos::ROOT, macos::facts(host)?),
        };
        Ok(vec![observe(NAME, NAME, source, &facts)])
    }

    fn example(&self) -> Observation {
        let facts = Facts {
            lid: Some("closed".to_owned()),
            on_ac: Some(true),
            has_battery: true,
            sleeps: Some(3),
        };
        observe(NAME, NAME, linux::SUPPLIES, &facts)
    }

    fn is_told(&self) -> bool {
        true
    }
}
