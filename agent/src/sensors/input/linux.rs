//! Input devices as the kernel tells them in sysfs.

use super::Device;
use super::Found;
use super::capabilities;
use super::capabilities::Codes;
use super::interrupts;
use super::makers::makers;
use crate::host::Host;
use crate::host::Recording;
use crate::sensors::Blind;
use std::io;

const DEVICES: &str = "/sys/class/input";

/// Input devices without a parent, such as those made through uinput.
const VIRTUAL: &str = "/sys/devices/virtual/input";

/// `BUS_*` of `include/uapi/linux/input.h`.
const BUSES: [(&str, &str); 21] = [
    ("0001", "pci"),
    ("0002", "isapnp"),
    ("0003", "usb"),
    ("0004", "hil"),
    ("0005", BLUETOOTH),
    ("0006", "virtual"),
    ("0010", "isa"),
    ("0011", I8042),
    ("0012", "xtkbd"),
    ("0013", "rs232"),
    ("0014", "gameport"),
    ("0015", "parport"),
    ("0017", "adb"),
    ("0018", "i2c"),
    ("0019", "host"),
    ("001c", "spi"),
    ("001d", "rmi"),
    ("001e", "cec"),
    ("001f", "intel-ishtp"),
    ("0020", "amd-sfh"),
    ("0021", "soundwire"),
];
const BLUETOOTH: &str = "bluetooth";
const I8042: &str = "i8042";

pub(super) fn devices(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let names = host.names(DEVICES).map_err(Blind::at(DEVICES))?;
    let made = match host.names(VIRTUAL).map_err(Blind::at(VIRTUAL)) {
        Ok(made) => made,
        Err(Blind::Absent) => Vec::new(),
        Err(blind) => return Err(blind),
    };
    let devices = names.iter().filter(|name| is_device(name));
    let found = devices.filter_map(|name| device(host, name, made.contains(name)).transpose());
    let mut found = found.collect::<Result<Vec<Found>, Blind>>()?;
    // Few laptops have one, and asking costs milliseconds.
    if found.iter().any(|found| found.device.is_virtual) {
        let makers = makers(host);
        for found in found.iter_mut().filter(|found| found.device.is_virtual) {
            found.device.makers.clone_from(&makers);
        }
    }
    Ok(found)
}

/// True for `input7`; the class also holds what programs open, such as `event3`.
fn is_device(name: &str) -> bool {
    let number = name.strip_prefix("input").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
}

/// `None` for a device that goes away while we look. One that is there but may
/// not be read makes the look fail: blind is not clean.
fn device(host: &dyn Host, subject: &str, is_virtual: bool) -> Result<Option<Found>, Blind> {
    let source = format!("{DEVICES}/{subject}");
    let Some(bus) = read(host, &format!("{source}/id/bustype"))? else {
        return Ok(None);
    };
    let attribute = |name: &str| host.text(&format!("{source}/{name}")).ok();
    let codes =
        |kind: &str| Codes::read(&attribute(&format!("capabilities/{kind}")).unwrap_or_default());
    let roles = capabilities::roles(&codes("key"), &codes("rel"), &codes("abs"));
    let bus = bus_name(&bus);
    // Of Bluetooth devices this would be the adapter's address, so it is read
    // only where it says that a keyboard is built in.
    let is_built_in = bus == I8042
        && roles.contains(&"keyboard")
        && attribute("phys").is_some_and(|phys| phys.starts_with("isa0060"));
    let device = Device {
        name: attribute("name").filter(|name| !name.is_empty()),
        bus: bus.to_owned(),
        vendor_id: attribute("id/vendor"),
        product_id: attribute("id/product"),
        roles: roles.into_iter().map(str::to_owned).collect(),
        is_virtual,
        makers: None,
        typed: if is_built_in { typed(host)? } else { None },
    };
    Ok(Some(Found { subject: subject.to_owned(), source, device }))
}

fn bus_name(number: &str) -> &str {
    BUSES.iter().find(|(known, _)| *known == number).map_or(number, |&(_, name)| name)
}

fn typed(host: &dyn Host) -> Result<Option<bool>, Blind> {
    let counts = read(host, interrupts::FILE)?;
    Ok(counts.and_then(|counts| interrupts::has_been_typed_on(&counts)))
}

/// `None` if the file is not there.
fn read(host: &dyn Host, path: &str) -> Result<Option<String>, Blind> {
    match host.text(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(Blind::at(path)(error))
        }
        Err(_) => Ok(None),
    }
}

/// Takes out the names of Bluetooth devices, which people give them, and the
/// counts of all interrupts but the keyboard's.
pub(super) fn blank(recording: &mut Recording) {
    let is_bluetooth = |(path, bus): (&String, &String)| {
        let device = path.strip_suffix("/id/bustype").filter(|it| it.starts_with(DEVICES))?;
        (bus_name(bus.trim()) == BLUETOOTH).then(|| format!("{device}/name"))
    };
    let names: Vec<String> = recording.text.iter().filter_map(is_bluetooth).collect();
    for (path, text) in &mut recording.text {
        if names.contains(path) {
            text.replace_range(.., "blanked");
        }
        if path == interrupts::FILE {
            let kept = text.lines().enumerate();
            let kept = kept.filter(|(index, line)| *index == 0 || interrupts::is_keyboard(line));
            let kept: Vec<&str> = kept.map(|(_, line)| line).collect();
            *text = kept.join("\n");
        }
    }
}
