//! The lid, the battery and the adapter as Windows' device tree has them. How often it has
//! slept Windows tells nowhere.

use super::Facts;
use crate::host::Host;
use crate::host::Node;
use crate::host::Property;
use crate::sensors::Blind;

/// The enumerator of what the firmware describes.
pub(super) const FIRMWARE: &str = "ACPI";

/// A lid, a battery, and an adapter (ACPI 6.5 §9.4.1, §10.2 and §10.3).
const LID: &str = "ACPI\\PNP0C0D\\";
const BATTERY: &str = "ACPI\\PNP0C0A\\";
const ADAPTER: &str = "ACPI\\ACPI0003\\";

/// Where there is no battery and no adapter, this is no laptop.
pub(super) fn facts(host: &dyn Host) -> Result<Facts, Blind> {
    let nodes = host.nodes(FIRMWARE).map_err(Blind::at(FIRMWARE))?;
    let has_battery = nodes.iter().any(|node| node.id.starts_with(BATTERY));
    let mut adapters = nodes.iter().filter(|node| node.id.starts_with(ADAPTER)).peekable();
    if !has_battery && adapters.peek().is_none() {
        return Err(Blind::Absent);
    }
    let flag = |node: &Node, name: &str| {
        let number = node.properties.get(name).and_then(Property::number);
        number.map(|number| number != 0)
    };
    let open =
        nodes.iter().filter(|node| node.id.starts_with(LID)).find_map(|lid| flag(lid, "Open"));
    Ok(Facts {
        lid: open.map(|open| if open { "open" } else { "closed" }.to_owned()),
        on_ac: adapters.find_map(|node| flag(node, "Online")),
        has_battery,
        sleeps: None,
    })
}
