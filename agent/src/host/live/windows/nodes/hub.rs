//! What hubs tell of the devices at their ports: descriptors, strings, speed.
//!
//! All bytes come from the device, so anything may be in them. What the device
//! itself is asked for is kept until it arrives anew.

use super::requests::ask;
use super::set;
use crate::host::Bytes;
use crate::host::Node;
use crate::host::Property;
use crate::host::live::tables::strings::CONFIGURATION;
use crate::host::live::tables::strings::named;
use crate::host::live::tables::strings::text;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::File;
use std::fs::OpenOptions;
use std::os::windows::fs::OpenOptionsExt as _;
use std::sync::Mutex;
use std::sync::PoisonError;
use windows_sys::Win32::Devices::Usb::GUID_DEVINTERFACE_USB_HUB;
use windows_sys::Win32::Devices::Usb::IOCTL_USB_GET_DESCRIPTOR_FROM_NODE_CONNECTION;
use windows_sys::Win32::Devices::Usb::IOCTL_USB_GET_NODE_CONNECTION_INFORMATION_EX;
use windows_sys::Win32::Devices::Usb::IOCTL_USB_GET_NODE_CONNECTION_INFORMATION_EX_V2;
use windows_sys::Win32::Storage::FileSystem::FILE_SHARE_READ;
use windows_sys::Win32::Storage::FileSystem::FILE_SHARE_WRITE;

/// The most hubs, configurations of a device, bytes of one, and strings.
const HUBS: usize = 256;
const CONFIGURATIONS: u8 = 8;
const LONGEST: u16 = 8192;
const STRINGS: usize = 32;

const STRING: u8 = 3;
const ENGLISH: u16 = 0x0409;

type Properties = BTreeMap<String, Property>;

/// What devices said, by their ids, and when they said it.
static KEPT: Mutex<BTreeMap<String, Kept>> = Mutex::new(BTreeMap::new());

/// What the hub knew of a device, when it arrived, and what it told.
type Kept = (Connection, Option<Property>, Properties);

/// Adds `Speed`, `Configuration` (the value of the active one), `Descriptors` (the
/// device's and the active configuration's, one after the other) and `Strings` by
/// their numbers.
pub fn describe(nodes: &mut [Node]) {
    let paths = set::paths(&GUID_DEVINTERFACE_USB_HUB, HUBS);
    let mut hubs = BTreeMap::new();
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let there: BTreeSet<String> = nodes.iter().map(|node| node.id.clone()).collect();
    kept.retain(|id, _| there.contains(id));
    for node in nodes.iter_mut().filter(|node| is_device(&node.id)) {
        let Some(parent) = node.parent.as_ref().map(|id| id.to_uppercase()) else { continue };
        let hub = hubs.entry(parent.clone()).or_insert_with(|| open(paths.get(&parent)?));
        let port = node.properties.get("Address").and_then(Property::number);
        let Some((hub, port)) = hub.as_ref().zip(port.and_then(|port| u32::try_from(port).ok()))
        else {
            continue;
        };
        let Some(connection) = Connection::at(hub, port).filter(|it| it.is_of(&node.id)) else {
            continue;
        };
        let arrival = node.properties.get("LastArrivalDate").cloned();
        let told = match kept.get(&node.id) {
            Some((known, at, told)) if *known == connection && *at == arrival && at.is_some() => {
                told.clone()
            }
            _ => connection.told(hub, port),
        };
        if told.contains_key("Descriptors") {
            kept.insert(node.id.clone(), (connection, arrival, told.clone()));
        }
        node.properties.extend(told);
    }
}

/// A device, not one of its interfaces.
fn is_device(id: &str) -> bool {
    id.starts_with("USB\\VID_") && !id.contains("&MI_")
}

fn open(path: &String) -> Option<File> {
    let share = FILE_SHARE_READ | FILE_SHARE_WRITE;
    OpenOptions::new().write(true).share_mode(share).open(path).ok()
}

/// What the hub itself knows of a device, without asking it.
#[derive(Clone, PartialEq, Eq)]
struct Connection {
    descriptor: [u8; 18],
    configuration: u8,
    speed: &'static str,
    address: [u8; 2],
}

