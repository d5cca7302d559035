//! The descriptors of a USB device, as one chain of bytes (USB 2.0 §9.6).
//!
//! The bytes come from the device, so anything may be in them. A damaged
//! descriptor ends the walk; what came before it is kept.

use std::fmt;

/// What a device says of itself: the device descriptor, then each
/// configuration with all that belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Descriptors {
    /// `bcdUSB`.
    pub usb_version: u16,
    /// `bDeviceClass`, `bDeviceSubClass` and `bDeviceProtocol`.
    pub class: [u8; 3],
    /// `bMaxPacketSize0`, in bytes.
    pub max_packet_size_0: u16,
    /// `idVendor`.
    pub vendor: u16,
    /// `idProduct`.
    pub product: u16,
    /// `bcdDevice`.
    pub version: u16,
    /// `iManufacturer`, `iProduct` and `iSerialNumber`: the numbers of strings, 0 for none.
    pub strings: [u8; 3],
    /// The configurations in the order the device gives them.
    pub configurations: Vec<Configuration>,
}

/// A configuration descriptor and the interfaces that follow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// `bConfigurationValue`: the name by which it is chosen.
    pub value: u8,
    /// `bNumInterfaces`.
    pub interface_count: u8,
    /// `iConfiguration`: the number of a string, 0 for none.
    pub name: u8,
    /// `bmAttributes`.
    pub attributes: u8,
    /// `bMaxPower`, in units of 2 mA, or of 8 mA at super speed.
    pub max_power: u8,
    /// The interfaces, each alternate setting by itself.
    pub interfaces: Vec<Interface>,
}

/// An interface descriptor and what follows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// `bInterfaceNumber`.
    pub number: u8,
    /// `bAlternateSetting`; 0 is how the interface starts.
    pub alternate: u8,
    /// `bInterfaceClass`, `bInterfaceSubClass` and `bInterfaceProtocol`.
    pub class: [u8; 3],
    /// `iInterface`: the number of a string, 0 for none.
    pub name: u8,
    /// The HID descriptor; only HID interfaces have one.
    pub hid: Option<Hid>,
    /// The endpoints besides endpoint 0.
    pub endpoints: Vec<Endpoint>,
}

/// A HID descriptor (HID 1.11 §6.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hid {
    /// `bcdHID`.
    pub version: u16,
    /// `bCountryCode`.
    pub country: u8,
    /// `wDescriptorLength` of the report descriptor; `None` if none is listed.
    pub report_length: Option<u16>,
}

/// An endpoint descriptor; as text such as `in interrupt 8 4`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// `bEndpointAddress`; the highest bit is set for endpoints towards the host.
    pub address: u8,
    /// `bmAttributes`; the lowest two bits are the transfer type.
    pub attributes: u8,
    /// `wMaxPacketSize`, in bytes, without the bits for extra transactions.
    pub max_packet_size: u16,
    /// `bInterval`.
    pub interval: u8,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.address & 0x80 == 0 { "out" } else { "in" };
        let transfer = match self.attributes & 0x03 {
            0 => "control",
            1 => "isochronous",
            2 => "bulk",
            _ => "interrupt",
        };
        write!(f, "{direction} {transfer} {} {}", self.max_packet_size, self.interval)
    }
}

const DEVICE: u8 = 1;
const CONFIGURATION: u8 = 2;
const STRING: u8 = 3;
const INTERFACE: u8 = 4;
const ENDPOINT: u8 = 5;
const HID: u8 = 0x21;
const REPORT: u8 = 0x22;
const HID_CLASS: u8 = 3;

/// Walks the chain. `None` if it does not begin with a device descriptor.
pub fn parse(bytes: &[u8]) -> Option<Descriptors> {
    let (first, rest) = split(bytes)?;
    let mut device = device(first)?;
    walk(&mut device, rest);
    Some(device)
}

/// Walks a chain without a device descriptor: configurations, as macOS gives them.
pub fn configurations(bytes: &[u8]) -> Vec<Configuration> {
    let mut device = Descriptors::default();
    walk(&mut device, bytes);
    device.configurations
}

fn walk(device: &mut Descriptors, mut rest: &[u8]) {
    while let Some((descriptor, after)) = split(rest) {
        place(device, descriptor);
        rest = after;
    }
}

