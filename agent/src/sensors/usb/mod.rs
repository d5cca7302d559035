//! USB devices: what each says of itself, and how it is built.

pub mod descriptors;
pub mod hid;
mod structure;
mod tree;
mod linux;
mod windows;
mod macos;
#[cfg(test)]
mod tests;

pub(super) use windows::declared;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::Platform;
use crate::host::Recording;
use descriptors::Configuration;
use descriptors::Descriptors;
use descriptors::Interface;
use model::Observation;
use model::Value;
use serde::Serialize;
use std::collections::BTreeSet;

/// Looks at the devices on the USB buses.
pub struct Usb;

/// What a USB device says of itself, in the words of USB 2.0 §9.6 and HID 1.11.
///
/// Numbers of four or two hexadecimal digits are text, in lower case, as
/// `lsusb` and sysfs print them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Device {
    /// `idVendor`, such as `1d6b`.
    pub vendor_id: String,
    /// `idProduct`, such as `0104`.
    pub product_id: String,
    /// `bcdDevice`, such as `0100`.
    pub device_version: String,
    /// `bcdUSB`, such as `0200`.
    pub usb_version: String,
    /// `bDeviceClass/bDeviceSubClass/bDeviceProtocol`, such as `00/00/00`.
    pub device_class: String,
    /// `bMaxPacketSize0`, in bytes; from USB 3.0 on it is given as a power of two.
    pub max_packet_size_0: i64,
    /// The `iManufacturer` string; nothing if the device has none.
    pub manufacturer: Option<String>,
    /// The `iProduct` string; nothing if the device has none.
    pub product: Option<String>,
    /// The `iSerialNumber` string; nothing if the device has none.
    pub serial: Option<String>,
    /// `low`, `full`, `high`, `super` or `super+`: the speed it runs at.
    pub speed: Option<String>,
    /// The `iConfiguration` string of the active configuration.
    pub configuration: Option<String>,
    /// `bmAttributes` of the active configuration, such as `a0`.
    pub attributes: Option<String>,
    /// `bMaxPower` of the active configuration, in mA.
    pub max_power: Option<i64>,
    /// How many interfaces the active configuration has.
    pub interface_count: i64,
    /// `bInterfaceClass/SubClass/Protocol` of each interface, such as `03/01/01`.
    pub interface_classes: Vec<String>,
    /// The `iInterface` string of each interface that has one.
    pub interface_names: Vec<String>,
    /// `bcdHID` of each HID interface, such as `0101`.
    pub hid_versions: Vec<String>,
    /// `bCountryCode` of each HID interface.
    pub hid_countries: Vec<i64>,
    /// `wDescriptorLength` of each HID interface's report descriptor, in bytes.
    pub report_lengths: Vec<i64>,
    /// The SHA-256 of each HID interface's report descriptor, in hexadecimal.
    pub report_hashes: Vec<String>,
    /// The SHA-256 of what each HID collection declares, sorted, where Windows has
    /// parsed the report descriptors and gives nobody their bytes.
    pub collection_hashes: Option<Vec<String>>,
    /// What the report descriptors, and the class of a boot keyboard, declare: `keyboard`, `relative pointer`,
    /// `absolute pointer`, `consumer`, `digitizer`; each once, sorted.
    pub hid_roles: Vec<String>,
    /// How many buttons its pointers declare; nothing where there is no pointer,
    /// or where a report descriptor was not read.
    pub pointer_buttons: Option<i64>,
    /// The numbers of the HID interfaces whose report descriptor could not be
    /// read: what they declare is not known.
    pub unread_reports: Vec<i64>,
    /// Each endpoint of each interface as it starts (alternate setting 0), such
    /// as `0 in interrupt 8 4`: interface number, direction, transfer type,
    /// `wMaxPacketSize`, `bInterval`.
    pub endpoints: Vec<String>,
    /// The `bInterval` that all endpoints of its HID interfaces share; nothing
    /// if they differ.
    pub hid_interval: Option<i64>,
    /// True if each HID interface's packets are exactly as long as its longest
    /// report; nothing where no report descriptor was read.
    pub exact_packets: Option<bool>,
    /// True if a pointer that is no keyboard has an endpoint to be written to;
    /// nothing where no report descriptor was read.
    pub pointer_output: Option<bool>,
    /// `bInterval` of each mass storage interface's endpoints, in and out, such as `0/1`.
    pub storage_intervals: Vec<String>,
    /// `idVendor:idProduct` of the hub it hangs on, such as `1d6b:0002`.
    pub behind: Option<String>,
}

impl Device {
    /// Takes in what the device descriptor says.
    fn describe(&mut self, chain: &Descriptors) {
        let [class, subclass, protocol] = chain.class;
        self.vendor_id = format!("{:04x}", chain.vendor);
        self.product_id = format!("{:04x}", chain.product);
        self.device_version = format!("{:04x}", chain.version);
        self.usb_version = format!("{:04x}", chain.usb_version);
        self.device_class = format!("{class:02x}/{subclass:02x}/{protocol:02x}");
        self.max_packet_size_0 = chain.max_packet_size_0.into();
    }

    /// Takes in what the active configuration says; the unit of `bMaxPower`
    /// depends on the speed.
    fn configure(&mut self, configuration: &Configuration) {
        // Packets of 512 bytes at endpoint 0 come with super speed, whatever its name.
        let is_super = match self.speed.as_deref() {
            Some(speed) => speed.starts_with("super"),
            None => self.max_packet_size_0 == 512,
        };
        let unit = if is_super { 8 } else { 2 };
        self.attributes = Some(format!("{:02x}", configuration.attributes));
        self.max_power = Some(i64::from(configuration.max_power) * unit);
        self.interface_count = configuration.interface_count.into();
        let starting = configuration.interfaces.iter().filter(|interface| interface.alternate == 0);
        starting.for_each(|interface| self.add(interface));
    }

