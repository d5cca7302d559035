//! The machine as macOS' I/O Registry tells it.

use super::Facts;
use crate::host::Host;
use crate::host::Node;
use crate::host::Property;
use crate::host::Recording;
use crate::sensors::Blind;
use std::io;

/// The entry of the machine itself.
pub(super) const CLASS: &str = "IOPlatformExpertDevice";
const SERIAL: &str = "IOPlatformSerialNumber";

/// A laptop has one, and a desktop has none.
const BATTERY: &str = "AppleSmartBattery";

/// How the models of virtual machines begin.
const VIRTUAL: [&str; 3] = ["VirtualMac", "VMware", "Parallels"];

pub(super) fn facts(host: &dyn Host) -> Result<Facts, Blind> {
    let machine = machine(host)?;
    let product = text(&machine, "model");
    let has_battery = match host.nodes(BATTERY).map_err(Blind::at(BATTERY)) {
        Err(Blind::Absent) => false,
        nodes => !nodes?.is_empty(),
    };
    let is_virtual =
        product.as_ref().is_some_and(|it| VIRTUAL.iter().any(|one| it.starts_with(one)));
    let chassis = match (is_virtual, has_battery) {
        (true, _) => "other",
        (false, true) => "portable",
        (false, false) => "desktop",
    };
    Ok(Facts {
        chassis: chassis.to_owned(),
        chassis_type: None,
        vendor: text(&machine, "manufacturer"),
        product,
    })
}

/// The serial number as the firmware has it.
pub(super) fn serial(host: &dyn Host) -> Option<String> {
    text(&machine(host).ok()?, SERIAL)
}

fn machine(host: &dyn Host) -> Result<Node, Blind> {
    let nodes = host.nodes(CLASS).map_err(Blind::at(CLASS))?;
    nodes.into_iter().next().ok_or_else(|| Blind::at(CLASS)(io::ErrorKind::InvalidData.into()))
}

/// A text, which may be there as bytes that end with a zero.
fn text(node: &Node, name: &str) -> Option<String> {
    let property = node.properties.get(name)?;
    let bytes = property.bytes().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = bytes.or_else(|| property.text().map(str::to_owned))?;
    let text = text.trim_end_matches('\0').trim().to_owned();
    Some(text).filter(|text| !text.is_empty())
}

/// Takes out the serial number.
pub(super) fn blank(recording: &mut Recording) {
    for node in recording.node.get_mut(CLASS).into_iter().flatten() {
        if let Some(serial) = node.properties.get_mut(SERIAL) {
            *serial = Property::Text("blanked".to_owned());
        }
    }
}
