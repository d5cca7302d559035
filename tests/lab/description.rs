//! A USB device described in a file: who it says it is, how it is built, and
//! what the agent should say of it.

use anyhow::Context;
use anyhow::bail;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;
use std::fs;
use std::path::Path;
use toml::Table;
use toml::Value;

/// A USB device as its file describes it; `docs/lab.md` explains each word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// What it is, in one line.
    pub title: String,
    /// The product, such as `PiKVM`.
    pub product: String,
    /// What it pretends to be; `factory` or `none` if nothing.
    pub disguise: String,
    /// What the agent should say.
    pub expect: Expect,
    /// The speed it runs at.
    pub speed: Speed,
    /// True if Linux's gadget framework makes it up: string indices, packet
    /// sizes and intervals are then the ones that framework would choose.
    #[serde(default)]
    pub gadget: bool,
    /// The device descriptor.
    pub device: Device,
    /// The configuration descriptor.
    pub configuration: Configuration,
    /// The interfaces, in the order of their numbers.
    #[serde(rename = "interface")]
    pub interfaces: Vec<Interface>,
    /// What its drives answer to INQUIRY.
    #[serde(default)]
    pub inquiry: Inquiry,
    /// The hub it hangs on, `idVendor:idProduct`; one at most.
    #[serde(default)]
    pub behind: Vec<String>,
    /// The variants that are tried besides the plain device.
    #[serde(default)]
    pub also: Vec<Variant>,
    /// Interfaces of the device it is `like` that it does not have.
    #[serde(default)]
    pub without: Vec<String>,
}

/// What the agent should say of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// A finding that is more than a lead.
    Alert,
    /// Nothing that is more than a lead.
    Quiet,
    /// Nothing, although it is what we look for: known, and said in the manual.
    BlindSpot,
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Alert => "alert",
            Self::Quiet => "quiet",
            Self::BlindSpot => "blind spot",
        })
    }
}

/// The speed a device runs at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speed {
    /// 1.5 Mbit/s.
    Low,
    /// 12 Mbit/s.
    Full,
    /// 480 Mbit/s.
    High,
}

/// What may happen to any device without a change of its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// The mass storage is switched off.
    NoStorage,
    /// The absolute mouse is switched off.
    RelativeMouse,
    /// A full-speed isolator is in between.
    Isolator,
    /// A hub is in between.
    Hub,
}

impl Variant {
    /// As it is written in a description.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoStorage => "no-storage",
            Self::RelativeMouse => "relative-mouse",
            Self::Isolator => "isolator",
            Self::Hub => "hub",
        }
    }
}

/// USB 2.0 §9.6.1; numbers of fixed width are hexadecimal text, strings that
/// are not there are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the words of the USB specification")]
pub struct Device {
    pub vendor_id: String,
    pub product_id: String,
    pub version: String,
    pub usb: String,
    pub class: String,
    pub max_packet_size_0: u8,
    pub manufacturer: Option<String>,
    pub product: Option<String>,
    pub serial: Option<String>,
}

/// USB 2.0 §9.6.3.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the words of the USB specification")]
pub struct Configuration {
    pub name: Option<String>,
    pub attributes: String,
    /// In mA.
    pub max_power: u16,
}

/// USB 2.0 §9.6.5.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    /// What it is, such as `keyboard`; for `without` to name.
    pub is: String,
    /// Class, subclass and protocol, such as `03/01/01`.
    pub class: String,
    /// The `iInterface` string.
    pub name: Option<String>,
    /// What a HID interface declares.
    pub hid: Option<Hid>,
    /// Class-specific descriptors of other interfaces, in hexadecimal.
    pub extra: Option<String>,
    /// An interface association that begins here: class triple and number of
    /// interfaces, such as `02/02/00 2`.
    pub association: Option<String>,
    /// Endpoints: direction, transfer type, `wMaxPacketSize`, `bInterval`.
    #[serde(default)]
    pub endpoints: Vec<String>,
}

/// HID 1.11 §6.2.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hid {
    /// `bcdHID`.
    pub version: String,
    /// `bCountryCode`.
    pub country: u8,
    /// The report descriptor in hexadecimal, or `@name` for the one in
    /// `tests/lab/reports/name.hex`.
    pub report: String,
}

/// The strings of a SCSI INQUIRY answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the words of the SCSI specification")]
pub struct Inquiry {
    pub vendor: String,
    pub product: String,
    pub revision: String,
    pub cdrom: bool,
}

impl Description {
    /// Reads a description and all it is `like`.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let read = || {
            let mut description: Self = Value::Table(table(path)?).try_into()?;
            description.keep(|interface, without| !without.contains(&interface.is))?;
            for interface in &mut description.interfaces {
                interface.resolve()?;
            }
            Ok::<_, anyhow::Error>(description)
        };
        read().with_context(|| format!("cannot use {}", path.display()))
    }

    fn keep(&mut self, is_kept: impl Fn(&Interface, &[String]) -> bool) -> anyhow::Result<()> {
        let without = std::mem::take(&mut self.without);
        self.interfaces.retain(|interface| is_kept(interface, &without));
        if self.interfaces.is_empty() {
            bail!("no interface is left");
        }
        Ok(())
    }

    /// The device as a variant of itself.
    #[must_use]
    pub fn varied(&self, variant: Variant) -> Self {
        let mut varied = self.clone();
        match variant {
            Variant::NoStorage => varied.drop_interface("storage"),
            Variant::RelativeMouse => varied.drop_interface("absolute mouse"),
            Variant::Isolator => varied.speed = Speed::Full,
            Variant::Hub => varied.behind = vec!["05e3:0610".to_owned()],
        }
        varied
    }

    fn drop_interface(&mut self, is: &str) {
        self.interfaces.retain(|interface| interface.is != is);
    }
}

impl Interface {
    /// Puts the bytes of a shared report descriptor where its name is.
    fn resolve(&mut self) -> anyhow::Result<()> {
        let Some(hid) = &mut self.hid else { return Ok(()) };
        if let Some(name) = hid.report.strip_prefix('@') {
            let path = crate::root().join(format!("tests/lab/reports/{name}.hex"));
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let bytes = text.lines().map(|line| line.split('#').next().unwrap_or_default());
            hid.report = bytes.collect::<Vec<_>>().join(" ");
        }
        Ok(())
    }
}

/// A file's table laid over the table of the file it is `like`, which is named
/// from the devices' folder.
fn table(path: &Path) -> anyhow::Result<Table> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut table: Table = toml::from_str(&text)?;
    let Some(Value::String(like)) = table.remove("like") else { return Ok(table) };
    let mut below = self::table(&super::devices().join(like))?;
    below.remove("also");
    for (key, value) in table {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => under.extend(over),
            (_, value) => drop(below.insert(key, value)),
        }
    }
    Ok(below)
}
