//! USB devices as Windows' device tree and its hubs tell them.
//!
//! Report descriptors are not to be had: what collections declare is told by
//! Windows' own parser, and it is hashed instead.

use super::Device;
use super::Found;
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
use std::collections::BTreeMap;

/// Where Windows keeps what it knows of devices.
const TREE: &str = "HKLM\\SYSTEM\\CurrentControlSet\\Enum";

/// What Windows' parser tells of a collection.
const DECLARED: [&str; 6] = [
    "UsagePage",
    "Usage",
    "InputReportLength",
    "OutputReportLength",
    "InputValues",
    "InputButtons",
];

/// Where the hub did not tell how a device is built.
const UNBUILT: [&str; 13] = {
    let mut all = ["report_hashes"; 13];
    let mut place = 0;
    while place < tree::BUILT.len() {
        all[place] = tree::BUILT[place];
        place += 1;
    }
    all
};

pub(super) fn devices(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let nodes = host.nodes("USB").map_err(Blind::at(TREE))?;
    let collections = tree::nodes(host, "HID")?;
    let devices = nodes.iter().filter(|node| !node.id.contains("&MI_"));
    Ok(devices.filter_map(|node| device(node, &nodes, &collections)).collect())
}

/// `None` for what has no number of its own, such as root hubs.
fn device(node: &Node, nodes: &[Node], collections: &[Node]) -> Option<Found> {
    let (vendor_id, product_id) = identity(&node.id)?;
    let mut device = Device {
        vendor_id,
        product_id,
        device_version: revision(node).unwrap_or_default(),
        product: tree::text(node, "BusReportedDeviceDesc"),
        serial: serial(&node.id).map(str::to_owned),
        speed: tree::text(node, "Speed"),
        behind: node.parent.as_deref().and_then(identity).map(|(v, p)| format!("{v}:{p}")),
        ..Device::default()
    };
    let built = tree::build(&mut device, node);
    let unknown: &[&str] = if built.is_some() { &["report_hashes"] } else { &UNBUILT };
    let configuration = built.unwrap_or_default();
    let interfaces = interfaces(node, nodes, &configuration);
    let (mut hid, mut reports) = (tree::hid_interfaces(&configuration), Reports::new());
    for (number, interface) in interfaces {
        hid.extend(is_hid(interface).then_some(number));
        for collection in collections.iter().filter(|it| is_parent(interface, it)) {
            let Some(declared) = declared(collection) else { continue };
            device.add_roles(&declared.roles);
            if collection.properties.contains_key("InputReportLength") {
                reports.entry(number).or_default().add(&declared);
                device.collection_hashes.get_or_insert_default().extend(hash(collection));
            }
        }
    }
    device.collection_hashes.iter_mut().for_each(|hashes| hashes.sort());
    tree::declare(&mut device, &configuration, &hid, &reports);
    let port = tree::first(node, "LocationPaths").unwrap_or_else(|| node.id.clone());
    Some(Found { port, source: format!("{TREE}\\{}", node.id), device, unknown })
}

/// Vendor and product of `USB\VID_1D6B&PID_0104\CAFEBABE`, in lower case.
fn identity(id: &str) -> Option<(String, String)> {
    let rest = id.strip_prefix("USB\\VID_")?;
    let (vendor, rest) = rest.split_at_checked(4)?;
    let product = rest.strip_prefix("&PID_")?.get(..4)?;
    Some((vendor.to_ascii_lowercase(), product.to_ascii_lowercase()))
}

/// `bcdDevice` of a hardware id such as `USB\VID_1D6B&PID_0104&REV_0100`.
fn revision(node: &Node) -> Option<String> {
    let ids = node.properties.get("HardwareIds")?.texts();
    let (_, revision) = ids.iter().find_map(|id| id.split_once("&REV_"))?;
    revision.get(..4).map(str::to_ascii_lowercase)
}

/// The serial number, of which Windows makes the last part of an id; where there is
/// none, it makes up a part with `&` in it.
fn serial(id: &str) -> Option<&str> {
    id.rsplit('\\').next().filter(|part| !part.contains('&'))
}

/// The entries that stand for a device's interfaces, by their numbers: those below
/// it, or itself if it is not split up.
fn interfaces<'a>(
    node: &'a Node,
    nodes: &'a [Node],
    configuration: &Configuration,
) -> Vec<(u8, &'a Node)> {
    let below = nodes.iter().filter(|it| is_parent(node, it));
    let below: Vec<(u8, &Node)> =
        below.filter_map(|it| Some((interface_number(&it.id)?, it))).collect();
    if !below.is_empty() {
        return below;
    }
    let only = tree::hid_interfaces(configuration).first().copied().unwrap_or_default();
    vec![(only, node)]
}

fn is_parent(node: &Node, other: &Node) -> bool {
    other.parent.as_ref().is_some_and(|parent| parent.eq_ignore_ascii_case(&node.id))
}

/// Of `USB\VID_1D6B&PID_0104&MI_01\7&1A2B3C&0&0001`, 1.
fn interface_number(id: &str) -> Option<u8> {
    let (_, rest) = id.split_once("&MI_")?;
    u8::from_str_radix(rest.get(..2)?, 16).ok()
}

