//! One device of a dump.

use super::descriptor;
use super::descriptor::Unit;
use super::report;
use super::section::CUT_OUT;
use super::section::Heading;
use super::section::Section;
use super::speed;
use super::speed::Build;

/// `wTotalLength` has two bytes; more than that is no device.
const LONGEST: usize = 0xffff;

/// A device, as sysfs would tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// `idVendor`.
    pub vendor: u16,
    /// `idProduct`.
    pub product: u16,
    /// The descriptors as bytes, one after the other.
    pub chain: Vec<u8>,
    strings: Vec<(&'static str, String)>,
    /// In Mbit/s, as sysfs gives it; `None` where it does not follow from the dump.
    speed: Option<&'static str>,
    configurations: Vec<Configuration>,
    interfaces: Vec<Interface>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Configuration {
    value: u16,
    name: Option<String>,
}

/// An interface as it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `bConfigurationValue` of the configuration it belongs to.
    pub configuration: u16,
    /// `bInterfaceNumber`.
    pub number: u16,
    /// The `iInterface` string.
    pub name: Option<String>,
    /// The report descriptor, where the dump has it.
    pub report: Option<Vec<u8>>,
    class: u16,
    alternate: u16,
    /// The length of the report descriptor, from the HID descriptor.
    report_length: Option<u16>,
}

impl Device {
    /// Reads the lines of one device. The error says what is missing: of a
    /// device that is not told whole nothing is taken, because a part that was
    /// cut off is no part the device lacks.
    pub fn read(lines: &[&str]) -> Result<Self, &'static str> {
        let sections = Section::split(lines);
        let first = sections.iter().find(|section| section.heading == Heading::Device);
        let first = first.ok_or("its descriptors are not told")?;
        let build = Build::of(&sections, lines);
        let unit = if build.is_super() { Unit::Eight } else { Unit::Two };
        let count = count(&sections);
        let told = with_count(first, &count);
        let chain = descriptor::encode(&told, unit).ok_or("its device descriptor is damaged")?;
        let id = |label| first.number(label).unwrap_or_default();
        let mut device = Self {
            vendor: id("idVendor"),
            product: id("idProduct"),
            chain,
            strings: strings(first),
            speed: speed::speed(&build, lines),
            configurations: Vec::new(),
            interfaces: Vec::new(),
        };
        device.take_all(&sections, unit)?;
        if device.configurations.is_empty() {
            return Err("its configuration is not told");
        }
        Ok(device)
    }

    /// Takes what belongs to the configurations. Bytes without words count only
    /// where a configuration's descriptors stand.
    fn take_all(&mut self, sections: &[Section], unit: Unit) -> Result<(), &'static str> {
        let mut is_chain = false;
        for section in sections {
            match section.heading {
                Heading::Report => self.take_report(section),
                Heading::Raw if is_chain => {
                    self.chain.extend(descriptor::encode(section, unit).unwrap_or_default());
                }
                Heading::Configuration
                | Heading::Association
                | Heading::Interface
                | Heading::Hid
                | Heading::Endpoint => {
                    is_chain = true;
                    let bytes = descriptor::encode(section, unit);
                    self.chain.extend(bytes.ok_or("one of its descriptors is damaged")?);
                    self.note(section);
                }
                Heading::Device | Heading::Qualifier | Heading::Store => is_chain = false,
                Heading::Raw | Heading::Other => {}
            }
            if self.chain.len() > LONGEST {
                return Err("its descriptors are longer than those of any device");
            }
        }
        Ok(())
    }

    /// Notes what is not in the descriptors themselves, such as strings.
    fn note(&mut self, section: &Section) {
        let number = |label| section.number(label).unwrap_or_default();
        match section.heading {
            Heading::Configuration => self.configurations.push(Configuration {
                value: number("bConfigurationValue"),
                name: section.string("iConfiguration"),
            }),
            Heading::Interface => self.interfaces.push(Interface {
                configuration: self.configurations.last().map_or(0, |last| last.value),
                number: number("bInterfaceNumber"),
                name: section.string("iInterface"),
                report: None,
                class: number("bInterfaceClass"),
                alternate: number("bAlternateSetting"),
                report_length: None,
            }),
            Heading::Hid => {
                if let Some(interface) = self.interfaces.last_mut() {
                    interface.report_length = section.number("wDescriptorLength");
                }
            }
            _ => {}
        }
    }

    /// One that is shorter than the HID descriptor says was not read whole.
    fn take_report(&mut self, section: &Section) {
        let Some(interface) = self.interfaces.last_mut() else {
            return;
        };
        let report = report::encode(section)
            .filter(|bytes| interface.report_length.map(usize::from) == Some(bytes.len()));
        interface.report = report.or(interface.report.take());
    }

    /// The text files of the device's folder, by name.
    pub fn attributes(&self) -> Vec<(&'static str, String)> {
        let mut attributes = vec![
            ("idVendor", format!("{:04x}", self.vendor)),
            ("idProduct", format!("{:04x}", self.product)),
        ];
        attributes.extend(self.strings.iter().cloned());
        attributes.extend(self.speed.map(|speed| ("speed", speed.to_owned())));
        if let Some(active) = self.configuration() {
            attributes.push(("bConfigurationValue", active.value.to_string()));
            attributes.extend(active.name.clone().map(|name| ("configuration", name)));
        }
        attributes
    }

    /// The interfaces of the configuration Linux would choose, as they start.
    pub fn active(&self) -> impl Iterator<Item = &Interface> {
        let active = self.configuration().map(|configuration| configuration.value);
        self.interfaces.iter().filter(move |interface| {
            Some(interface.configuration) == active && interface.alternate == 0
        })
    }

    /// The dump does not say which configuration is active. Linux takes the
    /// first that does not begin with an interface of the vendor's own making,
    /// or else the first.
    fn configuration(&self) -> Option<&Configuration> {
        const VENDOR: u16 = 0xff;
        let is_usual = |configuration: &&Configuration| {
            let own = |interface: &&Interface| interface.configuration == configuration.value;
            self.interfaces.iter().find(own).is_some_and(|first| first.class != VENDOR)
        };
        self.configurations.iter().find(is_usual).or(self.configurations.first())
    }
}

/// The line for how many configurations are told.
fn count(sections: &[Section]) -> String {
    let told = sections.iter().filter(|section| section.heading == Heading::Configuration);
    format!("bNumConfigurations {}", told.count())
}

/// A device descriptor as it was before serial numbers were cut out of the dump:
/// hw-probe, which puts `--` in their place, takes the line below with it where
/// a device has none.
fn with_count<'a>(device: &Section<'a>, count: &'a str) -> Section<'a> {
    let mut device = device.clone();
    if let Some(line) = device.lines.iter_mut().find(|line| **line == CUT_OUT) {
        *line = count;
    }
    device
}

fn strings(section: &Section) -> Vec<(&'static str, String)> {
    let labels =
        [("manufacturer", "iManufacturer"), ("product", "iProduct"), ("serial", "iSerial")];
    labels.iter().filter_map(|&(name, label)| Some((name, section.string(label)?))).collect()
}
