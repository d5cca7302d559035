//! A description as the bytes a USB device hands out.

use super::description::Description;
use super::description::Hid;
use super::description::Interface;
use super::description::Speed;
use anyhow::Context;
use std::collections::BTreeMap;

/// Everything the host can ask a device for.
#[derive(Debug, PartialEq, Eq)]
pub struct Descriptors {
    /// The device descriptor.
    pub device: Vec<u8>,
    /// The one configuration, with all that belongs to it.
    pub configuration: Vec<u8>,
    /// What it would be at its other speed; only what can run at high speed has one.
    pub qualifier: Option<Vec<u8>>,
    /// The strings by their index.
    pub strings: BTreeMap<u8, String>,
    /// The HID descriptors by the number of their interface.
    pub hids: BTreeMap<u8, Vec<u8>>,
    /// The report descriptors by the number of their interface.
    pub reports: BTreeMap<u8, Vec<u8>>,
    /// The interface each endpoint belongs to, by the endpoint's address.
    pub owners: BTreeMap<u8, u8>,
}

impl Descriptors {
    /// What a described device hands out.
    pub fn of(description: &Description) -> anyhow::Result<Self> {
        let mut strings = Strings { is_gadget: description.gadget, ..Strings::default() };
        let device = device(description, &mut strings)?;
        let qualifier = (description.speed == Speed::High).then(|| qualifier(&device));
        let mut descriptors = Self {
            device,
            qualifier,
            configuration: Vec::new(),
            strings: BTreeMap::new(),
            hids: BTreeMap::new(),
            reports: BTreeMap::new(),
            owners: BTreeMap::new(),
        };
        descriptors.configure(description, &mut strings)?;
        descriptors.strings = strings.given;
        Ok(descriptors)
    }

    fn configure(&mut self, from: &Description, strings: &mut Strings) -> anyhow::Result<()> {
        let count = u8::try_from(from.interfaces.len())?;
        let name = strings.optional(from.configuration.name.as_deref());
        let power = u8::try_from(from.configuration.max_power / 2)?;
        let attributes = byte(&from.configuration.attributes)?;
        let mut bytes = vec![9, 2, 0, 0, count, 1, name, attributes, power];
        let mut endpoints = Endpoints::of(from);
        for (number, interface) in (0..).zip(&from.interfaces) {
            self.add(number, interface, (strings, &mut endpoints), &mut bytes)
                .with_context(|| format!("interface {number}"))?;
        }
        let total = u16::try_from(bytes.len())?.to_le_bytes();
        bytes.splice(2..4, total);
        self.configuration = bytes;
        Ok(())
    }

    fn add(
        &mut self,
        number: u8,
        interface: &Interface,
        (strings, endpoints): (&mut Strings, &mut Endpoints),
        bytes: &mut Vec<u8>,
    ) -> anyhow::Result<()> {
        if let Some(association) = &interface.association {
            let (class, count) = association.split_once(' ').context("`association`")?;
            let [class, subclass, protocol] = triple(class)?;
            bytes.extend([8, 11, number, count.parse()?, class, subclass, protocol, 0]);
        }
        let [class, subclass, protocol] = triple(&interface.class)?;
        let count = u8::try_from(interface.endpoints.len())?;
        let name = strings.function(interface.name.as_deref());
        bytes.extend([9, 4, number, 0, count, class, subclass, protocol, name]);
        if let Some(hid) = &interface.hid {
            let report = hex(&hid.report)?;
            let descriptor = hid_descriptor(hid, report.len())?;
            bytes.extend(&descriptor);
            self.hids.insert(number, descriptor);
            self.reports.insert(number, report);
        }
        if let Some(extra) = &interface.extra {
            bytes.extend(hex(extra)?);
        }
        for text in &interface.endpoints {
            let endpoint = endpoints.next(text).with_context(|| format!("endpoint “{text}”"))?;
            self.owners.insert(endpoint[2], number);
            bytes.extend(endpoint);
        }
        Ok(())
    }
}