fn is_hid(interface: &Node) -> bool {
    let ids = interface.properties.get("CompatibleIds").map(Property::texts).unwrap_or_default();
    ids.iter().any(|id| id.to_ascii_uppercase().starts_with("USB\\CLASS_03"))
}

/// What a HID collection declares; of one that could not be opened, only what its
/// hardware ids say. `None` if not even they say what it is.
pub(in super::super) fn declared(collection: &Node) -> Option<Declared> {
    let (page, usage) = usage(collection)?;
    let is_pointer = page == 1 && [1, 2].contains(&usage);
    let mut declared = Declared::default();
    declared.roles.extend(match (page, usage) {
        (0x01, 0x06) => Some("keyboard"),
        (0x0c, 0x01) => Some("consumer"),
        (0x0d, _) => Some("digitizer"),
        _ => None,
    });
    let (values, buttons) = (fields(collection, "InputValues"), fields(collection, "InputButtons"));
    if is_pointer {
        let axes =
            values.iter().filter(|it| it.page == 1 && it.usages.0 <= 0x31 && it.usages.1 >= 0x30);
        let role = |is_absolute| if is_absolute { "absolute pointer" } else { "relative pointer" };
        declared.roles.extend(axes.map(|it| role(it.is_absolute)));
        let buttons = buttons.iter().filter(|it| it.page == 9);
        let counted = buttons.map(|it| it.usages.1.saturating_sub(it.usages.0).saturating_add(1));
        let sum = counted.fold(0, i64::saturating_add);
        declared.pointer_buttons = u32::try_from(sum).unwrap_or(u32::MAX);
    }
    let has_ids = values.iter().chain(&buttons).any(|it| it.report != 0);
    let length = tree::number(collection, "InputReportLength").unwrap_or_default();
    // Windows counts a byte for the id in any case.
    let length = length.saturating_sub(i64::from(!has_ids));
    declared.input_length = u32::try_from(length).unwrap_or_default();
    Some(declared)
}

/// What a collection declares, as one hash: two that are built the same have the same,
/// whatever they call themselves.
fn hash(collection: &Node) -> Option<String> {
    let declared: BTreeMap<&str, &Property> = DECLARED
        .iter()
        .filter_map(|&name| Some((name, collection.properties.get(name)?)))
        .collect();
    serde_json::to_vec(&declared).ok().map(|bytes| sha256(&bytes))
}

/// The usage page and the usage a collection is of.
fn usage(collection: &Node) -> Option<(i64, i64)> {
    let told = tree::number(collection, "UsagePage").zip(tree::number(collection, "Usage"));
    told.or_else(|| {
        // Such as `HID_DEVICE_UP:0001_U:0006`.
        let ids = collection.properties.get("HardwareIds")?.texts();
        let rest = ids.iter().find_map(|id| id.strip_prefix("HID_DEVICE_UP:"))?;
        let (page, usage) = rest.split_once("_U:")?;
        let number = |digits| i64::from_str_radix(digits, 16).ok();
        number(page).zip(number(usage))
    })
}

/// A field of a report that is sent by the device.
struct Field {
    page: i64,
    usages: (i64, i64),
    report: i64,
    is_absolute: bool,
}

fn fields(collection: &Node, name: &str) -> Vec<Field> {
    let Some(Property::List(items)) = collection.properties.get(name) else { return Vec::new() };
    let field = |item: &Property| {
        let Property::Tree(told) = item else { return None };
        let number = |name: &str| told.get(name).and_then(Property::number);
        Some(Field {
            page: number("UsagePage")?,
            usages: (number("UsageMin")?, number("UsageMax")?),
            report: number("ReportId").unwrap_or_default(),
            is_absolute: number("IsAbsolute") == Some(1),
        })
    };
    items.iter().filter_map(field).collect()
}

/// Takes out serial numbers, wherever they have become a part of ids, and what is
/// made of them.
pub(super) fn blank(recording: &mut Recording) {
    let devices = recording.node.get("USB").map(Vec::as_slice).unwrap_or_default();
    let named =
        devices.iter().filter(|node| identity(&node.id).is_some() && serial(&node.id).is_some());
    let blanked: BTreeMap<String, String> = named
        .enumerate()
        .filter_map(|(place, node)| {
            let (front, _) = node.id.rsplit_once('\\')?;
            Some((node.id.to_lowercase(), format!("{front}\\BLANKED{place}")))
        })
        .collect();
    let new = |id: &String| blanked.get(&id.to_lowercase()).cloned();
    for node in recording.node.values_mut().flatten() {
        blank_string(node);
        node.properties.remove("ContainerId");
        node.properties.remove("LastArrivalDate");
        node.parent = node.parent.take().map(|parent| new(&parent).unwrap_or(parent));
        if let Some(new) = new(&node.id) {
            node.id = new;
        }
    }
}

/// The string that is the serial number, which the device descriptor tells.
fn blank_string(node: &mut Node) {
    let chain = node.properties.get("Descriptors").and_then(Property::bytes).unwrap_or_default();
    let Some(number) = chain.get(16).filter(|&&number| number != 0) else { return };
    if let Some(Property::Tree(strings)) = node.properties.get_mut("Strings")
        && let Some(serial) = strings.get_mut(&number.to_string())
    {
        *serial = Property::Text("blanked".to_owned());
    }
}
