//! A recorded machine, printed as `lsusb -v` would.

use crate::host::Host;
use crate::host::Recording;
use std::fmt::Write;

const DEVICES: &str = "/sys/bus/usb/devices";

/// How different years of `lsusb` print the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Year {
    /// Decimal lengths, packets `bytes 8 once`.
    Y2008,
    /// Hexadecimal lengths, packets `1x 8 bytes`.
    Y2019,
    /// As 2019, with the negotiated speed.
    Y2025,
}

/// The devices of a recording, each printed with the bus and number it is given.
pub fn dump(recording: &Recording, year: Year, place: impl Fn(&str) -> (u16, u16)) -> String {
    let names = recording.names(DEVICES).unwrap();
    let ports = names.iter().filter(|name| !name.contains(':'));
    ports.map(|port| device(recording, year, port, place(port))).collect()
}

fn device(recording: &Recording, year: Year, port: &str, (bus, number): (u16, u16)) -> String {
    let path = format!("{DEVICES}/{port}");
    let text = |name: &str| recording.text(&format!("{path}/{name}")).unwrap_or_default();
    let chain = recording.read(&format!("{path}/descriptors")).unwrap();
    let ids = format!("{}:{}", text("idVendor"), text("idProduct"));
    let mut out = format!("\nBus {bus:03} Device {number:03}: ID {ids} Some Vendor, Inc.\n");
    if let (Year::Y2025, Some(speed)) = (year, negotiated(&text("speed"))) {
        writeln!(out, "Negotiated speed: {speed}").unwrap();
    }
    let mut printer = Printer { recording, year, path, configuration: 0, interface: 0 };
    let mut rest = &chain[..];
    while let [length, ..] = *rest {
        let (bytes, after) = rest.split_at(length.into());
        rest = after;
        for line in printer.lines(bytes) {
            writeln!(out, "      {line}").unwrap();
        }
    }
    out + "can't get device qualifier: Resource temporarily unavailable\n\
           can't get debug descriptor: Resource temporarily unavailable\n\
           Device Status:     0x0000\n  (Bus Powered)\n"
}

struct Printer<'a> {
    recording: &'a Recording,
    year: Year,
    path: String,
    configuration: u8,
    interface: u8,
}

impl Printer<'_> {
    fn lines(&mut self, bytes: &[u8]) -> Vec<String> {
        match bytes[1] {
            1 => self.device(bytes),
            2 => self.configuration(bytes),
            4 => self.interface(bytes),
            5 => self.endpoint(bytes),
            0x0b => association(bytes),
            0x21 => {
                let folder = format!("{}:{}.{}", self.path, self.configuration, self.interface);
                vec![hid(bytes), report(self.recording, &folder)]
            }
            _ => {
                let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                vec![format!("** UNRECOGNIZED:  {}", digits.join(" "))]
            }
        }
    }

    fn text(&self, name: &str) -> String {
        self.recording.text(&format!("{}{name}", self.path)).unwrap_or_default()
    }

    fn device(&self, b: &[u8]) -> Vec<String> {
        vec![
            "Device Descriptor:".to_owned(),
            head(b),
            format!("bcdUSB {:2x}.{:02x}", b[3], b[2]),
            format!("bDeviceClass {} (Defined at Interface level)", b[4]),
            format!("bDeviceSubClass {}", b[5]),
            format!("bDeviceProtocol {}", b[6]),
            format!("bMaxPacketSize0 {}", b[7]),
            format!("idVendor 0x{:04x} Some Vendor, Inc.", word(b, 8)),
            format!("idProduct 0x{:04x}", word(b, 10)),
            format!("bcdDevice {:2x}.{:02x}", b[13], b[12]),
            named("iManufacturer", b[14], &self.text("/manufacturer")),
            named("iProduct", b[15], &self.text("/product")),
            named("iSerial", b[16], &self.text("/serial")),
            format!("bNumConfigurations {}", b[17]),
        ]
    }

    fn configuration(&mut self, b: &[u8]) -> Vec<String> {
        self.configuration = b[5];
        let is_super = self.text("/speed").len() > 3;
        let length = match self.year {
            Year::Y2008 => format!("wTotalLength {}", word(b, 2)),
            _ => format!("wTotalLength 0x{:04x}", word(b, 2)),
        };
        vec![
            "Configuration Descriptor:".to_owned(),
            head(b),
            length,
            format!("bNumInterfaces {}", b[4]),
            format!("bConfigurationValue {}", b[5]),
            named("iConfiguration", b[6], &self.text("/configuration")),
            format!("bmAttributes 0x{:02x}\n(Bus Powered)\nRemote Wakeup", b[7]),
            format!("MaxPower {}mA", u16::from(b[8]) * if is_super { 8 } else { 2 }),
        ]
    }

    fn interface(&mut self, b: &[u8]) -> Vec<String> {
        self.interface = b[2];
        let name = self.text(&format!(":{}.{}/interface", self.configuration, b[2]));
        vec![
            "Interface Descriptor:".to_owned(),
            head(b),
            format!("bInterfaceNumber {}", b[2]),
            format!("bAlternateSetting {}", b[3]),
            format!("bNumEndpoints {}", b[4]),
            format!("bInterfaceClass {} Some Class", b[5]),
            format!("bInterfaceSubClass {}", b[6]),
            format!("bInterfaceProtocol {} None", b[7]),
            named("iInterface", b[8], &name),
        ]
    }

    fn endpoint(&self, b: &[u8]) -> Vec<String> {
        let size = word(b, 4);
        let size = match self.year {
            Year::Y2008 => format!("wMaxPacketSize 0x{size:04x} bytes {size} once"),
            _ => format!("wMaxPacketSize 0x{size:04x} 1x {size} bytes"),
        };
        let mut lines = vec![
            "Endpoint Descriptor:".to_owned(),
            head(b),
            format!("bEndpointAddress 0x{:02x} EP {} IN", b[2], b[2] & 15),
            format!("bmAttributes {}\nTransfer Type            Interrupt", b[3]),
            size,
            format!("bInterval {}", b[6]),
        ];
        if let [refresh, synch] = b[7..] {
            lines.push(format!("bRefresh {refresh}\nbSynchAddress {synch}"));
        }
        lines
    }
}

