//! USB devices as sysfs tells them.

use super::Device;
use super::Found;
use super::descriptors;
use super::descriptors::Configuration;
use super::hid;
use super::structure;
use super::structure::Reports;
use crate::host::Host;
use crate::sensors::Blind;
use crate::sensors::sha256;
use std::collections::BTreeSet;
use std::io;

const DEVICES: &str = "/sys/bus/usb/devices";

pub(super) fn devices(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let names = host.names(DEVICES).map_err(Blind::at(DEVICES))?;
    let ports = names.iter().filter(|name| !name.contains(':'));
    ports.filter_map(|port| device(host, port, &names).transpose()).collect()
}

/// `None` for a device pulled out while we look. One that is there but may not
/// be read makes the look fail: blind is not clean.
fn device(host: &dyn Host, port: &str, names: &[String]) -> Result<Option<Found>, Blind> {
    let folder = Folder { host, path: format!("{DEVICES}/{port}") };
    let vendor = format!("{}/idVendor", folder.path);
    let vendor_id = match host.text(&vendor) {
        Ok(vendor_id) => vendor_id,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return Err(Blind::at(&vendor)(error));
        }
        Err(_) => return Ok(None),
    };
    let mut device = Device {
        vendor_id,
        product_id: folder.text("idProduct").unwrap_or_default(),
        manufacturer: folder.text("manufacturer"),
        product: folder.text("product"),
        serial: folder.text("serial"),
        speed: folder.text("speed").map(speed),
        configuration: folder.text("configuration"),
        behind: parent(port).and_then(|parent| identity(host, &parent)),
        ..Device::default()
    };
    let interfaces = interfaces(host, port, names);
    let configuration = build(&mut device, &folder, &interfaces);
    let mut reports = Reports::new();
    for (number, interface) in &interfaces {
        for report in read_interface(&mut device, interface) {
            reports.entry(*number).or_insert_with(|| hid::Declared::of(&report));
        }
    }
    device.unread_reports = unread(&configuration, &interfaces, &reports);
    device.add_boot_keyboard();
    structure::describe(&mut device, &configuration.interfaces, &reports);
    Ok(Some(Found { port: port.to_owned(), source: folder.path, device, unknown: &[] }))
}

/// A folder of sysfs, where each file holds one attribute.
struct Folder<'a> {
    host: &'a dyn Host,
    path: String,
}

impl Folder<'_> {
    /// `None` if the attribute is not there, or there is nothing in it.
    fn text(&self, name: &str) -> Option<String> {
        let text = self.host.text(&format!("{}/{name}", self.path)).ok()?;
        Some(text).filter(|text| !text.is_empty())
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// Three attributes as one class triple, such as `03/01/01`.
    fn class(&self, names: [&str; 3]) -> Option<String> {
        let [class, subclass, protocol] = names.map(|name| self.text(name));
        Some(format!("{}/{}/{}", class?, subclass?, protocol?))
    }
}

/// The numbers and folders of a device's interfaces, in order.
///
/// Those of `1-4` are called `1-4:1.0`, those of the root hub `usb1`
/// are called `1-0:1.0`.
fn interfaces<'a>(host: &'a dyn Host, port: &str, names: &[String]) -> Vec<(u8, Folder<'a>)> {
    let prefix = match port.strip_prefix("usb") {
        Some(bus) => format!("{bus}-0:"),
        None => format!("{port}:"),
    };
    let mut numbered: Vec<(u8, &String)> = names
        .iter()
        .filter_map(|name| {
            let (_, number) = name.strip_prefix(&prefix)?.split_once('.')?;
            Some((number.parse().ok()?, name))
        })
        .collect();
    numbered.sort();
    let folder = |(number, name)| (number, Folder { host, path: format!("{DEVICES}/{name}") });
    numbered.into_iter().map(folder).collect()
}

/// Says how a device is built: from its descriptors, or, as far as they are
/// missing or damaged, from the attributes sysfs made of them. Gives the active
/// configuration; an empty one if it is not known.
fn build(device: &mut Device, folder: &Folder, interfaces: &[(u8, Folder)]) -> Configuration {
    let bytes = folder.host.read(&format!("{}/descriptors", folder.path)).unwrap_or_default();
    let chain = descriptors::parse(&bytes);
    match &chain {
        Some(chain) => device.describe(chain),
        None => describe_by_attributes(device, folder),
    }
    let active = folder.number("bConfigurationValue");
    let configurations = chain.map(|chain| chain.configurations).unwrap_or_default();
    let configuration = configurations
        .into_iter()
        .find(|configuration| Some(i64::from(configuration.value)) == active)
        .filter(|configuration| !configuration.interfaces.is_empty());
    let Some(configuration) = configuration else {
        configure_by_attributes(device, folder, interfaces);
        return Configuration::default();
    };
    device.configure(&configuration);
    configuration
}

