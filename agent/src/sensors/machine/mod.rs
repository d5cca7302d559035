//! The machine itself: what kind of case it is in, and who made it.

mod linux;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::Platform;
use model::Observation;
use serde::Serialize;

/// Looks at what the firmware says the machine is.
pub struct Machine;

/// What the firmware says of the machine (SMBIOS 3.7 §7.2 and §7.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Facts {
    /// The kind of case: `portable`, `desktop`, `server`, or `other` for those
    /// that say nothing, as virtual machines do.
    chassis: String,
    /// The number the firmware gives that kind, such as 10 for a notebook.
    chassis_type: i64,
    /// Who made the machine.
    vendor: Option<String>,
    /// What its maker calls it.
    product: Option<String>,
}

impl Sensor for Machine {
    fn name(&self) -> &'static str {
        "machine"
    }

    fn reads(&self) -> &'static str {
        "maker, model and kind of case of the machine; never its serial number"
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let facts = match host.platform() {
            Platform::Linux => linux::facts(host)?,
            Platform::Windows | Platform::Macos => return Err(Blind::Absent),
        };
        Ok(vec![observe("machine", "machine", linux::FOLDER, &facts)])
    }

    fn example(&self) -> Observation {
        let facts = Facts {
            chassis: "portable".to_owned(),
            chassis_type: 10,
            vendor: Some("LENOVO".to_owned()),
            product: Some("21HM".to_owned()),
        };
        observe("machine", "machine", linux::FOLDER, &facts)
    }
}

/// The kind of case behind a chassis type (SMBIOS 3.7 §7.4.1, table 17).
fn chassis(chassis_type: i64) -> &'static str {
    match chassis_type {
        8..=11 | 14 | 30..=32 => "portable",
        3..=7 | 13 | 15 | 16 | 24 | 35 | 36 => "desktop",
        17 | 23 | 25 | 28 | 29 => "server",
        _ => "other",
    }
}
