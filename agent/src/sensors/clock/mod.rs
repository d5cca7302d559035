//! The clock: which time zone it is set to; beside it, for people who read of it,
//! which language and which keyboard the laptop is set to.

mod files;
mod linux;
mod macos;
mod windows;
mod zones;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::Platform;
use crate::host::Recording;
use jiff::tz::TimeZone;
use model::Observation;
use model::Value;
use serde::Serialize;

/// The name observations and signatures use.
pub const NAME: &str = "clock";

/// Looks at the time zone.
pub struct Clock;

/// What the laptop is set to. Language and keyboard say nothing of where anybody
/// is: they never count against a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Facts {
    /// Its name in the tz database, such as `America/Chicago`; nothing where
    /// that is written nowhere.
    zone: Option<String>,
    /// When its clocks show what, as POSIX writes it in `TZ` (IEEE 1003.1 §8.3),
    /// such as `CST6CDT,M3.2.0,M11.1.0`.
    rule: String,
    /// The system's language and, if set, territory, such as `en_US`.
    locale: Option<String>,
    /// The keyboard layouts, the first one first, such as `us`; at most eight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    layouts: Vec<String>,
}

impl Sensor for Clock {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "the time zone, language and keyboard layouts the laptop is set to, the last two only to be read by people: they never count against anybody; told as it changes, also if no signature names it"
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let (source, facts) = match host.platform() {
            Platform::Linux => (linux::RULE, linux::facts(host)?),
            // It keeps the zone where Linux does.
            Platform::Macos => (linux::RULE, macos::facts(host)?),
            Platform::Windows => (windows::RULE, windows::facts(host)?),
        };
        Ok(vec![observe(NAME, NAME, source, &facts)])
    }

    fn example(&self) -> Observation {
        let facts = Facts {
            zone: Some("America/Chicago".to_owned()),
            rule: "CST6CDT,M3.2.0,M11.1.0".to_owned(),
            locale: Some("en_US".to_owned()),
            layouts: vec!["us".to_owned()],
        };
        observe(NAME, NAME, linux::RULE, &facts)
    }

    fn is_told(&self) -> bool {
        true
    }

    fn blank(&self, recording: &mut Recording) {
        files::blank(recording);
        macos::blank(recording);
        windows::blank(recording);
    }
}

/// The time zone that was seen; `None` if none was, or if it is UTC: that is
/// nobody's time of day.
pub fn zone(seen: &[Observation]) -> Option<TimeZone> {
    let Some(Value::Text(rule)) = seen.first()?.fields.get("rule") else { return None };
    TimeZone::posix(rule).ok().filter(|_| rule != "UTC0")
}