/// The text of a string descriptor (USB 2.0 §9.6.7). `None` if it says nothing.
pub fn string(bytes: &[u8]) -> Option<String> {
    let (descriptor, _) = split(bytes)?;
    let text = descriptor.strip_prefix(&[descriptor[0], STRING])?;
    let (units, _) = text.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let text = String::from_utf16_lossy(&units).trim().to_owned();
    Some(text).filter(|text| !text.is_empty())
}

/// One descriptor and what follows it. `None` at the end, and where the length
/// byte cannot be true.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let &length = bytes.first()?;
    if length < 2 {
        return None;
    }
    bytes.split_at_checked(length.into())
}

fn device(descriptor: &[u8]) -> Option<Descriptors> {
    let bytes = descriptor.first_chunk::<18>().filter(|bytes| bytes[1] == DEVICE)?;
    let usb_version = u16::from_le_bytes([bytes[2], bytes[3]]);
    Some(Descriptors {
        usb_version,
        class: [bytes[4], bytes[5], bytes[6]],
        max_packet_size_0: packet_size_0(usb_version, bytes[7]),
        vendor: u16::from_le_bytes([bytes[8], bytes[9]]),
        product: u16::from_le_bytes([bytes[10], bytes[11]]),
        version: u16::from_le_bytes([bytes[12], bytes[13]]),
        strings: [bytes[14], bytes[15], bytes[16]],
        configurations: Vec::new(),
    })
}

/// From USB 3.0 on, the size is given as a power of two (USB 3.2 §9.6.1).
fn packet_size_0(usb_version: u16, size: u8) -> u16 {
    if usb_version < 0x0300 {
        return size.into();
    }
    1_u16.checked_shl(size.into()).unwrap_or(size.into())
}

/// Puts a descriptor where it belongs: to the last configuration, interface or
/// device. Descriptors of other kinds are passed over.
fn place(device: &mut Descriptors, descriptor: &[u8]) {
    let &[_, kind, ..] = descriptor else { return };
    if kind == CONFIGURATION {
        device.configurations.extend(configuration(descriptor));
        return;
    }
    let Some(configuration) = device.configurations.last_mut() else {
        return;
    };
    if kind == INTERFACE {
        configuration.interfaces.extend(interface(descriptor));
        return;
    }
    let Some(interface) = configuration.interfaces.last_mut() else {
        return;
    };
    match kind {
        ENDPOINT => interface.endpoints.extend(endpoint(descriptor)),
        HID if interface.class[0] == HID_CLASS => interface.hid = hid(descriptor),
        _ => {}
    }
}

fn configuration(descriptor: &[u8]) -> Option<Configuration> {
    let bytes = descriptor.first_chunk::<9>()?;
    Some(Configuration {
        value: bytes[5],
        interface_count: bytes[4],
        name: bytes[6],
        attributes: bytes[7],
        max_power: bytes[8],
        interfaces: Vec::new(),
    })
}

fn interface(descriptor: &[u8]) -> Option<Interface> {
    let bytes = descriptor.first_chunk::<9>()?;
    Some(Interface {
        number: bytes[2],
        alternate: bytes[3],
        class: [bytes[5], bytes[6], bytes[7]],
        name: bytes[8],
        hid: None,
        endpoints: Vec::new(),
    })
}

fn endpoint(descriptor: &[u8]) -> Option<Endpoint> {
    let bytes = descriptor.first_chunk::<7>()?;
    Some(Endpoint {
        address: bytes[2],
        attributes: bytes[3],
        max_packet_size: u16::from_le_bytes([bytes[4], bytes[5]]) & 0x07ff,
        interval: bytes[6],
    })
}

fn hid(descriptor: &[u8]) -> Option<Hid> {
    let (bytes, listed) = descriptor.split_first_chunk::<6>()?;
    let (listed, _) = listed.as_chunks::<3>();
    let report = listed.iter().find(|[kind, ..]| *kind == REPORT);
    Some(Hid {
        version: u16::from_le_bytes([bytes[2], bytes[3]]),
        country: bytes[4],
        report_length: report.map(|&[_, low, high]| u16::from_le_bytes([low, high])),
    })
}
