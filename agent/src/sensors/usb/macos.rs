//! USB devices as macOS' I/O Registry tells them.
//!
//! Descriptors of configurations are not in it: the host asks the kernel for them,
//! which read them when the device came. Where they were not to be had, endpoints,
//! the version of HID and what follows of them are not told.

use super::Device;
use super::Found;
use super::descriptors;
use super::descriptors::Configuration;
use super::hid::Declared;
use super::structure::Reports;
use super::tree;
use crate::host::Host;
use crate::host::Node;
use crate::host::Property;
use crate::host::Recording;
use crate::sensors::Blind;
use crate::sensors::sha256;
use std::collections::BTreeSet;

const DEVICES: &str = "IOUSBHostDevice";
const INTERFACES: &str = "IOUSBHostInterface";
const HID: &str = "IOHIDDevice";

/// What the registry itself has not.
const UNKNOWN: [&str; 7] = [
    "attributes",
    "hid_versions",
    "hid_countries",
    "endpoints",
    "storage_intervals",
    "exact_packets",
    "pointer_output",
];

pub(super) fn devices(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let devices = host.nodes(DEVICES).map_err(Blind::at(DEVICES))?;
    let (interfaces, hid) = (tree::nodes(host, INTERFACES)?, tree::nodes(host, HID)?);
    Ok(devices.iter().filter_map(|node| device(node, &devices, &interfaces, &hid)).collect())
}

/// `None` for what has no number of its own.
fn device(node: &Node, devices: &[Node], interfaces: &[Node], hid: &[Node]) -> Option<Found> {
    let four = |name: &str| Some(format!("{:04x}", u16::try_from(tree::number(node, name)?).ok()?));
    let text = |names: [&str; 2]| names.iter().find_map(|name| tree::text(node, name));
    let mut device = Device {
        vendor_id: four("idVendor")?,
        product_id: four("idProduct")?,
        device_version: four("bcdDevice").unwrap_or_default(),
        usb_version: four("bcdUSB").unwrap_or_default(),
        device_class: class(node, ["bDeviceClass", "bDeviceSubClass", "bDeviceProtocol"])
            .unwrap_or_default(),
        max_packet_size_0: tree::number(node, "bMaxPacketSize0").unwrap_or_default(),
        manufacturer: text(["kUSBVendorString", "USB Vendor Name"]),
        product: text(["kUSBProductString", "USB Product Name"]),
        serial: text(["kUSBSerialNumberString", "USB Serial Number"]),
        speed: speed(node).map(str::to_owned),
        behind: behind(node, devices),
        ..Device::default()
    };
    let own: Vec<&Node> =
        interfaces.iter().filter(|it| nearest(it, devices) == Some(&node.id)).collect();
    let configuration = configuration(node);
    match &configuration {
        Some(configuration) => {
            device.configure(configuration);
            device.configuration = string(node, configuration.name);
        }
        None => add_interfaces(&mut device, node, &own),
    }
    device.interface_names = names(&own);
    let (mut numbers, mut reports) = (BTreeSet::new(), Reports::new());
    for interface in &own {
        let Some(number) = number_of(interface) else { continue };
        numbers.extend((tree::number(interface, "bInterfaceClass") == Some(3)).then_some(number));
        for report in hid.iter().filter(|it| is_below(it, interface)).filter_map(report) {
            device.report_hashes.push(sha256(&report));
            if configuration.is_none() {
                device.report_lengths.push(i64::try_from(report.len()).unwrap_or(i64::MAX));
            }
            reports.entry(number).or_insert_with(|| Declared::of(&report));
        }
    }
    let unknown: &[&str] = if configuration.is_some() { &[] } else { &UNKNOWN };
    let configuration = configuration.unwrap_or_default();
    numbers.extend(tree::hid_interfaces(&configuration));
    tree::declare(&mut device, &configuration, &numbers, &reports);
    let port = tree::number(node, "locationID").and_then(|it| u32::try_from(it).ok());
    let port = port.map_or_else(|| node.id.clone(), |port| format!("{port:08x}"));
    Some(Found { port, source: node.id.clone(), device, unknown })
}

/// The configuration that is active, or the first one that has interfaces; `None`
/// where the kernel was not asked, or told none.
fn configuration(node: &Node) -> Option<Configuration> {
    let bytes = node.properties.get("ConfigurationDescriptors")?.bytes()?;
    let active = tree::number(node, "kUSBCurrentConfiguration");
    let mut all = descriptors::configurations(&bytes).into_iter();
    all.find(|it| {
        active.is_none_or(|active| i64::from(it.value) == active) && !it.interfaces.is_empty()
    })
}

/// The string of that number, where the device was asked for it.
fn string(node: &Node, number: u8) -> Option<String> {
    let Some(Property::Tree(strings)) = node.properties.get("StringDescriptors") else {
        return None;
    };
    descriptors::string(&strings.get(&number.to_string())?.bytes()?)
}

