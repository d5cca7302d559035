//! How fast a device runs, where the dump says so or where it follows.

use super::descriptor::version;
use super::section::Heading;
use super::section::Section;

/// What of a device's build depends on its speed.
pub struct Build {
    version: u16,
    class: u16,
    protocol: u16,
    packet_0: u16,
    root_hub: Option<u16>,
    /// The device could run at another speed as well, so it is not low.
    has_qualifier: bool,
    /// The device could run at 10 Gbit/s or more.
    has_plus: bool,
    endpoints: Vec<Endpoint>,
}

#[derive(Clone, Copy)]
struct Endpoint {
    transfer: u16,
    size: u16,
    has_more: bool,
    interval: u16,
}

const CONTROL: u16 = 0;
const ISOCHRONOUS: u16 = 1;
const BULK: u16 = 2;
const INTERRUPT: u16 = 3;
const HUB: u16 = 9;

impl Build {
    /// What the sections of a device say of it.
    pub fn of(sections: &[Section], lines: &[&str]) -> Self {
        let find = |heading| sections.iter().find(move |section| section.heading == heading);
        let device = find(Heading::Device);
        let number = |label| device.and_then(|device| device.number(label)).unwrap_or_default();
        let usb = device.and_then(|device| version(device.value("bcdUSB")?));
        let endpoints = sections.iter().filter(|section| section.heading == Heading::Endpoint);
        Self {
            version: usb.unwrap_or_default(),
            class: number("bDeviceClass"),
            protocol: number("bDeviceProtocol"),
            packet_0: number("bMaxPacketSize0"),
            root_hub: (number("idVendor") == 0x1d6b && number("bDeviceClass") == HUB)
                .then(|| number("idProduct")),
            has_qualifier: find(Heading::Qualifier).is_some(),
            has_plus: lines.iter().any(|line| line.starts_with("SuperSpeedPlus")),
            endpoints: endpoints.map(Endpoint::of).collect(),
        }
    }

    /// From super speed on the size of packets at endpoint 0 is told as a power
    /// of two, 2⁹ (USB 3.2 §9.6.1).
    pub fn is_super(&self) -> bool {
        self.version >= 0x0300 && self.packet_0 == 9
    }

    /// Only at high speed are packets that large, and are there hubs that
    /// translate (USB 2.0 §5.5 to §5.8, §11.23.1).
    fn must_be_high(&self) -> bool {
        let translates = self.class == HUB && [1, 2].contains(&self.protocol);
        translates || self.endpoints.iter().any(|endpoint| endpoint.must_be_high())
    }

    /// At high speed packets at endpoint 0 have 64 bytes, those of bulk
    /// endpoints 512, and intervals are told as powers of two up to 2¹⁵.
    fn cannot_be_high(&self) -> bool {
        self.version < 0x0200
            || self.packet_0 != 64
            || self.endpoints.iter().any(|endpoint| endpoint.cannot_be_high())
    }

    /// At low speed there are interrupts of up to 8 bytes and nothing else.
    fn can_be_low(&self) -> bool {
        let is_low = |it: &Endpoint| [CONTROL, INTERRUPT].contains(&it.transfer) && it.size <= 8;
        self.packet_0 == 8 && !self.has_qualifier && self.endpoints.iter().all(is_low)
    }
}

impl Endpoint {
    fn of(section: &Section) -> Self {
        let number = |label| section.number(label).unwrap_or_default();
        let size = number("wMaxPacketSize");
        Self {
            transfer: number("bmAttributes") & 3,
            size: size & 0x07ff,
            has_more: size & 0x1800 != 0,
            interval: number("bInterval"),
        }
    }

    fn must_be_high(self) -> bool {
        let largest = match self.transfer {
            INTERRUPT | BULK => 64,
            ISOCHRONOUS => 1023,
            _ => return false,
        };
        self.size > largest || self.has_more
    }

    fn cannot_be_high(self) -> bool {
        match self.transfer {
            BULK => self.size <= 64,
            INTERRUPT => self.interval > 16,
            _ => false,
        }
    }
}

/// The speed as sysfs gives it, in Mbit/s. `None` where nothing tells it: a
/// keyboard whose few small packets any speed allows.
pub fn speed(build: &Build, lines: &[&str]) -> Option<&'static str> {
    if let Some(stated) = lines.iter().find_map(|line| stated(line)) {
        return Some(stated);
    }
    match (build.root_hub, build.is_super()) {
        (Some(1), _) => return Some("12"),
        (Some(2), _) => return Some("480"),
        (_, true) => return (build.version < 0x0310 && !build.has_plus).then_some("5000"),
        _ => {}
    }
    match (build.must_be_high(), build.cannot_be_high()) {
        (true, false) => Some("480"),
        (false, true) if !build.can_be_low() => Some("12"),
        _ => None,
    }
}

/// `480` of `Negotiated speed: High Speed (480Mbps)`, which `lsusb` prints
/// since 2024.
fn stated(line: &str) -> Option<&'static str> {
    let (_, speed) = line.strip_prefix("Negotiated speed:")?.split_once('(')?;
    Some(match speed.strip_suffix(')')?.trim() {
        "1Mbps" | "1.5Mbps" => "1.5",
        "12Mbps" => "12",
        "480Mbps" => "480",
        "5Gbps" | "5000Mbps" => "5000",
        "10Gbps" | "10000Mbps" => "10000",
        "20Gbps" | "20000Mbps" => "20000",
        _ => return None,
    })
}