/// What the device descriptor says, from attributes.
fn describe_by_attributes(device: &mut Device, folder: &Folder) {
    device.device_version = folder.text("bcdDevice").unwrap_or_default();
    // The kernel writes version 2.00 as ` 2.00`.
    let version = folder.text("version").unwrap_or_default().replace('.', "");
    device.usb_version = format!("{version:0>4}");
    device.device_class =
        folder.class(["bDeviceClass", "bDeviceSubClass", "bDeviceProtocol"]).unwrap_or_default();
    device.max_packet_size_0 = folder.number("bMaxPacketSize0").unwrap_or_default();
}

/// What the active configuration says, from attributes.
fn configure_by_attributes(device: &mut Device, folder: &Folder, interfaces: &[(u8, Folder)]) {
    device.attributes = folder.text("bmAttributes");
    device.max_power =
        folder.text("bMaxPower").and_then(|power| power.strip_suffix("mA")?.parse().ok());
    device.interface_count = folder.number("bNumInterfaces").unwrap_or_default();
    let names = ["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"];
    device.interface_classes =
        interfaces.iter().filter_map(|(_, interface)| interface.class(names)).collect();
}

/// Adds an interface's name and, if it is a HID interface, what it declares;
/// gives its report descriptors.
fn read_interface(device: &mut Device, interface: &Folder) -> Vec<Vec<u8>> {
    device.interface_names.extend(interface.text("interface"));
    let descriptors = report_descriptors(interface);
    for descriptor in &descriptors {
        device.report_hashes.push(sha256(descriptor));
        device.add_roles(&hid::roles(descriptor));
    }
    descriptors
}

/// The HID interfaces of which nobody read a report descriptor: no driver is
/// bound, or the file may not be read.
fn unread(
    configuration: &Configuration,
    interfaces: &[(u8, Folder)],
    reports: &Reports,
) -> Vec<i64> {
    let starting = configuration.interfaces.iter().filter(|it| it.alternate == 0);
    let mut hid: BTreeSet<u8> =
        starting.filter(|it| it.class[0] == structure::HID).map(|it| it.number).collect();
    if configuration.interfaces.is_empty() {
        let is_hid = |it: &Folder| it.text("bInterfaceClass").as_deref() == Some("03");
        let told = interfaces.iter().filter(|(_, folder)| is_hid(folder));
        hid.extend(told.map(|(number, _)| number));
    }
    hid.into_iter().filter(|number| !reports.contains_key(number)).map(i64::from).collect()
}

/// The report descriptors of the HID devices on an interface, in folders such
/// as `0003:1D6B:0104.0001`, where 0003 is the number of the USB bus type.
fn report_descriptors(interface: &Folder) -> Vec<Vec<u8>> {
    let names = interface.host.names(&interface.path).unwrap_or_default();
    names
        .iter()
        .filter(|name| name.starts_with("0003:"))
        .filter_map(|name| {
            interface.host.read(&format!("{}/{name}/report_descriptor", interface.path)).ok()
        })
        .filter(|descriptor| !descriptor.is_empty())
        .collect()
}

/// The name of a speed; sysfs gives it in Mbit/s.
fn speed(speed: String) -> String {
    match speed.as_str() {
        "1.5" => "low".to_owned(),
        "12" => "full".to_owned(),
        "480" => "high".to_owned(),
        "5000" => "super".to_owned(),
        "10000" | "20000" => "super+".to_owned(),
        _ => speed,
    }
}

/// The port of the hub a port belongs to: `1-4` for `1-4.2`, `usb1` for `1-4`;
/// `None` for root hubs.
fn parent(port: &str) -> Option<String> {
    if let Some((hub, _)) = port.rsplit_once('.') {
        return Some(hub.to_owned());
    }
    let (bus, _) = port.split_once('-')?;
    Some(format!("usb{bus}"))
}

/// `None` for a hub pulled out while we look.
fn identity(host: &dyn Host, port: &str) -> Option<String> {
    let folder = Folder { host, path: format!("{DEVICES}/{port}") };
    Some(format!("{}:{}", folder.text("idVendor")?, folder.text("idProduct")?))
}