impl Connection {
    /// The layout is `USB_NODE_CONNECTION_INFORMATION_EX`, packed, with room for
    /// 30 pipes.
    fn at(hub: &File, port: u32) -> Option<Self> {
        let mut answer = [0_u8; 35 + 30 * 11];
        answer[..4].copy_from_slice(&port.to_le_bytes());
        let length = ask(hub, IOCTL_USB_GET_NODE_CONNECTION_INFORMATION_EX, &mut answer).ok()?;
        if length < 35 {
            return None;
        }
        let descriptor = *answer.get(4..)?.first_chunk()?;
        let speed = match answer[23] {
            0 => "low",
            1 => "full",
            2 => "high",
            _ => "super",
        };
        let speed = faster(hub, port).unwrap_or(speed);
        Some(Self {
            descriptor,
            configuration: answer[22],
            speed,
            address: [answer[25], answer[26]],
        })
    }

    /// False if another device is at the port by now.
    fn is_of(&self, id: &str) -> bool {
        let [_, _, _, _, _, _, _, _, a, b, c, d, ..] = self.descriptor;
        let (vendor, product) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
        id.starts_with(&format!("USB\\VID_{vendor:04X}&PID_{product:04X}"))
    }

    fn told(&self, hub: &File, port: u32) -> Properties {
        let mut told = Properties::new();
        told.insert("Speed".to_owned(), Property::Text(self.speed.to_owned()));
        told.insert("Configuration".to_owned(), Property::Number(self.configuration.into()));
        if let Some(configuration) = self.active(hub, port) {
            let chain = [self.descriptor.as_slice(), &configuration].concat();
            told.insert("Descriptors".to_owned(), Property::Bytes(Bytes::of(&chain)));
            told.insert(
                "Strings".to_owned(),
                Property::Tree(self.strings(hub, port, &configuration)),
            );
        }
        told
    }

    fn active(&self, hub: &File, port: u32) -> Option<Vec<u8>> {
        let count = self.descriptor[17].min(CONFIGURATIONS);
        (0..count).find_map(|index| {
            let head = descriptor(hub, port, (CONFIGURATION, index), 0, 9)?;
            let &[_, CONFIGURATION, low, high, _, value, ..] = head.as_slice() else { return None };
            let length = u16::from_le_bytes([low, high]).min(LONGEST);
            let whole = || descriptor(hub, port, (CONFIGURATION, index), 0, length);
            if value == self.configuration { whole() } else { None }
        })
    }

    fn strings(&self, hub: &File, port: u32, configuration: &[u8]) -> Properties {
        let language = descriptor(hub, port, (STRING, 0), 0, 255);
        let language = language.and_then(|bytes| Some([*bytes.get(2)?, *bytes.get(3)?]));
        let language = language.map_or(ENGLISH, u16::from_le_bytes);
        let of_device = self.descriptor.iter().skip(14).take(3).copied();
        let numbers: BTreeSet<u8> = of_device.chain(named(configuration)).collect();
        let numbers = numbers.into_iter().filter(|&number| number != 0).take(STRINGS);
        let text = |number| {
            let bytes = descriptor(hub, port, (STRING, number), language, 255)?;
            Some((number.to_string(), Property::Text(text(&bytes)?)))
        };
        numbers.filter_map(text).collect()
    }
}

/// Tells super speed and above, where the hub knows of them.
fn faster(hub: &File, port: u32) -> Option<&'static str> {
    // Port, length, the protocols we know of (1.1, 2.0, 3.0), flags.
    let mut answer = [0_u8; 16];
    answer[..4].copy_from_slice(&port.to_le_bytes());
    answer[4] = 16;
    answer[8] = 0b111;
    ask(hub, IOCTL_USB_GET_NODE_CONNECTION_INFORMATION_EX_V2, &mut answer).ok()?;
    match answer[12] {
        flags if flags & 0b100 != 0 => Some("super+"),
        flags if flags & 0b001 != 0 => Some("super"),
        _ => None,
    }
}

/// Asks the device for a descriptor by kind and index. `None` if it is refused, or
/// is of another kind than was asked for.
fn descriptor(
    hub: &File,
    port: u32,
    (kind, index): (u8, u8),
    language: u16,
    length: u16,
) -> Option<Vec<u8>> {
    const HEAD: usize = 12;
    let mut buffer = port.to_le_bytes().to_vec();
    // GET_DESCRIPTOR of the device (USB 2.0 §9.4.3).
    buffer.extend([0x80, 6, index, kind]);
    buffer.extend(language.to_le_bytes());
    buffer.extend(length.to_le_bytes());
    buffer.resize(HEAD + usize::from(length), 0);
    let given = ask(hub, IOCTL_USB_GET_DESCRIPTOR_FROM_NODE_CONNECTION, &mut buffer).ok()?;
    let bytes = buffer.get(HEAD..given)?;
    (bytes.get(1) == Some(&kind)).then(|| bytes.to_vec())
}
