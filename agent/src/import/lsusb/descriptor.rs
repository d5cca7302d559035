//! Descriptors, put together from their fields again.

use super::section::Heading;
use super::section::Section;
use super::section::number;
use super::section::raw;

/// One field of a descriptor, by its label.
enum Field {
    /// A number of one byte.
    Byte(&'static str),
    /// A number of two bytes.
    Word(&'static str),
    /// A version such as `2.00`, which is two bytes, `0x0200`.
    Version(&'static str),
    /// `MaxPower`, which is told in mA.
    Power,
}

use Field::Byte;
use Field::Power;
use Field::Version;
use Field::Word;

const DEVICE: &[Field] = &[
    Byte("bLength"),
    Byte("bDescriptorType"),
    Version("bcdUSB"),
    Byte("bDeviceClass"),
    Byte("bDeviceSubClass"),
    Byte("bDeviceProtocol"),
    Byte("bMaxPacketSize0"),
    Word("idVendor"),
    Word("idProduct"),
    Version("bcdDevice"),
    Byte("iManufacturer"),
    Byte("iProduct"),
    Byte("iSerial"),
    Byte("bNumConfigurations"),
];

const CONFIGURATION: &[Field] = &[
    Byte("bLength"),
    Byte("bDescriptorType"),
    Word("wTotalLength"),
    Byte("bNumInterfaces"),
    Byte("bConfigurationValue"),
    Byte("iConfiguration"),
    Byte("bmAttributes"),
    Power,
];

const ASSOCIATION: &[Field] = &[
    Byte("bLength"),
    Byte("bDescriptorType"),
    Byte("bFirstInterface"),
    Byte("bInterfaceCount"),
    Byte("bFunctionClass"),
    Byte("bFunctionSubClass"),
    Byte("bFunctionProtocol"),
    Byte("iFunction"),
];

const INTERFACE: &[Field] = &[
    Byte("bLength"),
    Byte("bDescriptorType"),
    Byte("bInterfaceNumber"),
    Byte("bAlternateSetting"),
    Byte("bNumEndpoints"),
    Byte("bInterfaceClass"),
    Byte("bInterfaceSubClass"),
    Byte("bInterfaceProtocol"),
    Byte("iInterface"),
];

const HID: &[Field] = &[
    Byte("bLength"),
    Byte("bDescriptorType"),
    Version("bcdHID"),
    Byte("bCountryCode"),
    Byte("bNumDescriptors"),
];

const ENDPOINT: &[Field] = &[
    Byte("bLength"),
    Byte("bDescriptorType"),
    Byte("bEndpointAddress"),
    Byte("bmAttributes"),
    Word("wMaxPacketSize"),
    Byte("bInterval"),
];

/// What a descriptor's power is told in, in mA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 2 mA: up to high speed.
    Two,
    /// 8 mA: at super speed.
    Eight,
}

/// The bytes of a section's descriptor; `None` if a field is missing, or the
/// descriptor is longer than what was told of it.
pub fn encode(section: &Section, unit: Unit) -> Option<Vec<u8>> {
    let fields = match section.heading {
        Heading::Device => DEVICE,
        Heading::Configuration => CONFIGURATION,
        Heading::Association => ASSOCIATION,
        Heading::Interface => INTERFACE,
        Heading::Hid => HID,
        Heading::Endpoint => ENDPOINT,
        Heading::Raw => return unworded(section),
        Heading::Report | Heading::Qualifier | Heading::Store | Heading::Other => return None,
    };
    let mut bytes = Vec::new();
    for field in fields {
        field.push(section, unit, &mut bytes)?;
    }
    bytes.extend(rest(section));
    let length = usize::from(*bytes.first()?);
    bytes.truncate(length);
    (bytes.len() == length).then_some(bytes)
}

impl Field {
    fn push(&self, section: &Section, unit: Unit, bytes: &mut Vec<u8>) -> Option<()> {
        match *self {
            Byte(label) => bytes.push(u8::try_from(section.number(label)?).ok()?),
            Word(label) => bytes.extend(section.number(label)?.to_le_bytes()),
            Version(label) => bytes.extend(version(section.value(label)?)?.to_le_bytes()),
            Power => bytes.push(power(section.value("MaxPower")?, unit)?),
        }
        Some(())
    }
}

/// `0x0200` of `2.00`; the digits are hexadecimal.
pub fn version(value: &str) -> Option<u16> {
    let (major, minor) = value.split_whitespace().next()?.split_once('.')?;
    let byte = |digits| u8::from_str_radix(digits, 16).ok();
    Some(u16::from_be_bytes([byte(major)?, byte(minor)?]))
}

/// Before 2013 `lsusb` took 2 mA for the unit at every speed; power that is no
/// multiple of 8 gives it away.
fn power(value: &str, unit: Unit) -> Option<u8> {
    let power: u16 = value.strip_suffix("mA")?.trim().parse().ok()?;
    let unit = if unit == Unit::Eight && power.is_multiple_of(8) { 8 } else { 2 };
    u8::try_from(power / unit).ok()
}

/// What follows the fields all descriptors of the kind have: the list of a HID
/// descriptor, the last two bytes of an audio endpoint, and bytes `lsusb`
/// calls junk.
fn rest(section: &Section) -> Vec<u8> {
    let mut bytes = Vec::new();
    if section.heading == Heading::Hid {
        // The first type is that of the HID descriptor itself.
        let kinds = section.values("bDescriptorType").skip(1);
        for (kind, length) in kinds.zip(section.values("wDescriptorLength")) {
            let kind = number(kind).and_then(|kind| u8::try_from(kind).ok());
            bytes.extend(kind);
            bytes.extend(number(length).unwrap_or_default().to_le_bytes());
        }
    }
    let last = ["bRefresh", "bSynchAddress"].map(|label| section.number(label));
    bytes.extend(last.into_iter().flatten().filter_map(|byte| u8::try_from(byte).ok()));
    let junk = section.lines.iter().find_map(|line| line.strip_prefix("junk at descriptor end:"));
    bytes.extend(junk.and_then(digits).unwrap_or_default());
    bytes
}

fn unworded(section: &Section) -> Option<Vec<u8>> {
    let bytes = digits(raw(section.lines.first()?)?)?;
    let is_whole = bytes.first().is_some_and(|&length| usize::from(length) == bytes.len());
    is_whole.then_some(bytes)
}

fn digits(pairs: &str) -> Option<Vec<u8>> {
    hex::decode(pairs.split_whitespace().collect::<String>()).ok()
}
