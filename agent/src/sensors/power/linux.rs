//! The lid as the ACPI driver tells it, and the supplies as sysfs does.

use super::Facts;
use crate::host::Host;
use crate::sensors::Blind;
use std::io;

/// One folder for each battery and each way to be plugged in
/// (`Documentation/ABI/testing/sysfs-class-power` of the kernel).
pub(super) const SUPPLIES: &str = "/sys/class/power_supply";

/// One folder for each lid (`drivers/acpi/button.c`).
const LIDS: &str = "/proc/acpi/button/lid";

/// How often the kernel has suspended (`Documentation/ABI/testing/sysfs-power`).
const SLEEPS: &str = "/sys/power/suspend_stats/success";

/// Where there are no supplies and no lid, this is no laptop.
pub(super) fn facts(host: &dyn Host) -> Result<Facts, Blind> {
    let (supplies, lid) = (supplies(host), lid(host)?);
    let (on_ac, has_battery) = match supplies {
        Err(Blind::Absent) if lid.is_some() => (None, false),
        supplies => supplies?,
    };
    let sleeps = host.text(SLEEPS).ok().and_then(|text| text.trim().parse().ok());
    Ok(Facts { lid, on_ac, has_battery, sleeps })
}

/// Whether the laptop is plugged in, and whether it has a battery: those of
/// mice and the like have the scope `Device`.
fn supplies(host: &dyn Host) -> Result<(Option<bool>, bool), Blind> {
    let (mut on_ac, mut has_battery) = (None, false);
    for name in host.names(SUPPLIES).map_err(Blind::at(SUPPLIES))? {
        let read = |file: &str| host.text(&format!("{SUPPLIES}/{name}/{file}"));
        if read("scope").is_ok_and(|scope| scope == "Device") {
            continue;
        }
        match read("type").unwrap_or_default().as_str() {
            "Battery" => has_battery = true,
            // 0 is offline, 1 and 2 are fixed and programmable.
            "Mains" | "USB" => {
                let online = read("online").ok().map(|online| online != "0");
                on_ac = on_ac.max(online);
            }
            _ => {}
        }
    }
    Ok((on_ac, has_battery))
}

/// A line such as `state:      open`; `None` where there is no lid.
fn lid(host: &dyn Host) -> Result<Option<String>, Blind> {
    let lids = match host.names(LIDS).map_err(Blind::at(LIDS)) {
        Err(Blind::Absent) => return Ok(None),
        lids => lids?,
    };
    let Some(lid) = lids.first() else { return Ok(None) };
    let path = format!("{LIDS}/{lid}/state");
    let text = host.text(&path).map_err(Blind::at(&path))?;
    match text.split_ascii_whitespace().last() {
        Some(state @ ("open" | "closed")) => Ok(Some(state.to_owned())),
        // The driver says `unsupported` of a lid that cannot be asked.
        Some("unsupported") => Ok(None),
        _ => Err(Blind::at(&path)(io::ErrorKind::InvalidData.into())),
    }
}
