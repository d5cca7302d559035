//! The parts of a device's text, each under its heading.

/// What hw-probe puts in the place of a serial number.
pub const CUT_OUT: &str = "--";

/// What stands under a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// The device descriptor.
    Device,
    /// A configuration descriptor.
    Configuration,
    /// An interface association descriptor.
    Association,
    /// An interface descriptor.
    Interface,
    /// A HID descriptor.
    Hid,
    /// The items of a report descriptor.
    Report,
    /// An endpoint descriptor.
    Endpoint,
    /// A descriptor `lsusb` could not put into words, as bytes.
    Raw,
    /// How the device would be at its other speed.
    Qualifier,
    /// The binary object store, which belongs to no configuration.
    Store,
    /// Something the sensors do not ask for.
    Other,
}

/// A heading and the lines below it. The first line is the heading itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// What it is.
    pub heading: Heading,
    /// Its lines, without the white space around them.
    pub lines: Vec<&'a str>,
}

impl<'a> Section<'a> {
    /// The sections of a device's lines. How far a line is indented does not
    /// matter: many dumps lost that on their way.
    pub fn split(lines: &[&'a str]) -> Vec<Self> {
        let mut sections = vec![Self { heading: Heading::Other, lines: Vec::new() }];
        for &line in lines {
            if let Some(heading) = heading(line) {
                sections.push(Self { heading, lines: Vec::new() });
            }
            if let Some(section) = sections.last_mut() {
                section.lines.push(line);
            }
        }
        sections
    }

    /// What stands after a label, the first time it comes.
    pub fn value(&self, label: &str) -> Option<&'a str> {
        self.values(label).next()
    }

    /// What stands after a label, each time it comes.
    pub fn values(&self, label: &str) -> impl Iterator<Item = &'a str> {
        self.lines.iter().filter_map(move |line| {
            let rest = line.strip_prefix(label)?;
            rest.starts_with([' ', '\t']).then(|| rest.trim())
        })
    }

    /// The number after a label, in digits or, after `0x`, in hexadecimal ones.
    pub fn number(&self, label: &str) -> Option<u16> {
        number(self.value(label)?)
    }

    /// The string after a label and its index, as in `iProduct 2 USB Receiver`.
    /// `None` if the device has none, or it could not be read or was cut out.
    pub fn string(&self, label: &str) -> Option<String> {
        let (index, string) = self.value(label)?.split_once([' ', '\t'])?;
        let string = string.trim();
        let is_lost = ["", "(error)", CUT_OUT].contains(&string);
        let is_there = index != "0" && !is_lost;
        is_there.then(|| string.to_owned())
    }
}

/// The number a value begins with.
pub fn number(value: &str) -> Option<u16> {
    let word = value.split_whitespace().next()?;
    match word.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

/// `None` for a line below a heading.
fn heading(line: &str) -> Option<Heading> {
    Some(match line {
        "Device Descriptor:" => Heading::Device,
        "Configuration Descriptor:" => Heading::Configuration,
        "Interface Association:" => Heading::Association,
        "Interface Descriptor:" => Heading::Interface,
        "HID Device Descriptor:" => Heading::Hid,
        "Endpoint Descriptor:" => Heading::Endpoint,
        line if line.starts_with("Report Descriptor:") => Heading::Report,
        line if line.starts_with("Device Qualifier") => Heading::Qualifier,
        line if line.starts_with("Binary Object Store") => Heading::Store,
        line if raw(line).is_some() => Heading::Raw,
        // Labels begin in lower case; the string after one may end like a heading.
        line if line.ends_with(':') && !line.starts_with(char::is_lowercase) => Heading::Other,
        _ => return None,
    })
}

/// The bytes of a descriptor that was not put into words.
pub fn raw(line: &str) -> Option<&str> {
    ["** UNRECOGNIZED:", "INTERFACE CLASS:"].iter().find_map(|mark| line.strip_prefix(mark))
}
