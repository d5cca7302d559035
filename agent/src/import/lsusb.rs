//! What `lsusb -v` prints, from the years since 2005.
//!
//! The text is the descriptors put into words, so they can be put together
//! again. Where a hub or a port would stand nothing is known: a device is
//! called after its bus and its number there, and nothing is behind anything.

mod section;
mod descriptor;
mod report;
mod device;
mod speed;

use super::Imported;
use super::Unreadable;
use crate::host::Platform;
use crate::host::Recording;
use device::Device;
use std::collections::BTreeMap;

/// Takes every device of a dump.
pub fn import(name: &str, text: &str) -> Result<Imported, Unreadable> {
    let mut machine = Machine {
        recording: Recording::blank(Platform::Linux, name),
        places: BTreeMap::new(),
        reports: 0,
    };
    let mut passed_over = Vec::new();
    for block in blocks(text) {
        match Device::read(&block.lines) {
            Ok(device) => machine.plug(block.bus, block.number, &device),
            Err(reason) => passed_over.push(format!("passed over {}: {reason}", block.title)),
        }
    }
    if machine.places.is_empty() {
        let told = passed_over.first().map(|first| format!("; {first}")).unwrap_or_default();
        return Err(Unreadable(format!("there is no device in it that is told whole{told}")));
    }
    Ok(Imported::machine(machine.recording, passed_over))
}

/// The lines of one device.
struct Block<'a> {
    title: &'a str,
    bus: u16,
    number: u32,
    has_device: bool,
    lines: Vec<&'a str>,
}

impl<'a> Block<'a> {
    fn new(title: &'a str, (bus, number): (u16, u32)) -> Self {
        Self { title, bus, number, has_device: false, lines: Vec::new() }
    }
}

/// The devices of a dump: each begins with a line such as
/// `Bus 001 Device 005: ID 046d:c31c Logitech, Inc. Keyboard K120`, or, where
/// that was cut off, with its device descriptor.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines().map(str::trim) {
        let is_device = line == "Device Descriptor:";
        let is_next = is_device && blocks.last().is_none_or(|block| block.has_device);
        if let Some(place) = place(line) {
            blocks.push(Block::new(line, place));
        } else if line.starts_with("Device: ID ") || is_next {
            blocks.push(Block::new(line, (1, 1)));
        }
        if let Some(block) = blocks.last_mut() {
            block.has_device |= is_device;
            block.lines.push(line);
        }
    }
    blocks
}

/// Bus and number from a device's first line. `None` for every other line.
fn place(line: &str) -> Option<(u16, u32)> {
    let (bus, rest) = line.strip_prefix("Bus ")?.split_once(" Device ")?;
    let (number, rest) = rest.split_once(':')?;
    rest.trim_start().strip_prefix("ID ")?;
    let number: u16 = number.trim().parse().ok()?;
    Some((bus.trim().parse().ok()?, number.into()))
}

/// The machine whose devices are told.
struct Machine {
    recording: Recording,
    /// How often a number on a bus came so far.
    places: BTreeMap<(u16, u32), u32>,
    /// How many report descriptors there are so far.
    reports: u16,
}

impl Machine {
    /// Writes the files that sysfs has of a device.
    fn plug(&mut self, bus: u16, number: u32, device: &Device) {
        let port = self.port(bus, number);
        let folder = format!("/sys/bus/usb/devices/{port}");
        for (name, text) in device.attributes() {
            self.recording.text.insert(format!("{folder}/{name}"), text);
        }
        self.recording.bytes.insert(format!("{folder}/descriptors"), hex::encode(&device.chain));
        for interface in device.active() {
            let folder = format!("{folder}:{}.{}", interface.configuration, interface.number);
            if let Some(name) = &interface.name {
                self.recording.text.insert(format!("{folder}/interface"), name.clone());
            }
            if let Some(report) = &interface.report {
                self.reports = self.reports.wrapping_add(1);
                let [vendor, product] = [device.vendor, device.product];
                let hid = format!("0003:{vendor:04X}:{product:04X}.{:04X}", self.reports);
                let path = format!("{folder}/{hid}/report_descriptor");
                self.recording.bytes.insert(path, hex::encode(report));
            }
        }
    }

    /// `1-5` for device 5 on bus 1. A number that comes again, as in two dumps
    /// in one file, is raised beyond the 127 a bus has.
    fn port(&mut self, bus: u16, number: u32) -> String {
        let before = self.places.entry((bus, number)).or_default();
        let raised = number.saturating_add(before.saturating_mul(128));
        *before += 1;
        if raised == number || !self.places.contains_key(&(bus, raised)) {
            return format!("{bus}-{raised}");
        }
        self.port(bus, raised)
    }
}
