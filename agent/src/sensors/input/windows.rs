//! Input devices as Windows' device tree has them: HID collections, and the
//! keyboard and touch pad that are built in.
//!
//! Whether a key press came from a device or a program, Windows tells only to who
//! reads every key; so it is not told here.

use super::Device;
use super::Found;
use crate::host::Host;
use crate::host::Node;
use crate::host::Property;
use crate::host::Recording;
use crate::sensors::Blind;
use crate::sensors::usb;

const TREE: &str = "HKLM\\SYSTEM\\CurrentControlSet\\Enum";

/// Bluetooth, classic and low energy: how ids of its HID collections go on.
const BLUETOOTH: [&str; 2] = ["{00001124-", "{00001812-"];

/// The enumerators of input devices that are no HID collections, and how each is
/// told: built in, of a remote desktop, made by a program's driver.
const OTHERS: [(&str, &str, bool); 3] = [
    ("ACPI", "i8042", false),
    ("TERMINPUT_BUS", "remote desktop", true),
    ("ROOT", "virtual", true),
];

pub(super) fn devices(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let collections = nodes(host, "HID")?;
    let mut found: Vec<Found> = collections.iter().filter_map(collection).collect();
    for (kind, bus, is_virtual) in OTHERS {
        let nodes = nodes(host, kind)?;
        found.extend(nodes.iter().filter_map(|node| other(node, bus, is_virtual)));
    }
    Ok(found)
}

fn nodes(host: &dyn Host, kind: &str) -> Result<Vec<Node>, Blind> {
    match host.nodes(kind).map_err(Blind::at(TREE)) {
        Err(Blind::Absent) => Ok(Vec::new()),
        nodes => nodes,
    }
}

/// `None` for collections that are neither typed on nor pointed with.
fn collection(node: &Node) -> Option<Found> {
    let declared = usb::declared(node)?;
    let role = |role: &&str| match *role {
        "digitizer" => "touch".to_owned(),
        "consumer" => "buttons".to_owned(),
        role => role.to_owned(),
    };
    let roles: Vec<String> = declared.roles.iter().map(role).collect();
    let id = node.id.to_ascii_uppercase();
    let bus = if BLUETOOTH.iter().any(|service| id.contains(service)) {
        "bluetooth"
    } else {
        match node.parent.as_deref().and_then(|parent| parent.split('\\').next()) {
            Some("USB") => "usb",
            Some("ACPI") => "i2c",
            Some("ROOT") => "virtual",
            _ => "hid",
        }
    };
    // Of Bluetooth, what says who gave a vendor's number stands before it.
    let number = |marks: [&str; 2]| {
        let (_, rest) = marks.iter().find_map(|mark| id.split_once(mark))?;
        let digits = rest.split(['_', '&', '\\']).next()?;
        digits.get(digits.len().checked_sub(4)?..).map(str::to_ascii_lowercase)
    };
    let device = Device {
        name: name(node),
        bus: bus.to_owned(),
        vendor_id: number(["VID_", "VID&"]),
        product_id: number(["PID_", "PID&"]),
        roles,
        is_virtual: bus == "virtual",
        makers: None,
        typed: None,
    };
    (!device.roles.is_empty()).then(|| seen(node, device))
}

/// `None` for what is of no class of input devices.
fn other(node: &Node, bus: &str, is_virtual: bool) -> Option<Found> {
    let role = match node.properties.get("Class")?.text()? {
        "Keyboard" => "keyboard",
        "Mouse" => "relative pointer",
        _ => return None,
    };
    let device = Device {
        name: name(node),
        bus: bus.to_owned(),
        roles: vec![role.to_owned()],
        is_virtual,
        ..Device::default()
    };
    Some(seen(node, device))
}

fn name(node: &Node) -> Option<String> {
    let names = ["BusReportedDeviceDesc", "FriendlyName", "DeviceDesc"];
    let name = names.iter().find_map(|name| node.properties.get(*name)?.text())?;
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

fn seen(node: &Node, device: Device) -> Found {
    Found { subject: node.id.clone(), source: format!("{TREE}\\{}", node.id), device }
}

/// Takes out the names of Bluetooth devices, which people give them.
pub(super) fn blank(recording: &mut Recording) {
    for node in recording.node.values_mut().flatten() {
        let id = node.id.to_ascii_uppercase();
        if BLUETOOTH.iter().any(|service| id.contains(service)) || id.starts_with("BTH") {
            for name in ["BusReportedDeviceDesc", "FriendlyName"] {
                if let Some(text) = node.properties.get_mut(name) {
                    *text = Property::Text("blanked".to_owned());
                }
            }
        }
    }
}