/// The interfaces themselves; where no driver has made any, what the device's
/// signature says of them.
fn add_interfaces(device: &mut Device, node: &Node, own: &[&Node]) {
    let names = ["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"];
    device.interface_classes =
        numbered(own).into_iter().filter_map(|it| class(it, names)).collect();
    if own.iter().all(|it| number_of(it).is_none()) {
        device.interface_classes = signature(node, device.serial.as_deref()).unwrap_or_default();
    }
    device.interface_count = i64::try_from(device.interface_classes.len()).unwrap_or(i64::MAX);
}

/// What the interfaces are called.
fn names(own: &[&Node]) -> Vec<String> {
    let name = |it| tree::text(it, "kUSBString").or(tree::text(it, "USB Interface Name"));
    numbered(own).into_iter().filter_map(name).collect()
}

/// The interfaces that have a number, by it.
fn numbered<'a>(own: &[&'a Node]) -> Vec<&'a Node> {
    let mut numbered: Vec<(u8, &Node)> =
        own.iter().filter_map(|&it| Some((number_of(it)?, it))).collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, it)| it).collect()
}

/// The classes of the interfaces in `UsbDeviceSignature`: vendor, product and
/// version of two bytes each, the serial number, the device's class, and those of
/// the interfaces.
fn signature(node: &Node, serial: Option<&str>) -> Option<Vec<String>> {
    let bytes = node.properties.get("UsbDeviceSignature")?.bytes()?;
    let classes = bytes.get(6..)?.strip_prefix(serial.unwrap_or_default().as_bytes())?;
    let (triples, rest) = classes.as_chunks::<3>();
    let text = |[a, b, c]: &[u8; 3]| format!("{a:02x}/{b:02x}/{c:02x}");
    rest.is_empty().then(|| triples.iter().skip(1).map(text).collect())
}

fn report(hid: &Node) -> Option<Vec<u8>> {
    let report = hid.properties.get("ReportDescriptor").and_then(Property::bytes)?;
    Some(report).filter(|report| !report.is_empty())
}

fn number_of(interface: &Node) -> Option<u8> {
    u8::try_from(tree::number(interface, "bInterfaceNumber")?).ok()
}

fn class(node: &Node, names: [&str; 3]) -> Option<String> {
    let [class, subclass, protocol] = names.map(|name| tree::number(node, name));
    Some(format!("{:02x}/{:02x}/{:02x}", class?, subclass?, protocol?))
}

/// `USBSpeed` is `tIOUSBHostConnectionSpeed`; `Device Speed` is older and counts
/// otherwise.
fn speed(node: &Node) -> Option<&'static str> {
    let old = || match tree::number(node, "Device Speed")? {
        0 => Some("low"),
        1 => Some("full"),
        2 => Some("high"),
        3 => Some("super"),
        _ => Some("super+"),
    };
    match tree::number(node, "USBSpeed") {
        Some(1) => Some("full"),
        Some(2) => Some("low"),
        Some(3) => Some("high"),
        Some(4) => Some("super"),
        Some(5..) => Some("super+"),
        _ => old(),
    }
}

fn is_below(node: &Node, other: &Node) -> bool {
    node.id.strip_prefix(&other.id).is_some_and(|rest| rest.starts_with('/'))
}

/// The device an entry belongs to: below a hub there are others' entries as well.
fn nearest<'a>(node: &Node, devices: &'a [Node]) -> Option<&'a String> {
    let above = devices.iter().filter(|device| is_below(node, device)).map(|device| &device.id);
    above.max_by_key(|id| id.len())
}

fn behind(node: &Node, devices: &[Node]) -> Option<String> {
    let hub = nearest(node, devices)?;
    let hub = devices.iter().find(|device| device.id == *hub)?;
    let four = |name: &str| Some(format!("{:04x}", tree::number(hub, name)?));
    Some(format!("{}:{}", four("idVendor")?, four("idProduct")?))
}

/// Where serial numbers are.
const SERIALS: [&str; 3] = ["kUSBSerialNumberString", "USB Serial Number", "SerialNumber"];

/// Takes out serial numbers, also where a device calls its configuration so.
pub(super) fn blank(recording: &mut Recording) {
    for node in recording.node.values_mut().flatten() {
        let serials: Vec<String> = SERIALS.iter().filter_map(|it| tree::text(node, it)).collect();
        if let Some(Property::Tree(strings)) = node.properties.get_mut("StringDescriptors") {
            strings.retain(|_, string| {
                let text = string.bytes().and_then(|bytes| descriptors::string(&bytes));
                text.is_none_or(|text| !serials.contains(&text))
            });
        }
        for name in SERIALS {
            if let Some(serial) = node.properties.get_mut(name) {
                *serial = Property::Text("blanked".to_owned());
            }
        }
        node.properties.remove("UsbDeviceSignature");
    }
}
