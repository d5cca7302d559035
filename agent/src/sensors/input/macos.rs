//! Input devices as macOS' I/O Registry has them.
//!
//! Whether a key press came from a device or a program, macOS tells only to who
//! reads every key; so it is not told here.

use super::Device;
use super::Found;
use crate::host::Host;
use crate::host::Node;
use crate::host::Property;
use crate::host::Recording;
use crate::sensors::Blind;
use crate::sensors::usb::hid;

const CLASS: &str = "IOHIDDevice";

pub(super) fn devices(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let nodes = host.nodes(CLASS).map_err(Blind::at(CLASS))?;
    Ok(nodes.iter().filter_map(device).collect())
}

/// `None` for devices that are neither typed on nor pointed with: sensors, lids.
fn device(node: &Node) -> Option<Found> {
    let text = |name: &str| {
        let text = node.properties.get(name)?.text()?.trim();
        Some(text.to_owned()).filter(|text| !text.is_empty())
    };
    let number = |name: &str| node.properties.get(name).and_then(Property::number);
    let four = |name: &str| Some(format!("{:04x}", number(name)? & 0xffff));
    let report = node.properties.get("ReportDescriptor").and_then(Property::bytes);
    let declared = hid::roles(&report.unwrap_or_default());
    let role = |role: &str| match role {
        "digitizer" => "touch".to_owned(),
        "consumer" => "buttons".to_owned(),
        role => role.to_owned(),
    };
    let mut roles: Vec<String> = declared.into_iter().map(role).collect();
    if roles.is_empty() && number("PrimaryUsagePage") == Some(1) {
        roles.extend((number("PrimaryUsage") == Some(6)).then(|| "keyboard".to_owned()));
    }
    let transport = text("Transport").unwrap_or_default().to_ascii_lowercase();
    let bus = if transport.starts_with("bluetooth") { "bluetooth".to_owned() } else { transport };
    let is_virtual = number("HIDVirtualDevice") == Some(1) || bus == "virtual";
    let device = Device {
        name: text("Product"),
        bus: if bus.is_empty() { "unknown".to_owned() } else { bus },
        vendor_id: four("VendorID"),
        product_id: four("ProductID"),
        roles,
        is_virtual,
        makers: None,
        typed: None,
    };
    let found = Found { subject: node.id.clone(), source: node.id.clone(), device };
    (!found.device.roles.is_empty()).then_some(found)
}

/// Takes out the names of Bluetooth devices, which people give them.
pub(super) fn blank(recording: &mut Recording) {
    for node in recording.node.get_mut(CLASS).into_iter().flatten() {
        let transport = node.properties.get("Transport").and_then(Property::text);
        if transport.is_some_and(|it| it.starts_with("Bluetooth"))
            && let Some(name) = node.properties.get_mut("Product")
        {
            *name = Property::Text("blanked".to_owned());
        }
    }
}
