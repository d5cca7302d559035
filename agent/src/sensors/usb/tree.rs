//! What the device trees of Windows and macOS have in common.

use super::Device;
use super::descriptors;
use super::descriptors::Configuration;
use super::hid::Declared;
use super::structure;
use super::structure::Reports;
use crate::host::Host;
use crate::host::Node;
use crate::host::Property;
use crate::sensors::Blind;
use std::collections::BTreeSet;

/// The fields that only descriptors tell.
pub const BUILT: [&str; 12] = [
    "usb_version",
    "device_class",
    "max_packet_size_0",
    "attributes",
    "interface_count",
    "interface_classes",
    "interface_names",
    "hid_versions",
    "hid_countries",
    "report_lengths",
    "endpoints",
    "storage_intervals",
];

/// The entries of a kind; none where this machine has none of the kind.
pub fn nodes(host: &dyn Host, kind: &str) -> Result<Vec<Node>, Blind> {
    match host.nodes(kind).map_err(Blind::at(kind)) {
        Err(Blind::Absent) => Ok(Vec::new()),
        nodes => nodes,
    }
}

/// A text that says something.
pub fn text(node: &Node, name: &str) -> Option<String> {
    let text = node.properties.get(name)?.text()?.trim();
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// A whole number.
pub fn number(node: &Node, name: &str) -> Option<i64> {
    node.properties.get(name)?.number()
}

/// Says how a device is built, by its chain of descriptors and its strings. Gives
/// the active configuration; `None` where there is no chain to be read.
pub fn build(device: &mut Device, node: &Node) -> Option<Configuration> {
    let chain = node.properties.get("Descriptors")?.bytes()?;
    let chain = descriptors::parse(&chain)?;
    let active = number(node, "Configuration");
    device.describe(&chain);
    let configuration = chain.configurations.into_iter().find(|configuration| {
        active.is_none_or(|active| i64::from(configuration.value) == active)
            && !configuration.interfaces.is_empty()
    })?;
    let string = |number: u8| match node.properties.get("Strings") {
        Some(Property::Tree(strings)) => Some(strings.get(&number.to_string())?.text()?.to_owned()),
        _ => None,
    };
    let [manufacturer, product, serial] = chain.strings;
    device.manufacturer = string(manufacturer);
    device.product = string(product).or(device.product.take());
    device.serial = string(serial).or(device.serial.take()).filter(|_| serial != 0);
    device.configuration = string(configuration.name);
    device.configure(&configuration);
    let starting = configuration.interfaces.iter().filter(|interface| interface.alternate == 0);
    device.interface_names = starting.filter_map(|interface| string(interface.name)).collect();
    Some(configuration)
}

/// Takes in what the HID interfaces declare. `hid` are the numbers of those there
/// are; what is not in `reports` was not read.
pub fn declare(
    device: &mut Device,
    configuration: &Configuration,
    hid: &BTreeSet<u8>,
    reports: &Reports,
) {
    for Declared { roles, .. } in reports.values() {
        device.add_roles(roles);
    }
    let unread = hid.iter().filter(|number| !reports.contains_key(number));
    device.unread_reports = unread.map(|number| i64::from(*number)).collect();
    device.add_boot_keyboard();
    structure::describe(device, &configuration.interfaces, reports);
}

/// The numbers of a configuration's HID interfaces.
pub fn hid_interfaces(configuration: &Configuration) -> BTreeSet<u8> {
    let starting = configuration.interfaces.iter().filter(|it| it.alternate == 0);
    starting.filter(|it| it.class[0] == structure::HID).map(|it| it.number).collect()
}

/// The first text of a list that says something.
pub fn first(node: &Node, name: &str) -> Option<String> {
    let texts = node.properties.get(name)?.texts();
    texts.into_iter().find(|text| !text.is_empty()).map(str::to_owned)
}