fn association(b: &[u8]) -> Vec<String> {
    vec![
        "Interface Association:".to_owned(),
        head(b),
        format!("bFirstInterface {}", b[2]),
        format!("bInterfaceCount {}", b[3]),
        format!("bFunctionClass {} Video", b[4]),
        format!("bFunctionSubClass {}", b[5]),
        format!("bFunctionProtocol {}", b[6]),
        named("iFunction", b[7], "Function"),
    ]
}

fn word(bytes: &[u8], place: usize) -> u16 {
    u16::from_le_bytes([bytes[place], bytes[place + 1]])
}

fn named(label: &str, index: u8, string: &str) -> String {
    match index {
        0 => format!("{label} 0"),
        _ => format!("{label} {index} {string}"),
    }
}

fn head(bytes: &[u8]) -> String {
    format!("bLength {:18}\n  bDescriptorType {:5}", bytes[0], bytes[1])
}

fn negotiated(speed: &str) -> Option<&'static str> {
    match speed {
        "1.5" => Some("Low Speed (1Mbps)"),
        "12" => Some("Full Speed (12Mbps)"),
        "480" => Some("High Speed (480Mbps)"),
        "5000" => Some("SuperSpeed (5Gbps)"),
        "10000" => Some("SuperSpeed+ (10Gbps)"),
        _ => None,
    }
}

fn hid(bytes: &[u8]) -> String {
    let mut out = format!(
        "HID Device Descriptor:\n{}\nbcdHID {:2x}.{:02x}\nbCountryCode {} Not supported\n\
         bNumDescriptors {}",
        head(bytes),
        bytes[3],
        bytes[2],
        bytes[4],
        bytes[5]
    );
    for listed in bytes[6..].chunks(3) {
        let length = u16::from_le_bytes([listed[1], listed[2]]);
        write!(out, "\nbDescriptorType {} Report\nwDescriptorLength {length}", listed[0]).unwrap();
    }
    out
}

/// The items of the report descriptor, or that it could not be had.
fn report(recording: &Recording, folder: &str) -> String {
    let names = recording.names(folder).unwrap_or_default();
    let Some(name) = names.iter().find(|name| name.starts_with("0003:")) else {
        return "Report Descriptors: \n** UNAVAILABLE **".to_owned();
    };
    let bytes = recording.read(&format!("{folder}/{name}/report_descriptor")).unwrap();
    let mut out = format!("Report Descriptor: (length is {})", bytes.len());
    let mut rest = &bytes[..];
    while let [prefix, ..] = *rest {
        let size = [0, 1, 2, 4][usize::from(prefix & 3)];
        let (kind, name) = item(prefix & 0xfc);
        let data: Vec<String> = rest[1..=size].iter().map(|byte| format!("0x{byte:02x}")).collect();
        let data = if size == 0 { "none".to_owned() } else { format!(" [ {} ] 7", data.join(" ")) };
        write!(out, "\n  Item({kind:6}): {name}, data={data}\n      Some Words").unwrap();
        rest = &rest[1 + size..];
    }
    out
}

fn item(tag: u8) -> (&'static str, &'static str) {
    match tag {
        0x80 => ("Main", "Input"),
        0x90 => ("Main", "Output"),
        0xb0 => ("Main", "Feature"),
        0xa0 => ("Main", "Collection"),
        0xc0 => ("Main", "End Collection"),
        0x04 => ("Global", "Usage Page"),
        0x14 => ("Global", "Logical Minimum"),
        0x24 => ("Global", "Logical Maximum"),
        0x34 => ("Global", "Physical Minimum"),
        0x44 => ("Global", "Physical Maximum"),
        0x54 => ("Global", "Unit Exponent"),
        0x64 => ("Global", "Unit"),
        0x74 => ("Global", "Report Size"),
        0x84 => ("Global", "Report ID"),
        0x94 => ("Global", "Report Count"),
        0x08 => ("Local", "Usage"),
        0x18 => ("Local", "Usage Minimum"),
        0x28 => ("Local", "Usage Maximum"),
        _ => panic!("no item {tag:02x} is in our recordings"),
    }
}
