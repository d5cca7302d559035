//! The lid and the battery as macOS' I/O Registry tells them.

use super::Facts;
use crate::host::Host;
use crate::host::Node;
use crate::host::Property;
use crate::sensors::Blind;

/// What knows of the lid, and what of the battery.
pub(super) const ROOT: &str = "IOPMrootDomain";
const BATTERY: &str = "AppleSmartBattery";

/// Where there is no lid and no battery, this is no laptop.
pub(super) fn facts(host: &dyn Host) -> Result<Facts, Blind> {
    let (root, battery) = (first(host, ROOT)?, first(host, BATTERY)?);
    let closed = flag(root.as_ref(), "AppleClamshellState");
    if battery.is_none() && closed.is_none() {
        return Err(Blind::Absent);
    }
    Ok(Facts {
        lid: closed.map(|closed| if closed { "closed" } else { "open" }.to_owned()),
        on_ac: flag(battery.as_ref(), "ExternalConnected"),
        has_battery: flag(battery.as_ref(), "BatteryInstalled").unwrap_or_default(),
        sleeps: None,
    })
}

fn first(host: &dyn Host, class: &str) -> Result<Option<Node>, Blind> {
    match host.nodes(class).map_err(Blind::at(class)) {
        Err(Blind::Absent) => Ok(None),
        nodes => Ok(nodes?.into_iter().next()),
    }
}

fn flag(node: Option<&Node>, name: &str) -> Option<bool> {
    let number = node?.properties.get(name).and_then(Property::number)?;
    Some(number != 0)
}
