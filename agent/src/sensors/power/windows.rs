//! The battery and the adapter as Windows' device tree has them. Whether the lid is
//! open Windows tells only as it changes, and how often it has slept nowhere.

use super::Facts;
use crate::host::Host;
use crate::host::Property;
use crate::sensors::Blind;

/// The enumerator of what the firmware describes.
pub(super) const FIRMWARE: &str = "ACPI";

/// A battery, and an adapter (ACPI 6.5 §10.2 and §10.3).
const BATTERY: &str = "ACPI\\PNP0C0A\\";
const ADAPTER: &str = "ACPI\\ACPI0003\\";

/// Where there is neither, this is no laptop.
pub(super) fn facts(host: &dyn Host) -> Result<Facts, Blind> {
    let nodes = host.nodes(FIRMWARE).map_err(Blind::at(FIRMWARE))?;
    let has_battery = nodes.iter().any(|node| node.id.starts_with(BATTERY));
    let mut adapters = nodes.iter().filter(|node| node.id.starts_with(ADAPTER)).peekable();
    if !has_battery && adapters.peek().is_none() {
        return Err(Blind::Absent);
    }
    let online = adapters.find_map(|node| node.properties.get("Online").and_then(Property::number));
    Ok(Facts { lid: None, on_ac: online.map(|online| online != 0), has_battery, sleeps: None })
}