    /// Adds what a report descriptor declares.
    fn add_roles(&mut self, roles: &BTreeSet<&'static str>) {
        let roles = roles.iter().map(|&role| role.to_owned());
        let all: BTreeSet<String> = self.hid_roles.drain(..).chain(roles).collect();
        self.hid_roles = all.into_iter().collect();
    }

    fn add(&mut self, interface: &Interface) {
        let [class, subclass, protocol] = interface.class;
        self.interface_classes.push(format!("{class:02x}/{subclass:02x}/{protocol:02x}"));
        if let Some(hid) = interface.hid {
            self.hid_versions.push(format!("{:04x}", hid.version));
            self.hid_countries.push(hid.country.into());
            self.report_lengths.extend(hid.report_length.map(i64::from));
        }
        let endpoints = interface.endpoints.iter();
        self.endpoints.extend(endpoints.map(|it| format!("{} {it}", interface.number)));
    }
}

impl Device {
    /// An interface of the boot keyboard's class is a keyboard (HID 1.11 §4.3),
    /// whether or not its report descriptor could be read: the kernel reads it
    /// only once a driver is bound.
    fn add_boot_keyboard(&mut self) {
        let (keyboard, is_boot) = ("keyboard".to_owned(), |class: &String| class == "03/01/01");
        if self.interface_classes.iter().any(is_boot) && !self.hid_roles.contains(&keyboard) {
            self.hid_roles.push(keyboard);
            self.hid_roles.sort();
        }
    }
}

/// A device and where it was found.
struct Found {
    port: String,
    source: String,
    device: Device,
    /// The fields this system could not be asked for: what is not known is not told.
    unknown: &'static [&'static str],
}

impl Found {
    fn observe(&self) -> Observation {
        let mut seen = observe("usb", &self.port, &self.source, &self.device);
        seen.fields.retain(|name, _| !self.unknown.contains(&name.as_str()));
        seen
    }
}

impl Sensor for Usb {
    fn name(&self) -> &'static str {
        "usb"
    }

    fn reads(&self) -> &'static str {
        "the USB devices plugged in: maker, model, serial number and how each is built"
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let devices = match host.platform() {
            Platform::Linux => linux::devices(host)?,
            Platform::Windows => windows::devices(host)?,
            Platform::Macos => macos::devices(host)?,
        };
        Ok(devices.iter().map(Found::observe).collect())
    }

    fn is_remembered(&self) -> bool {
        true
    }

    fn unseen(&self, seen: &[Observation]) -> Vec<String> {
        let unread = |it: &Observation| match it.fields.get("unread_reports") {
            _ if !it.fields.contains_key("endpoints") => {
                Some(format!("{}: how it is built was not told", it.subject))
            }
            Some(Value::List(numbers)) if !numbers.is_empty() => {
                let interfaces = Value::List(numbers.clone());
                Some(format!("{}: no report descriptor of interface {interfaces}", it.subject))
            }
            _ => None,
        };
        seen.iter().filter_map(unread).collect()
    }

    fn blank(&self, recording: &mut Recording) {
        for (path, serial) in &mut recording.text {
            if path.ends_with("/serial") {
                serial.replace_range(.., "blanked");
            }
        }
        windows::blank(recording);
        macos::blank(recording);
    }

    fn example(&self) -> Observation {
        let text = |text: &str| Some(text.to_owned());
        let list = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect();
        let device = Device {
            vendor_id: "1d6b".to_owned(),
            product_id: "0104".to_owned(),
            device_version: "0100".to_owned(),
            usb_version: "0200".to_owned(),
            device_class: "00/00/00".to_owned(),
            max_packet_size_0: 64,
            manufacturer: text("PiKVM"),
            product: text("PiKVM Composite Device"),
            serial: text("CAFEBABE"),
            speed: text("high"),
            configuration: text("Config 1: PiKVM device"),
            attributes: text("a0"),
            max_power: Some(250),
            interface_count: 2,
            interface_classes: list(&["03/01/01", "03/00/00"]),
            interface_names: list(&["HID Interface", "HID Interface"]),
            hid_versions: list(&["0101", "0101"]),
            hid_countries: vec![0, 0],
            report_lengths: vec![65, 73],
            report_hashes: list(&[
                "5333cc3a23db1dd7a9e8303e2169a54a7070f69822fa503014834652c24410b6",
                "3a71a5a23705ee80a711e143d1242e34cb5d85592d4b5e6ac3f20bf8b9830a12",
            ]),
            collection_hashes: Some(list(&[
                "0c8f9c5b0d0a7d2a1a3f6f6a4e0a6b0a8d1e3c9f5b7a2d4c6e8f0a1b3c5d7e9f",
            ])),
            hid_roles: list(&["absolute pointer", "keyboard"]),
            pointer_buttons: Some(8),
            unread_reports: vec![2],
            endpoints: list(&["0 in interrupt 8 4", "1 in interrupt 7 4"]),
            hid_interval: Some(4),
            exact_packets: Some(true),
            pointer_output: Some(false),
            storage_intervals: list(&["0/1"]),
            behind: text("1d6b:0002"),
        };
        observe("usb", "1-4", "/sys/bus/usb/devices/1-4", &device)
    }
}