fn device(from: &Description, strings: &mut Strings) -> anyhow::Result<Vec<u8>> {
    let device = &from.device;
    let mut bytes = vec![18, 1];
    bytes.extend(word(&device.usb)?);
    bytes.extend(triple(&device.class)?);
    bytes.push(device.max_packet_size_0);
    for number in [&device.vendor_id, &device.product_id, &device.version] {
        bytes.extend(word(number)?);
    }
    bytes.push(strings.always(device.manufacturer.as_deref()));
    bytes.push(strings.always(device.product.as_deref()));
    bytes.push(strings.always(device.serial.as_deref()));
    bytes.push(1);
    Ok(bytes)
}

/// USB 2.0 §9.6.2.
fn qualifier(device: &[u8]) -> Vec<u8> {
    let mut bytes = vec![10, 6];
    bytes.extend(&device[2..8]);
    bytes.extend([1, 0]);
    bytes
}

fn hid_descriptor(hid: &Hid, length: usize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![9, 0x21];
    bytes.extend(word(&hid.version)?);
    bytes.extend([hid.country, 1, 0x22]);
    bytes.extend(u16::try_from(length)?.to_le_bytes());
    Ok(bytes)
}

/// Numbers the endpoints of one device, each direction for itself as Linux
/// gadget controllers do, from 1.
struct Endpoints {
    is_slow_gadget: bool,
    last: [u8; 2],
}

impl Endpoints {
    fn of(from: &Description) -> Self {
        Self { is_slow_gadget: from.gadget && from.speed == Speed::Full, last: [0, 0] }
    }

    fn next(&mut self, text: &str) -> anyhow::Result<[u8; 7]> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [direction, kind, size, interval] = words[..] else {
            anyhow::bail!("is not a direction, a transfer type, a size and an interval");
        };
        let is_in = usize::from(direction == "in");
        self.last[is_in] += 1;
        let address = self.last[is_in] | if is_in == 1 { 0x80 } else { 0 };
        let attributes = match kind {
            "isochronous" => 1,
            "bulk" => 2,
            "interrupt" => 3,
            _ => anyhow::bail!("{kind} is no transfer type"),
        };
        // The kernel's gadget functions have other numbers at full speed.
        let (size, interval): (u16, u8) = match (self.is_slow_gadget, attributes) {
            (true, 2) => (64, 0),
            (true, 3) => (size.parse()?, 10),
            _ => (size.parse()?, interval.parse()?),
        };
        let [low, high] = size.to_le_bytes();
        Ok([7, 5, address, attributes, low, high, interval])
    }
}

/// Hands out string indices.
#[derive(Default)]
struct Strings {
    is_gadget: bool,
    last: u8,
    given: BTreeMap<u8, String>,
}

impl Strings {
    /// A gadget's device descriptor has all three indices, even of strings
    /// that nobody set.
    fn always(&mut self, text: Option<&str>) -> u8 {
        if self.is_gadget && text.is_none_or(str::is_empty) {
            self.last += 1;
            return self.last;
        }
        self.optional(text)
    }

    fn optional(&mut self, text: Option<&str>) -> u8 {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return 0 };
        self.last += 1;
        self.given.insert(self.last, text.to_owned());
        self.last
    }

    /// A gadget's functions take two indices each, and use the first.
    fn function(&mut self, text: Option<&str>) -> u8 {
        let index = self.optional(text);
        if self.is_gadget && index != 0 {
            self.last += 1;
        }
        index
    }
}

fn triple(text: &str) -> anyhow::Result<[u8; 3]> {
    let bytes = text.split('/').map(byte).collect::<anyhow::Result<Vec<u8>>>()?;
    bytes.try_into().ok().with_context(|| format!("“{text}” is not a class triple"))
}

fn word(text: &str) -> anyhow::Result<[u8; 2]> {
    let number = u16::from_str_radix(text, 16);
    Ok(number.with_context(|| format!("“{text}” is not hexadecimal"))?.to_le_bytes())
}

fn byte(text: &str) -> anyhow::Result<u8> {
    u8::from_str_radix(text, 16).with_context(|| format!("“{text}” is not hexadecimal"))
}

/// Bytes from hexadecimal text, with or without spaces.
pub fn hex(text: &str) -> anyhow::Result<Vec<u8>> {
    let digits: Vec<char> = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    digits.chunks(2).map(|pair| byte(&pair.iter().collect::<String>())).collect()
}
