//! The machine itself: what kind of case it is in, and who made it.

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
use crate::host::Recording;
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
    /// The number the firmware gives that kind, such as 10 for a notebook; nothing on
    /// macOS, where a laptop is what has a battery.
    chassis_type: Option<i64>,
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
        "maker, model and kind of case of the machine; its serial number is not among what is seen, but told to the collector at enrolment and in complete reports"
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let (source, facts) = match host.platform() {
            Platform::Linux => (linux::FOLDER, linux::facts(host)?),
            Platform::Windows => (windows::KEY, windows::facts(host)?),
            Platform::Macos => (macos::CLASS, macos::facts(host)?),
        };
        Ok(vec![observe("machine", "machine", source, &facts)])
    }

    fn blank(&self, recording: &mut Recording) {
        windows::blank(recording);
        macos::blank(recording);
    }

    fn example(&self) -> Observation {
        let facts = Facts {
            chassis: "portable".to_owned(),
            chassis_type: Some(10),
            vendor: Some("LENOVO".to_owned()),
            product: Some("21HM".to_owned()),
        };
        observe("machine", "machine", linux::FOLDER, &facts)
    }
}

/// What makers write where they have set no serial number, in lower case.
const PLACEHOLDERS: [&str; 12] = [
    "to be filled by o.e.m.",
    "default string",
    "system serial number",
    "chassis serial number",
    "serial number",
    "not specified",
    "not applicable",
    "not available",
    "none",
    "unknown",
    "invalid",
    "n/a",
];

/// The longest serial number that is told, in bytes.
const LONGEST: usize = 64;

/// The machine's own serial number (SMBIOS 3.7 §7.2), by which it is found in
/// the company's list of laptops; no observation holds it. `None` where the
/// firmware says none, or what stands for none.
pub fn serial(host: &dyn Host) -> Option<String> {
    let serial = match host.platform() {
        Platform::Linux => linux::serial(host)?,
        Platform::Windows => windows::serial(host)?,
        Platform::Macos => macos::serial(host)?,
    };
    let is_text = serial.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    let is_placeholder = PLACEHOLDERS.contains(&serial.to_ascii_lowercase().as_str());
    // `0`, `00000000`, `xxxxxxxx`, or nothing at all.
    let is_one_letter = serial.bytes().all(|byte| serial.as_bytes().first() == Some(&byte));
    let is_serial = is_text && !is_placeholder && !is_one_letter && serial.len() <= LONGEST;
    is_serial.then_some(serial)
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
