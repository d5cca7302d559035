//! The clock: which time zone it is set to.

mod linux;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::Platform;
use jiff::tz::TimeZone;
use model::Observation;
use model::Value;
use serde::Serialize;

/// The name observations and signatures use.
pub const NAME: &str = "clock";

/// Looks at the time zone.
pub struct Clock;

/// The time zone the laptop is set to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Facts {
    /// Its name in the tz database, such as `America/Chicago`; nothing where
    /// that is written nowhere.
    zone: Option<String>,
    /// When its clocks show what, as POSIX writes it in `TZ` (IEEE 1003.1 §8.3),
    /// such as `CST6CDT,M3.2.0,M11.1.0`.
    rule: String,
}

impl Sensor for Clock {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "the time zone the laptop is set to"
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let facts = match host.platform() {
            Platform::Linux => linux::facts(host)?,
            Platform::Windows | Platform::Macos => return Err(Blind::Absent),
        };
        Ok(vec![observe(NAME, NAME, linux::RULE, &facts)])
    }

    fn example(&self) -> Observation {
        let facts = Facts {
            zone: Some("America/Chicago".to_owned()),
            rule: "CST6CDT,M3.2.0,M11.1.0".to_owned(),
        };
        observe(NAME, NAME, linux::RULE, &facts)
    }
}

/// The time zone that was seen; `None` if none was, or if it is UTC: that is
/// nobody's time of day.
pub fn zone(seen: &[Observation]) -> Option<TimeZone> {
    let Some(Value::Text(rule)) = seen.first()?.fields.get("rule") else { return None };
    TimeZone::posix(rule).ok().filter(|_| rule != "UTC0")
}
